"""A work's windows in one country, as moments: when it opens next, when it closed last."""

from __future__ import annotations

from dataclasses import dataclass

from frontrow.base.time import to_us
from frontrow.catalog.catalogue import Catalogue
from frontrow.catalog.title import Title


@dataclass(frozen=True)
class Nearest:
    """The windows around a moment, in us; None where there is none such."""

    opens_us: int | None  # the next that begins later
    closed_us: int | None  # the last that has ended


def spans_of(title: Title, country: str | None) -> list[tuple[int | None, int | None]]:
    """(from, until) in us of a title's windows in a country (None: only those of everywhere); None is
    always. A title without windows is always open."""
    if not title.availability:
        return [(None, None)]
    spans = []
    for window in title.availability:
        if "*" in window.countries or (country is not None and country in window.countries):
            start, end = window.start(), window.end()
            spans.append(
                (None if start is None else to_us(start), None if end is None else to_us(end))
            )
    return spans


def nearest_windows(catalogue: Catalogue, work: int, country: str | None, at_us: int) -> Nearest:
    """When any edition of a work opens after a moment, and when the last closed before it.

    What a series' episodes say of themselves is looked at as well: a series is open while one is.
    """
    of = catalogue.works[work]
    parts = [edition for episode in of.episodes for edition in episode.editions]
    spans = [
        span
        for edition in (*of.editions, *parts)
        for span in spans_of(edition.title, country)
    ]  # fmt: skip
    opens = [start for start, _ in spans if start is not None and start > at_us]
    closed = [end for _, end in spans if end is not None and end <= at_us]
    return Nearest(min(opens, default=None), max(closed, default=None))
