"""Free JSON that callers attach (`attributes`): kept as it is, within what every part can keep.

A store without a place for NUL, an encoder of 64-bit numbers and a reader of bounded depth must all be
able to take it, or it would be accepted here and fail there.
"""

from __future__ import annotations

from typing import Any

from frontrow.base.errors import FieldError
from frontrow.base.validation import escape

MOST_LEVELS = 16
_MOST_INTEGER = 2**63 - 1


def check_free(value: Any, *, at: str) -> list[FieldError]:
    """What is wrong with a decoded JSON value, if anything; at: its pointer."""
    level: list[tuple[str, Any]] = [(at, value)]
    for _ in range(MOST_LEVELS + 1):
        below: list[tuple[str, Any]] = []
        for pointer, one in level:
            wrong = _wrong(one)
            if wrong is not None:
                return [FieldError(pointer, wrong)]
            if isinstance(one, dict):
                if any("\x00" in name for name in one):
                    return [FieldError(pointer, "has NUL in a name")]
                below += [(f"{pointer}/{escape(name)}", part) for name, part in one.items()]
            elif isinstance(one, list):
                below += [(f"{pointer}/{index}", part) for index, part in enumerate(one)]
        if not below:
            return []
        level = below
    return [FieldError(at, f"is nested more than {MOST_LEVELS} deep")]


def _wrong(value: Any) -> str | None:
    if isinstance(value, str) and "\x00" in value:
        return "holds NUL"
    if isinstance(value, int) and not -_MOST_INTEGER <= value <= _MOST_INTEGER:
        return "is a whole number over 64 bits"
    return None
