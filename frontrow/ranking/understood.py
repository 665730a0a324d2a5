"""Whether a viewer can follow a work: it is heard in a language that the profile names, or read."""

from __future__ import annotations

import numpy as np

from frontrow.base.texts import primary
from frontrow.catalog import Catalogue
from frontrow.models.histories import Floats, Histories

HEARD, READ, NEITHER = 1.0, 0.0, -1.0

_MOST_KEPT = 256
"""Sets of languages kept: profiles are the callers' input."""


class Understood:
    """How well the works of a catalogue are understood by those who know some languages."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: dict[tuple[str, ...], Floats] = {}

    def by(self, languages: tuple[str, ...]) -> Floats:
        """float32[n]: 1 where an edition is heard in one of them, 0 where it can be read, -1 where
        neither; 0 where the work's languages aren't known, or no language is named."""
        found = self._kept.get(languages)
        if found is None:
            found = self._judge(languages)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[languages] = found
        return found

    def by_all(self, histories: Histories, out: Floats) -> None:
        """Into `out` float32[b, n]: the same for each viewer."""
        for to, languages in zip(out, histories.understands or ((),) * histories.b, strict=True):
            to[:] = self.by(languages)

    def _judge(self, languages: tuple[str, ...]) -> Floats:
        catalogue, availability = self._catalogue, self._catalogue.availability
        if catalogue.n == 0 or not languages:
            return np.zeros(catalogue.n, dtype=np.float32)
        unit = np.where(availability.names_language, NEITHER, READ)
        for worth, where in ((READ, availability.speaks), (HEARD, availability.heard)):
            for language in languages:
                known = where.get(primary(language))
                if known is not None:
                    unit[known] = np.maximum(unit[known], worth)
        best = np.maximum.reduceat(unit[catalogue.edition_units], catalogue.edition_starts)
        return best.astype(np.float32)
