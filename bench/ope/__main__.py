"""`python -m bench.ope`: Open Bandit, planted worlds, slates; machine and data named, figures printed."""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO, TypeVar

import numpy as np

from bench.ope import open_bandit, slates
from bench.ope.trials import covered, spoilt
from bench.ope.worlds import GOOD, HARD, SPOILT, World
from bench.quality.machine import machine
from bench.quality.parts import write_part
from frontrow.base.time import monotonic

DATA = Path("../shared/data/open-bandit/log.parquet")
HEADING = """## Estimates of other policies

Written by `make bench-ope`: what `frontrow ope` says where the answer is known ([how](estimates.md)).

"""
_NAMES = ("ips", "snips", "dr", "switch", "shrunk")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", action="store_true", help="the figures into docs/quality.md too")
    asked = parser.parse_args()
    told = io.StringIO()
    with contextlib.redirect_stdout(_Both(sys.stdout, told)):
        _run_all(asked)
    if asked.write:
        write_part("estimates", HEADING + told.getvalue())


def _run_all(asked: argparse.Namespace) -> None:
    began = monotonic()
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    print(f"On {machine()}; {asked.seeds} seeds from {asked.first_seed}.\n")
    _print_open_bandit(asked.data)
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        run = partial(_run, pool, seeds)
        _print_coverage({world: run(partial(covered, world)) for world in (*GOOD, *HARD)})
        _print_spoilt({name: run(partial(spoilt, name)) for name in SPOILT})
        _print_slates(
            {cascade: run(partial(slates.errors, cascade=cascade)) for cascade in (False, True)},
            run(slates.exact),
        )
    print(f"\nThe whole took {monotonic() - began:.0f} s.")


class _Both(io.TextIOBase):
    """What is printed goes to two places."""

    def __init__(self, *places: TextIO) -> None:
        self._places = places

    def write(self, text: str) -> int:
        for place in self._places:
            place.write(text)
            place.flush()
        return len(text)


_T = TypeVar("_T")


def _run(pool: ProcessPoolExecutor, seeds: range, what: Callable[[int], _T]) -> list[_T]:
    return list(pool.map(what, seeds, chunksize=10))


def _print_open_bandit(path: Path) -> None:
    print(
        "### Open Bandit: the uniform policy, by its own log and by the Thompson log\n\n"
        "The sample of 10,000 choices a log (Saito et al. 2020; data: ZOZO, Inc., CC BY 4.0). The"
        " Thompson log's estimate is the doubly robust one; where the command refuses it is what it"
        " withholds.\n"
    )
    if not path.exists():
        print(f"left out: no {path}\n")
        return
    print("| campaign | own click rate | Thompson log's estimate | difference (joint 95%) | agrees |"
          " the command | cut to 1,000 choices: refused |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for name in open_bandit.CAMPAIGNS:
        told = open_bandit.look_at(path, name)
        codes = "; ".join(f"{one.what} ({one.code})" for one in told.judged.refused)
        difference = told.difference
        print(
            f"| {name} | {_percent(told.earned)} | {_percent(told.estimate)} |"
            f" {_percent(difference)} | {'yes' if difference.low <= 0 <= difference.high else 'no'} |"
            f" {'refuses: ' + codes if codes else 'estimates'} | {told.cut_refused:.1%} |"
        )
    print()


def _percent(one: open_bandit.Interval) -> str:
    return f"{one.value:.3%} ({one.low:.3%} to {one.high:.3%})"


def _print_coverage(
    found: dict[World, list[tuple[tuple[str, ...], float, dict[str, tuple[bool, bool]]]]],
) -> None:
    print("### Planted worlds\n\nShare of logs refused, and of 95% intervals that hold the truth"
          " (in brackets: of plain normal ones).\n")  # fmt: skip
    print(f"| world | refused | effective sample | {' | '.join(_NAMES)} |")
    print(f"|---|---|---|{'---|' * len(_NAMES)}")
    for world, runs in found.items():
        _coverage_row(world.name, runs)
    _coverage_row("**the good ones**", [r for w, rs in found.items() if w in GOOD for r in rs])
    _coverage_row("**all**", [run for runs in found.values() for run in runs])
    print()


def _coverage_row(
    name: str, runs: list[tuple[tuple[str, ...], float, dict[str, tuple[bool, bool]]]]
) -> None:
    kept = [held for codes, _, held in runs if not codes]
    refused = f"{1 - len(kept) / len(runs):.1%}"
    effective = np.median([effective for _, effective, _ in runs])
    cells = [
        f"{np.mean([held[name][0] for held in kept]):.1%}"
        f" ({np.mean([held[name][1] for held in kept]):.1%})"
        for name in _NAMES
    ]
    print(f"| {name} | {refused} | {effective:,.0f} | {' | '.join(cells)} |")


def _print_spoilt(found: dict[str, list[tuple[str, ...]]]) -> None:
    print("### Logs that can't tell\n\n| log | refused | because |\n|---|---|---|")
    for name, runs in found.items():
        print(f"| {name} | {np.mean([bool(codes) for codes in runs]):.1%} | {_causes(runs)} |")
    every = [codes for runs in found.values() for codes in runs]
    print(f"| **all** | {np.mean([bool(codes) for codes in every]):.1%} | |\n")


def _causes(runs: Iterable[tuple[str, ...]]) -> str:
    counts = Counter(code for codes in runs for code in codes)
    return ", ".join(f"{code} {count}" for code, count in counts.most_common())


def _print_slates(
    found: dict[bool, list[tuple[float, float, float, float]]],
    exact: list[tuple[float, float, float]],
) -> None:
    print(f"### Slates of 5 slots x 4 candidates, uniform log of {slates.N:,}\n")
    print("| truth | estimator | relative bias (+- standard error) | mean squared error |")
    print("|---|---|---|---|")
    for cascade, runs in found.items():
        told = np.array(runs)
        for i, name in enumerate(("whole-page IPS", "pseudo-inverse", "cascade-DR")):
            relative = told[:, i] / told[:, 3]
            error = relative.std(ddof=1) / np.sqrt(len(told))
            print(f"| {'cascade' if cascade else 'additive'} | {name} |"
                  f" {relative.mean():+.2%} +- {error:.2%} | {(told[:, i] ** 2).mean():.6f} |")  # fmt: skip
    bias, pseudo, whole = np.array(exact).T
    print(
        f"\nAdditive, over every slate: pseudo-inverse's relative bias at most {abs(bias).max():.1e};"
        f" whole-page IPS has {np.min(whole / pseudo):.0f} to {np.max(whole / pseudo):.0f} times its"
        f" variance (median {np.median(whole / pseudo):.0f})"
    )


if __name__ == "__main__":
    main()
