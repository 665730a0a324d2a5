"""A run, counted: what stays of it once its viewers are gone, and the document that machines read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontrow.simulation.loop.loop import Run
from frontrow.simulation.loop.measures import Measure, measures_of
from frontrow.simulation.loop.moments import Moment, moments_of
from frontrow.simulation.loop.parameters import VERSION, Parameters, hash_of
from frontrow.simulation.loop.visit import FOUND_SECONDS


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

    def value(self, measure: str) -> float:
        """A measure by its name."""
        return next(m.value for m in self.measures if m.name == measure)


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


def to_json(results: Sequence[Result]) -> dict[str, Any]:
    """The document of some runs."""
    return {
        "in_simulation": True,
        "version": VERSION,
        "runs": [_run_to_json(result) for result in results],
    }


def _run_to_json(result: Result) -> dict[str, Any]:
    return {
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
            m.name: {"value": m.value, "low": m.low, "high": m.high} for m in result.measures
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
        "by_day": result.by_day,
    }


def _by_day(run: Run) -> list[dict[str, float]]:
    hours, found, came = ([0.0] * run.days for _ in range(3))
    for seen in run.visits:
        came[seen.day] += 1
        found[seen.day] += seen.found_seconds <= FOUND_SECONDS
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
