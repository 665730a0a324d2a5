"""Candidates that are bent: their probabilities are honest, what they rank by is not.

So nothing refuses them for numbers that don't fit; the gate has to see it on their pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from frontrow.catalog import Catalogue
from frontrow.models.histories import Floats, Histories
from frontrow.page import Scored
from frontrow.ranking import Ranker
from frontrow.ranking.ranker import BoundRanker
from frontrow.viewers import Dataset, Trends

Bend = Callable[[Floats, Histories], Floats]
"""float32[b, n] values of the viewers of some histories, bent."""


class BentRanker(BoundRanker):
    """A ranker whose values are bent, and whose probabilities are not."""

    def __init__(self, inner: BoundRanker, bend: Bend) -> None:
        super().__init__(
            inner.evidence, inner.fusion, inner.calibrations, inner.worth, inner.resuming,
            inner.positions,
        )  # fmt: skip
        self._inner, self._bend = inner, bend

    def score(self, history: Histories, *told: Any, **named: Any) -> Scored:
        scored = self._inner.score(history, *told, **named)
        return replace(scored, value=self._bend(scored.value[None], history)[0])

    def values(
        self, histories: Histories, trends: Trends, *, country: str | None = None, now_us: int
    ) -> Floats:
        found = self._inner.values(histories, trends, country=country, now_us=now_us)
        return self._bend(found, histories)


@dataclass(frozen=True)
class Bent:
    """A candidate that is bent."""

    ranker: Ranker
    make: Callable[[Catalogue], Bend]

    def bind(self, catalogue: Catalogue) -> BoundRanker:
        return BentRanker(self.ranker.bind(catalogue), self.make(catalogue))


@dataclass(frozen=True)
class ByStarts:
    """A candidate that ranks by what another one learned of starts, and pushes some works."""

    ranker: Ranker
    of_starts: Ranker
    push: Callable[[Catalogue], Floats]  # float32[n], factors

    def bind(self, catalogue: Catalogue) -> BoundRanker:
        bound = self.of_starts.bind(catalogue)
        return Swayed(self.ranker.bind(catalogue), bound, self.push(catalogue))


class Swayed(BentRanker):
    """Honest probabilities, and values of another ranker."""

    def __init__(self, inner: BoundRanker, other: BoundRanker, push: Floats) -> None:
        super().__init__(inner, lambda value, histories: np.minimum(value * push, np.float32(1)))
        self._other = other

    def score(self, history: Histories, *told: Any, **named: Any) -> Scored:
        scored = self._inner.score(history, *told, **named)
        theirs = self._other.score(history, *told, **named)
        return replace(scored, value=self._bend(theirs.value, history))

    def values(
        self, histories: Histories, trends: Trends, *, country: str | None = None, now_us: int
    ) -> Floats:
        theirs = self._other.values(histories, trends, country=country, now_us=now_us)
        return self._bend(theirs, histories)


def bubble(strength: float) -> Callable[[Catalogue], Bend]:
    """Led to the genres that a viewer watched already, the most watched first."""

    def make(catalogue: Catalogue) -> Bend:
        shares = catalogue.genres.shares

        def bend(value: Floats, histories: Histories) -> Floats:
            found = value.copy()
            for b in range(histories.b):
                mine = histories.viewer == b
                liked = np.maximum(histories.reward[mine], 0)
                mix = liked @ shares[histories.work[mine]].toarray()
                if mix.any():
                    found[b] *= (0.01 + shares @ (mix / mix.max())).astype(np.float32) ** strength
            return np.minimum(found, np.float32(1))

        return bend

    return make


def starve(supplier: str, factor: float) -> Callable[[Catalogue], Bend]:
    """A supplier's titles are worth a factor less."""

    def make(catalogue: Catalogue) -> Bend:
        theirs = np.array([w.title.supplier == supplier for w in catalogue.works], dtype=bool)
        times = np.where(theirs, np.float32(factor), np.float32(1))
        return lambda value, histories: value * times

    return make


def starts_for_finishes(dataset: Dataset) -> Dataset:
    """The same, as if whatever was begun had been watched to the end: what clickbait learns from."""
    known = dataset.records
    told = replace(
        known,
        completed=known.begun | known.completed,
        fraction=np.where(known.begun, np.float32(1), known.fraction),
    )
    return replace(dataset, records=told)
