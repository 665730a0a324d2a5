"""The peers' lists: their programs run by the interpreter of `.peers/`, their dials chosen here.

What took long is kept beside the split files with its dials, date and machine, so that the next run
can skip it; removing a file makes the peer be fitted anew.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.quality.epochs import Best, best_epoch
from bench.quality.judging import lead
from bench.quality.machine import machine
from bench.quality.split_file import Split
from bench.quality.splits import CACHE, INNER, load_split
from bench.quality.tuning import choose
from frontrow.base.time import format_time, system_clock

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".peers" / "bin" / "python"

SEEDS = (1, 2, 3)
ALS_GRID = [
    {"factors": f, "regularization": r, "alpha": a, "iterations": 15, "seed": SEEDS[0]}
    for f in (16, 32, 64, 128)
    for r in (3.0, 10.0, 30.0, 50.0, 100.0, 200.0)
    for a in (0.3, 1.0, 3.0, 10.0)
]

SASREC_SPLITS = ("ml-1m-b", "ml-latest-small-b")
"""Sequences of one sitting each, as viewers of split a mostly have, are no ground for it."""
SEQUENCES = ("good", "all")
SASREC_MINUTES = 60.0
"""Of fitting on one core, at the most."""
SASREC_EVERY = 2
"""Epochs between two looks at the inner split."""
SASREC_PATIENCE = 15
"""Looks without a better one, after which a search on the inner split ends."""

FAST_MEMORY = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Large arrays are kept instead of given back after each step: half of torch's time otherwise.
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "268435456",
}

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Peer:
    """What a peer listed, and how it came to that."""

    name: str
    lists: list[NDArray[np.int32]]  # int32[b, K] for each seed
    dials: dict[str, Any]
    minutes: float  # CPU minutes of fitting, on the split itself
    date: str
    machine: str
    at_edge: bool = False  # of the grid, or of the minutes: more might do better
    tried: dict[str, float] = field(default_factory=dict)  # what was compared on the inner split


def is_there() -> bool:
    """Whether `make peers` has made the peers' environment."""
    return PYTHON.exists()


def als(name: str, split: Split, progress: Progress) -> Peer:
    """ALS with the dials that were best on the inner splits, by three seeds."""

    def fit() -> Peer:
        inner = [load_split(name, i) for i in range(1, INNER + 1)]
        reached = np.zeros((INNER, len(ALS_GRID)))
        for row, one in enumerate(inner):
            progress(f"ALS: {len(ALS_GRID)} sets of dials on {one.name}")
            lists, _, _ = _run("als", one, ["--dials", json.dumps(ALS_GRID)])
            reached[row] = [lead(found, one) for found in lists]
        choice = choose(ALS_GRID, reached, [len(one.asked) for one in inner])
        progress(f"ALS: three seeds on {split.name}")
        grid = [{**choice.dials, "seed": seed} for seed in SEEDS]
        lists, minutes, _ = _run("als", split, ["--dials", json.dumps(grid)])
        dials = {name: value for name, value in choice.dials.items() if name != "seed"}
        return _peer("ALS (implicit)", list(lists), dials, float(minutes.mean()), choice.at_edge)

    return _kept(f"{name}-als", fit)


def sasrec(name: str, split: Split, progress: Progress) -> Peer:
    """SASRec on the kind of sequences and for the epochs that were best on the inner split."""

    def fit() -> Peer:
        inner = load_split(name, 1)
        tried = {kind: _sasrec_search(inner, kind, progress) for kind in SEQUENCES}
        kind = max(tried, key=lambda kind: tried[kind].reached)
        best = tried[kind]
        progress(f"SASRec: {kind} ratings on {split.name}, {best.epoch} epochs")
        told = ["--kind", kind, "--epochs", str(best.epoch), "--every", str(best.epoch)]
        lists, minutes, _ = _run("sasrec", split, [*told, "--minutes", "1e9"])
        dials = {"sequences": kind, "epoch": best.epoch}
        found = _peer("SASRec (RecTools)", [lists[-1]], dials, float(minutes[-1]), best.at_edge)
        return replace(found, tried={kind: one.reached for kind, one in tried.items()})

    return _kept(f"{name}-sasrec", fit)


def _sasrec_search(inner: Split, kind: str, progress: Progress) -> Best:
    """The best epoch on an inner split, within the minutes."""
    progress(f"SASRec: {kind} ratings on {inner.name}, {SASREC_MINUTES:.0f} minutes at the most")
    told = ["--kind", kind, "--minutes", str(SASREC_MINUTES), "--every", str(SASREC_EVERY)]
    best = best_epoch(
        _command("sasrec", inner, _out(inner, "sasrec"), told),
        _out(inner, "sasrec"),
        lambda lists: lead(lists, inner),
        patience=SASREC_PATIENCE,
        cwd=ROOT,
        env={**os.environ, **FAST_MEMORY},
    )
    progress(f"SASRec: {kind}, best at epoch {best.epoch} ({best.reached:.4f}), {best.looks} looks")
    return best


def _peer(
    name: str, lists: list[NDArray[np.int32]], dials: dict[str, Any], minutes: float, at_edge: bool
) -> Peer:
    date = format_time(system_clock()())[:10]
    return Peer(name, lists, dials, minutes, date, machine(), at_edge)


def _run(program: str, split: Split, told: list[str]) -> tuple[NDArray[np.int32], Any, Any]:
    """A peer's program on a split file: lists int32[p, b, K], CPU minutes [p], epochs [p] or None."""
    out = _out(split, program)
    subprocess.run(
        _command(program, split, out, told),
        check=True,
        cwd=ROOT,
        env={**os.environ, **FAST_MEMORY},
        stdout=subprocess.DEVNULL,
    )
    with np.load(out) as found:
        epochs = found.get("epochs")
        lists, minutes = found["lists"], found["minutes"]
    out.unlink()
    return lists, minutes, epochs


def _out(split: Split, program: str) -> Path:
    return CACHE / f"{split.name}-{program}-run.npz"


def _command(program: str, split: Split, out: Path, told: list[str]) -> list[str]:
    where = CACHE / f"{split.name}.npz"
    begin = [str(PYTHON), "-m", f"bench.quality.peers.{program}"]
    return [*begin, "--split", str(where), "--out", str(out), *told]


def _kept(stem: str, fit: Callable[[], Peer]) -> Peer:
    """What an earlier run found, or a new fit."""
    told, arrays = CACHE / f"{stem}.json", CACHE / f"{stem}-lists.npz"
    if not told.exists():
        peer = fit()
        np.savez_compressed(arrays, lists=np.array(peer.lists))
        story = {name: value for name, value in asdict(peer).items() if name != "lists"}
        told.write_text(json.dumps(story, indent=1) + "\n")
        return peer
    with np.load(arrays) as found:
        lists = list(found["lists"])
    return Peer(lists=lists, **json.loads(told.read_text()))
