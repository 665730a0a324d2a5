"""Plots of how tastes are met: by day, and what it cost to learn them."""

from __future__ import annotations

import altair as alt
import numpy as np

from bench.artwork.measure import Table, fixed, is_favourite, oracle, shown, uniform
from bench.quality.section import Plot

_WIDTH, _HEIGHT = 560, 240


def learning(table: Table) -> Plot:
    """The share of viewers' favourites, day by day."""
    days = np.unique(table.day)
    share = [float(is_favourite(table.where(table.day == day)).mean()) for day in days]
    frame = [{"day": int(d) + 1, "share": s} for d, s in zip(days, share, strict=True)]
    line = alt.Chart(alt.Data(values=frame)).mark_line(color="#2a6f97").encode(
        x=alt.X("day:Q", title="day"),
        y=alt.Y("share:Q", title="share of the favourite image", scale=alt.Scale(domain=[0, 1])),
    )  # fmt: skip
    chance = (
        alt.Chart(alt.Data(values=[{"share": 0.25}]))
        .mark_rule(strokeDash=[4, 4])
        .encode(y="share:Q")
    )
    chart = (line + chance).properties(width=_WIDTH, height=_HEIGHT)
    return Plot("learning", "Share of the favourite image by day; dashed: chance", chart.to_dict())


def regret(table: Table) -> Plot:
    """Quality plays that were missed beside the oracle, summed over the days."""
    best = fixed(table)
    days = np.unique(table.day)
    rows = []
    for name, values in (
        ("contextual", shown(table)), ("best fixed image", best), ("drawn evenly", uniform(table)),
    ):  # fmt: skip
        missed = np.bincount(table.day, oracle(table) - values, minlength=int(days.max()) + 1)
        rows += [
            {"day": int(day) + 1, "missed": float(sum_), "policy": name}
            for day, sum_ in zip(days, np.cumsum(missed)[days], strict=True)
        ]
    chart = alt.Chart(alt.Data(values=rows)).mark_line().encode(
        x=alt.X("day:Q", title="day"),
        y=alt.Y("missed:Q", title="quality plays missed beside the oracle, summed"),
        color=alt.Color("policy:N", title=None),
    ).properties(width=_WIDTH, height=_HEIGHT)  # fmt: skip
    return Plot(
        "regret", "Regret by day: contextual, best fixed image, drawn evenly", chart.to_dict()
    )
