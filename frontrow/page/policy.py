"""What the page needs of a ranking, as Protocols; a bundle loaded from files gives it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.models.histories import Histories
from frontrow.ranking.positions import Positions
from frontrow.ranking.ranker import Scored
from frontrow.ranking.resuming import Resuming
from frontrow.viewers import Trends
from frontrow.viewers.corrections import Corrections

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

__all__ = ["BoundPolicy", "Policy", "Scored"]


class BoundPolicy(Protocol):
    """A policy on one catalogue: all arrays are over that catalogue's works."""

    def score(
        self,
        history: Histories,
        trends: Trends,
        country: str | None,
        corrections: Corrections | None = None,
    ) -> Scored:
        """Score all works for the one viewer of a history, at its moment; `corrections` are what
        the viewer says of the own taste."""
        ...

    @property
    def resuming(self) -> Resuming:
        """How likely this viewer goes on with what is under way."""
        ...

    @property
    def positions(self) -> Positions:
        """How much each place of a page is looked at, by device."""
        ...

    def moved_by(self, anchor: int) -> Floats:
        """float32[n]: how much a good play of `anchor` adds to what is known for each work; > 0
        where it moves the score up."""
        ...

    def moved_among(self, anchors: Ints, works: Ints) -> Floats:
        """float32[a, w]: the same for some anchors and some works."""
        ...

    def near(self, groups: sparse.csr_array, works: Ints) -> Floats:
        """float32[g, w]: how near some works are to groups of works, -1..1.

        groups: float32[g, n], the weight of each work in each group
        """
        ...

    def similar(self, work: int) -> Floats:
        """float32[n]: likeness of every work to one, higher is more alike."""
        ...


class Policy(Protocol):
    """A ranking as published."""

    @property
    def bundle_id(self) -> str: ...

    def bind(self, catalogue: Catalogue) -> BoundPolicy:
        """The policy over the works of a catalogue; titles that it never saw get what can be said."""
        ...
