"""The report on pages: what was asked, every layout's figures, the frontier, two tastes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from bench.pages.bold import Bold
from bench.pages.evidence import Tested
from bench.pages.frontier import KNOWN, OUR_WEIGHTS, Point, changes
from bench.pages.judged import Judged
from bench.pages.layouts import OURS
from bench.pages.two_tastes import COLUMNS, INTERESTS, ROWS, Both
from bench.pages.various import Various
from bench.quality.section import Plot, Section
from frontrow.base.randomness import rng_for
from frontrow.evaluation.intervals import Comparison, compare, mean_interval

_METRICS = {
    "recall": "recall",
    "ndcg2d": "2-D nDCG",
    "diversity": "diversity",
    "row_variety": "variety of rows",
    "genre_coverage": "genres shown",
    "calibration_kl": "C_KL",
    "novelty": "novelty",
}

_FRONT = """# Pages

Written by `python -m bench.pages`, a part of `make bench-quality`; nothing here is typed by hand.

The same ranking under every page: ours, and four other ways to lay it out. Split B of MovieLens as in
[quality.md](quality.md): the last fifth of each viewer's ratings is hidden, and each page is made for the
moment of the last rating before it. [metrics.md](metrics.md) has the formulas; **variety of rows** is the
mean of 1 - cosine of the genres of two rows. A page of 3 x 4 is made for a tablet's screen, one of 6 x 10
for a screen so large. Intervals: 95%, from a bootstrap over viewers, paired between layouts.
"""


def front(date: str, machine: str, looks: Mapping[str, int]) -> str:
    counted = ", ".join(f"{n} {c}" for n, c in sorted(looks.items()) if n.endswith("(pages)"))
    return (
        f"{_FRONT}\nMeasured on {date}, on {machine}."
        f" The test sides were looked at so often until now: {counted or 'never'}."
    )


def targets_section(name: str, judged: Sequence[Judged]) -> Section:
    """What was asked of the page: not less found than in one list, more variety, more than others."""
    rows = []
    for window in dict.fromkeys(one.window for one in judged):
        here = {one.layout: one for one in judged if one.window == window}
        ours = here[OURS]
        for layout, other in here.items():
            if layout == OURS:
                continue
            asked = (
                ("recall", "diversity", "row_variety") if "(a)" in layout else ("recall", "ndcg2d")
            )
            for metric in asked:
                found = _compare(ours, other, metric)
                rows.append(
                    (
                        f"{window[0]} x {window[1]}",
                        layout,
                        _METRICS[metric],
                        _asked(layout, metric),
                        f"{found.ratio:.3f} ({found.ratio_interval[0]:.3f} to"
                        f" {found.ratio_interval[1]:.3f})",
                        _verdict(layout, metric, found),
                    )
                )
    head = ("window", "beside", "metric", "asked", "ours over theirs", "verdict")
    return Section(f"{name}: targets", "", head, tuple(rows))


def layouts_section(name: str, judged: Sequence[Judged]) -> Section:
    """Every figure of every layout."""
    rows = []
    for one in judged:
        cells = [f"{one.window[0]} x {one.window[1]}", one.layout]
        for metric in _METRICS:
            values = one.values[metric]
            said = values[~np.isnan(values)]
            low, high = mean_interval(said, rng_for(0, "bootstrap"))
            cells.append(f"{said.mean():.4f} ({low:.3f} to {high:.3f})")
        rows.append(tuple(cells))
    b = len(judged[0].values["recall"])
    return Section(
        f"{name}: layouts",
        f"Means over {b:,} viewers.",
        ("window", "layout", *_METRICS.values()),
        tuple(rows),
        level=3,
    )


def frontier_section(name: str, points: Sequence[Point]) -> Section:
    """What each step towards the viewer's mix of genres costs, ours beside the known way."""
    methods = list(dict.fromkeys(point.method for point in points))
    rows, dots = [], []
    for method in methods:
        moved = changes(points, method)
        for point, (kl, ndcg) in zip((p for p in points if p.method == method), moved, strict=True):
            rows.append(
                (
                    method,
                    f"{point.weight:g}",
                    f"{point.calibration_kl:.4f}",
                    f"{kl:+.1%}",
                    f"{point.ndcg2d:.4f}",
                    f"{ndcg:+.1%}",
                )
            )
            dots.append({"method": method, "C_KL": kl, "nDCG": ndcg})
    dots += [{"method": "published (EASE)", "C_KL": kl, "nDCG": ndcg} for kl, ndcg in KNOWN]
    return Section(
        f"{name}: the frontier of calibration",
        "`page.calibration` moves a page towards the mix of genres of the viewer's past; beside it plain"
        " greedy re-ranking of EASE's list, cut into the same 6 x 10. Changes are of each method's own"
        f" page without calibration. {_above(points)}",
        ("method", "weight", "C_KL", "change", "2-D nDCG", "change of it"),
        tuple(rows),
        (Plot(f"calibration-{name}", f"nDCG against C_KL on {name}", _chart(dots)),),
        level=3,
    )


def variety_section(name: str, found: Sequence[Various]) -> Section:
    """What more variety costs, ours beside the known way."""
    rows = [
        (
            f"{one.window[0]} x {one.window[1]}",
            one.method,
            "" if np.isnan(one.weight) else f"{one.weight:g}",
            f"{one.recall:.3f}",
            f"{one.diversity:.3f}",
        )
        for one in found
    ]
    return Section(
        f"{name}: the price of variety",
        "Recall and diversity beside (a), the list that is only cut. The known way is maximal marginal"
        " relevance over the best 300 of the same ranking; at weight 1 value counts for nothing, so its"
        " diversity is about the most that those titles hold. Asked of ours: 1.3 at a recall of .98.",
        ("window", "method", "weight", "recall", "diversity"),
        tuple(rows),
        level=3,
    )


def tastes_section(name: str, both: Both) -> Section:
    return Section(
        f"{name}: two people, one profile",
        f"Profiles made of two viewers with different top interests: how many pages have both viewers'"
        f" top {INTERESTS} within the first {ROWS} x {COLUMNS}. Asked: 90%.",
        ("pairs", "ours", "one list sorted by one taste"),
        (
            (
                str(both.pairs),
                f"{both.ours / both.pairs:.1%}",
                f"{both.one_taste / both.pairs:.1%}",
            ),
        ),
        level=3,
    )


def evidence_section(name: str, tested: Mapping[str, Tested]) -> Section:
    """Whether reasons are true."""
    rows = tuple(
        (kind, str(t.tiles), f"{t.fell / t.tiles:.1%}", f"{t.fell_without_another / t.tiles:.1%}")
        for kind, t in tested.items()
    )
    return Section(
        f"{name}: are reasons true?",
        "A tile's score without the evidence that its reason names, and without another title of the"
        " history, drawn at random. Asked: lower in at least 95%, and in at most half.",
        ("evidence", "tiles", "lower without it", "lower without another"),
        rows,
        level=3,
    )


def adventure_section(name: str, points: Sequence[Bold]) -> Section:
    """What the viewer's own dial does."""
    rows = tuple(
        (f"{p.adventurousness:g}", f"{p.ndcg2d:.4f}", f"{p.novelty:.3f}", f"{p.drawn:.1f}")
        for p in points
    )
    return Section(
        f"{name}: how adventurous",
        "The preference `adventurousness` of a profile, from what many watch to what few have found, on"
        " pages of 6 x 10; `drawn` are titles of a whole page of ten rows that chance chose.",
        ("adventurousness", "2-D nDCG", "novelty", "drawn"),
        rows,
        level=3,
    )


def _compare(ours: Judged, theirs: Judged, metric: str) -> Comparison:
    mine, other = ours.values[metric], theirs.values[metric]
    said = ~(np.isnan(mine) | np.isnan(other))
    return compare(mine[said], other[said], rng_for(0, "bootstrap"))


def _asked(layout: str, metric: str) -> str:
    if "(a)" in layout:
        return {"recall": "at least 0.98", "diversity": "at least 1.3"}.get(metric, "more")
    return "more"


def _verdict(layout: str, metric: str, found: Comparison) -> str:
    if "(a)" in layout and metric == "recall":
        return "met" if found.ratio >= 0.98 else "missed"
    if "(a)" in layout and metric == "diversity":
        return "met" if found.ratio >= 1.3 else "missed"
    return "met" if found.difference_interval[0] > 0 else "missed"


def _above(points: Sequence[Point]) -> str:
    """Whether ours loses less than the other at every reduction that both reach."""
    theirs = sorted(changes(points, "greedy on EASE"))
    ours = [point for point in changes(points, OURS) if point[0] < 0]
    reached = [(kl, ndcg) for kl, ndcg in ours if kl >= theirs[0][0]]
    if not reached:
        return "The two reach no reduction in common."
    kls, ndcgs = zip(*theirs, strict=True)
    above = [ndcg >= float(np.interp(kl, kls, ndcgs)) for kl, ndcg in reached]
    return (
        f"Of our {len(OUR_WEIGHTS) - 1} steps {len(reached)} reach what theirs reach too;"
        f" {sum(above)} of them lie above their curve."
    )


def _chart(dots: list[dict[str, Any]]) -> dict[str, Any]:
    chart = (
        alt.Chart(alt.Data(values=dots))
        .mark_line(point=True)
        .encode(
            x=alt.X("C_KL:Q", title="change of C_KL", axis=alt.Axis(format="%")),
            y=alt.Y("nDCG:Q", title="change of nDCG", axis=alt.Axis(format="%")),
            color=alt.Color("method:N", title=None),
            order="C_KL:Q",
        )
        .properties(width=420, height=260)
    )
    found: dict[str, Any] = chart.to_dict()
    return found
