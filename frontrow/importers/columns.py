"""Which column is which field: usual names, and the caller's `map` before them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from frontrow.base.errors import BadInput

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[^a-z0-9]+")

EMPTY_WORDS = frozenset({"", "null", "none", "nan", "n/a", "na", "\\n", "-"})
"""What files write where they have nothing to say."""


def plain_name(column: str) -> str:
    """`userId`, `User ID` and `user-id` are `user_id`."""
    return _APART.sub("_", _HUMP.sub("_", column.strip()).casefold()).strip("_")


Usual = Mapping[str, Sequence[str]]
"""Field -> usual column names, the surest first."""


def recognise(
    columns: Sequence[str], usual: Usual, chosen: Mapping[str, str], *, where: Path
) -> dict[str, list[str]]:
    """Field -> its columns, the surest first; a column serves one field.

    Where the first says nothing the next is asked, but never for an id: ids of two kinds in one
    field would name different things.

    chosen: column -> field, from the caller. Raises `BadInput` for a column that is not there and
    a field that is not known.
    """
    found: dict[str, list[str]] = {}
    left = dict.fromkeys(columns)
    for column, field in chosen.items():
        if column not in left:
            raise BadInput(
                f"has no column {column!r}",
                where=str(where),
                mend=f"its columns are: {', '.join(columns)}",
            )
        if field not in usual:
            raise BadInput(
                f"{field!r} is not a field that a column can fill",
                where=f"--map {column}={field}",
                mend=f"the fields are: {', '.join(usual)}",
            )
        del left[column]
        found.setdefault(field, []).append(column)
    by_name: dict[str, list[str]] = {}
    for column in left:
        by_name.setdefault(plain_name(column), []).append(column)
    for field, names in usual.items():
        if field in found:
            continue  # the caller said which column it is
        same = [column for name in names for column in by_name.get(name, ()) if column in left]
        if field.endswith("_id"):
            same = same[:1]
        if same:
            found[field] = same
            for column in same:
                del left[column]
    return found


def need(
    found: Mapping[str, Sequence[str]],
    fields: Sequence[str],
    columns: Sequence[str],
    usual: Usual,
    *,
    where: Path,
) -> None:
    """Raises `BadInput` naming what was looked for, what there is and how to say which is which."""
    missing = [field for field in fields if field not in found]
    if not missing:
        return
    looked = "; ".join(f"{field} (looked for {', '.join(usual[field])})" for field in missing)
    raise BadInput(
        f"has no column for {looked}",
        where=str(where),
        mend=f"its columns are: {', '.join(columns)}. Say which is which with"
        f" `--map column={missing[0]}`",
    )


def unused(columns: Sequence[str], found: Mapping[str, Sequence[str]]) -> list[str]:
    used = {column for several in found.values() for column in several}
    return [column for column in columns if column not in used]


def first_said(row: Mapping[str, Any], columns: Sequence[str]) -> Any:
    """The first of the columns that says anything, or None."""
    for column in columns:
        value = row.get(column)
        if not is_empty(value):
            return value
    return None


def is_empty(value: Any) -> bool:
    """Whether a cell says nothing."""
    if value is None or value != value:  # NaN is not itself
        return True
    if isinstance(value, str):
        return value.strip().casefold() in EMPTY_WORDS
    return isinstance(value, list | tuple | dict) and not value
