"""What `forget_title` reaches, once a catalogue is known: a work's editions and episodes with it.

The log speaks of title ids; that one of them is a series, and which episodes it has, only the catalogue
tells. Whoever reads a viewer on a catalogue folds through here, pages and fitting alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from frontrow.catalog import Catalogue
from frontrow.events.log import Logged
from frontrow.viewers.fold import fold
from frontrow.viewers.viewer import Viewer


def fold_on(
    profile_id: str,
    events: Sequence[Logged],
    catalogue: Catalogue,
    *,
    until_us: int | None = None,
    incarnation: str = "",
) -> Viewer:
    """The viewer of all of a profile's events, as a catalogue understands their forgets."""
    viewer = fold(profile_id, events, until_us=until_us, incarnation=incarnation)
    further = further_forgets(viewer, catalogue)
    if not further:
        return viewer
    return fold(
        profile_id, events, until_us=until_us, also_forgotten=further, incarnation=incarnation
    )


def further_forgets(viewer: Viewer, catalogue: Catalogue) -> dict[str, int]:
    """title id -> us, of titles that a forget reaches beside the one it names."""
    reached = reach_of(viewer.forgets, catalogue)
    return {title_id: us for title_id, us in reached.items() if viewer.forgets.get(title_id) != us}


def reach_of(forgets: Mapping[str, int], catalogue: Catalogue) -> dict[str, int]:
    """title id -> until when it is forgotten, us, of the titles that are named and of all that they reach."""
    found = dict(forgets)
    for title_id, us in forgets.items():
        for other in _reached(title_id, catalogue):
            found[other] = max(found.get(other, us), us)
    return found


def _reached(title_id: str, catalogue: Catalogue) -> list[str]:
    """All editions and episodes of a work, a season's episodes, or an episode's editions."""
    index = catalogue.work_of_title.get(title_id)
    if index is None:
        return []
    work = catalogue.works[index]
    episodes = work.episodes
    found = catalogue.episode_of_title.get(title_id)
    if found is not None:
        episodes = (episodes[found[1]],)
        editions: tuple[str, ...] = ()
    elif title_id in work.seasons:
        season = work.seasons[title_id]
        episodes = tuple(episode for episode in episodes if episode.season == season)
        editions = ()
    else:
        editions = (*(edition.title.title_id for edition in work.editions), *work.withdrawn)
    parts = [edition.title.title_id for episode in episodes for edition in episode.editions]
    gone = [title_id for episode in episodes for title_id in episode.withdrawn]
    return [*editions, *parts, *gone]
