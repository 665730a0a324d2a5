"""One fit of an invented service, in a process of its own: CPU seconds and peak memory, as JSON.

`python -m bench.quality.cost_run --titles 100 --viewers 100 --plays 2000`. The threads of the linear
algebra are set by who starts it.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from pathlib import Path
from typing import Any

from bench.quality.invented import END_US, Size, invented_catalogue, invented_plays
from frontrow.training.cuts import cuts_of
from frontrow.training.fit import fit_ranker
from tests.models.small_world import datasets

SEED = 1


def cost_of(size: Size) -> dict[str, Any]:
    """Make the data, fit once; only the fit's CPU seconds count."""
    catalogue, plays = invented_catalogue(size, SEED), invented_plays(size, SEED)
    (whole,) = datasets(catalogue, plays, [END_US])
    cuts = cuts_of(whole, catalogue, SEED)
    known = datasets(catalogue, plays, cuts.moments)
    before, began = peak_mib(), cpu_seconds()
    ranker = fit_ranker(known, cuts, catalogue, seed=SEED)
    return {
        "plays": len(plays["work"]),
        "slices": len(cuts.slices),
        "cpu_seconds": cpu_seconds() - began,
        "before_mib": before,
        "peak_mib": peak_mib(),
        "left_out": ", ".join(sorted(ranker.left_out)),
    }


def cpu_seconds() -> float:
    """Of this process and all its threads, in the programs and in the system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mib() -> float:
    """Largest resident memory until now. Linux hands `ru_maxrss` on to what a process becomes, so a
    child would say its parent's; what it keeps of the process itself is asked there."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Print what the fit of one size took."""
    ask = argparse.ArgumentParser(description=__doc__)
    for name in ("titles", "viewers", "plays"):
        ask.add_argument(f"--{name}", type=int, required=True)
    print(json.dumps(cost_of(Size(**vars(ask.parse_args())))))


if __name__ == "__main__":
    main()
