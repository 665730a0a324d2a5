"""Keeping vectors of successive fits comparable.

A network may turn its space as it likes without changing a score. So that a vector stored at one
fit still means the same at the next, each fit says by which rotation its space goes onto that of
the fit before: orthogonal Procrustes (Schonemann 1966, "A generalized solution of the orthogonal
Procrustes problem"). The rotation is applied to the vectors that are handed out, never within the
network, whose layers belong to its own axes; a rotation keeps all products, so scores are the same.
"""

from __future__ import annotations

import numpy as np

from frontrow.models.histories import Floats


def rotation_onto(vectors: Floats, earlier: Floats | None) -> Floats:
    """float32[d, d]: the rotation R with the least |vectors R - earlier|, over works known to both.

    vectors, earlier: float32[n, d], nan where unknown. The identity where there is nothing earlier.
    """
    d = vectors.shape[1]
    if earlier is None or earlier.shape != vectors.shape:
        return np.eye(d, dtype=np.float32)
    both = np.isfinite(vectors[:, 0]) & np.isfinite(earlier[:, 0])
    if not both.any():
        return np.eye(d, dtype=np.float32)
    turned = vectors[both].astype(np.float64).T @ earlier[both].astype(np.float64)
    left, _, right = np.linalg.svd(turned)
    found: Floats = (left @ right).astype(np.float32)
    return found
