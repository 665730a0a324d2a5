"""`frontrow learn`: refit, judge beside the live bundle on the newest slice of time, publish what passes.

The slice is what viewers began since the live bundle was fitted, its last part: the live bundle has not
seen it, and the candidate that is judged is fitted up to where it begins. What passes is then fitted on
everything, goes through the gate of `train`, and is published. Every decision is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from os import SEEK_END
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.errors import BadBundle, Unavailable
from frontrow.base.files import try_lock
from frontrow.base.time import format_time, from_us
from frontrow.bundles import BundlePolicy
from frontrow.catalog import Catalogue
from frontrow.engine import engine_for
from frontrow.evaluation.launch_gate import Verdict
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import begun_us, moment_at
from frontrow.server.judging import Court
from frontrow.server.refitting import refit
from frontrow.server.service import Service
from frontrow.training.cuts import cuts_of
from frontrow.training.fit import fit_ranker
from frontrow.training.train import what_stays
from frontrow.viewers import Dataset, build_datasets

Progress = Callable[[float, str], None]

SLICE_SHARE = 0.5
"""Of the good plays begun since the live bundle was fitted, the last so many are asked for."""

LEAST_PLAYS = 200
"""Good plays since the live bundle from which on there is something to learn and to judge by."""


@dataclass(frozen=True)
class Decision:
    """What one round decided, with its figures."""

    at: str
    outcome: str  # `published`, `refused`, `waits`
    live: str | None
    bundle: str | None = None
    reasons: list[str] = field(default_factory=list)
    slice: dict[str, str] = field(default_factory=dict)
    viewers: int = 0
    figures: dict[str, dict[str, float]] = field(default_factory=dict)


class Learner:
    """Rounds of learning over one home; one process of it learns at a time."""

    def __init__(self, service: Service, *, seed: int = 0) -> None:
        self._service = service
        self._seed = seed

    def round(self, tell: Progress) -> Decision:
        """One round, written down. Raises `Unavailable` where another process is learning."""
        with try_lock(self._service.home.run / "learn.lock") as mine:
            if not mine:
                raise Unavailable(
                    "another process of this home is learning", mend="wait for it, or stop it"
                )
            decision = self._decide(tell)
            remember(decisions_file(self._service), decision)
        return decision

    def _decide(self, tell: Progress) -> Decision:
        service = self._service
        now = format_time(from_us(service.now_us()))
        try:
            live = service.policy()
        except BadBundle:
            live = None
        if live is None:
            bundle_id, reasons = self._refit(tell)
            trouble = service.bundle_trouble
            if trouble is not None:
                reasons = [f"there was no live bundle to judge it beside: {trouble}", *reasons]
            return _decision(now, None, bundle_id, reasons)
        catalogue = service.catalogue()
        tell(0.0, "reading the log")
        (whole,) = self._datasets(catalogue, [service.now_us()])
        since = begun_us(whole, rewards(whole, catalogue))
        since = since[since > live.manifest.fitted_at_us]
        if len(since) < LEAST_PLAYS:
            why = f"{len(since)} good plays since the live bundle; it takes {LEAST_PLAYS}"
            return Decision(now, "waits", live.bundle_id, reasons=[why])
        at_us = moment_at(1 - SLICE_SHARE, since)
        verdict = self._judged(live, catalogue, whole, at_us, tell)
        slice_ = {"from": format_time(from_us(at_us)), "until": now}
        told: dict[str, Any] = {
            "slice": slice_, "viewers": verdict.viewers, "figures": verdict.figures
        }  # fmt: skip
        if not verdict.passed:
            return Decision(now, "refused", live.bundle_id, reasons=verdict.reasons, **told)
        bundle_id, reasons = self._refit(lambda share, what: tell(0.5 + 0.5 * share, what))
        return _decision(now, live.bundle_id, bundle_id, reasons, **told)

    def _datasets(self, catalogue: Catalogue, moments: Sequence[Any]) -> list[Dataset]:
        log = self._service.log
        return build_datasets(log, catalogue, moments, engine=engine_for(log.count()))

    def _judged(
        self, live: BundlePolicy, catalogue: Catalogue, whole: Dataset, at_us: int, tell: Progress
    ) -> Verdict:
        """The candidate as it would have been at the slice's start, beside the live ranking."""
        service = self._service
        cuts = cuts_of(whole, catalogue, self._seed, at_us)
        datasets = self._datasets(catalogue, cuts.moments)
        texts = service.texts
        shadow = fit_ranker(
            datasets,
            cuts,
            catalogue,
            seed=self._seed,
            settings=service.settings.service,
            sentences=None if texts is None else texts.read_catalogue(catalogue),
            progress=lambda share, what: tell(0.1 + 0.3 * share, what),
        )
        shadow = replace(
            shadow, positions=live.ranker.positions
        )  # on its pages places are worth as much
        tell(0.4, "asking both")
        court = Court(service, catalogue, datasets[-1], whole, self._seed)
        return court.judge(shadow, live.ranker)

    def _refit(self, tell: Progress) -> tuple[str | None, list[str]]:
        """(the bundle that is published now, why none is)."""
        service = self._service
        trained = refit(service, seed=self._seed, progress=tell)
        service.refold_snapshots()
        reasons = [*trained.gate["reasons"], *what_stays(trained)]
        return (trained.bundle_id if trained.published else None), reasons


def _decision(
    now: str, live: str | None, bundle: str | None, reasons: list[str], **told: Any
) -> Decision:
    outcome = "published" if bundle is not None else "refused"
    return Decision(now, outcome, live, bundle, reasons, **told)


def decisions_file(service: Service) -> Path:
    """Where the rounds of a home are written down, one JSON object a line."""
    return service.home.reports / "learning.jsonl"


def remember(path: Path, decision: Decision) -> None:
    """Append a decision, on a line of its own also where the last was cut in the midst."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        if file.tell() > 0:
            file.seek(-1, SEEK_END)
        begins = b"" if file.read(1) in (b"", b"\n") else b"\n"
        file.write(begins + msgspec.json.encode(asdict(decision)) + b"\n")


def remembered(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Every decision, oldest first; and how many lines are none: cut when a disk was full, or damaged."""
    if not path.exists():
        return [], 0
    lines = [line for line in path.read_bytes().splitlines() if line.strip()]
    found = [one for line in lines if (one := _decision_in(line)) is not None]
    return found, len(lines) - len(found)


def _decision_in(line: bytes) -> dict[str, Any] | None:
    try:
        told = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    whole = isinstance(told, dict) and told.keys() >= {part.name for part in fields(Decision)}
    return told if whole else None
