"""What every row source reads: the viewer's ranking inside the masks, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from frontrow.base.settings import Settings
from frontrow.base.texts import Parameter
from frontrow.catalog import Catalogue
from frontrow.page.choice_values import ChoiceValues
from frontrow.page.exploration import Draw
from frontrow.page.policy import BoundPolicy, Scored
from frontrow.page.request import Request
from frontrow.page.screen import Screen
from frontrow.page.view import ViewerView
from frontrow.rules import BoundRules, Push
from frontrow.viewers import Trends
from frontrow.viewers.eligibility import Eligibility
from frontrow.viewers.resume import Resume
from frontrow.viewers.taste import Taste

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Works = NDArray[np.int32]


@dataclass(frozen=True)
class Stage:
    """One viewer's ranking at one moment, ready to propose rows from."""

    catalogue: Catalogue
    request: Request
    settings: Settings
    view: ViewerView
    eligibility: Eligibility
    mode: str
    policy: BoundPolicy | None  # None where no scores are personal
    scored: Scored
    trends: Trends
    reward: Floats  # what each of the view's records is worth now
    taste: Taste
    wanted: NDArray[np.float64]  # [g], the genres of the viewer's past; 0 where nothing is inferred
    under_way: list[tuple[int, Resume]]  # what continue_watching shows, in its order
    going_on: Floats  # chance that each of it is gone on with soon
    own: Bools  # [n], what the viewer's own rows hold
    open: Bools  # [n], eligible and no wish's own: what ranked rows may take
    ranked: Works  # open works, best first; ties to the smaller index
    place: Works  # [n], each work's place in `ranked`; past its end where it is not open
    row_length: int  # titles settled in a ranked row of this catalogue
    screen: Screen  # what is seen at once, and how attention falls
    rules: BoundRules | None = None  # the operator's; None where there are none
    push: Push | None = None  # the boosts that are in the values of this page
    choices: ChoiceValues | None = None  # what images and reasons are worth; None: nothing is known
    memo: dict[str, Any] = field(default_factory=dict, repr=False)  # of `rows.grouping`

    @property
    def value(self) -> Floats:
        return self.scored.value

    def best_of(self, works: Works, limit: int) -> Works:
        """The best `limit` open ones of some works, best first."""
        places = self.place[works]
        places = places[places < len(self.ranked)]
        places.sort()  # places are unique, so sorting them is the stable order by value
        return self.ranked[places[:limit]]


@dataclass(frozen=True, slots=True)
class Why:
    """Why a work is where it is, as its reason says it."""

    code: str
    text: str  # text code
    parameters: Mapping[str, Parameter]
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Proposal:
    """A row that could be shown: its titles in order, its honest name, and what it claims."""

    kind: str
    key: str  # tells it from other rows of its kind
    works: Works  # in order; longer than the row, so that it survives losing some
    name: tuple[str, dict[str, Parameter]]  # text code and parameters
    claims: dict[str, Any] = field(default_factory=dict)  # fields of the row's reason
    whole: bool = False  # shown to its full length, and may repeat a work of another row
    as_told: bool = False  # in the operator's order, of which nothing is left out
    min_length: int | None = None
    weight: float = 1.0  # how much of its value the row is credited with, beside others
    draw: Draw | None = None  # what of it was drawn
    settle: Callable[[Bools], Draw] | None = (
        None  # a row that is drawn when placed, of what is left
    )
    latest_row: int | None = None  # by which it is shown, from 0; None: as others of its kind
    why: Mapping[int, Why] = field(default_factory=dict)  # of works whose reason is known already


def best_first(value: Floats, works: Works, limit: int | None = None) -> Works:
    """Works in order of falling value, ties to the smaller index; the first `limit` of them.

    value: float32, finite, one for each of `works`, which ascend. A float's bits, folded so that they
    order as whole numbers do, stand above the place in one integer: one plain sort does both.
    """
    bits = (value.astype(np.float32) + np.float32(0)).view(np.uint32)  # -0 is 0
    bits = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))  # ascending as the values are
    keys = (~bits).astype(np.uint64) << np.uint64(32)
    keys |= np.arange(len(keys), dtype=np.uint64)
    if limit is not None and 0 < limit < len(keys):
        keys = np.partition(keys, limit - 1)[:limit]
    keys.sort()
    return works[(keys & np.uint64(0xFFFFFFFF)).astype(np.intp)]


class RowSource(Protocol):
    """Proposes rows of one kind."""

    kind: str

    def propose(self, stage: Stage) -> list[Proposal]: ...
