"""One fit of MovieLens 1M, each viewer's first 80%, in a process of its own: CPU seconds, the wall clock
and peak memory, as JSON.

`python -m bench.quality.fit_run [--without-sequence]`. The threads of the linear algebra are set by who
starts it; jax computes in one thread of its own.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from bench.quality.cost_run import cpu_seconds, peak_mib
from bench.quality.ours import prepared
from bench.quality.splits import load_split

SPLIT = "ml-1m-b"
SEED = 1


def cost_of(*, reads_order: bool) -> dict[str, Any]:
    """Fit once, dials and fusion included; reading the data counts too."""
    split = load_split(SPLIT)
    cpu, wall = cpu_seconds(), time.monotonic()
    whole, fit = prepared(split, SEED, reads_order=reads_order)
    fit.ranker()
    return {
        "interactions": len(whole.records),
        "cpu_seconds": cpu_seconds() - cpu,
        "wall_seconds": time.monotonic() - wall,
        "peak_mib": peak_mib(),
    }


def main() -> None:
    """Print what it took."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--without-sequence", action="store_true")
    print(json.dumps(cost_of(reads_order=not ask.parse_args().without_sequence)))


if __name__ == "__main__":
    main()
