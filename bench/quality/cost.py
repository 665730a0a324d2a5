"""How fitting grows: CPU seconds and peak memory with more titles, more viewers and more plays.

`python -m bench.quality.cost` prints it. From one small service each direction is followed by itself,
the others staying as they are; every point is a process of its own with one thread.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import altair as alt

from bench.quality.invented import Size
from bench.quality.machine import machine
from bench.quality.movielens import FOLDERS
from bench.quality.report import IMAGES
from bench.quality.section import Plot, Section, markdown_of

ROOT = Path(__file__).resolve().parents[2]

BASE = Size(titles=500, viewers=1_000, plays=20_000)
"""As small as it may be for nothing to be left out, even at its earlier moments: the seven fits together
take a quarter of an hour."""

DIRECTIONS = ("titles", "viewers", "plays")
FACTORS = (1, 3, 10)

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Point:
    """What one fit took."""

    direction: str  # what there is more of
    factor: int
    size: Size
    plays: int  # that there really are
    slices: int  # moments of the past at which everything was fitted too
    cpu_seconds: float  # of the fit alone
    before_mib: float  # peak memory before the fit: the data
    peak_mib: float
    left_out: str  # scorers for which there was too little


def cost_sections(
    progress: Progress, base: Size = BASE, factors: Sequence[int] = FACTORS
) -> list[Section]:
    """The table and the two curves, measured now."""
    return [section_of(measure_growth(progress, base, factors))]


def fits_of_movielens(progress: Progress) -> list[Section]:
    """What one fit of MovieLens 1M takes, with and without the sequence model; nothing without the data."""
    if not FOLDERS["ml-1m"].is_dir():
        return []
    rows = []
    for label, flags in (
        ("everything", ()),
        ("without the sequence model", ("--without-sequence",)),
    ):
        progress(f"fitting MovieLens 1M, {label}")
        took = _in_a_child("bench.quality.fit_run", flags)
        rows.append(
            (label, f"{took['interactions']:,}", f"{took['cpu_seconds'] / 60:.2f}",
             f"{took['wall_seconds'] / 60:.2f}", f"{took['peak_mib']:,.0f}")
        )  # fmt: skip
    return [
        Section(
            "What fitting MovieLens 1M costs",
            "One fit of each viewer's first 80%: dials, the scorers at every slice, the fusion, calibration;"
            " in a process of its own with one thread for linear algebra, beside whatever else the machine"
            " did. Asked: under 12 minutes, and under 2 without the sequence model.",
            ("fit", "interactions", "CPU minutes", "minutes", "peak MiB"),
            tuple(rows),
        )
    ]


def measure_growth(progress: Progress, base: Size, factors: Sequence[int]) -> list[Point]:
    """Every direction at every factor; where nothing is more the same fit serves all three."""
    known: dict[Size, dict[str, Any]] = {}
    points = []
    for direction in DIRECTIONS:
        for factor in factors:
            size = replace(base, **{direction: getattr(base, direction) * factor})
            if size not in known:
                progress(f"fitting {_words(size)}")
                known[size] = _in_a_child("bench.quality.cost_run", _told(size))
                progress(f"{known[size]['cpu_seconds']:.1f} CPU seconds")
            points.append(Point(direction=direction, factor=factor, size=size, **known[size]))
    return points


def section_of(points: Sequence[Point]) -> Section:
    """The section of the report on some points, of which each direction's first is the smallest."""
    base = points[0].size
    powers = ", ".join(
        f"{direction} {growth_of(points, direction):.2f}" for direction in DIRECTIONS
    )
    return Section(
        "What fitting costs",
        f"Fits of invented services. The smallest has {_words(base)}; in each direction one of the"
        " three grows and the others stay. CPU seconds are those of the fit alone, in a process of"
        " its own with one thread; so is the peak of its memory, which holds the data too. At each"
        " slice, a moment of the past, the scorers are fitted as well. Over the last step CPU seconds"
        f" grow with this power (1: in proportion): {powers}.",
        ("more", "titles", "viewers", "plays", "slices", "CPU seconds", "times the smallest",
         "peak MiB", "MiB before the fit", "left out"),
        tuple(_row(point, points) for point in points),
        (
            _plot(points, "cpu_seconds", "CPU seconds", "cost-cpu"),
            _plot(points, "peak_mib", "peak MiB", "cost-memory"),
        ),
    )  # fmt: skip


def growth_of(points: Sequence[Point], direction: str) -> float:
    """The power with which CPU seconds grow over the last step of a direction: 1 is in proportion;
    nan where there really was no more of it."""
    *_, earlier, last = (point for point in points if point.direction == direction)
    times = last.cpu_seconds / earlier.cpu_seconds
    more = _amount(last) / _amount(earlier)
    return math.log(times) / math.log(more) if more > 1 else math.nan


def _amount(point: Point) -> int:
    """How much there really is of what grows."""
    amount: int = (
        point.plays if point.direction == "plays" else getattr(point.size, point.direction)
    )
    return amount


def _row(point: Point, points: Sequence[Point]) -> tuple[str, ...]:
    first = next(one for one in points if one.direction == point.direction)
    return (
        f"{point.direction} x{point.factor}",
        f"{point.size.titles:,}",
        f"{point.size.viewers:,}",
        f"{point.plays:,}",
        str(point.slices),
        f"{point.cpu_seconds:.1f}",
        f"{point.cpu_seconds / first.cpu_seconds:.2f}",
        f"{point.peak_mib:,.0f}",
        f"{point.before_mib:,.0f}",
        point.left_out,
    )


def _plot(points: Sequence[Point], field: str, axis: str, file: str) -> Plot:
    rows: list[dict[str, Any]] = [
        {"direction": point.direction, "factor": point.factor, "value": getattr(point, field)}
        for point in points
    ]
    log = alt.Scale(type="log")
    factors = sorted({point.factor for point in points})
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=True)
        .encode(
            x=alt.X("factor:Q", scale=log, title="times as many", axis=alt.Axis(values=factors)),
            y=alt.Y("value:Q", scale=log, title=axis),
            color=alt.Color("direction:N", sort=list(DIRECTIONS), title="more"),
        )
        .properties(width=420, height=280, title=f"{axis} of a fit")
    )
    steepest = max(DIRECTIONS, key=lambda d: max(r["value"] for r in rows if r["direction"] == d))
    return Plot(file, f"{axis} of a fit as it grows; most with more {steepest}", chart.to_dict())


def _in_a_child(module: str, told: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module, *told],
        check=True,
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _told(size: Size) -> list[str]:
    return [f"--{name}={value}" for name, value in asdict(size).items()]


def _words(size: Size) -> str:
    return f"{size.titles:,} titles, {size.viewers:,} viewers and {size.plays:,} plays"


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(prog="python -m bench.quality.cost", description=__doc__)
    for name in DIRECTIONS:
        ask.add_argument(f"--{name}", type=int, default=getattr(BASE, name))
    base = Size(**vars(ask.parse_args()))

    def hear(words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    print(f"On {machine()}.\n")
    for section in (*fits_of_movielens(hear), *cost_sections(hear, base)):
        print(markdown_of(section, IMAGES))


if __name__ == "__main__":
    main()
