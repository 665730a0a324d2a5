"""What was met of the planted tastes: shares, take fractions with intervals, the oracle's lift, regret."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.artwork.living import Seen
from frontrow.base.randomness import rng_for

Floats = NDArray[np.float64]

_RESAMPLES = 1_000


@dataclass(frozen=True)
class Table:
    """Every examined tile as arrays, `m` of them."""

    day: NDArray[np.int64]
    viewer: NDArray[np.int64]
    cluster: NDArray[np.int64]
    title: NDArray[np.int64]
    image: NDArray[np.int64]
    chances: Floats  # [m, images], planted
    held: Floats  # [m], under the image of an oracle that keeps the floor and the rule of looks
    taken: NDArray[np.bool_]

    def where(self, some: NDArray[np.bool_]) -> Table:
        return Table(*(getattr(self, name)[some] for name in self.__dataclass_fields__))

    def __len__(self) -> int:
        return len(self.day)


def table_of(seen: Seen) -> Table:
    return Table(
        np.array(seen.day), np.array(seen.viewer), np.array(seen.cluster), np.array(seen.title),
        np.array(seen.image), np.array(seen.chances), np.array(seen.held),
        np.array(seen.taken),
    )  # fmt: skip


def shown(table: Table) -> Floats:
    """float64[m]: the planted chance under the image that was shown."""
    return table.chances[np.arange(len(table)), table.image]


def uniform(table: Table) -> Floats:
    """The chance under an image drawn evenly."""
    found: Floats = table.chances.mean(axis=1)
    return found


def oracle(table: Table) -> Floats:
    """The chance under the best image for this viewer."""
    found: Floats = table.chances.max(axis=1)
    return found


def fixed(table: Table) -> Floats:
    """The chance under the image of each title that is best for all who saw it together, in hindsight."""
    titles = int(table.title.max()) + 1
    sums = np.zeros((titles, table.chances.shape[1]))
    np.add.at(sums, table.title, table.chances)
    found: Floats = table.chances[np.arange(len(table)), sums.argmax(axis=1)[table.title]]
    return found


def is_favourite(table: Table) -> Floats:
    """1 where the image shown is the viewer's best."""
    return (shown(table) >= oracle(table) - 1e-12).astype(np.float64)


def interval(
    values: Floats, viewer: NDArray[np.int64], seed: int = 0
) -> tuple[float, float, float]:
    """(mean, lower, upper) at 95%: viewers drawn anew (percentile bootstrap)."""
    _, who = np.unique(viewer, return_inverse=True)
    sums, counts = np.bincount(who, values), np.bincount(who).astype(np.float64)
    rng = rng_for(seed, "bootstrap")
    drawn = rng.integers(0, len(sums), (_RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(values.mean()), float(low), float(high)


def lift(table: Table, best: Floats) -> float:
    """Of what another policy gains over even draws, the share that was gained.

    best: float64[m], the chance under that policy's images
    """
    even = uniform(table).mean()
    return float((shown(table).mean() - even) / (best.mean() - even))


def impressions_each(table: Table, clusters: int, titles: int) -> float:
    """Impressions for an image and cluster, on average."""
    return len(table) / (clusters * titles * table.chances.shape[1])
