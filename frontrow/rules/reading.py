"""How a document is read: whole, or, where something in it is wrong, as far as it goes.

One wrong field hides nothing else: it is told, a stand-in takes its place so that the rest can be
read and checked, and `Unread` knows where stand-ins are, so that nothing is judged by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from frontrow.base.errors import BadInput, FieldError
from frontrow.base.validation import escape, validate
from frontrow.rules.document import (
    Boost,
    Cap,
    EditorialRow,
    Floor,
    Part,
    Pin,
    Released,
    Rules,
    Selector,
)

_PARTS: dict[str, type[Part]] = {
    "rows": EditorialRow, "boosts": Boost, "floors": Floor, "caps": Cap, "pins": Pin,
}  # fmt: skip

_MOST_PASSES = 100
"""Times that one rule is read again without what was wrong in it; then the rest of it is left unread."""

_LEVELS = 4
"""Objects and lists in each other in a rule: its `select`, the `released` of it."""

_SELECT = {"titles": ["x"]}

_STAND_INS: dict[str, Any] = {
    "key": "x", "name": "x", "author": "x", "titles": ["x"], "select": _SELECT, "place": 1,
    "strength": 0.1, "share": 0.1, "per": "person", "most": 1, "within": "page", "kind": "new",
}  # fmt: skip
"""What stands for a field that can't be left out."""

_STAND_INS_IN_LISTS = {"countries": "XX", "languages": "xx", "kinds": "movie", "devices": "tv"}
"""What stands for one value of a list; in the others a value is a text."""

_STAND_INS_OF_YEARS = {"from": 1850, "to": 2200}
"""The widest span: nothing beside it is wrong by it."""


class Unread:
    """Where in a document something could not be read, by JSON pointer."""

    def __init__(self, pointers: Iterable[str] = ()) -> None:
        self._pointers = frozenset(pointers)
        self._by_rule: dict[str, set[str]] = {}
        for pointer in self._pointers:
            steps = pointer.split("/")
            fields = self._by_rule.setdefault("/".join(steps[:3]), set())
            fields.add(steps[3] if len(steps) > 3 else "")

    def of(self, rule: str) -> set[str]:
        """The fields of a rule that are not wholly read; `""` among them: none of it is."""
        return self._by_rule.get(rule, set())

    def covers(self, pointer: str) -> bool:
        """Whether what stands there, or something that it is part of, is a stand-in."""
        if not self._pointers:
            return False
        steps = pointer.split("/")
        return any("/".join(steps[:end]) in self._pointers for end in range(2, len(steps) + 1))


NOTHING_UNREAD = Unread()


@dataclass(frozen=True)
class ReadRules:
    """A document as far as it could be read: each rule stands at its own index."""

    rules: Rules
    unread: Unread
    errors: list[FieldError]


def read_rules(value: Any) -> Rules:
    """A document of a decoded JSON value.

    Raises `BadInput` whose errors name every wrong field of every rule.
    """
    found = read_as_far_as_possible(value)
    if found.errors:
        raise bad_rules(found.errors)
    return found.rules


def bad_rules(errors: list[FieldError]) -> BadInput:
    """The refusal of a document."""
    many = f"{len(errors)} things are wrong" if len(errors) > 1 else "one thing is wrong"
    return BadInput(f"the rules can't hold: {many}, first {errors[0]!r}", errors=errors)


def read_as_far_as_possible(value: Any) -> ReadRules:
    """A document of a decoded JSON value, and what of it could not be read."""
    found = validate(Rules, value)
    if isinstance(found, Rules):
        return ReadRules(found, NOTHING_UNREAD, [])
    if not isinstance(value, dict):
        return ReadRules(Rules(), NOTHING_UNREAD, found)
    lists = {name: value[name] for name in _PARTS if isinstance(value.get(name), list)}
    errors = [e for e in found if not any(e.pointer.startswith(f"/{name}/") for name in lists)]
    unread: list[str] = []
    read: dict[str, Any] = {}
    for name, listed in lists.items():
        read[name] = []
        for index, rule in enumerate(listed):
            reading = _Reading(_PARTS[name], f"/{name}/{index}")
            read[name].append(reading.of(rule))
            errors += reading.errors
            unread += reading.unread
    return ReadRules(Rules(**read), Unread(unread), errors)


class _Reading:
    """One rule that is read again and again, each time without what was found to be wrong."""

    def __init__(self, kind: type[Part], at: str) -> None:
        self._kind, self._at = kind, at
        self.errors: list[FieldError] = []
        self.unread: list[str] = []

    def of(self, value: Any) -> Part:
        """The rule, with stand-ins for what is wrong in it."""
        value = _copy(value)
        for _ in range(_MOST_PASSES):
            found = _read_rule(self._kind, value, self._at)
            if not isinstance(found, list):
                return found
            covered = Unread(self.unread)
            self.errors += [error for error in found if not covered.covers(error.pointer)]
            if not isinstance(value, dict):
                break
            for error in found:
                self._stand_in(value, _steps(error.pointer[len(self._at) :]))
        self.unread.append(self._at)
        fields = msgspec.structs.fields(self._kind)
        needed = {f.name for f in fields if f.required or f.name == "titles"}
        return msgspec.convert({name: _STAND_INS[name] for name in needed}, self._kind)

    def _stand_in(self, rule: dict[str, Any], steps: list[str]) -> None:
        """Put something right in place of what is wrong, or leave it out."""
        if not steps:  # an editorial row that is both fixed and by rule, or neither
            steps = ["select" if rule.get("select") is not None else "titles"]
            if steps == ["select"]:
                del rule["select"]
                self.unread.append(f"{self._at}/select")
                return
        *above, last = steps
        parent: Any = rule
        for step in above:
            parent = parent[int(step) if isinstance(parent, list) else step]
        self.unread.append(self._at + "".join(f"/{escape(step)}" for step in steps))
        if isinstance(parent, list):
            parent[int(last)] = _STAND_INS_IN_LISTS.get(above[-1], "x")
            return
        levels: tuple[type[Part], ...] = (self._kind, Selector, Released)
        kind = levels[len(above)]
        known = {field.encode_name for field in msgspec.structs.fields(kind)}
        values = _STAND_INS_OF_YEARS if kind is Released else _STAND_INS
        if last in known and last in values:
            parent[last] = _copy(values[last])
        else:
            parent.pop(last, None)
        if kind is Released and not parent:
            del rule["select"]["released"]
        if above and not rule["select"]:
            rule["select"] = _copy(_SELECT)
            self.unread.append(f"{self._at}/select/titles")


def _copy(value: Any, levels: int = _LEVELS) -> Any:
    """A value that can be changed as deep as a rule goes; what lies deeper is wrong as a whole."""
    if levels and isinstance(value, dict):
        return {name: _copy(part, levels - 1) for name, part in value.items()}
    return (
        [_copy(part, levels - 1) for part in value] if levels and isinstance(value, list) else value
    )


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _read_rule(kind: type[Part], value: Any, at: str) -> Part | list[FieldError]:
    """One rule, or what is wrong with it; an error over a field's meaning points to that field."""
    found = validate(kind, value, at=at)
    if not isinstance(found, list):
        return found
    for error in found:
        named = re.match(r"`(\w+)`", error.detail)
        if named and (error.pointer == at or error.pointer.endswith("/select/released")):
            error.pointer += f"/{escape(named[1])}"
    return found
