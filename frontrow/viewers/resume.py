"""Where a viewer goes on: the film's place, the series' next episode, and what is under way.

The bookkeeping of series is the API's to the letter: in order of season and episode; after the one
last played, not the lowest unseen; a special neither blocks nor interrupts; nothing left, no next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.texts import primary
from frontrow.catalog import Catalogue, Edition
from frontrow.catalog.catalogue import Work
from frontrow.events.event import OrderKey
from frontrow.viewers.records import is_finished, merge, reached, was_begun
from frontrow.viewers.viewer import NEVER, TitleRecord, Viewer

Begun = list[tuple[int, TitleRecord]]
"""(work, its titles' records as one), latest first."""

Groups = Mapping[int, list[tuple[str, TitleRecord]]]


@dataclass(frozen=True, slots=True)
class Resume:
    """What to play next of a work, and from where. `begun` is false for a next, unbegun episode."""

    title_id: str
    season: int | None
    episode: int | None
    position_seconds: float
    fraction: float
    begun: bool


def group_by_work(viewer: Viewer, catalogue: Catalogue) -> dict[int, list[tuple[str, TitleRecord]]]:
    """A viewer's records by work; titles that the catalogue doesn't know are left out."""
    groups: dict[int, list[tuple[str, TitleRecord]]] = {}
    for title_id, record in viewer.titles.items():
        work = catalogue.work_of_title.get(title_id)
        if work is not None:
            groups.setdefault(work, []).append((title_id, record))
    return groups


def choose_edition(
    catalogue: Catalogue,
    editions: tuple[Edition, ...],
    playable: NDArray[np.bool_],
    language: str | None,
) -> Edition | None:
    """The edition a viewer gets: playable, in the viewer's language first, then by arrival."""
    fit = [edition for edition in editions if playable[edition.unit]]
    if not fit:
        return None
    if len(fit) > 1 and language is not None:
        heard = catalogue.availability.heard.get(primary(language))
        if heard is not None:
            fit.sort(key=lambda edition: not heard[edition.unit])  # stable: arrival stays
    return fit[0]


def resume_of(
    work: int,
    group: list[tuple[str, TitleRecord]],
    catalogue: Catalogue,
    playable: NDArray[np.bool_],
    language: str | None,
) -> Resume | None:
    """Where to go on with a work that this viewer played; None where there is nothing to play.

    playable: bool[units], what this viewer may watch now
    """
    if catalogue.works[work].episodes:
        return _resume_series(work, group, catalogue, playable, language)
    record = merge(group, work, catalogue)
    edition = choose_edition(catalogue, catalogue.works[work].editions, playable, language)
    if edition is None or record.last_touch == NEVER:
        return None
    return _at_record(edition, record, None, begun=True)


def _resume_series(
    work: int,
    group: list[tuple[str, TitleRecord]],
    catalogue: Catalogue,
    playable: NDArray[np.bool_],
    language: str | None,
) -> Resume | None:
    episodes = catalogue.works[work].episodes
    touched: dict[int, list[tuple[str, TitleRecord]]] = {}
    for title_id, record in group:
        found = catalogue.episode_of_title.get(title_id)
        if found is not None and record.last_touch > NEVER:
            touched.setdefault(found[1], []).append((title_id, record))
    records = {place: merge(many, work, catalogue) for place, many in touched.items()}
    if not records and all(record.last_touch == NEVER for _, record in group):
        return None

    def open_at(place: int) -> Resume | None:
        episode = episodes[place]
        edition = choose_edition(catalogue, episode.editions, playable, language)
        if edition is None:
            return None
        record = records.get(place)
        numbers = edition.title.season, edition.title.episode
        return _at_record(edition, record, numbers, begun=record is not None)

    regular = [place for place, episode in enumerate(episodes) if not episode.is_special]
    played = [place for place in records if not episodes[place].is_special]
    moments = {place: records[place].last_touch for place in played}
    last = max(played, key=lambda place: moments[place], default=None)
    done = _done_at_once(group, catalogue.works[work], regular)
    if done is not None and (last is None or done[0] > moments[last]):
        start = done[1] + 1
    elif last is not None:
        start = last + 1 if is_finished(records[last]) else last
    else:
        specials = sorted(records, key=lambda place: records[place].last_touch, reverse=True)
        for place in specials:  # only specials were played: go on with one that isn't finished
            if not is_finished(records[place]):
                found_special = open_at(place)
                if found_special is not None:
                    return found_special
        start = 0
    for place in regular:
        if place >= start:
            found_next = open_at(place)
            if found_next is not None:
                return found_next
    return None


def _done_at_once(
    group: list[tuple[str, TitleRecord]], work: Work, regular: list[int]
) -> tuple[OrderKey, int] | None:
    """When the series or one of its seasons was last marked as watched as a whole, and the last episode that
    it held then; None: never."""
    found = []
    for title_id, record in group:
        is_season = title_id in work.seasons
        begun_again = record.last_watch >= record.last_complete
        if begun_again or not (is_season or _is_own(title_id, work)):
            continue
        season = work.seasons.get(title_id)
        held = [
            place
            for place in regular
            if work.episodes[place].came_us <= record.last_complete[0]
            and (not is_season or work.episodes[place].season == season)
        ]
        if held:
            found.append((record.last_complete, held[-1]))
    return max(found, default=None)


def _is_own(title_id: str, work: Work) -> bool:
    """Whether a title is an edition of the work itself."""
    return title_id in work.withdrawn or any(e.title.title_id == title_id for e in work.editions)


def _at_record(
    edition: Edition,
    record: TitleRecord | None,
    number: tuple[int | None, int | None] | None,
    *,
    begun: bool,
) -> Resume:
    season, episode = number or (None, None)
    if record is None or is_finished(record):  # unbegun, or from the beginning again
        return Resume(edition.title.title_id, season, episode, 0.0, 0.0, begun)
    return Resume(
        edition.title.title_id,
        season,
        episode,
        record.position_seconds,
        round(reached(record), 4),
        begun,
    )


def touched_in(groups: Groups) -> frozenset[int]:
    """The works of which anything was ever played."""
    return frozenset(
        work
        for work, group in groups.items()
        if any(record.last_touch != NEVER for _, record in group)
    )


def begun_in(groups: Groups, catalogue: Catalogue) -> Begun:
    """Every work begun and neither put aside nor, were it a film, finished: what may be under way,
    whatever can be watched now."""
    found = []
    for work, group in groups.items():
        if all(record.last_touch == NEVER for _, record in group):
            continue  # rated, wished for or only seen in passing
        merged = merge(group, work, catalogue)
        if not was_begun(merged) or merged.put_aside > max(merged.last_play, merged.taken_back):
            continue
        if catalogue.works[work].episodes or not is_finished(merged):
            found.append((work, merged))
    found.sort(key=lambda item: (tuple_descending(item[1].last_touch), item[0]))
    return found


def under_way(
    begun: Begun,
    groups: Groups,
    catalogue: Catalogue,
    playable: NDArray[np.bool_],
    language: str | None,
) -> list[tuple[int, Resume]]:
    """(work, where to go on) of everything begun and not finished nor put aside, latest first."""
    found = []
    for work, _ in begun:
        group = groups[work]
        resume = resume_of(work, group, catalogue, playable, language)
        if resume is None:
            continue
        goes_on = resume.begun or _started_regular(work, group, catalogue)
        if goes_on or not catalogue.works[work].episodes:
            found.append((work, resume))
    return found


def tuple_descending(key: tuple[int, int, str]) -> tuple[int, int]:
    """A sort key for "latest first" whose ties go to the smaller index."""
    return -key[0], -key[1]


def _started_regular(work: int, group: list[tuple[str, TitleRecord]], catalogue: Catalogue) -> bool:
    """Whether an episode that is no special, or the series as such, was begun."""
    episodes = catalogue.works[work].episodes
    for title_id, record in group:
        if record.last_touch == NEVER:
            continue
        found = catalogue.episode_of_title.get(title_id)
        if found is None or not episodes[found[1]].is_special:
            return True
    return False
