"""What may be watched where and when, by whom: arrays over units (editions and episodes)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.texts import primary
from frontrow.base.time import to_us
from frontrow.catalog.title import Title, Window

Bools = NDArray[np.bool_]

ALWAYS_FROM = np.iinfo(np.int64).min
ALWAYS_UNTIL = np.iinfo(np.int64).max
ANYWHERE = -1
NO_MATURITY = -1


@dataclass(frozen=True)
class Availability:
    """`u` units with their windows (`w` of them, flattened over countries)."""

    window_unit: NDArray[np.int32]  # [w]
    window_country: NDArray[np.int16]  # [w], index into `countries`, or ANYWHERE
    window_from: NDArray[np.int64]  # [w], us, included
    window_until: NDArray[np.int64]  # [w], us, excluded
    countries: dict[str, int]
    maturity: NDArray[np.int16]  # [u], youngest age, or NO_MATURITY
    kids: Bools  # [u]
    speaks: dict[str, Bools]  # language -> bool[u], heard or read
    heard: dict[str, Bools]  # language -> bool[u], heard
    names_language: Bools  # [u], whether anything is known of its languages

    def open_units(self, country: str | None, at_us: int) -> Bools:
        """Units inside one of their windows; with no country only `*` windows count."""
        here = self.window_country == ANYWHERE
        code = self.countries.get(country) if country is not None else None
        if code is not None:
            here |= self.window_country == code
        here &= (self.window_from <= at_us) & (at_us < self.window_until)
        result = np.zeros(len(self.maturity), dtype=bool)
        result[self.window_unit[here]] = True
        return result

    def allowed_units(
        self,
        *,
        maturity_limit: int | None,
        kids_only: bool,
        understood: Collection[str] | None,
        unrated_is_adult: bool,
    ) -> Bools:
        """Units within a limit, for children, in a language; None asks for no such rule."""
        result = np.ones(len(self.maturity), dtype=bool)
        if maturity_limit is not None:
            result &= self.maturity <= maturity_limit
            if unrated_is_adult:
                result &= self.maturity != NO_MATURITY
        if kids_only:
            result &= self.kids
        if understood is not None:
            known = ~self.names_language
            for language in understood:
                speaks = self.speaks.get(primary(language))
                if speaks is not None:
                    known = known | speaks
            result &= known
        return result


def build_availability(units: Sequence[tuple[Title, Title]]) -> Availability:
    """Arrays over (title, the title that speaks for its work); what an episode leaves out is its
    series' own."""
    unit: list[int] = []
    country: list[int] = []
    start: list[int] = []
    until: list[int] = []
    countries: dict[str, int] = {}
    speaks: dict[str, list[int]] = {}
    heard: dict[str, list[int]] = {}
    named: list[int] = []
    always = [Window()]
    for i, (title, work) in enumerate(units):
        for window in title.availability or always:
            begin, end = window.start(), window.end()
            for name in window.countries:
                unit.append(i)
                country.append(
                    ANYWHERE if name == "*" else countries.setdefault(name, len(countries))
                )
                start.append(int(ALWAYS_FROM) if begin is None else to_us(begin))
                until.append(int(ALWAYS_UNTIL) if end is None else to_us(end))
        audio, subtitles, original = _languages(title, work)
        for language in audio or original:
            heard.setdefault(language, []).append(i)
        for language in {*(audio or original), *subtitles}:
            speaks.setdefault(language, []).append(i)
        if audio or subtitles or original:
            named.append(i)
    return Availability(
        window_unit=np.array(unit, dtype=np.int32),
        window_country=np.array(country, dtype=np.int16),
        window_from=np.array(start, dtype=np.int64),
        window_until=np.array(until, dtype=np.int64),
        countries=countries,
        maturity=np.array(
            [_first(t.maturity, w.maturity, NO_MATURITY) for t, w in units], dtype=np.int16
        ),
        kids=np.array([t.kids or w.kids for t, w in units], dtype=bool),
        speaks={language: _flags(where, len(units)) for language, where in speaks.items()},
        heard={language: _flags(where, len(units)) for language, where in heard.items()},
        names_language=_flags(named, len(units)),
    )


def _languages(title: Title, work: Title) -> tuple[list[str], list[str], list[str]]:
    """(audio, subtitles, original) as primary tags; an episode that names none takes its series'."""
    if not (title.audio_languages or title.subtitle_languages or title.original_language):
        title = work
    audio = list(dict.fromkeys(primary(x) for x in title.audio_languages))
    subtitles = list(dict.fromkeys(primary(x) for x in title.subtitle_languages))
    original = [primary(title.original_language)] if title.original_language else []
    return audio, subtitles, original


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)


def _flags(where: list[int], size: int) -> Bools:
    flags = np.zeros(size, dtype=bool)
    flags[where] = True
    return flags
