"""One scorer alone: everything fitted as ever, and every value of a title that scorer's.

For comparisons: what the whole adds to it. Rows are proposed, filled and explained as ever, and among
themselves ordered by these values; nothing is calibrated, for there is one opinion only.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from frontrow.base.time import format_time, from_us
from frontrow.engine import engine_for
from frontrow.ranking.features import PAIR, SCORERS, TITLE, VIEWER
from frontrow.ranking.fusion import HEADS, Fusion
from frontrow.server.service import Service
from frontrow.training.calibrating import NOT_CALIBRATED
from frontrow.training.cuts import cuts_of
from frontrow.training.fit import fit_ranker
from frontrow.viewers import build_datasets


def publish_alone(service: Service, scorer: str, seed: int) -> str:
    """Fit on everything up to now and publish a bundle that ranks by one scorer; its id."""
    catalogue, now_us = service.catalogue(), service.now_us()
    engine = engine_for(service.log.count())
    position = [list(mark) for mark in service.log.end().marks]
    (whole,) = build_datasets(service.log, catalogue, [now_us], engine=engine)
    cuts = cuts_of(whole, catalogue, seed)
    several = len(cuts.moments) > 1
    datasets = (
        build_datasets(service.log, catalogue, cuts.moments, engine=engine) if several else [whole]
    )
    ranker = fit_ranker(datasets, cuts, catalogue, seed=seed, settings=service.settings.service)
    alone = replace(ranker, fusion=only(scorer), calibrations=NOT_CALIBRATED)
    bundle_id = service.bundles.write(
        alone,
        {
            "catalogue_revision": catalogue.revision,
            "log_position": position,
            "fitted_at_us": now_us,
            "seed": seed,
            "events": service.log.count(),
            "left_out": {**alone.left_out, "fusion": f"ranks by {scorer} alone"},
            "gate": {"passed": True, "reasons": []},
        },
    )
    service.bundles.publish(bundle_id, published_at=format_time(from_us(now_us)))
    return bundle_id


def only(scorer: str) -> Fusion:
    """A fusion that passes one scorer's scores on as they are."""
    both = np.array([1.0, -1.0], dtype=np.float32)  # relu(x) - relu(-x) = x
    of_pair = np.zeros(len(PAIR), dtype=np.float32)
    of_pair[SCORERS.index(scorer)] = 1.0
    return Fusion(
        np.outer(both, of_pair).astype(np.float32),
        np.zeros((2, len(TITLE)), dtype=np.float32),
        np.zeros((2, len(VIEWER)), dtype=np.float32),
        np.zeros(2, dtype=np.float32),
        np.stack([both] * len(HEADS)),
    )
