"""The operator's rules as one document: its fields.

Every struct refuses unknown fields, and what a single rule can say wrongly; `frontrow.rules.reading`
tells where. What needs the catalogue, or two rules side by side, is asked by `frontrow.rules.check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from frontrow.base.ids import Id
from frontrow.base.time import to_us
from frontrow.catalog import Window
from frontrow.catalog.title import Country, Language, Name, Prose, Tag, day_or_instant, name_in
from frontrow.viewers.profile import RowKind

ALWAYS_FROM, ALWAYS_UNTIL = -(2**63), 2**63 - 1
"""Us before and after every moment: a rule without dates."""

MOST_STRENGTH = 0.5
"""A boost is a push: it never counts for more than half of a title's own value."""

MOST_SHARE = 0.9
"""A floor leaves room for what the viewer would choose."""

ChosenKind = Literal["movie", "series", "special", "live"]
Device = Literal["tv", "web", "phone", "tablet"]
Year = Annotated[int, Meta(ge=1850, le=2200)]
Place = Annotated[int, Meta(ge=1, le=200, description="Row of the page, counted from 1.")]
Countries = Annotated[
    list[Country], Meta(max_length=300, description="Of the viewer; none named: everywhere.")
]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A part of the document; unknown fields are refused."""


class Released(Part, frozen=True, kw_only=True):
    """Years of release, both included."""

    from_: Year | None = field(default=None, name="from")
    to: Year | None = None

    def __post_init__(self) -> None:
        if self.from_ is None and self.to is None:
            raise ValueError("needs `from` or `to`")
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError(f"`to` {self.to} is before `from` {self.from_}")


class Selector(Part, frozen=True, kw_only=True):
    """Titles by what they are: fields combine by and, the values of one field by or."""

    titles: Annotated[list[Id], Meta(max_length=5_000)] = []
    genres: Annotated[list[Tag], Meta(max_length=500)] = []
    themes: Annotated[list[Tag], Meta(max_length=500)] = []
    people: Annotated[list[Tag], Meta(max_length=500, description="In whichever role.")] = []
    suppliers: Annotated[list[Tag], Meta(max_length=500)] = []
    countries: Annotated[list[Country], Meta(max_length=300, description="Of production.")] = []
    languages: Annotated[list[Language], Meta(max_length=300, description="Original ones.")] = []
    kinds: Annotated[list[ChosenKind], Meta(max_length=4)] = []
    released: Released | None = None
    added_days: Annotated[int, Meta(ge=1, le=3_650, description="Added within so many days.")] | None = (
        None
    )  # fmt: skip

    def __post_init__(self) -> None:
        if not any(getattr(self, name) for name in self.__struct_fields__):
            raise ValueError(f"selects nothing: name one of {', '.join(self.__struct_fields__)}")


class Dated(Part, frozen=True, kw_only=True):
    """A rule that holds from a moment until another, read as the windows of titles are."""

    from_: str | None = field(default=None, name="from")
    until: str | None = None

    def __post_init__(self) -> None:
        for name, said in (("from", self.from_), ("until", self.until)):
            try:
                if said is not None:
                    day_or_instant(said)
            except ValueError as error:
                raise ValueError(f"`{name}` {error}") from None
        self._window()

    def _window(self) -> Window:
        return Window(from_=self.from_, until=self.until)

    @property
    def start_us(self) -> int:
        """The first moment at which it holds."""
        start = self._window().start()
        return ALWAYS_FROM if start is None else to_us(start)

    @property
    def until_us(self) -> int:
        """The first moment at which it no longer holds."""
        end = self._window().end()
        return ALWAYS_UNTIL if end is None else to_us(end)


class EditorialRow(Dated, frozen=True, kw_only=True):
    """A row of the operator's: titles in this order, or a selection ranked for each viewer."""

    key: Id
    name: Name
    names: dict[Language, Name] = {}
    titles: Annotated[list[Id], Meta(min_length=1, max_length=500)] | None = None
    select: Selector | None = None
    place: Place | None = None
    countries: Countries = []
    devices: Annotated[list[Device], Meta(max_length=4)] = []
    author: Tag
    note: Prose = ""

    def name_in(self, language: str) -> str:
        """Its name in a language, else its own."""
        return name_in(self.name, self.names, language)

    def __post_init__(self) -> None:
        if (self.titles is None) == (self.select is None):
            raise ValueError("needs `titles` (in this order) or `select` (ranked), one of them")
        Dated.__post_init__(self)


class Boost(Dated, frozen=True, kw_only=True):
    """A soft push: the value of what it selects is multiplied by 1 + strength."""

    key: Id
    select: Selector
    strength: Annotated[float, Meta(gt=0, le=MOST_STRENGTH)]
    countries: Countries = []
    author: Tag
    note: Prose = ""


class Floor(Part, frozen=True, kw_only=True):
    """At least this share of a page's titles."""

    key: Id
    select: Selector
    share: Annotated[float, Meta(gt=0, le=MOST_SHARE)]
    countries: Countries = []


class Cap(Part, frozen=True, kw_only=True):
    """At most so many titles of the same person, genre or supplier, in a row or in a page."""

    key: Id
    per: Literal["person", "genre", "supplier"]
    most: Annotated[int, Meta(ge=1, le=10_000)]
    within: Literal["row", "page"]


class Pin(Part, frozen=True, kw_only=True):
    """A kind of row at a place; an editorial row names its own."""

    kind: RowKind
    place: Place

    def __post_init__(self) -> None:
        if self.kind == "editorial":
            raise ValueError("`kind` can't be editorial: an editorial row names its own `place`")


class Rules(Part, frozen=True, kw_only=True):
    """The document. An empty one rules nothing."""

    rows: Annotated[list[EditorialRow], Meta(max_length=200)] = []
    boosts: Annotated[list[Boost], Meta(max_length=200)] = []
    floors: Annotated[list[Floor], Meta(max_length=50)] = []
    caps: Annotated[list[Cap], Meta(max_length=50)] = []
    pins: Annotated[list[Pin], Meta(max_length=50)] = []

    @property
    def is_empty(self) -> bool:
        return self == _NOTHING

    @property
    def moves_with_time(self) -> bool:
        """Whether what a rule selects changes as time goes by."""
        return any(selector.added_days is not None for _, selector in self.selectors())

    def selectors(self) -> Iterator[tuple[str, Selector]]:
        """(pointer, selector) of every rule that has one."""
        parts: dict[str, Sequence[EditorialRow | Boost | Floor]] = {
            "rows": self.rows, "boosts": self.boosts, "floors": self.floors,
        }  # fmt: skip
        for part, rules in parts.items():
            for index, rule in enumerate(rules):
                if rule.select is not None:
                    yield f"/{part}/{index}/select", rule.select


_NOTHING = Rules()
