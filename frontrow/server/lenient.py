"""Batches with a value in them that JSON does not have: read item by item, so that one spoils no other.

Half an emoji that an app cut (`"\\ud83d"`), `NaN` as some languages write it, a number beyond every float: a
reader of JSON refuses the whole text for it. Here the standard library's reader, which is slower and takes
all of them, says which items are meant.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from frontrow.base.errors import FieldError
from frontrow.base.validation import Unreadable, escape

_HALF = "holds half a character (a lone surrogate)"
_NO_NUMBER = "is no number of JSON"


@dataclass(frozen=True)
class _Constant:
    """`NaN` or an infinity, as it was written."""

    name: str


def read_items(raw: bytes) -> dict[str, Any] | None:
    """The body of a batch, items that can't be read as `Unreadable`; None: it is no batch of items either
    way, or is nested too deeply."""
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_Constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    if not all(_is_whole(name) and isinstance(items, list) for name, items in body.items()):
        return None
    return {name: [_readable(item) for item in items] for name, items in body.items()}


def _readable(item: Any) -> Any:
    errors = _errors_of(item)
    if not errors:
        return item
    fields = item.items() if isinstance(item, dict) else ()
    texts = {n: v for n, v in fields if isinstance(v, str) and _is_whole(n) and _is_whole(v)}
    return Unreadable(texts, errors)


def _errors_of(item: Any) -> list[FieldError]:
    errors: list[FieldError] = []
    waiting = [("", item)]
    while waiting:  # no recursion: how deep it goes is the sender's choice
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            for name, part in value.items():
                at = f"{pointer}/{escape(name)}"
                if not _is_whole(name):
                    at = at.encode("ascii", "backslashreplace").decode()
                    errors.append(FieldError(at, _HALF))
                waiting.append((at, part))
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{place}", part) for place, part in enumerate(value)]
        elif isinstance(value, str) and not _is_whole(value):
            errors.append(FieldError(pointer, _HALF))
        elif isinstance(value, _Constant):
            errors.append(FieldError(pointer, f"{_NO_NUMBER}: {value.name}"))
        elif isinstance(value, float) and not math.isfinite(value):
            errors.append(FieldError(pointer, f"{_NO_NUMBER}: it is too large"))
    return errors


def _is_whole(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)
