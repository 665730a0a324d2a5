"""Sections of the report from what was measured: targets, each split's table, dials, plots."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from bench.quality.judging import LEAD, Judged, K, compare_judged
from bench.quality.section import Plot, Section
from bench.quality.split_file import Split
from bench.quality.targets import FULL, TARGETS, Outcome, outcome_of

TITLES = {
    "ml-1m-a": "MovieLens 1M, split A: one moment for everybody",
    "ml-1m-b": "MovieLens 1M, split B: each viewer's last fifth",
    "ml-latest-small-b": "MovieLens latest small, split B: each viewer's last fifth",
}

_SHOWN = {
    LEAD: f"nDCG@{K}",
    "ndcg@10": "nDCG@10",
    f"recall@{K}": f"recall@{K}",
    f"coverage@{K}": f"coverage@{K}",
    "effective_catalogue_size": "effective catalogue",
    "popularity_rank_of_hits": "rank of hits",
}
_GREY, _ORANGE = "#8a8f98", "#c2410c"


@dataclass(frozen=True)
class Measured:
    """All models on one split, in the order of the table, and how each was made."""

    split: Split
    models: dict[str, Judged]
    made: dict[str, str] = field(default_factory=dict)  # model -> dials and cost, in words


def targets_section(measured: Mapping[str, Measured]) -> Section:
    """What was asked beside what was found."""
    outcomes = [
        outcome_of(target, measured[target.split].models if target.split in measured else {})
        for target in TARGETS
    ]
    return Section(
        "Targets",
        f"Means of nDCG@{K} of the full system over those of another model, with 95% intervals of the"
        " ratio and of the difference from a bootstrap over viewers, the same for both. A target is"
        " met where the ratio is reached and the interval of the difference lies above zero.",
        ("split", "the full system against", "asked", "stretch", "ratio", "difference", "verdict"),
        tuple(_target_row(outcome) for outcome in outcomes),
    )


def _target_row(outcome: Outcome) -> tuple[str, ...]:
    target, found = outcome.target, outcome.found
    others = outcome.other or " or ".join(target.others)
    if len(target.others) > 1 and outcome.other is not None:
        others = f"{outcome.other}, best of {' and '.join(target.others)}"
    return (
        target.split,
        others,
        f"{target.asked:.2f}x",
        "" if target.stretch is None else f"{target.stretch:.2f}x",
        "" if found is None else f"{found.ratio:.3f} {_interval(found.ratio_interval)}",
        ""
        if found is None
        else f"{found.difference:+.4f} {_interval(found.difference_interval, 4)}",
        outcome.verdict,
    )


def split_section(name: str, measured: Measured) -> Section:
    """The table of one split, and its plot."""
    split, models = measured.split, measured.models
    rows = []
    for model, judged in models.items():
        cells = [_cell(judged, metric) for metric in _SHOWN]
        rows.append((f"**{model}**" if model == FULL else model, *cells, _beside(models, model)))
    return Section(
        TITLES[name],
        f"{len(split.asked):,} viewers asked, {len(split.relevant_work):,} relevant works;"
        f" {len(split.train.work):,} ratings of {len(split.train.viewers):,} viewers on the training"
        f" side, {int(split.train.good.sum()):,} of them good plays; {split.train.n:,} works to rank.",
        ("model", *_SHOWN.values(), "full / model"),
        tuple(rows),
        (plot_of(name, models),) if models else (),
    )


def _cell(judged: Judged, metric: str) -> str:
    value = judged.means[metric]
    if math.isnan(value):  # the rank of hits where there was no hit
        return ""
    if metric in judged.intervals:
        return f"{value:.4f} {_interval(judged.intervals[metric])}"
    return f"{value:.1%}" if metric.startswith("coverage") else f"{value:,.0f}"


def _beside(models: Mapping[str, Judged], model: str) -> str:
    if FULL not in models or model == FULL:
        return ""
    found = compare_judged(models[FULL], models[model])
    return f"{found.ratio:.3f} {_interval(found.ratio_interval)}"


def dials_section(measured: Mapping[str, Measured]) -> Section:
    """How each model was made, on every split."""
    rows = [
        (f"{name}: {model}", how)
        for name, one in measured.items()
        for model, how in one.made.items()
    ]
    return Section(
        "Dials",
        "Chosen on inner splits of the training side only, by the mean nDCG@20 over their viewers.",
        ("model", "dials and cost"),
        tuple(rows),
    )


def plot_of(name: str, models: Mapping[str, Judged]) -> Plot:
    """The leading metric of every model with its interval."""
    rows: list[dict[str, Any]] = [
        {
            "model": model,
            "value": judged.means[LEAD],
            "low": judged.intervals[LEAD][0],
            "high": judged.intervals[LEAD][1],
            "kind": "ours" if model == FULL else "others",
        }
        for model, judged in models.items()
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("model:N", sort=list(models), title=None)
    )
    color = alt.Color(
        "kind:N", legend=None, scale=alt.Scale(domain=["others", "ours"], range=[_GREY, _ORANGE])
    )
    ranges = base.mark_rule(strokeWidth=3, opacity=0.5).encode(
        x=alt.X("low:Q", title=f"nDCG@{K}", scale=alt.Scale(zero=True)), x2="high:Q", color=color
    )
    means = base.mark_point(filled=True, size=90, opacity=1).encode(x="value:Q", color=color)
    chart = (ranges + means).properties(width=560, height=26 * len(models), title=TITLES[name])
    best = max(models, key=lambda model: models[model].means[LEAD])
    return Plot(f"ndcg-{name}", f"nDCG@{K} of every model; highest: {best}", chart.to_dict())


def _interval(bounds: Sequence[float], places: int = 3) -> str:
    return f"({bounds[0]:.{places}f} to {bounds[1]:.{places}f})"
