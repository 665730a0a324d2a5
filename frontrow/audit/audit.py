"""One audit: every finding, over the tiles that were seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.audit.bubble import bubble
from frontrow.audit.exposures import Exposures
from frontrow.audit.findings import Finding, at_least, not_told, only_told, over_viewers
from frontrow.audit.treatment import EUROPEAN, LEAST_PLAYS, treatment
from frontrow.base.bounds import AuditSettings
from frontrow.catalog import Catalogue

Doubles = NDArray[np.float64]

SHARES: Mapping[str, frozenset[str]] = {"European works": EUROPEAN}
_LEAST_IN_GROUP = 20
_LEAST_DRAWN = 100


@dataclass(frozen=True)
class Audit:
    """What an audit found, and of how much."""

    findings: list[Finding]
    tiles: int
    viewers: int
    weeks: int

    @property
    def failed(self) -> list[Finding]:
        """Findings out of their bounds beyond noise."""
        return [finding for finding in self.findings if finding.passed is False]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "tiles": self.tiles,
            "viewers": self.viewers,
            "weeks": self.weeks,
            "passed": not self.failed,
            "findings": [finding.to_json() for finding in self.findings],
        }


def audit(
    seen: Exposures,
    catalogue: Catalogue,
    bounds: AuditSettings,
    rng: np.random.Generator,
    *,
    groups: Mapping[str, str] | None = None,
    shares: Mapping[str, frozenset[str]] = SHARES,
) -> Audit:
    """Every finding of what was seen: of pages with profiling alone, but for what titles and suppliers get.

    groups: profile -> group, named from outside for this audit alone
    shares: name -> countries of production
    """
    weeks = int(seen.week.max(initial=-1)) + 1
    own = seen.take(seen.personal)
    findings = [
        *bubble(seen, catalogue, bounds, rng),
        *treatment(seen, catalogue, bounds, rng, shares=shares),
        *_exploration(own, rng),
        *_groups(own, groups or {}, bounds, rng),
        _without_profiling(seen, rng),
    ]
    return Audit(findings, len(seen), len(seen.viewers), weeks)


def _without_profiling(seen: Exposures, rng: np.random.Generator) -> Finding:
    """How much is seen on pages of children, of who asked for no profiling, and of before there was a
    bundle: most findings leave it out."""
    if not len(seen):
        return not_told("without profiling", "no tile was seen")

    def share(times: Doubles) -> float:
        return float(times[~seen.personal].sum() / max(times.sum(), 1e-12))

    value, interval = over_viewers(seen.viewer, share, rng)
    whose = len(np.unique(seen.viewer[~seen.personal]))
    told = f"of what is seen, on pages without profiling, by {whose} viewers; told apart or left out above"
    return only_told("without profiling", "", value, interval, told)


def _exploration(seen: Exposures, rng: np.random.Generator) -> Iterator[Finding]:
    """What drawn slots cost, and what they brought."""
    drawn = seen.drawn
    if drawn.sum() < _LEAST_DRAWN:
        yield not_told(
            "exploration", f"{drawn.sum()} drawn tiles were seen; {_LEAST_DRAWN} are needed"
        )
        return

    def spent(times: Doubles) -> float:
        return float(times[drawn].sum() / max(times.sum(), 1e-12))

    yield only_told(
        "exploration", "spent", *over_viewers(seen.viewer, spent, rng), "drawn tiles of those seen"
    )
    for part, where in (("drawn", drawn), ("ranked", ~drawn)):

        def take(times: Doubles, where: NDArray[np.bool_] = where) -> float:
            return float(times[where & seen.quality].sum() / max(times[where].sum(), 1e-12))

        value, interval = over_viewers(seen.viewer, take, rng)
        yield only_told("exploration", part, value, interval, "quality plays of each tile seen")
    first = np.zeros(len(seen), dtype=bool)
    order = np.lexsort((seen.day, seen.work))
    started = order[seen.started[order]]
    works, at = np.unique(seen.work[started], return_index=True)
    first[started[at]] = True
    bought = int((first & drawn).sum())
    told = (
        f"of {len(works)} titles that anybody started, those whose first start came of a drawn tile"
    )
    yield only_told("exploration", "bought", float(bought), None, told)


def _groups(
    seen: Exposures, groups: Mapping[str, str], bounds: AuditSettings, rng: np.random.Generator
) -> Iterator[Finding]:
    """Viewer groups: do pages serve each as well as all?"""
    if not groups:
        return
    of = np.array([groups.get(profile, "") for profile in seen.viewers], dtype=object)
    for name in sorted(set(of.tolist()) - {""}):
        members = of == name
        if members.sum() < _LEAST_IN_GROUP:
            why = f"{members.sum()} viewers of it saw a page; {_LEAST_IN_GROUP} are needed"
            yield not_told("group", why, name)
            continue
        mine = members[seen.viewer]
        usual = mine.sum() * seen.quality.mean()
        if usual < LEAST_PLAYS:  # of so few, none at all is no sign of anything
            why = f"{usual:.0f} quality plays would be usual of the tiles it saw; {LEAST_PLAYS} are needed"
            yield not_told("group", why, name)
            continue

        def beside(times: Doubles, mine: NDArray[np.bool_] = mine) -> float:
            own = times[mine & seen.quality].sum() / max(times[mine].sum(), 1e-12)
            everyone = times[seen.quality].sum() / max(times.sum(), 1e-12)
            return float(own / everyone) if everyone else float("nan")

        value, interval = over_viewers(seen.viewer, beside, rng)
        yield at_least(
            "group",
            name,
            value,
            interval,
            bounds.groups,
            "quality plays of a tile seen, beside all",
        )
