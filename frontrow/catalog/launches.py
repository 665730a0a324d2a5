"""Titles about to launch: which works open or came lately, and what their metadata lacks."""

from __future__ import annotations

from dataclasses import dataclass

from frontrow.base.time import US_PER_DAY, to_us
from frontrow.catalog.candidates import untrue_images
from frontrow.catalog.catalogue import UNKNOWN_TIME, Catalogue, Work

MOST_HURRIED_US = US_PER_DAY
"""A window shorter than this is more likely a slip than a plan."""


@dataclass(frozen=True)
class Launch:
    """A work that opens at a moment, or was open before anyone was shown it."""

    work: int
    at_us: int
    countries: tuple[str, ...]  # where it opens then; "*" is everywhere
    is_new: bool  # no window: it came lately and was never shown


def launches_of(
    catalogue: Catalogue, now_us: int, days: float, shown: frozenset[int]
) -> list[Launch]:
    """Works that open for the first time within the next days, and works added within as many days
    past that nobody was ever shown; in order of time, then of work.

    shown: works of which the log says anything
    """
    found = []
    for index, work in enumerate(catalogue.works):
        opens = _opening(work, now_us)
        added_us = int(catalogue.added_us[index])
        if opens is not None and opens[0] <= now_us + days * US_PER_DAY:
            found.append(Launch(index, opens[0], opens[1], is_new=False))
        elif (
            opens is None
            and index not in shown
            and added_us != UNKNOWN_TIME
            and added_us > now_us - days * US_PER_DAY
        ):
            found.append(Launch(index, now_us, ("*",), is_new=True))
    return sorted(found, key=lambda launch: (launch.at_us, launch.work))


def _opening(work: Work, now_us: int) -> tuple[int, tuple[str, ...]] | None:
    """(when, in which countries) a work opens next, of countries in which it never was open; None
    where it does not."""
    first: dict[str, int] = {}
    for edition in work.editions:
        if not edition.title.availability:
            return None  # always open
        for window in edition.title.availability:
            start = window.start()
            begins = now_us if start is None else to_us(start)
            for country in window.countries:
                first[country] = min(first.get(country, begins), begins)
    coming = {c: us for c, us in first.items() if us > now_us and first.get("*", us) >= us}
    if not coming:
        return None
    at_us = min(coming.values())
    return at_us, tuple(sorted(c for c, us in coming.items() if us == at_us))


def lacks_of(catalogue: Catalogue, launch: Launch, new_days: int) -> list[str]:
    """Codes of what a work about to launch lacks, or has wrong.

    Windows that end before they begin, or name no country, never came in: `Window` refuses them.
    """
    work = catalogue.works[launch.work]
    titles = [edition.title for edition in work.editions]
    parts = [edition.title for episode in work.episodes for edition in episode.editions]
    lacks = [
        (not any(title.genres for title in titles), "no_genres"),
        (not any(title.people for title in titles), "no_people"),
        (not any(title.synopsis for title in titles), "no_synopsis"),
        (not any(title.runtime_minutes for title in (*titles, *parts)), "no_runtime"),
        (all(title.maturity is None for title in titles), "no_maturity"),
        (work.is_painted, "no_artwork"),
        (bool(untrue_images(launch.work, catalogue)), "untrue_artwork"),
        (work.kind == "series" and not parts, "no_episodes"),
    ]
    windows = [window for title in titles for window in title.availability]
    ends = [end for window in windows if (end := window.end()) is not None]
    spans = [
        to_us(end) - to_us(start)
        for window in windows
        if (start := window.start()) is not None and (end := window.end()) is not None
    ]
    ended = bool(windows) and len(ends) == len(windows) and max(map(to_us, ends)) <= launch.at_us
    added_us = int(catalogue.added_us[launch.work])
    known = added_us != UNKNOWN_TIME
    lacks += [
        (ended, "window_ended"),
        (work.kind != "live" and any(s < MOST_HURRIED_US for s in spans), "window_short"),
        (known and added_us > launch.at_us, "added_later"),
        (known and added_us < launch.at_us - new_days * US_PER_DAY, "added_long_before"),
    ]
    return [code for wrong, code in lacks if wrong]
