"""Texts: a code with parameters inside, words from a message catalogue outside.

No sentence is built inside the page or the ranking: they name a code and its parameters, and
`say` finds the words in the language asked for, else in English. The catalogues are
`messages/<language>.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale

FALLBACK = "en"
_TAGS_KEPT = 1_024
"""Language tags remembered: callers may send any, so not all of them."""
_FOLDER = Path(__file__).with_name("messages")

Parameter = str | int | float


@cache
def languages() -> tuple[str, ...]:
    """Languages that have a message catalogue."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def catalogue_of(language: str) -> Mapping[str, str]:
    """code -> sentence with `{parameters}`, of one language that has a catalogue."""
    return dict(tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8")))


@lru_cache(_TAGS_KEPT)
def negotiate(language: str | None) -> str:
    """The catalogue for a BCP 47 tag: its own, its primary language's, else English."""
    if language:
        for tag in (language.lower(), primary(language)):
            if tag in languages():
                return tag
    return FALLBACK


@lru_cache(_TAGS_KEPT)
def primary(language: str) -> str:
    """`en` of `en-GB`: what two tags must share to be the same language here."""
    return language.split("-", 1)[0].lower()


def say(language: str | None, code: str, parameters: Mapping[str, Parameter] | None = None) -> str:
    """The sentence for a code, its parameters filled in."""
    tag = negotiate(language)
    words = catalogue_of(tag).get(code) or catalogue_of(FALLBACK)[code]
    return words.format_map(parameters or {})


@cache
def country_name(language: str | None, code: str) -> str:
    """A country's name in the language asked for (CLDR); its code where there is none."""
    return str(Locale.parse(negotiate(language)).territories.get(code, code))


@cache
def language_name(language: str | None, code: str) -> str:
    """A language's name in the language asked for (CLDR); its code where there is none."""
    return str(Locale.parse(negotiate(language)).languages.get(primary(code), code))
