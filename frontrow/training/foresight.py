"""What open starts will have been worth: so that models learn from a title that is a day old.

Two weeks after a start it is known what it was worth; until then the reward is undecided, and to a model an
undecided start says next to nothing, least of all of what is new. So starts that were open at the moments at
which the log is cut anyway, and are known by its end, tell how such starts go on, and models read an open
start's expected reward instead. Only what models are fitted on is foreseen: what is right in a question, and
a viewer's own history when a page is made, stay what is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.models.histories import GOOD, Floats
from frontrow.ranking.logistic import fit_logistic
from frontrow.ranking.reward import GRAIN, rewards
from frontrow.ranking.unfolding import KNOWN_DAYS, LEAST_STARTS, SIGNALS, signals_of
from frontrow.viewers import Dataset

Doubles = NDArray[np.float64]

_KNOWN_US = int(KNOWN_DAYS * US_PER_DAY)
_RIDGE = 1.0


@dataclass(frozen=True)
class Foresight:
    """weights: float64[signals] of the log-odds that an open start becomes a good play.

    good, other: the mean reward, once known, of those that did and of those that didn't
    """

    weights: Doubles
    good: float
    other: float

    def expected(self, x: Doubles) -> Doubles:
        """float64[m]: the reward that starts with these signals come to on average."""
        chance = 1 / (1 + np.exp(-np.clip(x @ self.weights, -30, 30)))
        return self.other + (self.good - self.other) * chance


def fit_foresight(
    moments: Sequence[Dataset], whole: Dataset, catalogue: Catalogue
) -> tuple[Foresight | None, str]:
    """(the fit, why there is none) from what was open at earlier moments.

    whole: what is known at the log's end
    """
    seen = list(_went_on(moments, whole, catalogue))
    x = np.concatenate([x for x, _ in seen]) if seen else np.zeros((0, len(SIGNALS)))
    reward = np.concatenate([reward for _, reward in seen]) if seen else np.zeros(0)
    good = reward >= GOOD
    if len(x) < LEAST_STARTS or good.all() or not good.any():
        return (
            None,
            f"of {len(x)} open starts it is known how they went on; it needs {LEAST_STARTS}",
        )
    penalty = np.r_[1e-3, np.full(len(SIGNALS) - 1, _RIDGE)]
    weights = fit_logistic(x, good, penalty, np.zeros(len(SIGNALS)))
    return Foresight(weights, float(reward[good].mean()), float(reward[~good].mean())), ""


def foreseen_rewards(dataset: Dataset, catalogue: Catalogue, foresight: Foresight | None) -> Floats:
    """float32[m]: the reward of each record, of open starts as foreseen."""
    reward = rewards(dataset, catalogue)
    if foresight is None:
        return reward
    open_ = _open(dataset, reward)
    expected = foresight.expected(_signals(dataset, reward, catalogue, open_))
    reward[open_] = np.round(expected * GRAIN) / GRAIN
    return reward


def _went_on(
    moments: Sequence[Dataset], whole: Dataset, catalogue: Catalogue
) -> Iterator[tuple[Doubles, Doubles]]:
    """Of each moment (signals of starts open then, what they came to), where that is known."""
    final = rewards(whole, catalogue).astype(np.float64)
    keys = whole.viewer.astype(np.int64) * whole.n + whole.records.work  # ascending
    place = {profile_id: i for i, profile_id in enumerate(whole.profile_ids)}
    for then in moments:
        reward = rewards(then, catalogue)
        open_ = _open(then, reward)
        open_ = open_[then.records.first_touch_us[open_] + _KNOWN_US <= whole.at_us]
        at = np.array([place.get(p, -1) for p in then.profile_ids], dtype=np.int64)
        key = at[then.viewer[open_]] * whole.n + then.records.work[open_]
        found = np.searchsorted(keys, key)
        there = (key >= 0) & (found < len(keys))
        there[there] = keys[found[there]] == key[there]
        open_, found = open_[there], found[there]
        yield _signals(then, reward, catalogue, open_), final[found]


def _open(dataset: Dataset, reward: Floats) -> NDArray[np.intp]:
    """intp[k]: records of which it is not known yet what they were worth."""
    records = dataset.records
    lately = records.first_touch_us + _KNOWN_US > dataset.moment_us[dataset.viewer]
    said = ~np.isnan(records.rating) | records.dismissed
    return np.flatnonzero(records.begun & lately & ~said & (reward < GOOD))


def _signals(
    dataset: Dataset, reward: Floats, catalogue: Catalogue, where: NDArray[np.intp]
) -> Doubles:
    return signals_of(
        dataset.records.take(where),
        reward[where],
        catalogue,
        start_us=dataset.records.first_touch_us[where],
        at_us=dataset.moment_us[dataset.viewer[where]],
        before=_begun_before(dataset)[where],
    )


def _begun_before(dataset: Dataset) -> NDArray[np.int64]:
    """int64[m]: works that the viewer had begun before each."""
    records, viewer = dataset.records, dataset.viewer
    order = np.lexsort((records.first_touch_us, viewer))
    begun = records.begun[order]
    upto = np.concatenate([[0], np.cumsum(begun)])
    before = np.empty(len(order), dtype=np.int64)
    before[order] = upto[:-1] - upto[dataset.indptr[:-1]][viewer]
    return before
