"""One policy for every choice of one thing from a few: the better it is held to be the likelier, with the
exact probability of what was drawn.

Inverse gap weighting (SquareCB: Foster and Rakhlin 2020, "Beyond UCB", algorithm 1): with estimates v of K
candidates, all but the best have the chance 1 / (K + gamma (v_best - v)), the best the rest. A share
(`FLOOR`) of all draws is uniform, whatever the estimates say, so that no candidate is ever without trials
and what was drawn there can be compared with. The probabilities have a closed form, which a posterior's
sampling (Thompson) has not.

The draw is a race: each candidate runs for -log(u) / p, with u a hash of its own, and the shortest wins. So
it is the same in any process; a candidate that comes or goes changes a choice only where it wins or had won;
and the race without some candidates is a draw from the others, by their shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Hashes = NDArray[np.uint64]

POLICY = "inverse-gap/1"
"""Stands on record with every choice; a change of what follows is another number."""

FLOOR = 0.05
"""Share of draws that are uniform."""

BOLDNESS = 6.0
"""gamma = BOLDNESS * sqrt(K * good trials behind the estimates): estimates of rates get surer with the
root of what they rest on, and SquareCB's gamma grows as its regression's error falls (theorem 1)."""

MOST_SHARED, _SHARED_HALF = 25.0, 150.0
"""What is known over all titles counts for each as up to so many good trials of its own, half of it once
there are so many in all: a title that just came is not begun from nothing, and yet tried."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn of each of `t` choices."""

    chosen: NDArray[np.int64]  # [t], place among the candidates
    propensity: Floats  # [t], its probability, both arms together
    by_floor: Bools  # [t], which arm drew: the uniform one


@dataclass(frozen=True)
class Race:
    """`t` choices among up to `K` candidates each; `there` says which places hold one."""

    there: Bools  # [t, K]
    learned: Floats  # [t, K], probabilities of the learned arm
    seconds: Floats  # [t, K], -log(u) of each candidate
    by_floor: Bools  # [t]

    def run(self) -> Drawn:
        """The draw from all candidates."""
        return _drawn(self.there, self.learned, self.seconds, self.by_floor)

    def without(self, choice: int, left_out: Bools) -> Drawn:
        """The draw of one choice from those candidates that are not left out, t = 1."""
        there = self.there[choice] & ~left_out
        learned = np.where(there, self.learned[choice], 0.0)
        learned = learned / np.cumsum(learned)[-1]  # every candidate has a chance
        one = slice(choice, choice + 1)
        return _drawn(there[None], learned[None], self.seconds[one], self.by_floor[one])


def race(
    value: Floats | None, known: Floats, there: Bools, numbers: Hashes, own: Hashes, base: int
) -> Race:
    """A race of candidates.

    value:   float64[t, K], what each is held to be worth, above 0; None: nothing is known
    known:   float64[t], good trials that the worths rest on
    numbers: uint64[t, K], a hash of each candidate; own: uint64[t], of each choice
    base:    a hash of everything else that a draw depends on: of whom, in which window
    """
    k = there.sum(axis=1)
    if value is None:
        learned = np.where(there, 1.0 / np.maximum(k, 1)[:, None], 0.0)
    else:
        learned = inverse_gap(value, known, there)
    seconds = -np.log(_uniform(_mix(numbers ^ np.uint64(base))))
    by_floor = _uniform(_mix(_mix(own ^ np.uint64(base)))) < FLOOR
    return Race(there, learned, seconds, by_floor)


def inverse_gap(value: Floats, known: Floats, there: Bools) -> Floats:
    """float64[t, K]: the learned arm's probabilities. Gaps are shares of the best."""
    worth = np.where(there, value, -np.inf)
    best = np.argmax(worth, axis=1)
    row = np.arange(len(best))
    most = worth[row, best]
    gap = 1.0 - np.where(there, value, 0.0) / np.where(most > 0, most, 1.0)[:, None]
    k = np.maximum(there.sum(axis=1), 1)
    gamma = BOLDNESS * np.sqrt(k * known)
    found = np.where(there, 1.0 / (k[:, None] + gamma[:, None] * gap), 0.0)
    found[row, best] = 0.0
    found[row, best] = 1.0 - np.cumsum(found, axis=1)[:, -1]  # one after the other, however wide
    return found


def shared_trials(good: float) -> float:
    """What `good` good trials over all titles count for each of them."""
    return MOST_SHARED * good / (good + _SHARED_HALF)


def _drawn(there: Bools, learned: Floats, seconds: Floats, by_floor: Bools) -> Drawn:
    k = there.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ran = np.where(by_floor[:, None], seconds, seconds / learned)
    chosen = np.argmin(np.where(there, ran, np.inf), axis=1)
    p = FLOOR / np.maximum(k, 1) + (1 - FLOOR) * learned[np.arange(len(chosen)), chosen]
    return Drawn(chosen, np.where(k > 1, p, 1.0), by_floor)


def _uniform(bits: Hashes) -> Floats:
    """float64, above 0 and below 1, of 53 of the bits."""
    return ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def _mix(x: Hashes) -> Hashes:
    """A bijection of 64 bits that scatters well (SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        x = x + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))
