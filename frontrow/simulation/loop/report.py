"""Runs as tables for the terminal, and as one self-contained page of HTML with plots.

Every claim says that it holds in simulation, and of which parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import msgspec
import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table

from frontrow.base.reports import report_page, svg_of
from frontrow.simulation.loop.ladder import (
    LADDER,
    PUBLISHED,
    TWIN,
    Step,
    beside_full,
    interval_over_seeds,
    steps_of,
)
from frontrow.simulation.loop.moments import Moment
from frontrow.simulation.loop.parameters import VERSION, hash_of
from frontrow.simulation.loop.results import Result

Rows = Sequence[tuple[str, ...]]


def tables_of(results: Sequence[Result]) -> list[Table]:
    """Rich tables: measures with 95% intervals, what may be claimed, and moments beside what is known."""
    tables = []
    for name, those in _by_population(results).items():
        heads, rows = _measures(those)
        tables.append(_table(f"In simulation: {_headline(those)}", heads, rows))
        claims = _claims(those)
        if claims:
            tables.append(_table(f"{name}: what the seeds agree on", _CLAIM_HEADS, claims))
        moments = [_moment_cells(moment) for moment in _shown_moments(those)]
        tables.append(_table(f"{name}: moments beside public ones", _MOMENT_HEADS[:-1], moments))
    return tables


def html_of(results: Sequence[Result]) -> str:
    """The report: what was planted, the measures, the moments, plots as SVG; nothing from elsewhere."""
    parts = [
        "<p>Invented viewers with planted tastes answered the pages of a service. What stands here holds"
        " in simulation, for the parameters whose hash is named, and for nobody else.</p>",
    ]
    for name, those in _by_population(results).items():
        heads, rows = _measures(those)
        parts += [
            f"<h2>{escape(name)}</h2>",
            f"<p>{escape(_headline(those))}.</p>",
            f"<p>What is special about it: {escape(those[0].parameters.note)}.</p>",
            _html_table(heads, rows),
            _plot_by_day(those),
        ]
        claims = _claims(those)
        if claims:
            parts += [_plot_ladder(those), "<h3>What the seeds agree on</h3>"]
            parts.append(_html_table(_CLAIM_HEADS, claims))
        moments = [(*_moment_cells(m), m.target.source) for m in _shown_moments(those)]
        parts += ["<h3>Moments</h3>", _html_table(_MOMENT_HEADS, moments)]
        parts += ["<details><summary>Every parameter</summary>", _parameters(those[0])]
        parts.append("</details>")
    return report_page("simulation", parts, heading="In simulation")


_CLAIM_HEADS = ("step", "measure", "difference", "seeds better", "claim")
_MOMENT_HEADS = ("moment", "here", "tolerance", "known", "", "source")


def _measures(results: Sequence[Result]) -> tuple[tuple[str, ...], Rows]:
    """Measures by policy: over seeds where there are several, else over viewers."""
    policies = _policies(results)
    rows: list[tuple[str, ...]] = []
    for measure in results[0].measures:
        cells = [_cell([r for r in results if r.policy == p], measure.name) for p in policies]
        rows.append((measure.words, *cells))
    beside = beside_full(results)
    if beside:
        told = [
            "" if p not in beside else f"{beside[p]:+.1%} (published {PUBLISHED[p]})"
            for p in policies
        ]
        rows.append(("hours beside full", *told))
    return ("measure", *policies), rows


def _cell(results: Sequence[Result], name: str) -> str:
    values = np.array([result.value(name) for result in results])
    if len(values) == 1:
        measure = next(m for m in results[0].measures if m.name == name)
        low, high = measure.low, measure.high
    else:
        low, high = interval_over_seeds(values)
    mean = float(values.mean())
    shown = f"{mean:.0f}" if mean >= 20 else f"{mean:.3f}"
    if low is None or high is None:
        return shown
    wide = ".0f" if mean >= 20 else ".3f"
    return f"{shown} ({low:{wide}} to {high:{wide}})"


def _claims(results: Sequence[Result]) -> Rows:
    return [_claim_cells(step) for step in steps_of(results)]


def _claim_cells(step: Step) -> tuple[str, ...]:
    told = f"{step.difference:+.3f}"
    if step.low is not None:
        told += f" ({step.low:+.3f} to {step.high:+.3f})"
    better = f"{step.positive} of {step.seeds}"
    return f"{step.upper} - {step.lower}", step.measure, told, better, step.claim


def _parameters(result: Result) -> str:
    """What the hash stands for."""
    told = msgspec.to_builtins(result.parameters)
    return _html_table(
        ("parameter", "value"),
        [(name, msgspec.json.encode(value).decode()) for name, value in told.items()],
    )


def _plot_by_day(results: Sequence[Result]) -> str:
    """Satisfying hours by day, one line a policy: the mean over seeds."""
    rows = [{"policy": r.policy, **day} for r in results for day in r.by_day]
    encoding = {
        "x": {"field": "day", "type": "quantitative", "title": "day"},
        "y": {
            "field": "hours",
            "type": "quantitative",
            "aggregate": "mean",
            "title": "satisfying hours, in simulation",
        },
        "color": {"field": "policy", "type": "nominal", "title": None},
    }
    return _svg({"mark": "line", "encoding": encoding}, rows, 200)


def _plot_ladder(results: Sequence[Result]) -> str:
    """Satisfying hours of every seed by policy, from the bottom of the ladder up."""
    rows = [
        {"policy": r.policy, "hours": r.value("satisfying_hours"), "seed": r.seed} for r in results
    ]
    encoding = {
        "x": {
            "field": "hours",
            "type": "quantitative",
            "title": "satisfying hours a viewer and week, in simulation; one point a seed",
        },
        "y": {"field": "policy", "type": "nominal", "title": None, "sort": [*LADDER, TWIN]},
    }
    return _svg({"mark": {"type": "point", "filled": True}, "encoding": encoding}, rows, 140)


def _svg(shape: dict[str, Any], rows: list[dict[str, Any]], height: int) -> str:
    return svg_of({"data": {"values": rows}, "width": 560, "height": height, **shape})


def _table(title: str, heads: Sequence[str], rows: Rows) -> Table:
    table = Table(title=title, box=SIMPLE_HEAD)
    for head in heads:
        table.add_column(head, justify="left" if head == heads[0] else "right")
    for row in rows:
        table.add_row(*row)
    return table


def _html_table(heads: Sequence[str], rows: Rows) -> str:
    lines = ["<table><tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows]
    return "\n".join([*lines, "</table>"])


def _by_population(results: Sequence[Result]) -> dict[str, list[Result]]:
    grouped: dict[str, list[Result]] = {}
    for result in results:
        grouped.setdefault(result.parameters.name, []).append(result)
    return grouped


def _policies(results: Sequence[Result]) -> list[str]:
    there = {result.policy for result in results}
    return [policy for policy in (*LADDER, TWIN) if policy in there]


def _shown_moments(results: Sequence[Result]) -> list[Moment]:
    """Those under the service as it is, where it is among the runs."""
    return next((r for r in results if r.policy == "full"), results[0]).moments


def _headline(results: Sequence[Result]) -> str:
    first, seeds = results[0], sorted({result.seed for result in results})
    named = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    over = "viewers" if len(seeds) == 1 else "seeds"
    return (
        f"population {first.parameters.name}, parameters {hash_of(first.parameters)}"
        f" (version {VERSION}), {first.viewers:,} viewers, {first.days} days, {named}, counted from"
        f" day {first.since + 1}; 95% intervals over {over}"
    )


def _moment_cells(moment: Moment) -> tuple[str, str, str, str, str]:
    target, value = moment.target, moment.value
    verdict = {None: "too little to tell", True: "holds", False: "OUTSIDE"}[moment.holds]
    here = "-" if value is None else _number(value)
    tolerance = f"{_number(target.low)} to {_number(target.high)}"
    return target.words, here, tolerance, target.known, verdict


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 20 else f"{value:.2f}"
