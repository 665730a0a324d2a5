"""What a page could not have shown to viewers at their moments: out of its window or its country,
beyond an age limit, muted.

Fitting and judging leave out what pages leave out, or the fusion would learn to guess at the rules
that hold anyway, at the cost of what it is for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.settings import ServiceSettings
from frontrow.catalog import Catalogue
from frontrow.catalog.availability import ALWAYS_FROM, ALWAYS_UNTIL
from frontrow.models.histories import Ints
from frontrow.viewers import Dataset, Profile
from frontrow.viewers.eligibility import judge

_MOST_KEPT = 1_024
"""Masks kept; a fit asks for the same few again and again, but profiles may mute what they like."""

_Key = tuple[object, ...]


class Closed:
    """The masks of `frontrow.viewers.eligibility`, each kept for all to whom it applies."""

    def __init__(self, catalogue: Catalogue, settings: ServiceSettings | None = None) -> None:
        self._catalogue, self._settings = catalogue, settings or ServiceSettings()
        windows = catalogue.availability
        edges = np.concatenate([windows.window_from, windows.window_until])
        self._edges = np.unique(edges[(edges != ALWAYS_FROM) & (edges != ALWAYS_UNTIL)])
        self._kept: dict[_Key, Ints] = {}

    def of(self, dataset: Dataset, viewers: NDArray[np.int64]) -> sparse.csr_array:
        """float32[len(viewers), n]: 1 at what may not be shown to each at its moment."""
        profiles = dataset.profiles or (None,) * dataset.b
        rows = [self._row(profiles[i], int(dataset.moment_us[i])) for i in viewers.tolist()]
        indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
        indices = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int32)
        ones = np.ones(len(indices), dtype=np.float32)
        return sparse.csr_array((ones, indices, indptr), shape=(len(rows), dataset.n))

    def _row(self, profile: Profile | None, at_us: int) -> Ints:
        """int32[...]: the works that are closed, ascending."""
        profile = profile or Profile(profile_id="nobody")
        wishes = profile.preferences
        country = profile.country or self._settings.country
        key: _Key = (
            country,
            int(np.searchsorted(self._edges, at_us, side="right")),
            profile.maturity_limit,
            profile.kids,
            wishes.only_understood_languages and (*profile.understands, profile.language),
            *wishes.muted_titles,
            None,
            *wishes.muted_genres,
        )
        found = self._kept.get(key)
        if found is None:
            mask = judge(
                self._catalogue,
                profile,
                None,
                country=country,
                at_us=at_us,
                settings=self._settings,
            ).mask
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = np.flatnonzero(~mask).astype(np.int32)
        return found
