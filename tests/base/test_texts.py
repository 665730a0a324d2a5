"""Texts: whatever the code says has words in every language, with the same parameters."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import frontrow
from frontrow.base.texts import FALLBACK, catalogue_of, languages, negotiate, say

CODES = ("row.", "why.", "tile.", "stop.", "change.", "taste.", "cli.")
SOURCE = Path(frontrow.__file__).parent


def parameters(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def strings_in_the_code() -> Iterator[str]:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_code_in_the_code_has_words() -> None:
    known = catalogue_of(FALLBACK)
    said = {s for s in strings_in_the_code() if s.startswith(CODES) and " " not in s}
    prefixes = {s for s in said if s.endswith(".")}
    missing = {s for s in said - prefixes if s not in known}
    assert not {s for s in missing if not any(code.startswith(f"{s}.") for code in known)}
    assert all(any(code.startswith(prefix) for code in known) for prefix in prefixes)


@pytest.mark.parametrize("language", [tag for tag in languages() if tag != FALLBACK])
def test_every_language_has_the_same_codes_and_parameters(language: str) -> None:
    words, fallback = catalogue_of(language), catalogue_of(FALLBACK)
    assert words.keys() == fallback.keys()
    for code, sentence in words.items():
        assert parameters(sentence) == parameters(fallback[code]), code
        assert sentence.strip(), code


@pytest.mark.parametrize("language", languages())
def test_a_text_that_speaks_of_a_row_calls_it_as_pages_do(language: str) -> None:
    """What stands in quotation marks is filled in from the row's own message, and never written twice."""
    words = catalogue_of(language)
    told = {code: said for code, said in words.items() if code.startswith("transparency.")}
    quoted = {code: re.findall("[“„]([^”“]*)[”“]", said) for code, said in told.items()}
    named = {code: names for code, names in quoted.items() if names}
    assert set(named) == {
        "transparency.exploration", "transparency.exploration.row", "transparency.trials",
    }  # fmt: skip
    for names in named.values():
        for name in names:
            assert name.startswith("{")
            assert f"row.{name[1:-1]}" in words


def test_the_viewer_app_calls_the_drawn_row_as_pages_do() -> None:
    app = (SOURCE / "server" / "app" / "words.js").read_text("utf-8")
    called = re.findall(r'"row\.explore": "(.*)"', app)
    assert set(called) == {say(tag, "row.explore") for tag in ("en", "de")}


def test_a_language_without_words_is_answered_in_english() -> None:
    assert negotiate("tlh") == negotiate(None) == negotiate("") == "en"
    assert say("tlh", "row.top_picks") == say("en", "row.top_picks")


def test_a_regional_tag_finds_its_language() -> None:
    assert negotiate("de-AT") == negotiate("DE") == "de"


@pytest.mark.parametrize("name", ["{title}", "{0.__class__}", "%s", "<script>", "\u202e", "}{"])
def test_a_name_is_never_read_as_words_to_fill(name: str) -> None:
    assert say("en", "row.because_you_watched", {"title": name}) == f"Because you watched {name}"
