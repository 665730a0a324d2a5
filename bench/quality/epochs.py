"""The best epoch of a peer's fit: its lists are judged as they come, and it ends once none is better.

The peer is a process of its own that writes all its lists anew after each look (`write_arrays`: whole
or not at all). Who starts it here judges what is new, and ends it, by its own id, when patience is out.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.quality.split_file import unfinished_name

SECONDS_BETWEEN = 3.0
"""Between two questions whether there is something new; one look takes the peer much longer."""

SECONDS_TO_END = 20.0
"""For a peer that is asked to end, before it is made to."""

Judge = Callable[[NDArray[np.int32]], float]
"""The value of one look's lists, int32[b, k]; higher is better."""


@dataclass(frozen=True)
class Best:
    """The best of the looks at one fit; the first of equals."""

    reached: float
    epoch: int
    looks: int
    at_edge: bool  # it was the last look at all: more minutes might have done better


def best_epoch(
    command: Sequence[str],
    out: Path,
    judge: Judge,
    *,
    patience: int,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Best:
    """Run a peer that writes `out` (lists int32[p, b, k], epochs int[p]) until it ends by itself, or
    until the best look lies `patience` looks back."""
    out.unlink(missing_ok=True)
    reached: list[float] = []
    epochs: list[int] = []
    ended = False
    child = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL)
    try:
        while not ended and not is_patience_out(reached, patience):
            ended = _has_ended(child)
            _judge_new(out, judge, reached, epochs)
    finally:
        _end(child)
        for unfinished in out.parent.glob(unfinished_name(out, "*")):
            unfinished.unlink()
    if ended and child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command))
    if not reached:
        raise AssertionError(f"{' '.join(command)} ended without any lists in {out}")
    out.unlink()
    best = int(np.argmax(reached))
    return Best(reached[best], epochs[best], len(reached), best == len(reached) - 1)


def is_patience_out(reached: Sequence[float], patience: int) -> bool:
    """Whether the last `patience` looks brought nothing better than what was there before them."""
    return len(reached) > 0 and len(reached) - 1 - int(np.argmax(reached)) >= patience


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    try:
        child.wait(timeout=SECONDS_BETWEEN)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(child: subprocess.Popen[bytes]) -> None:
    """By asking it first; a library of the peer's may catch that and go on."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(timeout=SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _judge_new(out: Path, judge: Judge, reached: list[float], epochs: list[int]) -> None:
    """Judge the looks that were not there before; of a file without news only the epochs are read."""
    if not out.exists():
        return
    with np.load(out) as found:
        known = found["epochs"]
        if len(known) == len(reached):
            return
        lists = found["lists"]
    for look in range(len(reached), len(known)):
        reached.append(judge(lists[look]))
        epochs.append(int(known[look]))
