"""Which of a title's images is shown: drawn uniformly, kept for a while, with its chance on record.

The draw is a hash of (key of the viewer, period, title), so that any process makes the same one
without asking, and 400 tiles cost one pass over an array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import digest_of
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.page.page import TileArtwork


@dataclass(frozen=True, slots=True)
class ArtworkChoice:
    """The image chosen, with what chance, of how many."""

    shown: TileArtwork
    propensity: float
    candidates: int


def choose_artwork(
    catalogue: Catalogue, works: NDArray[np.int32], key: str, now_us: int, days: int
) -> list[ArtworkChoice | None]:
    """An image for each work, the same for `days` days; None where a work has none.

    key: of the viewer; without profiling, of nothing that is the viewer's
    """
    period = now_us // (days * US_PER_DAY)
    base = int.from_bytes(digest_of(period, "artwork", key, size=8), "big")
    uniform = _mix(catalogue.work_hash[works] ^ np.uint64(base))
    chosen: list[ArtworkChoice | None] = []
    for work, number in zip(works.tolist(), uniform.tolist(), strict=True):
        images = catalogue.works[work].artwork
        if not images:
            chosen.append(None)
            continue
        k = len(images)
        image = images[(number * k) >> 64]
        shown = TileArtwork(image.artwork_id, image.url)
        chosen.append(ArtworkChoice(shown, 1.0 / k, k))
    return chosen


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A bijection of 64 bits that scatters well (SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        x = x + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))
