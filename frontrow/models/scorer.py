"""What every model offers: a `Model` is fitted and stored, a `Scorer` is a model on a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.models.histories import Floats, Histories, Ints
from frontrow.viewers import Trends

Arrays = dict[str, NDArray[Any]]
Config = dict[str, Any]


class Scorer(Protocol):
    """Gives every work a value for every viewer; higher is better, the scale is its own."""

    @property
    def name(self) -> str: ...

    def score(self, histories: Histories, trends: Trends, country: str | None = None) -> Floats:
        """float32[b, n], finite, or nan where it can't say."""
        ...


class Model(Protocol):
    """A fitted model: arrays and a few numbers, no code."""

    @property
    def name(self) -> str: ...

    def bind(self, catalogue: Catalogue, to: Ints) -> Scorer:
        """The scorer over a catalogue's works.

        to: int32[n fitted], where each work of the fit is in the catalogue; -1: gone
        """
        ...

    def arrays(self) -> Arrays: ...

    def config(self) -> Config: ...


def same_works(n: int) -> Ints:
    """The map for binding to the catalogue of the fit."""
    return np.arange(n, dtype=np.int32)


def spread(values: Floats, works: Ints, n: int) -> Floats:
    """Scores of some works over all of them.

    values: float32[b, w], works: int32[w] (-1: gone); returns float32[b, n], nan elsewhere
    """
    if len(works) == n and np.array_equal(works, np.arange(n)):
        return values
    out = np.full((len(values), n), np.nan, dtype=np.float32)
    kept = works >= 0
    if kept.all():
        out[:, works] = values
    else:
        out[:, works[kept]] = values[:, kept]
    return out


def part(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    """The arrays under `prefix/`, without it."""
    head = prefix + "/"
    return {key[len(head) :]: value for key, value in arrays.items() if key.startswith(head)}
