"""What is wrong with a document, given the catalogue and the settings: asked when it is set.

Impossible rules are refused with the reason, at the rule. A document that was possible stays in force
when the catalogue changes: the page then says which rule gave way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

import numpy as np

from frontrow.base.errors import FieldError
from frontrow.base.settings import PageSettings
from frontrow.catalog import Catalogue
from frontrow.rules.document import ALWAYS_FROM, ALWAYS_UNTIL, EditorialRow, Rules
from frontrow.rules.reading import NOTHING_UNREAD, Unread, bad_rules, read_as_far_as_possible
from frontrow.rules.select import Selection
from frontrow.rules.shares import check_shares

_GUESSES = 20
"""Unknown names for which the nearest spelling is looked for: each look reads all names."""

_LIKE = 0.6
"""Likeness from which a spelling is offered (`difflib`'s own default)."""


_NOT_OF_MEETING = frozenset({"key", "name", "names", "titles", "select", "author", "note"})
"""Fields that say nothing of where, when and for whom a row or a pin stands."""


def possible_rules(value: Any, catalogue: Catalogue, page: PageSettings, *, at_us: int) -> Rules:
    """The rules of a decoded JSON value that could be put in force at a moment.

    Raises `BadInput` with everything that is wrong, of single fields and of the whole, at once.
    """
    read = read_as_far_as_possible(value)
    impossible = check(read.rules, catalogue, page, at_us=at_us, unread=read.unread)
    if read.errors or impossible:
        raise bad_rules([*read.errors, *impossible])
    return read.rules


def check(
    rules: Rules,
    catalogue: Catalogue,
    page: PageSettings,
    *,
    at_us: int,
    unread: Unread = NOTHING_UNREAD,
) -> list[FieldError]:
    """Everything that keeps a document from holding, each with its JSON pointer; empty: it can.

    at_us: the moment at which windows are looked at and days are counted
    unread: where the rules hold a stand-in for what could not be read: nothing is judged by it
    """
    selection = Selection(catalogue, at_us)
    return [
        *_keys(rules, unread),
        *_places(rules, page, at_us, unread),
        *_names(rules, catalogue, selection, unread),
        *_lengths(rules, catalogue, selection, page, unread),
        *check_shares(rules, catalogue, selection, page, at_us, unread),
    ]


def _keys(rules: Rules, unread: Unread) -> Iterator[FieldError]:
    """Each key once in its part."""
    parts: dict[str, Any] = {
        "rows": rules.rows, "boosts": rules.boosts, "floors": rules.floors, "caps": rules.caps,
    }  # fmt: skip
    for part, listed in parts.items():
        first: dict[str, int] = {}
        for index, rule in enumerate(listed):
            if unread.of(f"/{part}/{index}") & {"", "key"}:
                continue
            earlier = first.setdefault(rule.key, index)
            if earlier != index:
                pointer = f"/{part}/{index}/key"
                yield FieldError(pointer, f"is the key of /{part}/{earlier} too: give it another")


def _places(rules: Rules, page: PageSettings, at_us: int, unread: Unread) -> Iterator[FieldError]:
    """One row at a place at a time, each kind pinned once, no place beyond the page."""
    kinds: dict[str, int] = {}
    for index, pin in enumerate(rules.pins):
        if unread.of(f"/pins/{index}") & {"", "kind"}:
            continue
        earlier = kinds.setdefault(pin.kind, index)
        if earlier != index:
            yield FieldError(f"/pins/{index}/kind", f"is pinned by /pins/{earlier} already")
    placed: list[tuple[str, int, EditorialRow | None]] = [
        *((f"/rows/{i}", row.place, row) for i, row in enumerate(rules.rows) if row.place),
        *((f"/pins/{i}", pin.place, None) for i, pin in enumerate(rules.pins)),
    ]
    placed = [one for one in placed if not unread.of(one[0]) & {"", "place"}]
    meeting = [not unread.of(at) - _NOT_OF_MEETING for at, _, _ in placed]
    for index, (at, place, row) in enumerate(placed):
        if place > page.max_rows:
            told = f"is beyond the page's {page.max_rows} rows (setting page.max_rows)"
            yield FieldError(f"{at}/place", told)
        for earlier, (other, same, earlier_row) in enumerate(placed[:index]):
            known = meeting[index] and meeting[earlier]
            if same == place and known and _meet(row, earlier_row, at_us):
                told = f"is taken by {other}: two rows can't both be row {place}"
                yield FieldError(f"{at}/place", told)
                break


def _meet(one: EditorialRow | None, other: EditorialRow | None, at_us: int) -> bool:
    """Whether two rows can be meant for one viewer at one moment from now on; None is a pin, which always
    holds."""
    starts = [ALWAYS_FROM if row is None else row.start_us for row in (one, other)]
    ends = [ALWAYS_UNTIL if row is None else row.until_us for row in (one, other)]
    if max(*starts, at_us) >= min(ends):
        return False
    if one is None or other is None:
        return True
    return all(
        not mine or not theirs or set(mine) & set(theirs)
        for mine, theirs in ((one.countries, other.countries), (one.devices, other.devices))
    )


def _names(
    rules: Rules, catalogue: Catalogue, selection: Selection, unread: Unread
) -> Iterator[FieldError]:
    """Titles, genres, themes, people and suppliers that the catalogue does not have."""
    known: dict[str, Collection[str]] = {
        "titles": catalogue.work_of_title,
        "genres": catalogue.every_genre.index,
        "themes": catalogue.every_theme.index,
        "people": selection.people,
        "suppliers": selection.suppliers,
    }
    guesses = _GUESSES
    for at, field, value, index in _named(rules):
        if value not in known[field] and not unread.covers(f"{at}/{field}/{index}"):
            near = _nearest(value, known[field]) if guesses > 0 else None
            guesses -= 1
            meant = f"; is {near!r} meant?" if near is not None else ""
            told = f"{value!r} is not among the catalogue's {field}{meant}"
            yield FieldError(f"{at}/{field}/{index}", told)


def _named(rules: Rules) -> Iterator[tuple[str, str, str, int]]:
    """(pointer, field, value, index) of every name in a document."""
    for index, row in enumerate(rules.rows):
        for place, title in enumerate(row.titles or []):
            yield f"/rows/{index}", "titles", title, place
    for at, selector in rules.selectors():
        for field in ("titles", "genres", "themes", "people", "suppliers"):
            for place, value in enumerate(getattr(selector, field)):
                yield at, field, value, place


def _nearest(value: str, names: Collection[str]) -> str | None:
    """The known name that is spelt most like a value."""
    by_folded = {name.casefold(): name for name in names}
    found = get_close_matches(value.casefold(), by_folded, n=1, cutoff=_LIKE)
    return by_folded[found[0]] if found else None


def _lengths(
    rules: Rules,
    catalogue: Catalogue,
    selection: Selection,
    page: PageSettings,
    unread: Unread,
) -> Iterator[FieldError]:
    """An editorial row has titles enough to be a row."""
    for index, row in enumerate(rules.rows):
        if unread.of(f"/rows/{index}") & {"", "titles", "select"}:
            continue
        if row.select is not None:
            field, count = "select", int(np.count_nonzero(selection.of(row.select)))
        else:
            works = {catalogue.work_of_title.get(title) for title in row.titles or []}
            field, count = "titles", len(works - {None})
        if count < page.min_row_length:
            told = (
                f"gives {count} titles; a row has at least {page.min_row_length}"
                " (setting page.min_row_length), editions of one work counted once"
            )
            yield FieldError(f"/rows/{index}/{field}", told)
