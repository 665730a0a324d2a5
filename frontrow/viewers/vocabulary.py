"""The words of a taste: every term that it may speak of, kind after kind, over a catalogue's works.

Genres, themes, people and languages are the catalogue's own words; the kind of title, how long it is
and its decade are told in bands. All kinds stand in one matrix, so that one count gives a whole taste.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.viewers.hours import DAYPARTS, SLOTS

RUNTIMES = ("under_30", "30_to_60", "60_to_90", "90_to_120", "over_120")
"""Bands of a runtime in minutes, each without its end: an episode, a long one, a short film, a film,
a long one."""

_RUNTIME_ENDS = (30.0, 60.0, 90.0, 120.0)

OF_WORKS = ("genres", "themes", "languages", "kinds", "runtimes", "eras", "people")
"""Kinds of terms that works have."""

OF_MOMENTS = ("genres_at", "artwork", "dayparts")
"""Kinds that only a viewing has: a genre at an hour (`weekday_morning:Comedy`), the tags of the image
under which it was chosen, the part of the day."""


@dataclass(frozen=True)
class Vocabulary:
    """The terms of a catalogue."""

    names: Mapping[str, tuple[str, ...]]  # kind -> its terms; of OF_WORKS and OF_MOMENTS
    index: Mapping[str, Mapping[str, int]]  # kind -> term -> place among the kind's
    has: sparse.csr_array  # float32[n, all terms of OF_WORKS, kind after kind]

    def works_by(self, kind: str) -> sparse.csr_array:
        """float32[n, terms of the kind], 0 or 1; `kind` is one of OF_WORKS."""
        start = sum(len(self.names[one]) for one in OF_WORKS[: OF_WORKS.index(kind)])
        return self.has[:, start : start + len(self.names[kind])]

    def split(self, values: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """float32[all terms of OF_WORKS] as one array for each kind."""
        ends = np.cumsum([len(self.names[kind]) for kind in OF_WORKS])[:-1]
        return dict(zip(OF_WORKS, np.split(values, ends), strict=True))


@lru_cache(maxsize=4)
def vocabulary_of(catalogue: Catalogue) -> Vocabulary:
    """The vocabulary of a catalogue; the last few are kept, as the catalogues themselves are."""
    kinds = tuple(sorted({work.kind for work in catalogue.works}))
    kind = np.array([kinds.index(work.kind) for work in catalogue.works], dtype=np.int64)
    decade = np.nan_to_num(catalogue.year // 10 * 10, nan=-1).astype(np.int64)
    decades = np.unique(decade[decade >= 0])
    band = np.searchsorted(_RUNTIME_ENDS, catalogue.runtime_minutes, side="right")
    band[np.isnan(catalogue.runtime_minutes)] = -1
    matrices = {
        "genres": catalogue.genres.has,
        "themes": catalogue.themes.has,
        "languages": _one_each(catalogue.language, len(catalogue.languages)),
        "kinds": _one_each(kind, len(kinds)),
        "runtimes": _one_each(band, len(RUNTIMES)),
        "eras": _one_each(
            np.where(decade >= 0, np.searchsorted(decades, decade), -1), len(decades)
        ),
        "people": catalogue.people.has,
    }
    names: dict[str, tuple[str, ...]] = {
        "genres": catalogue.genres.names,
        "themes": catalogue.themes.names,
        "languages": catalogue.languages,
        "kinds": kinds,
        "runtimes": RUNTIMES,
        "eras": tuple(f"{year}s" for year in decades.tolist()),
        "people": catalogue.people.names,
        "genres_at": tuple(f"{slot}:{name}" for slot in SLOTS for name in catalogue.genres.names),
        "artwork": tuple(
            sorted({tag for work in catalogue.works for art in work.artwork for tag in art.tags})
        ),
        "dayparts": DAYPARTS,
    }
    return Vocabulary(
        names=names,
        index={one: {name: i for i, name in enumerate(names[one])} for one in names},
        has=sparse.hstack([matrices[one] for one in OF_WORKS], format="csr", dtype=np.float32),
    )


def _one_each(term: NDArray[np.signedinteger], terms: int) -> sparse.csr_array:
    """float32[n, terms]: the one term of each work; -1: none."""
    works = np.flatnonzero(term >= 0)
    ones = np.ones(len(works), dtype=np.float32)
    return sparse.csr_array((ones, (works, term[works])), shape=(len(term), terms))
