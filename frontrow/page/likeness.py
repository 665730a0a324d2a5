"""How alike two works are, for calls that show titles beside one: by the ranking, else by their terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.page.policy import BoundPolicy

Floats = NDArray[np.float32]


def likeness_to(policy: BoundPolicy | None, catalogue: Catalogue, work: int) -> Floats:
    """float32[n]: likeness of every work to one, above 0 where they share something."""
    return _shared_terms(catalogue, work) if policy is None else policy.similar(work)


def _shared_terms(catalogue: Catalogue, work: int) -> Floats:
    """float32[n]: genres, themes and people in common, by Jaccard; where no model can say more."""
    total = np.zeros(catalogue.n, dtype=np.float32)
    for terms in (catalogue.genres, catalogue.themes, catalogue.people):
        if not terms.names:
            continue
        common = np.asarray((terms.has @ terms.has[[work]].T).todense()).ravel()
        size = np.asarray(terms.has.sum(axis=1)).ravel()
        union = size + size[work] - common
        total += np.divide(common, union, out=np.zeros_like(common), where=union > 0)
    return total
