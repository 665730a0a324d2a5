"""How choices did, as one self-contained page of HTML with plots: no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from frontrow.base.reports import report_page, svg_of
from frontrow.evaluation.decisions.takes import Take, Takes
from frontrow.evaluation.ope import Interval, Judged

SHOWN = 20
"""Of what was drawn, so many are plotted and listed."""

_COLOURS = ["#c2410c", "#4b5563", "#0f766e", "#7c3aed"]


def words_of(takes: Takes) -> list[str]:
    """What is to be said of the whole, a sentence each."""
    told = [
        f"{takes.overall.shown:,} choices were shown, {takes.overall.quality:,} were played well:"
        f" a take fraction of {figure(takes.overall.fraction)}."
    ]
    if takes.gain is not None:
        told.append(
            "What was learned, against the random share beside it:"
            f" {figure(takes.gain, signed=True)}."
        )
    told.append(_against("An even draw", takes.even))
    told.append(_against("The best fixed choice (of other viewers)", takes.fixed))
    return told


def _against(who: str, judged: Judged) -> str:
    if judged.best is None:
        why = "; ".join(one.what for one in judged.refused)
        return f"{who} can't be judged by this log: {why}."
    gain = judged.gains[judged.best]
    return (
        f"{who} would have taken {figure(judged.estimates[judged.best])},"
        f" {figure(gain, signed=True)} against what was earned."
    )


def figure(interval: Interval, *, signed: bool = False) -> str:
    """A fraction with its 95% interval."""
    sign = "+" if signed else ""
    bounds = f"{interval.low:{sign}z.4f} to {interval.high:{sign}z.4f}"
    if interval.error == float("inf"):
        bounds = "one viewer only: no interval"
    return f"{interval.value:{sign}z.4f} ({bounds})"


def html_of_takes(takes: Takes) -> str:
    """The report."""
    title = f"How choices of {takes.kind} did"
    parts = [
        *(f"<p>{escape(said)}</p>" for said in words_of(takes)),
        f"<p>Policies: {escape(', '.join(takes.policies))}.</p>",
        "<h2>By arm</h2>",
        _table(takes.by_arm),
        "<h2>By day</h2>",
        svg_of(_by_day(takes).to_dict()),
    ]
    if takes.regret:
        parts += [
            "<h2>Lost against the best fixed choice, by the half of the viewers it was judged on</h2>",
            svg_of(_regret(takes).to_dict()),
        ]
    most = takes.by_drawn[:SHOWN]
    parts += ["<h2>By what was drawn</h2>", svg_of(_by_drawn(most).to_dict()), _table(most)]
    return report_page(title, parts, heading=title)


def _table(takes: tuple[Take, ...]) -> str:
    rows = ["<table><tr><th>drawn</th><th>shown</th><th>played well</th><th>take (95%)</th></tr>"]
    rows += [
        f"<tr><td>{escape(_name(one))}</td><td>{one.shown:,}</td><td>{one.quality:,}</td>"
        f"<td>{figure(one.fraction)}</td></tr>"
        for one in takes
    ]
    return "\n".join([*rows, "</table>"])


def _name(take: Take) -> str:
    return take.name if take.title_id is None else f"{take.title_id}: {take.name}"


def _by_day(takes: Takes) -> Any:
    import altair as alt

    rows = [
        {"day": one.day, "arm": one.arm, "take": one.fraction.value, "shown": one.shown}
        for one in takes.by_day
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=_days(),
        y=alt.Y("take:Q", title="quality plays per impression", scale=alt.Scale(zero=True)),
        color=alt.Color("arm:N", title=None, scale=alt.Scale(range=_COLOURS)),
    )
    return (base.mark_line() + base.mark_point(filled=True)).properties(width=560, height=220)


def _regret(takes: Takes) -> Any:
    import altair as alt

    rows = [{"day": day, "lost": lost} for day, lost in takes.regret]
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=True, color=_COLOURS[0])
        .encode(
            x=_days(),
            y=alt.Y("lost:Q", title="quality plays lost so far"),
        )
        .properties(width=560, height=220)
    )


def _by_drawn(most: tuple[Take, ...]) -> Any:
    import altair as alt

    rows = [
        {
            "drawn": _name(one),
            "take": one.fraction.value,
            "low": one.fraction.low,
            "high": one.fraction.high,
        }
        for one in most
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("drawn:N", sort=[_name(one) for one in most], title=None)
    )
    ranges = base.mark_rule(strokeWidth=3, opacity=0.4, color=_COLOURS[1]).encode(
        x=alt.X("low:Q", title="quality plays per impression, 95%"), x2="high:Q"
    )
    means = base.mark_point(filled=True, size=70, color=_COLOURS[0], opacity=1).encode(x="take:Q")
    return (ranges + means).properties(width=480)


def _days() -> Any:
    import altair as alt

    return alt.X(
        "day:T",
        title=None,
        axis=alt.Axis(format="%d %b", tickCount="day"),
        scale=alt.Scale(type="utc"),
    )
