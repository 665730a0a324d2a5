"""What a refused value is told: what would be allowed in its place, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frontrow.base.changes import with_changes
from frontrow.base.errors import BadInput
from frontrow.base.settings import Settings
from frontrow.base.settings_read import load_settings
from frontrow.base.validation import validate
from frontrow.catalog.title import Title
from frontrow.events import Event
from frontrow.rules import Rules
from frontrow.server.api import PageQuery, SearchQuery
from frontrow.viewers import Profile

FILM = {"title_id": "a", "kind": "movie", "name": "A"}
COUNTRY = "must be two capital letters, as DE (ISO 3166-1 alpha-2)"
LANGUAGE = "must be the tag of a language, as de or pt-BR (BCP 47)"
ID = "must be 1-128 characters [A-Za-z0-9._:@-]"


@pytest.mark.parametrize(
    ("kind", "value", "pointer", "told"),
    [
        (PageQuery, {"device": "watch"}, "/device", "must be one of phone, tablet, tv, web"),
        (PageQuery, {"country": "Germany"}, "/country", COUNTRY),
        (PageQuery, {"language": "German, please"}, "/language", LANGUAGE),
        (SearchQuery, {"q": "a\x00"}, "/q", "must be text without the character NUL"),
        (Title, {**FILM, "title_id": "a b"}, "/title_id", ID),
        (Title, {**FILM, "countries": ["DE", "usa"]}, "/countries/1", COUNTRY),
        (Title, {**FILM, "names": {"German!": "A"}}, "/names", LANGUAGE),
        (
            Title,
            {**FILM, "availability": [{"countries": ["all"]}]},
            "/availability/0/countries/0",
            f"{COUNTRY}, or * for everywhere",
        ),
        (
            Title,
            {**FILM, "people": [{"name": "Ada", "role": "cook"}]},
            "/people/0/role",
            "must be one of actor, creator, director, presenter, writer",
        ),
        (
            Title,
            {**FILM, "artwork": [{"artwork_id": "i", "url": "x y"}]},
            "/artwork/0/url",
            "must be an address (https://… or http://…) or a path from /, without spaces",
        ),
        (
            Profile,
            {"profile_id": "a", "time_zone": "Berlin"},
            "",
            "'Berlin' is not an IANA time zone, as Europe/Berlin",
        ),
        (
            Rules,
            {"caps": [{"key": "c", "per": "hat", "most": 1, "within": "row"}]},
            "/caps/0/per",
            "must be one of genre, person, supplier",
        ),
    ],
)
def test_a_refused_value_is_told_what_would_be_allowed(
    kind: Any, value: Any, pointer: str, told: str
) -> None:
    found = validate(kind, value)
    assert isinstance(found, list)
    assert [(error.pointer, error.detail) for error in found] == [(pointer, told)]


def test_every_pattern_has_its_words() -> None:
    """A regular expression is never what a caller is told."""
    from msgspec import inspect

    without = []
    seen: set[type] = set()

    def walk(kind: Any, at: str, worded: bool = False) -> None:
        if isinstance(kind, inspect.Metadata):
            walk(kind.type, at, worded or "must_be" in (kind.extra or {}))
        elif isinstance(kind, inspect.UnionType):
            for one in kind.types:
                walk(one, at, worded)
        elif isinstance(kind, inspect.StrType):
            if kind.pattern is not None and not worded:
                without.append(at)
        elif isinstance(kind, inspect.ListType):
            walk(kind.item_type, at)
        elif isinstance(kind, inspect.DictType):
            walk(kind.key_type, at)
            walk(kind.value_type, at)
        elif isinstance(kind, inspect.StructType) and kind.cls not in seen:
            seen.add(kind.cls)
            for field in kind.fields:
                walk(field.type, f"{kind.cls.__name__}.{field.name}")

    for kind in (PageQuery, SearchQuery, Title, Event, Profile, Rules, Settings):
        walk(inspect.type_info(kind), kind.__name__)
    assert not without
    assert len(seen) > len((PageQuery, SearchQuery, Title, Event, Profile, Rules, Settings))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[service]\ncountry = "Germany"\n', f"`service.country` {COUNTRY}"),
        ('[service]\nlanguage = ""\n', "`service.language` must be the tag of a language, as de"),
        ("[page]\nsnapshot_minutes = 1_441\n", "`page.snapshot_minutes` expected `int` <= 1440"),
        ('[screens]\ntv = "big"\n', "`screens.tv` must be rows x columns, as 3x5"),
        ('[models]\ntext = "maybe"\n', "`models.text` must be one of "),
        ("[page]\ncolumn = 3\n", "`page.column` is not a field known here"),
    ],
)
def test_a_setting_that_does_not_fit_is_told_what_would(
    text: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "frontrow.toml").write_text(text)
    with pytest.raises(BadInput) as refusal:
        load_settings(tmp_path / "frontrow.toml", {})
    assert f"frontrow.toml: {told}" in str(refusal.value)


def test_a_setting_changed_for_once_is_refused_by_its_name() -> None:
    with pytest.raises(BadInput, match=r"`page\.rows` expected `int` >= 1"):
        with_changes(Settings(), ["page.rows=0"])


@pytest.mark.parametrize(
    ("what", "mend", "told"),
    [
        ("is no page", "ask anew", "is no page. Ask anew"),
        ("which one?", "name it", "which one? Name it"),
        ("no such setting", "docs/settings.md lists all", "no such setting. docs/settings.md lists all"),
        ("no such setting", "page.rows is one", "no such setting. page.rows is one"),
        ("is taken", "nothing: it mends itself", "is taken. Nothing: it mends itself"),
    ],
)  # fmt: skip
def test_a_sentence_begins_with_a_capital_and_leaves_a_path_as_it_is(
    what: str, mend: str, told: str
) -> None:
    assert str(BadInput(what, mend=mend)) == told
