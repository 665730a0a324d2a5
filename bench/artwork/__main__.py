"""Planted tastes in images, met through a service's own pages: `python -m bench.artwork [--write]`.

Prints what the issue of such a choice is judged by; with `--write` into docs/artwork-measured.md with plots.
Seeds of the 1,000s are for trying out; what is reported is of others.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from bench.artwork.living import Plan, live
from bench.artwork.measure import (
    Table,
    fixed,
    impressions_each,
    interval,
    is_favourite,
    lift,
    oracle,
    shown,
    table_of,
    uniform,
)
from bench.artwork.plots import learning, regret
from bench.artwork.true_draws import chi_square_across
from bench.artwork.world import BAIT, CLUSTERS
from bench.quality.machine import machine
from bench.quality.report import DOCS
from bench.quality.section import Section, markdown_of, svg_of

SEED = 7
IMAGES = "images/artwork"
PLANS = (
    Plan("tastes", SEED, titles=24, viewers=240, days=42),
    Plan("none", SEED, titles=24, viewers=240, days=42),
    Plan("equal", SEED, titles=24, viewers=240, days=6),
    Plan("clickbait", SEED, titles=24, viewers=240, days=12),
)

_LATE = 5
"""Days at the end that are looked at together."""


def lived(plan: Plan) -> Table:
    """One world to its end."""
    with threadpool_limits(1):
        for day, found, _planted in live(plan):
            seen = found
            if day % 8 == 7:
                print(f"{plan.kind}: day {day + 1} of {plan.days}", file=sys.stderr, flush=True)
    return table_of(seen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/artwork-measured.md")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--days", type=int, help="shorter, to try it out")
    told = parser.parse_args()
    plans = [replace(p, seed=told.seed, days=min(p.days, told.days or p.days)) for p in PLANS]
    with ProcessPoolExecutor(told.processes) as pool:
        tables = dict(zip((p.kind for p in plans), pool.map(lived, plans), strict=True))
        draws = chi_square_across(pool, told.seed)
    found = [
        _front(plans[0]),
        _early(tables["tastes"], plans[0]),
        _late(tables["tastes"], plans[0]),
        _no_taste(tables["none"], tables["equal"]),
        _clickbait(tables["clickbait"]),
        draws,
    ]
    page = "\n\n".join(markdown_of(section, IMAGES) for section in found)
    print(page)
    if told.write:
        (DOCS / IMAGES).mkdir(parents=True, exist_ok=True)
        for plot in (plot for section in found for plot in section.plots):
            (DOCS / IMAGES / f"{plot.file}.svg").write_text(svg_of(plot))
        (DOCS / "artwork-measured.md").write_text(page + "\n")


def _front(plan: Plan) -> Section:
    return Section(
        "Artwork, measured",
        "Written by `make bench-artwork`. An invented service with planted tastes in images: "
        f"{plan.titles} titles with 4 images each, {CLUSTERS} clusters of viewers who watch different"
        f" genres, {plan.viewers} viewers at a time who open a page a day, look at {plan.a_visit} of its"
        f" tiles, and stay {plan.stays} days. For each title and cluster one image is the favourite (3 times"
        " as likely to be taken; in 80% of titles it is the one of the cluster's look). Pages are the"
        " service's own, built in process; what viewers do comes back as events. The truth is read by"
        f" these tables only. {machine()}; seed {plan.seed}, which nothing was tuned on.\n\n"
        "Take fraction: chance of a quality play per tile that was looked at, by the planted truth under"
        " the image that was shown. Best fixed: for each title the one image that is best for all together,"
        " known in hindsight. Oracle: each viewer's best. Intervals are 95%, by drawing viewers anew.",
        level=1,
    )


def _early(table: Table, plan: Plan) -> Section:
    day = -(-20 // plan.a_visit)
    soon = table.where(table.day == day)
    share, low, high = interval(is_favourite(soon), soon.viewer)
    return Section(
        "After 20 impressions a viewer",
        f"On day {day + 1}, when viewers have seen {day * plan.a_visit} tiles on average, before it:",
        ("", "found", "95%", "chance"),
        (("share of the favourite image", f"{share:.3f}", f"{low:.3f}-{high:.3f}", "0.25"),),
        plots=(learning(table),),
    )


def _late(table: Table, plan: Plan) -> Section:
    late = table.day >= plan.days - _LATE
    before, after = (
        impressions_each(some, CLUSTERS, plan.titles) for some in (table.where(~late), table)
    )
    some, best = table.where(late), fixed(table)[late]
    rows = [
        (name, *_cells(values, some.viewer))
        for name, values in (
            ("contextual (as served)", shown(some)),
            ("as served, plays counted", some.taken.astype(np.float64)),
            ("best fixed image", best),
            ("drawn evenly", uniform(some)),
            ("oracle that keeps floor and variety", some.held),
            ("oracle", oracle(some)),
        )
    ]
    gained = [
        (f"of {whose} over even draws, gained", f"{lift(some, most):.1%}", "")
        for whose, most in (
            ("the oracle's gain", oracle(some)),
            ("the gain of the oracle that keeps both", some.held),
        )
    ]
    return Section(
        f"At {before:.0f} to {after:.0f} impressions an image and cluster",
        f"The last {_LATE} days. Nobody can have the oracle's gain who draws one image in twenty evenly and"
        " shows no more than so many of one look side by side: what is left of it stands beside.",
        ("", "take fraction", "95%"),
        (*rows, *gained),
        plots=(regret(table),),
    )


def _no_taste(none: Table, equal: Table) -> Section:
    rows = []
    for name, table in (("one image is better for all", none), ("all images are equal", equal)):
        late = table.day >= table.day.max() + 1 - _LATE
        some, best = table.where(late), fixed(table)[late].mean()
        lost, least = 1 - shown(some).mean() / best, 1 - some.held.mean() / best
        rows.append(
            (name, f"{shown(some).mean():.4f}", f"{best:.4f}", f"{lost:.1%}", f"{least:.1%}")
        )
    return Section(
        "Where no taste is planted",
        "Nothing is gained by knowing the viewer here, and little should be lost. The last"
        f" {_LATE} days. Beside it what the oracle loses that keeps the floor and the rule of looks.",
        ("", "take fraction", "best fixed", "lost", "least"),
        tuple(rows),
    )


def _clickbait(table: Table) -> Section:
    late = table.where(table.day >= table.day.max() + 1 - _LATE)
    share, low, high = interval((late.image == BAIT).astype(np.float64), late.viewer)
    return Section(
        "Clickbait",
        "One image of each title is opened five times as often as the others and left at once.",
        ("", "found", "95%"),
        (("share of it, at the end", f"{share:.1%}", f"{low:.1%}-{high:.1%}"),),
    )


def _cells(values: np.ndarray, viewer: np.ndarray) -> tuple[str, str]:
    mean, low, high = interval(values, viewer)
    return f"{mean:.4f}", f"{low:.4f}-{high:.4f}"


if __name__ == "__main__":
    main()
