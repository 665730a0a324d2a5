"""Runs as JSON, as tables for the terminal, and as one self-contained page of HTML.

Every claim says that it holds in simulation, and of which parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from frontrow.simulation.loop.loop import Run
from frontrow.simulation.loop.measures import Measure, measures_of
from frontrow.simulation.loop.moments import Moment, moments_of
from frontrow.simulation.loop.parameters import VERSION, Parameters, hash_of

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c1c1e; background: #fff; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .4rem .6rem; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; }
small { color: #555; }
svg { max-width: 100%; height: auto; }
"""


@dataclass(frozen=True)
class Result:
    """One run, counted."""

    parameters: Parameters
    policy: str
    seed: int
    viewers: int
    days: int
    since: int  # day from which on the measures count
    visits: int
    events: int
    modes: dict[str, int]
    measures: list[Measure]
    moments: list[Moment]
    by_day: list[dict[str, float]]

    @property
    def holds(self) -> bool:
        """Whether no moment that was measured lies outside its tolerance."""
        return all(moment.holds is not False for moment in self.moments)


def result_of(run: Run, *, policy: str, seed: int, since: int) -> Result:
    """What a run came to."""
    modes: dict[str, int] = {}
    for seen in run.visits:
        modes[seen.mode] = modes.get(seen.mode, 0) + 1
    return Result(
        parameters=run.world.parameters,
        policy=policy,
        seed=seed,
        viewers=len(run.minds.ids),
        days=run.days,
        since=since,
        visits=len(run.visits),
        events=run.events,
        modes=modes,
        measures=measures_of(run, since),
        moments=moments_of(run),
        by_day=_by_day(run),
    )


def to_json(results: list[Result]) -> dict[str, Any]:
    """The document that `--json` prints."""
    return {
        "in_simulation": True,
        "version": VERSION,
        "runs": [
            {
                "population": result.parameters.name,
                "parameters": hash_of(result.parameters),
                "policy": result.policy,
                "seed": result.seed,
                "viewers": result.viewers,
                "days": result.days,
                "counted_from_day": result.since,
                "visits": result.visits,
                "events": result.events,
                "modes": result.modes,
                "measures": {
                    m.name: {"value": m.value, "low": m.low, "high": m.high}
                    for m in result.measures
                },
                "moments": {
                    m.target.name: {
                        "value": m.value,
                        "low": m.target.low,
                        "high": m.target.high,
                        "known": m.target.known,
                        "source": m.target.source,
                        "holds": m.holds,
                    }
                    for m in result.moments
                },
                "moments_hold": result.holds,
            }
            for result in results
        ],
    }


def tables_of(results: list[Result]) -> list[Table]:
    """Rich tables: measures with 95% intervals over viewers, then moments beside what is known."""
    tables = []
    for name, those in _by_population(results).items():
        first = those[0]
        table = Table(title=f"In simulation: {_headline(first)}", box=SIMPLE_HEAD)
        table.add_column("measure")
        for result in those:
            table.add_column(result.policy, justify="right")
        for i, measure in enumerate(first.measures):
            table.add_row(measure.words, *(_cell(result.measures[i]) for result in those))
        tables.append(table)
        moments = Table(title=f"{name}: moments beside public ones", box=SIMPLE_HEAD)
        for head in ("moment", "here", "tolerance", "known", ""):
            moments.add_column(head, justify="left" if head == "moment" else "right")
        for moment in _shown_moments(those):
            moments.add_row(*_moment_cells(moment))
        tables.append(moments)
    return tables


def html_of(results: list[Result]) -> str:
    """The report: what was planted, the measures, the moments, plots as SVG; nothing from elsewhere."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Frontrow: simulation</title>',
        f"<style>{_STYLE}</style></head><body>",
        "<h1>In simulation</h1>",
        "<p>Invented viewers with planted tastes answered the pages of a service. What stands here holds"
        " in simulation, for the parameters whose hash is named, and for nobody else.</p>",
    ]
    for name, those in _by_population(results).items():
        first = those[0]
        parts += [
            f"<h2>{escape(name)}</h2>",
            f"<p>{escape(_headline(first))}. {escape(first.parameters.note)}.</p>",
            "<table><tr><th>measure (95% interval over viewers)</th>",
            *(f"<th>{escape(result.policy)}</th>" for result in those),
            "</tr>",
        ]
        for i, measure in enumerate(first.measures):
            cells = "".join(f"<td>{_cell(result.measures[i])}</td>" for result in those)
            parts.append(f"<tr><td>{escape(measure.words)}, in simulation</td>{cells}</tr>")
        parts += ["</table>", _plot(those)]
        parts.append("<h3>Moments</h3><table><tr><th>moment</th><th>here</th><th>tolerance</th>")
        parts.append("<th>known</th><th>source</th><th></th></tr>")
        for moment in _shown_moments(those):
            words, here, tolerance, known, verdict = _moment_cells(moment)
            told = (words, here, tolerance, known, moment.target.source, verdict)
            parts.append("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in told) + "</tr>")
        parts.append("</table>")
    return "\n".join([*parts, "</body></html>", ""])


def _plot(results: list[Result]) -> str:
    """Satisfying hours by day, one line a policy, as SVG."""
    import altair as alt
    import vl_convert

    rows = [{"policy": r.policy, **day} for r in results for day in r.by_day]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line()
        .encode(
            x=alt.X("day:Q", title="day"),
            y=alt.Y("hours:Q", title="satisfying hours a viewer, in simulation"),
            color=alt.Color("policy:N", title=None),
        )
        .properties(width=560, height=200)
    )
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return svg


def _by_day(run: Run) -> list[dict[str, float]]:
    hours, found, came = ([0.0] * run.days for _ in range(3))
    for seen in run.visits:
        came[seen.day] += 1
        found[seen.day] += seen.found_seconds <= 90
        hours[seen.day] += sum(play.seconds for play in seen.plays if play.pleased) / 3600
    n = len(run.minds.ids)
    return [
        {
            "day": float(day + 1),
            "hours": hours[day] / n,
            "found": found[day] / came[day] if came[day] else 0.0,
            "active": float(run.active[day]),
        }
        for day in range(run.days)
    ]


def _by_population(results: list[Result]) -> dict[str, list[Result]]:
    grouped: dict[str, list[Result]] = {}
    for result in results:
        grouped.setdefault(result.parameters.name, []).append(result)
    return grouped


def _shown_moments(results: list[Result]) -> list[Moment]:
    """Those under the service as it is, where it is among the runs."""
    return next((r for r in results if r.policy == "full"), results[0]).moments


def _headline(result: Result) -> str:
    return (
        f"population {result.parameters.name}, parameters {hash_of(result.parameters)}"
        f" (version {VERSION}), {result.viewers:,} viewers, {result.days} days, seed {result.seed},"
        f" counted from day {result.since + 1}"
    )


def _cell(measure: Measure) -> str:
    shown = f"{measure.value:.0f}" if measure.value >= 20 else f"{measure.value:.3f}"
    if measure.low is None:
        return shown
    return f"{shown} ({measure.low:.3f}-{measure.high:.3f})"


def _moment_cells(moment: Moment) -> tuple[str, str, str, str, str]:
    target, value = moment.target, moment.value
    verdict = {None: "too little to tell", True: "holds", False: "OUTSIDE"}[moment.holds]
    here = "-" if value is None else _number(value)
    return (
        target.words,
        here,
        f"{_number(target.low)} to {_number(target.high)}",
        target.known,
        verdict,
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 20 else f"{value:.2f}"
