"""Recorded probabilities recomputed: a sample of served pages is built again and its draws compared."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from frontrow.base.errors import NotFound
from frontrow.base.randomness import rng_for
from frontrow.evaluation.ope import Refused
from frontrow.evaluation.ope.support import not_reproducible
from frontrow.page.record import decision_of
from frontrow.server.replays import FORGOTTEN, TEXTS, Replays, settings_of

if TYPE_CHECKING:
    from frontrow.server.service import Service

SAMPLE = 20
_LOOKED_AT = 2_000
"""Pages of which the sample is drawn."""
_CLOSE = 1e-5
"""Probabilities agree to so much on every kind of machine."""


def check_propensities(service: Service, *, seed: int = 0, sample: int = SAMPLE) -> list[Refused]:
    """What is wrong with the probabilities of a sample of served pages, and of their later answers.

    Of a page whose bundle or trends are gone, or that a forget has changed, nothing can be said, and
    nothing is.
    """
    pages = list(itertools.islice(service.decisions.page_ids(), _LOOKED_AT))
    rng = rng_for(seed, "propensities")
    chosen = [pages[i] for i in rng.permutation(len(pages))[:sample].tolist()]
    replays = Replays(service)
    wrong, rebuilt = 0, 0
    for page_id in chosen:
        try:
            recorded = service.decisions.read(page_id)
        except NotFound:  # forgotten meanwhile
            continue
        found = replays.replay(recorded)
        if found.built is None or found.why in (FORGOTTEN, TEXTS):
            continue
        rebuilt += 1
        again = decision_of(found.built, settings_of(recorded, service.settings))
        wrong += not _agree(draws_of(recorded), draws_of(again))
        for one in replays.continued(recorded):
            if one.again is None or one.why in (FORGOTTEN, TEXTS):
                continue
            rebuilt += 1
            wrong += not _agree(draws_of(one.record), draws_of(one.again))
    if not wrong:
        return []
    return [not_reproducible(wrong, rebuilt, "differ from those of a replay of their pages")]


def draws_of(decision: dict[str, Any]) -> dict[tuple[str, ...], float]:
    """What was drawn on a page, or for a later answer of one, in its place -> its probability."""
    found: dict[tuple[str, ...], float] = {}
    for row in decision["rows"]:
        for drawn in row.get("draw", {}).get("drawn", []):
            found["slot", row["row_id"], drawn["work_id"]] = drawn["propensity"]
    for title_id, choice in decision.get("artwork", {}).items():
        found["artwork", title_id, choice["artwork_id"]] = choice["propensity"]
    for choice in decision.get("evidence", []):
        place = choice["row_id"], str(choice["column"])
        found["evidence", *place, choice["code"]] = choice["propensity"]
    return found


def _agree(one: dict[tuple[str, ...], float], other: dict[tuple[str, ...], float]) -> bool:
    return one.keys() == other.keys() and all(
        abs(one[place] - other[place]) <= _CLOSE for place in one
    )
