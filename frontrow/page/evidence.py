"""Which of a tile's true reasons is told: chosen as images are, by the same policy, kept for the same window.

A title may stand where it does for an anchor, a person and a genre at once; each is true (`reasons` sees to
that), and one is told. Which one moves a viewer is learned from what came of tiles that told it: events say
so in `attributes.reason`. With one true reason there is no choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import digest_of
from frontrow.catalog import Catalogue
from frontrow.page.artwork import Taken
from frontrow.page.choosing import race, shared_trials
from frontrow.viewers.choices import shares_of

Works = NDArray[np.int32]

ANCHOR = "because_you_watched"
GENRE = "genre"
_PLACES = 3
"""Anchor, person, genre, in this order."""


@dataclass(frozen=True, slots=True)
class ReasonChoice:
    """The reason told, with what chance, of which candidates."""

    place: int  # 0: the anchor, 1: the person, 2: the genre
    code: str
    propensity: float
    candidates: tuple[str, ...]  # codes
    arm: str


class ReasonChooser:
    """Chooses the reasons of a page's tiles."""

    def __init__(self, catalogue: Catalogue, taken: Taken) -> None:
        self._hash, self._taken = catalogue.work_hash, taken
        base = digest_of(taken.window, "evidence", taken.key, size=8)
        self._base = int.from_bytes(base, "big")
        self._shares = shares_of(taken.context.genres)
        self._worths: dict[str, float] = {}

    def choose(
        self, works: Works, roles: list[str | None], genres: list[bool], *, anchored: bool
    ) -> list[ReasonChoice | None]:
        """A reason for each work that has several; None for the others.

        roles: the code of the person that is true of each, if one is; genres: whether a genre is;
        anchored: whether the anchor of its row is
        """
        there = np.array(
            [
                (anchored, role is not None, genre)
                for role, genre in zip(roles, genres, strict=True)
            ],
            dtype=bool,
        ).reshape(-1, _PLACES)
        several = np.flatnonzero(there.sum(axis=1) > 1)
        found: list[ReasonChoice | None] = [None] * len(works)
        if not len(several):
            return found
        codes = [(ANCHOR, roles[i] or "", GENRE) for i in several.tolist()]
        there, own = there[several], self._hash[works[several]]
        # A candidate's hash is of its place too, so that it is another for each of a work's reasons.
        numbers = own[:, None] ^ (np.arange(1, _PLACES + 1, dtype=np.uint64) << np.uint64(56))
        values, value, known = self._taken.values, None, np.zeros(len(several))
        if values is not None and values.reason:
            value = np.array([[self._worth(code) for code in some] for some in codes])
            known += shared_trials(values.reasons_good)
        drawn = race(value, known, there, numbers, own, self._base).run()
        for at, i in enumerate(several.tolist()):
            place = int(drawn.chosen[at])
            found[i] = ReasonChoice(
                place,
                codes[at][place],
                float(drawn.propensity[at]),
                tuple(
                    code for code, is_there in zip(codes[at], there[at], strict=True) if is_there
                ),
                "floor" if drawn.by_floor[at] else "learned",
            )
        return found

    def _worth(self, code: str) -> float:
        """How good tiles were that told a reason, beside what is usual: 1 where nothing is known."""
        worth = self._worths.get(code)
        if worth is None:
            assert self._taken.values is not None
            values = self._taken.values
            everyone, among = values.reason.get(code, (1.0, None))
            worth, rest = 0.0, 1.0
            if among is not None:
                for name, share in self._shares.items():
                    if name in values.genres:
                        worth += share * float(among[values.genres[name]])
                        rest -= share
            worth = self._worths[code] = worth + rest * everyone
        return worth
