"""Where the log is cut for fitting: earlier moments, and between them the visits at which to ask.

A slice runs from one moment to a later one. Its scorers know what came before; its viewers are asked at
its start, once more at the start of a visit within it, and once in the midst of one, as a page would have
been: with what they had done and what was rising then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.models.histories import GOOD
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import begun_us, moment_at
from frontrow.viewers import Dataset
from frontrow.viewers.dataset import Moment

CUT_SHARES = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
"""Shares of the good plays at which the log is cut, the latest first."""

WINDOW_SHARE = 0.2
"""Share of the good plays that follow a cut and are asked for."""

ENOUGH_LISTS = 2_000
"""No earlier cuts are made once the later ones ask so many viewers."""

MAX_ASKED = 1_000
"""Viewers asked at one cut; of more, some are drawn."""

MAX_WITHIN = 300
"""Of them in the midst of a visit: most pages are asked for at its start."""

VISIT_GAP_US = US_PER_DAY // 2
"""What is begun so long after the title before it begins a visit."""


@dataclass(frozen=True)
class Cut:
    """A slice: the scorers know what is before `at_us`, what is right is known at `until_us`."""

    at_us: int
    until_us: int
    visits: tuple[Mapping[str, int], ...]  # profile -> a moment within: before a visit, and in one


@dataclass(frozen=True)
class Cuts:
    """The slices, the latest first, and the moment of the fit itself."""

    slices: tuple[Cut, ...]
    at_us: int

    @property
    def times(self) -> list[int]:
        """Moments that hold for everybody, ascending; the fit's own is the last."""
        return sorted({t for cut in self.slices for t in (cut.at_us, cut.until_us)} | {self.at_us})

    @property
    def moments(self) -> list[Moment]:
        """At which datasets are needed: each slice's visits, then all `times`."""
        return [*(visit for cut in self.slices for visit in cut.visits), *self.times]


def cuts_of(whole: Dataset, catalogue: Catalogue, seed: int, at_us: int | None = None) -> Cuts:
    """Where to cut for a fit at `at_us`, by one reading of the log up to then or later.

    whole: the dataset at the log's end
    """
    at_us = whole.at_us if at_us is None else at_us
    reward = rewards(whole, catalogue)
    begun = begun_us(whole, reward, at_us)
    if len(begun) == 0:
        return Cuts((), at_us)
    good = reward >= GOOD
    viewer, first = whole.viewer[good], whole.records.first_us[good]
    starts = starts_of(whole)
    slices: list[Cut] = []
    asked = 0
    for share in CUT_SHARES:
        cut = moment_at(share, begun)
        until = at_us if share + WINDOW_SHARE >= 1 else moment_at(share + WINDOW_SHARE, begun)
        if cut >= until or any(cut == other.at_us for other in slices):
            continue
        visits = tuple(
            _visits(whole, *each, cut, until, seed, most)
            for each, most in zip(starts, (MAX_ASKED, MAX_WITHIN), strict=True)
        )
        slices.append(Cut(cut, until, visits))
        before = np.bincount(viewer[first <= cut], minlength=whole.b) > 0
        after = np.bincount(viewer[(first > cut) & (first <= until)], minlength=whole.b) > 0
        asked += min(int((before & after).sum()), MAX_ASKED)
        if asked >= ENOUGH_LISTS:
            break
    return Cuts(tuple(slices), at_us)


Starts = tuple[NDArray[np.int64], NDArray[np.int32]]


def starts_of(whole: Dataset) -> tuple[Starts, Starts]:
    """When what was begun first in a visit, and what was begun later in it, began, and by whom; but
    for a viewer's very first."""
    known = whole.records.first_us > 0
    us, viewer = whole.records.first_us[known], whole.viewer[known]
    order = np.lexsort((us, viewer))
    us, viewer = us[order], viewer[order]
    further = viewer[1:] == viewer[:-1]
    visit = us[1:] - us[:-1] > VISIT_GAP_US
    us, viewer = us[1:], viewer[1:]
    return (us[further & visit], viewer[further & visit]), (
        us[further & ~visit],
        viewer[further & ~visit],
    )


def _visits(
    whole: Dataset,
    us: NDArray[np.int64],
    viewer: NDArray[np.int32],
    after_us: int,
    until_us: int,
    seed: int,
    most: int,
) -> dict[str, int]:
    """One of these moments of each of at most so many viewers within a slice."""
    here = np.flatnonzero((us > after_us) & (us <= until_us))
    here = rng_for(seed, "visits", str(after_us)).permutation(here)
    _, first = np.unique(viewer[here], return_index=True)
    chosen = here[np.sort(first)][:most]
    return {whole.profile_ids[viewer[i]]: int(us[i]) - 1 for i in chosen.tolist()}
