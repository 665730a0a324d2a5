"""What a viewer was shown and began, and when: from it the context of choices at any earlier moment.

The counterpart of `reactions` for one viewer's page: that takes all profiles' events one after the other,
this reads the folded viewer. Both make the same `Context` of the same events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.catalog.candidates import images_of
from frontrow.viewers.reactions import BEGUN_SHARE, KNOWN_PERSON, NOBODY, Context, context_of
from frontrow.viewers.resume import Groups
from frontrow.viewers.viewer import Spoken


@dataclass(frozen=True)
class Glimpses:
    """The works that a viewer took up and the images that it was shown, each with the moment since when
    that is known, us."""

    work: NDArray[np.int32]  # [b], begun, or liked
    begun_us: NDArray[np.int64]  # [b]
    well_us: NDArray[np.int64]  # [b], when most of one was seen; 0: never
    shown_us: NDArray[np.int64]  # [s]
    good_us: NDArray[np.int64]  # [s], when most was seen of what was begun under it; 0: never
    tags: tuple[tuple[str, ...], ...]  # [s]


def glimpses_of(groups: Groups, catalogue: Catalogue) -> Glimpses:
    """Those of a viewer; `groups` are its title records by work."""
    begun: list[tuple[int, int, int]] = []
    shown: list[int] = []
    good: list[int] = []
    tags: list[tuple[str, ...]] = []
    for work, group in groups.items():
        first: dict[str, int] = {}
        well: dict[str, int] = {}
        taken = [record.taken_us for _, record in group if record.taken_us]
        if taken:
            seen = [record.good_us for _, record in group if record.good_us]
            begun.append((work, min(taken), min(seen, default=0)))
        for _, record in group:
            for image, us in record.shown_as.items():
                first[image] = min(first.get(image, us), us)
            under = [(us, image) for image, us in record.begun_as.items() if us <= record.good_us]
            if under:
                image = max(under)[1]
                well[image] = min(well.get(image, record.good_us), record.good_us)
        if first:
            for art in catalogue.works[work].artwork:
                if art.artwork_id in first:
                    shown.append(first[art.artwork_id])
                    good.append(well.get(art.artwork_id, 0))
                    tags.append(tuple(art.tags))
    return Glimpses(
        np.array([work for work, _, _ in begun], dtype=np.int32),
        np.array([us for _, us, _ in begun], dtype=np.int64),
        np.array([us for _, _, us in begun], dtype=np.int64),
        np.array(shown, dtype=np.int64),
        np.array(good, dtype=np.int64),
        tuple(tags),
    )


def corrected(context: Context, spoken: Spoken) -> Context:
    """What is known of a viewer, with what the viewer said of it in its place.

    A genre or a look that is liked counts as much as was said, and a person as one who is well known; what is
    muted or avoided is taken out, but a look that is avoided counts against an image.
    """
    if not any(spoken.get(kind) for kind in ("genres", "people", "artwork")):
        return context
    genres, people, tags = dict(context.genres), dict(context.people), dict(context.tags)
    for genre, said in spoken.get("genres", {}).items():
        genres.pop(genre.casefold(), None)
        if said > 0:
            genres[genre.casefold()] = said
    for term, said in spoken.get("people", {}).items():
        name = term.partition(":")[2]
        people.pop(name, None)
        if said > 0:
            people[name] = int(KNOWN_PERSON)
    for tag, said in spoken.get("artwork", {}).items():
        tags.pop(tag, None)
        if said:
            tags[tag] = said
    return replace(context, genres=genres, people=people, tags=tags)


def context_at(glimpses: Glimpses, catalogue: Catalogue, us: int) -> Context:
    """What was known of a viewer at a moment."""
    known = glimpses.begun_us < us
    works, well_us = glimpses.work[known], glimpses.well_us[known]
    shown = np.flatnonzero(glimpses.shown_us < us)
    if not len(works) and not len(shown):
        return NOBODY
    weight = np.where((well_us > 0) & (well_us < us), 1.0, BEGUN_SHARE)
    shares = np.asarray(weight @ catalogue.genres.shares[works]).ravel()
    genres: dict[str, float] = {}
    for place in np.flatnonzero(shares).tolist():
        name = catalogue.genres.names[place].casefold()
        genres[name] = genres.get(name, 0.0) + float(shares[place])
    people: dict[str, int] = {}  # only those who are on any image
    credits = images_of(catalogue).credits
    if len(credits):
        _, terms = catalogue.people.of(works)
        counts = np.bincount(terms, minlength=len(catalogue.people.names))[credits]
        for place in np.flatnonzero(counts).tolist():
            name = catalogue.people.names[credits[place]].split(":", 1)[1]
            people[name] = max(people.get(name, 0), int(counts[place]))
    tags: dict[str, list[int]] = {}
    good = 0
    for i in shown.tolist():
        well = bool(0 < glimpses.good_us[i] < us)
        good += well
        for tag in glimpses.tags[i]:
            count_of = tags.setdefault(tag, [0, 0])
            count_of[0] += 1
            count_of[1] += well
    return context_of(genres, len(works), people, tags, len(shown), good)
