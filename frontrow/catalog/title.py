"""The title as users send it, and what its dates mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from frontrow.base.allowed import must_be
from frontrow.base.errors import BadInput, FieldError
from frontrow.base.ids import Id
from frontrow.base.texts import primary
from frontrow.base.time import parse_rfc3339, parse_time, to_us

Kind = Literal["movie", "series", "season", "episode", "special", "live"]
Role = Literal["actor", "director", "creator", "writer", "presenter"]

ANY_TEXT = r"^[^\x00]*\Z"
NO_NUL = must_be("text without the character NUL")
Name = Annotated[str, Meta(min_length=1, max_length=500, pattern=ANY_TEXT, extra=NO_NUL)]
Prose = Annotated[str, Meta(max_length=20_000, pattern=ANY_TEXT, extra=NO_NUL)]
Tag = Annotated[str, Meta(min_length=1, max_length=100, pattern=ANY_TEXT, extra=NO_NUL)]
Tags = Annotated[list[Tag], Meta(max_length=100)]
Language = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z",
        description="BCP 47",
        extra=must_be("the tag of a language, as de or pt-BR (BCP 47)"),
    ),
]
_COUNTRY = "two capital letters, as DE (ISO 3166-1 alpha-2)"
Country = Annotated[
    str,
    Meta(pattern=r"^[A-Z]{2}\Z", description="ISO 3166-1 alpha-2", extra=must_be(_COUNTRY)),
]
_Where = Annotated[
    str, Meta(pattern=r"^(\*|[A-Z]{2})\Z", extra=must_be(f"{_COUNTRY}, or * for everywhere"))
]

CHOOSABLE: frozenset[str] = frozenset({"movie", "series", "special", "live"})
"""Kinds that are tiles; seasons and episodes count for their series."""


PARTS: frozenset[str] = frozenset({"season", "episode"})
"""Kinds that are parts of a series."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def day_or_instant(text: str) -> tuple[datetime, bool]:
    """The instant that a date or an RFC 3339 time begins, and whether it was a bare date.

    A bare date begins at 00:00 UTC. Raises `ValueError`, which names the field when read.
    """
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC), True
        return parse_time(text), False
    except (ValueError, BadInput):
        raise ValueError(f"{text!r} is neither a date nor an RFC 3339 time") from None


def name_in(name: str, names: dict[str, str], language: str) -> str:
    """The name in a language: that of the longest beginning of its tag (RFC 4647, 3.4), else the first of
    the same language in another region or script, else the plain one."""
    if not names:
        return name
    told = {tag.lower(): text for tag, text in names.items()}
    tag = language.lower()
    while tag:
        if tag in told:
            return told[tag]
        tag = tag.rpartition("-")[0]
    alike = (text for tag, text in told.items() if primary(tag) == primary(language))
    return next(alike, name)


class Credit(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A person of a title, in billing order."""

    name: Tag
    role: Role


class Window(Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """When a title may be watched, and where. `from` is included, `until` excluded."""

    countries: Annotated[list[_Where], Meta(min_length=1, max_length=300)] = field(
        default_factory=lambda: ["*"]
    )
    from_: str | None = field(default=None, name="from")
    until: str | None = None

    def __post_init__(self) -> None:
        start, end = self.start(), self.end()
        if start is not None and end is not None and end <= start:
            raise ValueError(f"`until` {self.until} is not after `from` {self.from_}")

    def start(self) -> datetime | None:
        return None if self.from_ is None else day_or_instant(self.from_)[0]

    def end(self) -> datetime | None:
        """The first instant outside; a bare date as `until` includes that whole day."""
        if self.until is None:
            return None
        instant, is_date = day_or_instant(self.until)
        if not is_date:
            return instant
        if instant.date() == date.max:  # 9999-12-31 is how many a feed writes "never"
            return None
        return instant + timedelta(days=1)


class Artwork(Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """An image of a title, with what it shows."""

    artwork_id: Id
    url: Annotated[
        str,
        Meta(
            max_length=2_000,
            pattern=r"^(https?://|/)[^\x00-\x20\"'<>]*\Z",
            extra=must_be("an address (https://… or http://…) or a path from /, without spaces"),
        ),
    ]
    tags: Tags = []
    people: Tags = []


MOST_IMAGES = 200

KEPT_IMAGES = "/artwork/files/"


def is_kept(artwork: Artwork) -> bool:
    """Whether the image's files are kept in the home: it stays with its title until it is taken away."""
    return artwork.url.startswith(KEPT_IMAGES)


class Title(
    Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """One title as sent; the fields are those of the API reference."""

    title_id: Id
    kind: Kind
    name: Name
    names: dict[Language, Name] = {}
    synopsis: Prose | None = None
    release_date: date | None = None
    release_year: Annotated[int, Meta(ge=1850, le=2200)] | None = None
    added_at: str | None = None
    runtime_minutes: Annotated[float, Meta(gt=0, le=10_000)] | None = None
    genres: Tags = []
    themes: Tags = []
    people: Annotated[list[Credit], Meta(max_length=1_000)] = []
    original_language: Language | None = None
    audio_languages: Annotated[list[Language], Meta(max_length=200)] = []
    subtitle_languages: Annotated[list[Language], Meta(max_length=200)] = []
    countries: Annotated[list[Country], Meta(max_length=300)] = []
    maturity: Annotated[int, Meta(ge=0, le=99, description="youngest age")] | None = None
    kids: bool = False
    availability: Annotated[list[Window], Meta(max_length=1_000)] = []
    series_id: Id | None = None
    season: Annotated[int, Meta(ge=0, le=100_000)] | None = None
    episode: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    work_id: Id | None = None
    supplier: Tag | None = None
    artwork: Annotated[list[Artwork], Meta(max_length=MOST_IMAGES)] = []
    attributes: dict[str, Any] = {}

    def __post_init__(self) -> None:
        if self.added_at is not None:
            day_or_instant(self.added_at)
        if self.kind in PARTS and self.series_id is None:
            raise ValueError(f"a title of kind `{self.kind}` needs its `series_id`")
        if self.series_id == self.title_id:
            raise ValueError("`series_id` can't be the title's own id")

    @property
    def year(self) -> int | None:
        """Year of release."""
        return self.release_date.year if self.release_date is not None else self.release_year

    def name_in(self, language: str) -> str:
        """Its name in a language, else its own."""
        return name_in(self.name, self.names, language)

    def added_us(self) -> tuple[int, bool] | None:
        """When it was added, in us, and whether that is a bare date; None where not said."""
        if self.added_at is None:
            return None
        instant, is_date = day_or_instant(self.added_at)
        return to_us(instant), is_date


def wrong_in_title(value: dict[str, Any], at: str) -> list[FieldError]:
    """What a title says wrong of a field by its content, each with its pointer: asked of what comes in
    only; times that earlier versions took in other forms are read as they are.

    at: the JSON pointer of `value`
    """
    times = {f"{at}/added_at": value.get("added_at")}
    windows = value.get("availability")
    for place, window in enumerate(windows if isinstance(windows, list) else ()):
        if isinstance(window, dict):
            times |= {f"{at}/availability/{place}/{n}": window.get(n) for n in ("from", "until")}
    wrong = [
        FieldError(pointer, f"{text!r} is neither a date nor an RFC 3339 time")
        for pointer, text in times.items()
        if isinstance(text, str) and not _is_date_or_rfc3339(text)
    ]
    kind, series_id = value.get("kind"), value.get("series_id")
    if isinstance(kind, str) and kind in PARTS and series_id is None:
        wrong.append(FieldError(f"{at}/series_id", f"is missing of a title of kind `{kind}`"))
    if series_id is not None and series_id == value.get("title_id"):
        wrong.append(FieldError(f"{at}/series_id", "can't be the title's own id"))
    return wrong


def _is_date_or_rfc3339(text: str) -> bool:
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
        else:
            parse_rfc3339(text)
    except (ValueError, BadInput):
        return False
    return True
