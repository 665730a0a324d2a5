"""`make bench-positions`: planted curves recovered from pages of the service, and rankers kept in order.

Prints each figure as it comes; with `--write` docs/positions.md is written from them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bench.positions.curves import CURVES, Doubles
from bench.positions.orders import pairs
from bench.positions.recovery import by_settings, planted, recover_all
from bench.positions.report import report
from bench.positions.world import temporary_viewers
from bench.quality.machine import machine
from bench.quality.section import svg_of
from frontrow.base.time import format_time, system_clock

DOCS = Path(__file__).resolve().parents[2] / "docs"
SHARES = (0.02, 0.1, 1.0)
SEEDS = {0.02: (101, 102, 103, 104, 105), 0.1: (101, 102), 1.0: (101,)}
"""Those by which nothing was tuned: that was done on seeds below 10."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with threadpool_limits(1):
        viewers = temporary_viewers(101)
        print(f"{len(viewers)} viewers of an invented service, {machine()}", flush=True)
        asked = [(share, seed) for share in sorted(SHARES, reverse=True) for seed in SEEDS[share]]
        found = []
        for one in recover_all(viewers, chosen.pages, asked, chosen.processes):
            found.append(one)
            print(
                f"{one.curve:<12} {one.pages:,} pages, {one.share:.0%} swapped ({one.swapped:,}), seed"
                f" {one.seed}: {one.opens:,} opens, mean absolute error {one.error:.4f}"
                f" (where titles stand {one.filled_error:.4f}, first screen {one.screen_error:.4f},"
                f" worst {one.worst:.3f}), intervals hold {one.covered:.1%}"
                f" ({one.filled_covered:.1%}), {'used' if one.used else 'not used'}; settings"
                f" {one.settings_error:.4f}, earnings {one.earned_error:.4f}",
                flush=True,
            )
        tables: dict[str, Doubles] = {name: planted(name) for name in CURVES}
        tables["settings"] = np.exp(by_settings())
        orders = pairs(viewers, tables, 101)
    apart = [pair for pair in orders if pair.told_apart]
    print(f"{len(orders)} pairs of rankers and curves, {len(apart)} told apart by the true curve,"
          f" {sum(pair.flips for pair in apart)} of them in the other order by the wrong one")  # fmt: skip
    for pair in orders:
        if pair.flips:
            print(f"  {pair.one} / {pair.other}: {pair.difference:+.4f} by {pair.true},"
                  f" {pair.with_used:+.4f} by {pair.used}")  # fmt: skip
    if chosen.write:
        text, plots = report(
            found, orders, format_time(system_clock()())[:10], machine(), len(viewers)
        )
        (DOCS / "positions.md").write_text(text, "utf-8")
        for plot in plots:
            (DOCS / "images" / f"{plot.file}.svg").write_text(svg_of(plot) + "\n", "utf-8")


if __name__ == "__main__":
    main()
