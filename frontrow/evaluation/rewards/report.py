"""What a comparison of rewards says, as tables for the terminal and as one self-contained page of HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from frontrow.base.reports import report_page, svg_of
from frontrow.evaluation.rewards.comparison import Compared

_ROOM = {"left": 28, "right": 8, "top": 4, "bottom": 4}
"""Round a plot: other fonts than it was measured with are wider."""

_NAIVE = (
    "naive: correlation of the estimated effects, in which the chance of the units counts twice."
    " corrected: of the true effects, with that chance taken off (Bibaut and others, 2024); beyond 1 it says"
    " no more than that it is high."
)
_HEAD_OF_EXPERIMENTS = ("reward", "naive", "corrected (95%)", "tells in an experiment", "")
_HEAD_OF_RANKS = ("reward", "rank correlation (95%)", "the order that costs most")

Rows = list[tuple[str, ...]]


def table_of(found: Sequence[Compared], outcome: str, experiments: int) -> Table:
    """The comparison by a table of experiments."""
    title = f"effects on {outcome}, {experiments} experiments"
    return _table(title, _HEAD_OF_EXPERIMENTS, _experiment_rows([c.to_json() for c in found]))


def html_of_table(found: Sequence[Compared], outcome: str, experiments: int) -> str:
    """The report of the same."""
    told = [one.to_json() for one in found]
    parts = [
        f"<p>Effects on {escape(outcome)} over {experiments} experiments. {escape(_NAIVE)}</p>",
        _plot_of(told) if any(one["interval"] for one in told) else "",
        _html(_HEAD_OF_EXPERIMENTS, _experiment_rows(told)),
    ]
    return report_page("rewards", parts)


def tables_of(worlds: Sequence[dict[str, Any]]) -> list[Table]:
    """The comparison in invented worlds."""
    tables = []
    for world in worlds:
        title = (
            f"in simulation, {world['world']} ({world['parameters']}): {world['viewers']} viewers,"
            f" {len(world['policies'])} policies beside planted retention"
        )
        tables.append(_table(title, _HEAD_OF_RANKS, _rank_rows(world)))
        tables.append(_table(_title_of_weak(world), _HEAD_OF_WEAK, _weak_rows(world)))
    return tables


def html_of_worlds(worlds: Sequence[dict[str, Any]], rewards: Sequence[dict[str, Any]]) -> str:
    """The report of the same."""
    parts = [
        "<p>Every figure holds in simulation. The same viewers live with every policy; rewards see the"
        " events of the first 14 days, and retention is what is planted.</p>",
        _html(
            ("reward", "version", "hash", "what it is"),
            [(r["name"], str(r["version"]), r["hash"], r["words"]) for r in rewards],
        ),
    ]
    for world in worlds:
        parts += [
            f"<h2>{escape(world['world'].capitalize())}</h2>",
            f"<p>{escape(world['note'])} <small>Parameters {escape(world['parameters'])},"
            f" {world['viewers']} viewers.</small></p>",
            _plot_of(world["ranked"], value="rank_correlation", name="reward"),
            _html(_HEAD_OF_RANKS, _rank_rows(world)),
            f"<p>{escape(_title_of_weak(world))}. {escape(_NAIVE)}</p>",
            _html(_HEAD_OF_WEAK, _weak_rows(world)),
        ]
    return report_page("rewards", parts)


_HEAD_OF_WEAK = ("reward", "naive", "corrected (95%)", "true", "")


def _title_of_weak(world: dict[str, Any]) -> str:
    told = world["experiments"]
    return (
        f"as {told['count']} experiments of {told['viewers_each']} viewers each would have told, by who"
        " stayed"
    )


def _experiment_rows(told: Sequence[dict[str, Any]]) -> Rows:
    return [
        (
            one["proxy"],
            f"{one['naive']:.2f}",
            _with_interval(one["corrected"], one["interval"]),
            "" if one["quality"] is None else f"{one['quality']:.2f}",
            one["why"] or "",
        )
        for one in told
    ]


def _weak_rows(world: dict[str, Any]) -> Rows:
    return [
        (
            one["proxy"],
            f"{one['naive']:.2f}",
            _with_interval(one["corrected"], one["interval"]),
            f"{one['truth']:.2f}",
            one["why"] or "",
        )
        for one in world["experiments"]["compared"]
    ]


def _rank_rows(world: dict[str, Any]) -> Rows:
    return [
        (
            one["reward"],
            _with_interval(one["rank_correlation"], one["interval"]),
            _misled(one["misled"]),
        )
        for one in sorted(world["ranked"], key=lambda one: -one["rank_correlation"])
    ]


def _misled(told: dict[str, Any] | None) -> str:
    if told is None:
        return "none is wrong"
    return f"{told['above']} above {told['below']}, which keeps {told['loss']:.1%} more"


def _with_interval(value: float | None, interval: Sequence[float] | None) -> str:
    if value is None or interval is None:
        return "not told"
    return f"{value:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"


def _table(title: str, head: Sequence[str], rows: Rows) -> Table:
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in head:
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    return table


def _html(head: Sequence[str], rows: Rows) -> str:
    heads = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{heads}</tr>{body}</table>"


def _plot_of(
    told: Sequence[dict[str, Any]], *, value: str = "corrected", name: str = "proxy"
) -> str:
    import altair as alt

    rows = [
        {
            "reward": one[name],
            "value": one[value],
            "low": one["interval"][0],
            "high": one["interval"][1],
        }
        for one in told
        if one["interval"] is not None
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("reward:N", sort="-x", title=None), color=alt.value("#1b6ca8")
    )
    axis = alt.Scale(domain=[-1, 1], clamp=True)
    ranges = base.mark_rule(strokeWidth=3, opacity=0.5).encode(
        x=alt.X("low:Q", title=value.replace("_", " "), scale=axis), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.X("value:Q", scale=axis))
    return svg_of((ranges + points).properties(width=520, padding=_ROOM).to_dict())
