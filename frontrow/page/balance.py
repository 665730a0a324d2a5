"""Whether a page mirrors the viewer's interests: calibration, what leads the ranking, the likeness of rows.

Calibrated means that the genres of what is shown stand in the proportion of what was enjoyed (Steck 2018,
"Calibrated Recommendations"): C_KL(p, q) = sum of p log(p / q'), q' = .99 q + .01 p, is 0 where they do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.catalog.catalogue import Terms
from frontrow.page.stage import Floats, Stage, Works, best_first
from frontrow.viewers.trends import HALF_LIVES_DAYS, Trends

MIXED_IN = 0.01
"""Share of p in q', so that a genre that is not shown costs something finite."""

_HEAD = 300
"""Titles of the ranking that are looked at to see where it leads."""

_SHOWN = 60
"""Leading titles that are to be in proportion: about what a viewer sees of a page."""

_TURNS = 4

INTERESTS = 4
"""Outstanding interests that the head of the ranking is to show."""

LOOKED_THROUGH = 100
"""Titles of the ranking among which those are found that lead it."""

_ALL_TIME = HALF_LIVES_DAYS.index(float("inf"))

_BOUNDS = (0.2, 5.0)
"""Factors on a title's value: no genre is shut out, and none lifts what is worth nothing."""

Doubles = NDArray[np.float64]


def wanted_by(catalogue: Catalogue, works: Works, reward: Floats) -> Doubles:
    """float64[g]: the genres of a viewer's past, by reward, in all 1; 0 where nothing was liked."""
    liked = reward > 0
    if not catalogue.genres.names or not liked.any():
        return np.zeros(max(len(catalogue.genres.names), 1))
    weight = np.bincount(works[liked], reward[liked], minlength=catalogue.n)
    found = np.asarray(catalogue.genres.shares.T @ weight)
    return found / max(float(found.sum()), 1e-12)


def divergence(wanted: Doubles, shown: Doubles) -> Doubles:
    """float64[...]: C_KL of each mix `shown` [..., g] from the one wanted [g]."""
    mixed = (1 - MIXED_IN) * shown + MIXED_IN * wanted
    some = wanted > 0
    return np.asarray((wanted[some] * np.log(wanted[some] / mixed[..., some])).sum(axis=-1))


def lean(terms: Terms, wanted: Doubles, value: Floats, works: Works, strength: float) -> Floats:
    """float32[n]: factors on titles' values that lead the head of a ranking towards the genres wanted.

    wanted: float64[g]; value: float32[n]; works: int32[m], those that may be ranked
    A title is worth more by the gradient of C_KL at what the head shows: the mean of wanted over shown
    of its genres, 1 where all is in proportion. What the head shows depends on the factors, so both
    are found in turn.
    """
    head = best_first(value[works], works, _HEAD)
    share = terms.shares[head].toarray()
    weight = (1 / np.log2(np.arange(len(head)) + 2)).astype(np.float32)
    own = value[head]
    factor, pull = np.ones(len(head), dtype=np.float32), np.ones(len(wanted), dtype=np.float32)
    aim = wanted.astype(np.float32)
    for turn in range(_TURNS):
        order = np.argsort(-own * factor, kind="stable")[:_SHOWN]
        shown = weight[: len(order)] @ share[order]
        shown = (1 - MIXED_IN) * shown / max(float(shown.sum()), 1e-12) + MIXED_IN * aim
        # Ever smaller steps: a full one would overshoot, and swing.
        pull += (aim / np.maximum(shown, 1e-9) - pull) / (turn + 2)
        # Not `share @ pull`: over these small, finite arrays BLAS once raised the flag for an invalid value.
        factor = 1 + np.float32(strength) * ((share * pull).sum(axis=1) - 1)
    found = np.asarray(terms.shares @ pull, dtype=np.float32)
    found -= 1
    found *= np.float32(strength)
    found += 1
    found[terms.without] = 1  # of what has no genre nothing is known
    return np.clip(found, *_BOUNDS, out=found)


def interests_of(catalogue: Catalogue, trends: Trends, wanted: Doubles) -> Doubles:
    """float64[g]: how much each of the genres counts whose share of a viewer's past stands out most from
    everyone's, by p log(p / all), in all 1; 0 for the others, and everywhere where nothing is known.

    wanted: float64[g], the genres of the viewer's past
    """
    found = np.zeros(len(wanted))
    if not wanted.any():
        return found
    every = np.asarray(catalogue.genres.shares.T @ trends.of_country(None)[_ALL_TIME])
    if not every.any():
        return found
    every = np.maximum(every / every.sum(), 1e-9)
    stands_out = wanted * np.log(np.maximum(wanted, 1e-12) / every)
    most = np.argsort(-stands_out, kind="stable")[:INTERESTS]
    found[most] = np.maximum(stands_out[most], 0)
    return found / max(float(found.sum()), 1e-12)


def head_of_interests(
    terms: Terms, interests: Doubles, value: Floats, ranked: Works, places: int, strength: float
) -> Works:
    """int32[places]: the titles that lead a ranking so that they show the viewer's interests, in its order.

    interests: float64[g], how much each counts; value: float32[n]; ranked: int32[m], its first, best first
    The next title is the one of most value x (1 + strength x the interests that none chosen so far shows):
    xQuAD (Santos, Macdonald and Ounis 2010) with a viewer's interests for the aspects of a query. A title
    does for several at once, and none is shown twice for its own sake, so it costs few of the likeliest.
    """
    some = np.flatnonzero(interests)
    shows = terms.has[ranked][:, some].toarray().astype(bool)
    missing, left = interests[some], value[ranked].astype(np.float64)
    chosen: list[int] = []
    for _ in range(min(places, len(ranked))):
        best = int(np.argmax(left * (1 + strength * (shows @ missing))))
        chosen.append(best)
        left[best] = -np.inf
        missing[shows[best]] = 0
    found: Works = ranked[np.sort(np.array(chosen, dtype=np.intp))]
    return found


class Balance:
    """The genres of the page so far, beside those of the viewer's past."""

    def __init__(self, stage: Stage) -> None:
        self._terms = stage.catalogue.genres
        self._g, self._shares = max(len(self._terms.names), 1), stage.catalogue.genres.shares
        self._kept = stage.screen.row_kept
        self._placed: list[Doubles] = []
        self._page = np.zeros(self._g)
        self._row_weight = 1.0
        self.wanted = stage.wanted

    @property
    def is_known(self) -> bool:
        """Whether there is a past to mirror."""
        return bool(self.wanted.any())

    def mixes(self, titles: Works, attention: Floats) -> Doubles:
        """float64[rows, g]: the genres of what each row would show, weighted by attention.

        titles: int32[rows, columns], n where there is none; attention: float32[columns]
        """
        found = np.zeros((len(titles), self._g))
        if not self._terms.names:
            return found
        row, column = np.nonzero(titles < self._shares.shape[0])
        works = titles[row, column]
        starts = self._shares.indptr[works]
        counts = self._shares.indptr[works + 1] - starts
        ends = np.cumsum(counts)
        inside = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
        inside += np.repeat(starts, counts)
        genre = self._shares.indices[inside]
        part = np.repeat(attention[column], counts) * self._shares.data[inside]
        cell = np.repeat(row, counts) * self._g + genre
        flat = np.bincount(cell, part, minlength=len(titles) * self._g)
        return np.asarray(flat.reshape(len(titles), self._g))

    def likeness(self, mixes: Doubles) -> Doubles:
        """float64[rows]: cosine of each row's genres with the likest row placed so far."""
        if not self._placed:
            return np.zeros(len(mixes))
        return np.asarray((_unit(mixes) @ np.stack(self._placed).T).max(axis=1))

    def after(self, mixes: Doubles) -> Doubles:
        """float64[rows]: how far the page would be from the viewer's past with each row added."""
        shown = self._page + self._row_weight * mixes
        shown = shown / np.maximum(shown.sum(axis=1, keepdims=True), 1e-12)
        return divergence(self.wanted, shown)

    def add(self, mix: Doubles) -> None:
        """A row with these genres is placed next."""
        self._page += self._row_weight * mix
        self._row_weight *= self._kept
        self._placed.append(_unit(mix))


def _unit(mixes: Doubles) -> Doubles:
    length = np.linalg.norm(mixes, axis=-1, keepdims=True)
    return np.asarray(mixes / np.maximum(length, 1e-12))
