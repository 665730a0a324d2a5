"""Train: the log as it is now, fitted, gated, written and published.

What can't be fitted is left out and named; an empty log gives a bundle that says so. The gate looks
at the candidate beside the live bundle; a refused candidate is kept aside and the live one stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from msgspec import UNSET

from frontrow.base.errors import BadBundle
from frontrow.base.randomness import rng_for
from frontrow.base.settings import ServiceSettings
from frontrow.base.time import format_time, from_us
from frontrow.bundles import BundleStore
from frontrow.catalog import Catalogue
from frontrow.engine import engine_for
from frontrow.events import Log
from frontrow.models.histories import histories_of
from frontrow.models.text import TextStore
from frontrow.ranking import Ranker, rewards
from frontrow.ranking.positions import Positions
from frontrow.ranking.reward import fatigue_of
from frontrow.training.cuts import cuts_of
from frontrow.training.fit import fit_ranker
from frontrow.viewers import Dataset, build_datasets

Progress = Callable[[float, str], None]

_GATE_VIEWERS = 200
_GATE_LENGTH = 20

LEAST_VARIETY = 0.5
"""Share of the live bundle's distinct titles, over sampled viewers' first twenty, below which a
candidate has collapsed onto a few."""


@dataclass(frozen=True)
class Trained:
    """What a training did."""

    bundle_id: str
    published: bool
    gate: dict[str, Any]
    left_out: dict[str, str]
    viewers: int
    works: int
    interactions: int
    sentences: int | None  # texts that a sentence model read; None: there is none
    pruned: list[str]
    not_removed: dict[str, str]  # bundles that should be gone -> why they are not


def what_stays(trained: Trained) -> list[str]:
    """Of every bundle that should be gone and is not: why, and what to do."""
    return [
        f"bundle {bundle_id[:12]} can't be removed ({why}): run commands as the user that serves the home,"
        " and give it all files there"
        for bundle_id, why in trained.not_removed.items()
    ]


def train(
    log: Log,
    catalogue: Catalogue,
    bundles: BundleStore,
    *,
    now_us: int,
    seed: int,
    publish: bool,
    keep: int,
    settings: ServiceSettings | None = None,
    texts: TextStore | None = None,
    trials: int = 0,
    positions: Positions | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Fit on everything up to now; publish if the gate lets it through and `publish` is asked.

    settings: of the service, see `fit_ranker`
    texts:    of the home, where a sentence model reads them
    trials:   of a search for each scorer's dials; their choice stands in the bundle
    positions: how much each place is looked at, as learned from the pages that were served
    """
    tell = progress or (lambda share, what: None)
    forgets = log.generation()
    position = [list(mark) for mark in log.end().marks]
    events = log.count()
    tell(0.0, "reading the log")
    engine = engine_for(events)
    sentences = None
    if texts is not None:

        def reading(done: int, total: int) -> None:
            tell(0.1 * done / total, f"texts {done:,} of {total:,}")

        sentences = texts.read_catalogue(catalogue, reading)
    (whole,) = build_datasets(log, catalogue, [now_us], engine=engine)
    cuts = cuts_of(whole, catalogue, seed)
    tell(0.1, "looking back")
    moments = cuts.moments
    several = len(moments) > 1
    datasets = build_datasets(log, catalogue, moments, engine=engine) if several else [whole]
    ranker = fit_ranker(
        datasets,
        cuts,
        catalogue,
        seed=seed,
        settings=settings,
        sentences=sentences,
        trials=trials,
        progress=lambda share, what: tell(0.25 + 0.65 * share, what),
    )
    if positions is not None:
        missing = {f"attention on {device}": why for device, why in positions.left_out.items()}
        ranker = replace(ranker, positions=positions, left_out={**ranker.left_out, **missing})
    tell(0.92, "at the gate")
    live, trouble = _live(bundles)
    gate = judge_candidate(ranker, live, whole, catalogue, seed)
    if trouble is not None:
        gate["trouble_of_live"] = trouble
    bundle_id = bundles.write(
        ranker,
        {
            "catalogue_revision": catalogue.revision,
            "log_position": position,
            "fitted_at_us": now_us,
            "seed": seed,
            "events": events,
            "left_out": ranker.left_out,
            "gate": gate,
            "forgets": forgets or UNSET,
        },
    )
    published = publish and bool(gate["passed"])
    if published:
        bundles.publish(bundle_id, published_at=format_time(from_us(now_us)))
    pruned, not_removed = bundles.prune(keep, forgets=forgets)
    tell(1.0, "done")
    return Trained(
        bundle_id=bundle_id,
        published=published,
        gate=gate,
        left_out=ranker.left_out,
        viewers=whole.b,
        works=catalogue.n,
        interactions=len(whole.records),
        sentences=None if texts is None else 0 if sentences is None else len(sentences.hashes),
        pruned=pruned,
        not_removed=not_removed,
    )


def _live(bundles: BundleStore) -> tuple[Ranker | None, str | None]:
    """The live ranking, or why it can't be read: then there is nothing to be gated against."""
    try:
        live = bundles.live()
        return (None if live is None else bundles.load(live).ranker), None
    except BadBundle as error:
        return None, str(error)


def judge_candidate(
    candidate: Ranker, live: Ranker | None, whole: Dataset, catalogue: Catalogue, seed: int
) -> dict[str, Any]:
    """The gate: figures of the candidate beside the live ranking, and whether it passes.

    A candidate must give every title of every sampled viewer a probability, and must not have
    collapsed onto few titles. A first bundle has nothing to be compared with.
    """
    sample = rng_for(seed, "gate").permutation(whole.b)[:_GATE_VIEWERS]
    values, variety = _figures(candidate, whole, catalogue, sample)
    figures: dict[str, Any] = {"viewers": len(sample), "variety": variety, "reasons": []}
    if not values:
        figures["reasons"].append("a value is no probability between 0 and 1")
    if live is not None and len(sample):
        _, before = _figures(live, whole, catalogue, sample)
        figures["variety_of_live"] = before
        if variety < LEAST_VARIETY * before:
            figures["reasons"].append(
                f"the first {_GATE_LENGTH} of {len(sample)} viewers hold {variety} titles;"
                f" the live bundle's hold {before}"
            )
    figures["passed"] = not figures["reasons"]
    return figures


def _figures(
    ranker: Ranker, whole: Dataset, catalogue: Catalogue, sample: np.ndarray[Any, Any]
) -> tuple[bool, int]:
    """(whether all values are probabilities, distinct titles in the sampled viewers' first lists)."""
    bound = ranker.bind(catalogue)
    histories = histories_of(whole, rewards(whole, catalogue), fatigue_of(whole.records))
    shown: set[int] = set()
    sound = True
    for viewer in sample.tolist():
        records = whole.records.take(slice(whole.indptr[viewer], whole.indptr[viewer + 1]))
        value = bound.score(histories.take(np.array([viewer])), whole.trends, None).value
        sound = sound and bool(
            np.isfinite(value).all() and (value >= 0).all() and (value <= 1).all()
        )
        fresh = value.copy()
        fresh[records.work] = -1.0
        shown.update(np.argsort(-fresh, kind="stable")[:_GATE_LENGTH].tolist())
    return sound, len(shown)
