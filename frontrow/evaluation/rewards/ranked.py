"""How a reward ranks policies beside an outcome that is known for every viewer of each.

Every policy was lived with by the same people, so viewers are resampled, each with all policies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

RESAMPLES = 400
LEVEL = 0.95


@dataclass(frozen=True)
class Misled:
    """The two policies by whose order a reward costs most: it puts `above` over `below`."""

    above: str
    below: str
    loss: float  # of the outcome


@dataclass(frozen=True)
class Ranked:
    """One reward: Spearman's rank correlation of policies' means with the outcome's, over viewers."""

    reward: str
    rank_correlation: float
    interval: tuple[float, float]
    misled: Misled | None

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def rank_policies(
    policies: Sequence[str],
    rewards: Sequence[str],
    earned: Doubles,
    outcome: Doubles,
    rng: np.random.Generator,
) -> list[Ranked]:
    """Every reward, in the order given.

    earned:  float64[policies, b, rewards], of each viewer under each policy
    outcome: float64[policies, b]
    """
    b = outcome.shape[1]
    weights = rng.multinomial(b, np.full(b, 1 / b), size=RESAMPLES) / b
    kept = outcome.mean(axis=1)
    drawn_kept = weights @ outcome.T  # [resamples, policies]
    found = []
    for place, name in enumerate(rewards):
        value, drawn = earned[:, :, place].mean(axis=1), weights @ earned[:, :, place].T
        spread = [spearman(v, k) for v, k in zip(drawn, drawn_kept, strict=True)]
        low, high = np.nanquantile(spread, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
        found.append(
            Ranked(
                name,
                spearman(value, kept),
                (float(low), float(high)),
                _misled(policies, value, kept),
            )
        )
    return found


def spearman(a: Doubles, b: Doubles) -> float:
    """The correlation of ranks (mean ranks of what ties); nan where one of them is constant."""
    x, y = _ranks(a), _ranks(b)
    x, y = x - x.mean(), y - y.mean()
    spread = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / spread if spread else float("nan")


def _ranks(values: Doubles) -> Doubles:
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    ranks: Doubles = (last - (times - 1) / 2)[place]
    return ranks


def _misled(policies: Sequence[str], value: Doubles, kept: Doubles) -> Misled | None:
    wrong = [
        Misled(policies[i], policies[j], float(kept[j] - kept[i]))
        for a, b in combinations(range(len(policies)), 2)
        for i, j in ((a, b), (b, a))
        if value[i] > value[j] and kept[i] < kept[j]
    ]
    return max(wrong, key=lambda one: one.loss, default=None)
