"""Pages of a past moment, built again for many viewers: as they were, and as other settings would have
made them.

What counts is what was known then: events up to the moment, the catalogue's revision, settings and
bundle of then, as far as they are kept; what is not is told in a note.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.changes import with_changes
from frontrow.base.errors import BadBundle, BadInput, Gone, NotFound
from frontrow.base.randomness import rng_for
from frontrow.base.settings import Settings
from frontrow.base.time import US_PER_DAY, format_time, from_us, parse_time, to_us
from frontrow.bundles import BundlePolicy
from frontrow.catalog import Catalogue
from frontrow.engine import engine_for
from frontrow.evaluation.comparison import Figure, Laid, figures_of, kept_figures, kept_of
from frontrow.evaluation.pages import Ground, ground_of
from frontrow.page import BuiltPage, ViewerView, view_of
from frontrow.page.dressing import row_id
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import ask
from frontrow.server.positions import examination_of
from frontrow.server.replays import Replays, settings_of
from frontrow.server.scenes import Scene
from frontrow.server.service import Service
from frontrow.server.viewer_cache import fold_whole
from frontrow.viewers import Dataset, build_datasets

Progress = Callable[[float, str], None]

ROWS, COLUMNS = 10, 12
"""Of each page that is built; the metrics look at the first 6 rows of 10."""

_SERVED_WITHIN_US = US_PER_DAY
"""Pages served so shortly before the moment are built again from their records."""


@dataclass(frozen=True)
class Trip:
    """Where to travel, and what to change there."""

    at_us: int
    profiles: int
    seed: int = 0
    horizon_days: float = 14.0  # plays within so many days after the moment are what was right
    bundle: str | None = None  # the first characters of its id; None: that of then
    changes: tuple[str, ...] = ()  # part.key=value

    @property
    def is_changed(self) -> bool:
        return self.bundle is not None or bool(self.changes)


@dataclass(frozen=True)
class Travelled:
    """What was found; figures of `kept` only where something was changed."""

    told: dict[str, Any]  # the moment, the sample, what was used, notes
    served: dict[str, Any]  # pages served then, built again from their records
    figures: dict[str, Figure]
    kept: dict[str, Figure]
    built: list[tuple[BuiltPage, BuiltPage]]  # as it is, changed: of the examples
    share_kept: list[float]  # of each example's first works

    def to_json(self) -> dict[str, Any]:
        return {**self.told, "served": self.served, "metrics": self.figures, "kept": self.kept}


def travel(service: Service, trip: Trip, tell: Progress) -> Travelled:
    """Build the pages of a sample of viewers at a past moment, and compare what was changed.

    Raises `BadInput` for a moment that has not come, `NotFound` where nobody was active before it or
    there is no such bundle.
    """
    now_us = service.now_us()
    if trip.at_us > now_us:
        raise BadInput(
            f"{format_time(from_us(trip.at_us))} has not come yet",
            where="--at",
            mend="`frontrow page --at` and `frontrow why --at` look ahead",
        )
    notes: list[str] = []
    with_changes(service.settings, trip.changes)  # a wrong one is told at once
    catalogue = _catalogue_then(service, trip.at_us, notes)
    tell(0.05, "reading the log")
    until = min(trip.at_us + int(trip.horizon_days * US_PER_DAY), now_us)
    before, after = build_datasets(
        service.log, catalogue, [trip.at_us, until], engine=engine_for(service.log.count())
    )
    sampled = _sample(before, trip)
    profiles = [before.profile_ids[i] for i in sampled.tolist()]
    served, decision = _served_then(service, profiles, trip.at_us, tell)
    then = _settings_then(service, decision, notes)
    settings = with_changes(then, trip.changes)
    as_it_was = _scene(service, catalogue, before, then, _bundle_then(service, trip.at_us, notes))
    changed = replace(as_it_was, settings=settings)
    if trip.bundle is not None:
        changed = _with_bundle(service, changed, _bundle_called(service, trip.bundle))
    pages: list[BuiltPage] = []
    others: list[BuiltPage] = []
    for number, profile_id in enumerate(profiles):
        tell(0.4 + 0.5 * number / len(profiles), "building pages")
        view = _view(service, profile_id, catalogue, trip.at_us)
        pages.append(as_it_was.page(view, rows=ROWS, columns=COLUMNS))
        if trip.is_changed:
            others.append(changed.page(view, rows=ROWS, columns=COLUMNS))
    tell(0.9, "measuring")
    ground = _ground(before, after, sampled, catalogue)
    ground = replace(ground, looked_at=examination_of(service, ROWS, COLUMNS))
    laid = [_laid(page) for page in pages]
    other = [_laid(page) for page in others] if trip.is_changed else None
    kept = {} if other is None else kept_of(laid, other)
    chosen = _examples(kept["work_stability"]) if kept else []
    tell(1.0, "done")
    return Travelled(
        told={
            "at": format_time(from_us(trip.at_us)),
            "until": format_time(from_us(until)),
            "profiles": len(profiles),
            "seed": trip.seed,
            "catalogue_revision": catalogue.revision,
            "bundle": as_it_was.bundle_id,
            "changes": {"bundle": changed.bundle_id if trip.bundle else None,
                        "settings": list(trip.changes)},
            "notes": notes,
        },
        served=served,
        figures=figures_of(laid, other, ground, seed=trip.seed),
        kept=kept_figures(kept, seed=trip.seed),
        built=[(pages[i], others[i]) for i in chosen],
        share_kept=[float(kept["work_stability"][i]) for i in chosen],
    )  # fmt: skip


def _catalogue_then(service: Service, at_us: int, notes: list[str]) -> Catalogue:
    revision = service.titles.revision_at(at_us)
    if revision is None:
        notes.append("the catalogue came later than this moment: today's is used")
    return service.catalogue(revision)


def _sample(before: Dataset, trip: Trip) -> NDArray[np.int64]:
    """int64[<= profiles]: viewers who were active before, drawn by seed, ascending."""
    active = np.flatnonzero(before.first_us > 0)
    if not len(active):
        raise NotFound(
            "nobody was active before this moment", where="--at", mend="name a later moment"
        )
    count = min(trip.profiles, len(active))
    drawn: NDArray[np.int64] = rng_for(trip.seed, "time travel").choice(
        active, count, replace=False
    )
    return np.sort(drawn)


def _served_then(
    service: Service, profiles: Sequence[str], at_us: int, tell: Progress
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What became of the pages served to some profiles in the day before a moment, each built again
    from its record; and the last record of before it, which tells the settings of then."""
    replays = Replays(service)
    same, pages, last_us = 0, 0, -1
    why: dict[str, int] = {}
    last: dict[str, Any] | None = None
    for number, profile_id in enumerate(profiles):
        tell(0.2 + 0.2 * number / len(profiles), "building served pages again")
        for decision in service.decisions.of_profile(profile_id):
            served_us = to_us(parse_time(decision["generated_at"]))
            if served_us > at_us:
                continue
            if served_us > last_us:
                last, last_us = decision, served_us
            if served_us > at_us - _SERVED_WITHIN_US:
                found = replays.replay(decision)
                pages += 1
                same += found.same
                if found.why is not None:
                    why[found.why] = why.get(found.why, 0) + 1
    return {"pages": pages, "same": same, "why": why}, last


def _settings_then(service: Service, decision: dict[str, Any] | None, notes: list[str]) -> Settings:
    """The settings of a record; today's where there is none that can be read."""
    if decision is None:
        notes.append("no page of these viewers was served before: settings are today's")
        return service.settings
    try:
        return settings_of(decision, service.settings)
    except Gone as gone:
        notes.append(f"{gone.what}: settings are today's")
        return service.settings


def _bundle_then(service: Service, at_us: int, notes: list[str]) -> BundlePolicy | None:
    """The newest bundle that knew nothing of what came after the moment; else the live one."""
    for bundle_id in reversed(service.bundles.all()):
        try:
            policy = service.bundles.load(bundle_id)
        except BadBundle:
            continue
        if policy.manifest.fitted_at_us <= at_us:
            return policy
    live = service.policy()
    if live is not None:
        notes.append(
            "no bundle of then is kept: today's is used, which was fitted on what came after, so hits"
            " are flattered, with a change and without"
        )
    return live


def _bundle_called(service: Service, mark: str) -> BundlePolicy:
    found = service.bundles.find(mark)
    if found is None:
        kept = ", ".join(bundle_id[:12] for bundle_id in service.bundles.all())
        raise NotFound(
            f"{mark!r} is the beginning of no bundle's id, or of several",
            where="--bundle",
            mend=f"kept are {kept}" if kept else "fit one with `frontrow train`",
        )
    return service.bundles.load(found)


def _scene(
    service: Service,
    catalogue: Catalogue,
    before: Dataset,
    settings: Settings,
    policy: BundlePolicy | None,
) -> Scene:
    rules = service.bound_rules(_rules_then(service, before.at_us), catalogue, before.at_us)
    scene = Scene(catalogue, None, before.trends, settings, before.at_us, rules=rules)
    return scene if policy is None else _with_bundle(service, scene, policy)


def _rules_then(service: Service, at_us: int) -> int:
    """The revision of the operator's rules at a moment; 0 where none were set yet."""
    history = service.rules.history()
    return next((r.revision for r in history if r.at_us is not None and r.at_us <= at_us), 0)


def _with_bundle(service: Service, scene: Scene, policy: BundlePolicy) -> Scene:
    bound = service.bound(policy, scene.catalogue)
    return replace(scene, policy=bound, bundle_id=policy.bundle_id)


def _view(service: Service, profile_id: str, catalogue: Catalogue, at_us: int) -> ViewerView:
    return view_of(fold_whole(service.log, profile_id, catalogue, until_us=at_us), catalogue)


def _ground(
    before: Dataset, after: Dataset, sampled: NDArray[np.int64], catalogue: Catalogue
) -> Ground:
    """What the sampled viewers' pages are measured against: what each played well later, or nothing."""
    worth = rewards(before, catalogue)
    asked = ask(before, worth, after, rewards(after, catalogue), min_good=0)
    row = {int(viewer): i for i, viewer in enumerate(asked.viewers)}
    rows = [row.get(int(viewer), -1) for viewer in sampled]
    right = asked.relevant
    with_nothing_last = sparse.csr_array(
        (right.data, right.indices, np.append(right.indptr, right.indptr[-1])),
        shape=(right.shape[0] + 1, before.n),
    )
    return ground_of(before, worth, sampled, with_nothing_last[rows], catalogue)


def _laid(built: BuiltPage) -> Laid:
    return Laid(
        tuple(row_id(row) for row in built.placed),
        [row.works[:COLUMNS].tolist() for row in built.placed],
    )


def _examples(share_kept: NDArray[np.float64]) -> list[int]:
    """The viewers whose page changed most, in the middle, and least: nobody is picked by hand."""
    order = np.argsort(share_kept, kind="stable").tolist()
    return list(dict.fromkeys([order[0], order[len(order) // 2], order[-1]]))
