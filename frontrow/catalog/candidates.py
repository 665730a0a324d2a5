"""The images of a catalogue as arrays: which of them may stand for a work, and what they show.

An image that shows a genre, a theme or a person that the work doesn't have would promise what isn't in
it: it is no candidate. Only what the catalogue has a word for is judged; how an image looks (`looks.LOOKS`)
says nothing of the content. Of one look there are not too many side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import digest_of
from frontrow.catalog.catalogue import Catalogue, Terms, Work
from frontrow.catalog.looks import LOOKS, SHOWN
from frontrow.catalog.title import Artwork

_CLOSE_UPS = {"close-up": "face", "portrait": "face"}
_KINDS = {name: i for i, name in enumerate(sorted(SHOWN - _CLOSE_UPS.keys()))}

MOST_TAGS, MOST_PEOPLE = 8, 4
"""Tags and people of an image that a choice looks at, the first ones."""

NO_LOOK = -1


@dataclass(frozen=True, eq=False)
class Images:
    """Candidates of all works, work after work, in the order of the catalogue."""

    starts: NDArray[np.int64]  # [n + 1], work -> its images
    image: tuple[Artwork, ...]  # [m]
    number: NDArray[np.uint64]  # [m], a hash of work and artwork id: for draws by hash
    look: NDArray[np.int8]  # [m], a number for what fills it (`SHOWN`); NO_LOOK where no tag says
    tags: tuple[str, ...]  # all tags
    tag: NDArray[np.int32]  # [m, MOST_TAGS], index into `tags`; len(tags) pads
    people: tuple[str, ...]  # all names
    person: NDArray[np.int32]  # [m, MOST_PEOPLE], index into `people`; len(people) pads
    credits: NDArray[np.int64]  # terms of the catalogue's people whose name is one of `people`
    untrue: tuple[
        tuple[int, str, str], ...
    ]  # (work, artwork id, tag or name) of what is no candidate

    @cached_property
    def place_of_person(self) -> dict[str, int]:
        """name -> index into `people`."""
        return {name: place for place, name in enumerate(self.people)}

    @property
    def m(self) -> int:
        return len(self.image)


@lru_cache(maxsize=4)
def images_of(catalogue: Catalogue) -> Images:
    """The images of a catalogue; the last few are kept, as the catalogues themselves are."""
    known = _Known(catalogue)
    starts, chosen, owners, untrue = [0], [], [], []
    for index, work in enumerate(catalogue.works):
        if work.artwork:
            claims = known.claims_of(index)
            for art in work.artwork:
                wrong = known.untrue(art, claims)
                if wrong is None:
                    chosen.append(art)
                    owners.append(work)
                else:
                    untrue.append((index, art.artwork_id, wrong))
        starts.append(len(chosen))
    tags = _vocabulary([art.tags for art in chosen])
    people = _vocabulary([art.people for art in chosen])
    return Images(
        starts=np.array(starts, dtype=np.int64),
        image=tuple(chosen),
        number=np.array(
            [_number(work, art) for work, art in zip(owners, chosen, strict=True)], dtype=np.uint64
        ),
        look=np.array([look_of(art) for art in chosen], dtype=np.int8),
        tags=tuple(tags),
        tag=_padded([art.tags for art in chosen], tags, MOST_TAGS),
        people=tuple(people),
        person=_padded([art.people for art in chosen], people, MOST_PEOPLE),
        credits=np.array(
            [i for i, term in enumerate(catalogue.people.names) if _name(term) in people],
            dtype=np.int64,
        ),
        untrue=tuple(untrue),
    )


def look_of(image: Artwork) -> int:
    """A number for what fills an image, by the first tag that says so; close-ups are faces. NO_LOOK: none."""
    told = (_CLOSE_UPS.get(tag, tag) for tag in image.tags)
    return next((_KINDS[tag] for tag in told if tag in _KINDS), NO_LOOK)


def untrue_images(work: int, catalogue: Catalogue) -> list[str]:
    """The artwork ids of a work that show what is not in it."""
    return [artwork_id for index, artwork_id, _ in images_of(catalogue).untrue if index == work]


class _Known:
    """A catalogue's words for genres, themes and people, in lower case."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._terms = catalogue.genres, catalogue.themes
        self._people = catalogue.people
        self._content = {name.casefold() for terms in self._terms for name in terms.names}
        self._names = {_name(term).casefold() for term in catalogue.people.names}

    def claims_of(self, work: int) -> tuple[frozenset[str], frozenset[str]]:
        """(genres and themes, people) that a work has."""
        content = {name for terms in self._terms for name in _of(terms, work)}
        people = {_name(term) for term in _of(self._people, work)}
        return (
            frozenset(name.casefold() for name in content),
            frozenset(name.casefold() for name in people),
        )

    def untrue(self, image: Artwork, claims: tuple[frozenset[str], frozenset[str]]) -> str | None:
        """The first that an image shows and the work hasn't; None: it is true."""
        content, people = claims
        for tag in image.tags:
            told = tag.casefold()
            if told in LOOKS or told in content or told in people:
                continue
            if told in self._content or told in self._names:
                return tag
        return next((name for name in image.people if name.casefold() not in people), None)


def _of(terms: Terms, work: int) -> list[str]:
    columns = terms.has.indices[terms.has.indptr[work] : terms.has.indptr[work + 1]]
    return [terms.names[column] for column in columns.tolist()]


def _name(term: str) -> str:
    return term.split(":", 1)[1]


def _number(work: Work, image: Artwork) -> int:
    return int.from_bytes(digest_of(0, work.work_id, image.artwork_id, size=8), "big")


def _vocabulary(lists: list[list[str]]) -> dict[str, int]:
    return {name: i for i, name in enumerate(sorted({one for some in lists for one in some}))}


def _padded(lists: list[list[str]], index: dict[str, int], most: int) -> NDArray[np.int32]:
    found = np.full((len(lists), most), len(index), dtype=np.int32)
    for i, names in enumerate(lists):
        some = list(dict.fromkeys(names))[:most]
        found[i, : len(some)] = [index[name] for name in some]
    return found
