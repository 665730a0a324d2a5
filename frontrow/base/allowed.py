"""What a field may hold, in words: msgspec refuses a value with a pattern, or without saying what else.

The words of a pattern stand beside it: `Meta(pattern=…, extra=must_be("two capital letters, as DE"))`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct, inspect

KEY = "<key>"
"""A step from an object to its keys."""

_WORDS = "must_be"


def must_be(words: str) -> dict[str, str]:
    """What `Meta(extra=…)` takes, so that a refusal says what a pattern asks for."""
    return {_WORDS: words}


def allowed(kind: type[Struct], steps: Sequence[str], refusal: str) -> str | None:
    """What would be allowed where msgspec refused a value; None where it says so itself.

    steps: names, indexes and `KEY`s that lead from a value of `kind` to what was refused
    """
    by_value = refusal.startswith("Invalid enum value")
    if not by_value and " matching regex " not in refusal:
        return None
    found: Iterable[inspect.Type] = [_inspected(kind)]
    for step in steps:
        found = [inner for one in found for part in _parts(one) for inner in _inside(part, step)]
    for one in found:
        if by_value:
            for part in _parts(one):
                if isinstance(part, inspect.LiteralType):
                    return f"must be one of {', '.join(map(str, part.values))}"
        else:
            words = _words(one)
            if words is not None:
                return f"must be {words}"
    return None


@cache
def _inspected(kind: type[Struct]) -> inspect.Type:
    return inspect.type_info(kind)


def _parts(kind: inspect.Type) -> list[inspect.Type]:
    """A type without what is said of it; those of a union one by one."""
    if isinstance(kind, inspect.Metadata):
        return _parts(kind.type)
    if isinstance(kind, inspect.UnionType):
        return [part for one in kind.types for part in _parts(one)]
    return [kind]


def _inside(kind: inspect.Type, step: str) -> list[inspect.Type]:
    if isinstance(kind, inspect.StructType):
        return [field.type for field in kind.fields if field.encode_name == step]
    if isinstance(kind, inspect.DictType):
        return [kind.key_type if step == KEY else kind.value_type]
    return [kind.item_type] if isinstance(kind, inspect.ListType) else []


def _words(kind: inspect.Type) -> str | None:
    """The words beside a pattern."""
    if isinstance(kind, inspect.UnionType):
        return next((words for words in map(_words, kind.types) if words is not None), None)
    if isinstance(kind, inspect.Metadata):
        words = (kind.extra or {}).get(_WORDS)
        return words if words is not None else _words(kind.type)
    return None
