"""What was shown and what was not: so that a title is not held to be bad for not having been shown.

Viewers begin what stands on their pages. A fit that asks "what was played of all the catalogue?" learns which
titles the pages showed, shows these the more, and ends with the same few for everyone. So the chance of
a play is taken apart: the chance that a viewer came upon the title, times how much it drew (an exposure
model as in Liang, Charlin, McInerney, Blei 2016, "Modeling User Exposure in Recommendation"; as an offset
of the logit as in Bengio, Senecal 2008). What was shown was come upon; the rest may have been, by a search
or from elsewhere, with one small chance that is estimated from the log itself.

Without impressions nothing is known of this, and nothing changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.viewers import Dataset

LEAST_CHANCE = 1e-3
"""Of a title that was not shown, beside one that was: what viewers find without the page is told by few
plays, and by none where there is nowhere else to look."""


def shown_since(before: Dataset, after: Dataset, viewers: NDArray[np.int64]) -> sparse.csr_array:
    """bool[len(viewers), n]: the works that each viewer was shown after its moment in `before`.

    viewers: index in `before`; of each the same profile is looked up in `after`
    """
    place = {profile_id: i for i, profile_id in enumerate(after.profile_ids)}
    at = np.array([place[before.profile_ids[i]] for i in viewers.tolist()], dtype=np.int64)
    more = sparse.csr_array(_impressions(after)[at] - _impressions(before)[viewers])
    more.data = more.data > 0  # fewer where the viewer has had a title forgotten
    more.eliminate_zeros()
    more.sort_indices()
    return more


def log_chance_unshown(
    shown: sparse.csr_array, played: sparse.csr_array, closed: sparse.csr_array
) -> float:
    """Logarithm of how likely a title that was not shown is come upon, beside one that was: plays a title
    of the ones over plays a title of the others. 0 (no difference) where nothing was shown.

    All [b, n], stored where it holds. shown: what each viewer was shown; played: what was then played
    well; closed: what is out of the question. Viewers who were shown nothing tell nothing.
    """
    told = np.flatnonzero(np.diff(shown.indptr) > 0)
    if not len(told):
        return 0.0
    seen, right, out = (
        sparse.csr_array(m[told].astype(bool).astype(np.int32)) for m in (shown, played, closed)
    )
    shown_open = seen.nnz - seen.multiply(out).nnz
    unshown_open = len(told) * shown.shape[1] - out.nnz - shown_open
    of_shown = right.multiply(seen).nnz
    chance = (right.nnz - of_shown + 0.5) / max(unshown_open, 1)
    chance /= (of_shown + 0.5) / max(shown_open, 1)
    return float(np.log(np.clip(chance, LEAST_CHANCE, 1.0)))


def _impressions(dataset: Dataset) -> sparse.csr_array:
    """int32[b, n]: how often each viewer was shown each work."""
    records = dataset.records
    found = sparse.csr_array(
        (records.impressions, records.work, dataset.indptr),
        shape=(dataset.b, dataset.n),
        copy=True,  # its zeros go, in place
    )
    found.eliminate_zeros()
    return found
