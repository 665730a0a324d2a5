"""Scoring one viewer over 20,000 titles beside the bare products of the same arrays."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from bench.floor import products_of
from bench.page import invented, widest
from bench.quality.section import Section
from frontrow.models.histories import histories_of
from frontrow.ranking.reward import fatigue_of, rewards

TITLES = 20_000
VIEWERS = 60
REPEATS = 5


def scoring_section() -> Section:
    """Medians over viewers of all sizes of history; each viewer's time is the least of several."""
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        world = widest(invented(Path(folder), TITLES))
        bound = world.ranker.bind(world.catalogue)
        data = world.data
        reward = rewards(data, world.catalogue)
        histories = histories_of(data, reward, fatigue_of(data.records))
        order = np.argsort(np.diff(histories.indptr), kind="stable")
        chosen = order[:: max(len(order) // VIEWERS, 1)]
        times = []
        for viewer in chosen.tolist():
            history = histories.take(np.array([viewer]))
            products = products_of(bound, history)
            whole = _least(lambda h=history: bound.score(h, data.trends, None))
            times.append((whole, _least(products)))
    whole, bare = np.array(times).T
    ratio = whole / bare
    lengths = np.diff(histories.indptr)[chosen]
    parts = ", ".join(name for name in ("sequence",) if bound.evidence.sequence is None)
    return Section(
        "Scoring one viewer",
        f"All scorers, the fusion and the calibration over {TITLES:,} invented titles, EASE over its"
        f" largest {len(bound.evidence.ease.works) if bound.evidence.ease else 0:,}, one thread,"
        f" {len(chosen)} viewers with {lengths.min()} to {lengths.max()} works, beside the bare products"
        f" of the same arrays in the same run{f' (without: {parts})' if parts else ''}. Asked: at most"
        " 3 times.",
        ("", "median", "95th percentile"),
        (
            ("scoring, ms", f"{np.median(whole):.2f}", f"{np.percentile(whole, 95):.2f}"),
            ("bare products, ms", f"{np.median(bare):.2f}", f"{np.percentile(bare, 95):.2f}"),
            ("ratio", f"{np.median(ratio):.2f}", f"{np.percentile(ratio, 95):.2f}"),
        ),
    )


def _least(call: object) -> float:
    """Milliseconds."""
    found = []
    for _ in range(REPEATS):
        began = perf_counter()
        call()  # type: ignore[operator]
        found.append((perf_counter() - began) * 1e3)
    return min(found)


if __name__ == "__main__":
    from bench.quality.section import markdown_of

    print(markdown_of(scoring_section(), ""))
