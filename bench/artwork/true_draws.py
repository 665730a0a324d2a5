"""Whether recorded probabilities are true: 100,000 draws of the same decision, in two processes."""

from __future__ import annotations

from concurrent.futures import Executor
from functools import partial

import msgspec
import numpy as np

from bench.artwork.world import LOOKS
from bench.quality.section import Section
from frontrow.base.randomness import rng_for
from frontrow.catalog import StoredTitle, Title, build_catalogue
from frontrow.events import Position
from frontrow.page.artwork import ArtworkChooser, Taken
from frontrow.page.choice_values import values_of
from frontrow.viewers.choices import SUMS, Choices

DRAWS = 100_000
_HALVES = 2
_CRITICAL = {1: 10.83, 2: 13.82, 3: 16.27}  # 99.9% of chi-square


def chi_square_across(pool: Executor, seed: int) -> Section:
    """Frequencies beside probabilities, for a title with its whole choice and one that variety cut."""
    halves = list(pool.map(partial(_draw, seed), range(_HALVES)))
    rows = []
    for case in ("whole", "cut"):
        counts = sum(half[case][0] for half in halves)
        p = {half[case][1] for half in halves}
        assert len(p) == 1, "both processes have the same probabilities, to the bit"
        expected = np.array(p.pop()) * counts.sum()
        chi = float(((counts - expected) ** 2 / expected).sum())
        freedom = len(counts) - 1
        rows.append((
            {"whole": "four candidates", "cut": "three, variety leaves one out"}[case],
            f"{int(counts.sum()):,}", " ".join(f"{x:.4f}" for x in expected / counts.sum()),
            " ".join(f"{x:.4f}" for x in counts / counts.sum()),
            f"{chi:.2f}", f"{_CRITICAL[freedom]}",
        ))  # fmt: skip
    return Section(
        "Recorded probabilities",
        f"The same decision drawn for {DRAWS:,} viewers, half of them in another process.",
        ("", "draws", "probabilities", "frequencies", "chi-square", "99.9%"),
        tuple(rows),
    )


def _draw(seed: int, half: int) -> dict[str, tuple[np.ndarray, tuple[float, ...]]]:
    titles = [
        {
            "title_id": f"t{i}", "kind": "movie", "name": "x",
            "artwork": [
                {"artwork_id": f"t{i}.{look}", "url": "/x.svg", "tags": [look]}
                for look in (LOOKS if i else LOOKS[:1])
            ],
        }
        for i in range(2)
    ]  # fmt: skip
    stored = [StoredTitle(msgspec.convert(told, Title), i, 0) for i, told in enumerate(titles)]
    catalogue = build_catalogue(1, stored)
    rng = rng_for(seed, "true draws")
    shown = np.repeat(rng.integers(50, 100, (4, 1)).astype(float), 2, axis=1)
    good = np.round(shown * rng.uniform(0.05, 0.3, (4, 1)))
    shown[:, 1] = good[:, 1] = 0
    rows = tuple(("artwork", "t1", f"t1.{look}") for look in LOOKS)
    record = Choices(
        1,
        0,
        0,
        Position(),
        rows,
        ("", "+"),
        shown,
        good,
        good,
        np.zeros(SUMS),
        np.zeros(len(rows), dtype=np.int64),
    )
    values = values_of(record, catalogue)
    found = {}
    for case, row, alike in (("whole", [1], 5), ("cut", [0, 1], 1)):
        works = np.array(row, dtype=np.int32)
        counts: dict[str, int] = {}
        p: dict[str, float] = {}
        for i in range(DRAWS // _HALVES):
            taken = Taken(f"v{half}.{i}", 0, values)
            chooser = ArtworkChooser(catalogue, taken, alike)
            one = chooser.choose([(works, False)], [np.array([len(row) - 1])])[0][0]
            assert one is not None
            image = one.shown.artwork_id
            counts[image] = counts.get(image, 0) + 1
            p[image] = one.propensity
        found[case] = (
            np.array([counts[image] for image in sorted(counts)]),
            tuple(p[image] for image in sorted(p)),
        )
    return found
