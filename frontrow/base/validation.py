"""Turn a decoded JSON value into a struct, or into every reason why not, each with its pointer.

msgspec stops at the first error; a caller mends faster who sees all of them, so a value that
fails is asked again field by field.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar, get_type_hints

import msgspec
from msgspec import Struct

from frontrow.base.allowed import KEY, allowed
from frontrow.base.errors import FieldError

S = TypeVar("S", bound=Struct)

_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$?(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


class Unreadable(dict[str, Any]):
    """An object that holds what no JSON value is; only what can be read of it, for whoever names it.

    errors: its own pointers, and what is wrong there
    """

    def __init__(self, readable: dict[str, Any], errors: list[FieldError]) -> None:
        super().__init__(readable)
        self.errors = errors


def validate(kind: type[S], value: Any, *, at: str = "") -> S | list[FieldError]:
    """A struct of `kind` made of a decoded JSON object, or every wrong field of it.

    at: the JSON pointer of `value` itself, put before each error's own.
    """
    if isinstance(value, Unreadable):
        return [FieldError(at + error.pointer, error.detail) for error in value.errors]
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        first = error
    except RecursionError:
        return [FieldError(at, "is nested too deeply")]
    if not isinstance(value, dict):
        return [field_error(first, kind, at=at)]
    errors = []
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    hints = get_type_hints(kind, include_extras=True)
    for name in value:
        if name not in fields:
            errors.append(FieldError(f"{at}/{escape(str(name))}", "is not a field known here"))
    for name, field in fields.items():
        if name not in value:
            if field.required:
                errors.append(FieldError(f"{at}/{name}", "is missing"))
            continue
        try:
            msgspec.convert(value[name], hints[field.name])
        except msgspec.ValidationError as error:
            errors.append(field_error(error, kind, name, at=at))
    return errors or [field_error(first, kind, at=at)]


def escape(step: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def field_error(
    error: msgspec.ValidationError, kind: type[Struct], *field: str, at: str = ""
) -> FieldError:
    """What msgspec refused, in our words: where it is, and what would be allowed there.

    kind: what the value was to be; field: of it the one that was converted, if one was
    at: the JSON pointer of the value
    """
    match = _AT.match(str(error))
    what, path = (match["what"], match["path"] or "") if match else (str(error), "")
    steps = [*field, *(name or index for name, index in _STEP.findall(path))]
    unknown = re.search(r"unknown field `(.*)`", what)
    if unknown:
        steps, told = [*steps, unknown[1]], "is not a field known here"
    else:
        at_key = [KEY] if path.startswith("key` in ") else []
        told = allowed(kind, [*steps, *at_key], what) or what[:1].lower() + what[1:]
    pointer = at + "".join(f"/{escape(step)}" for step in steps if step != "...")
    return FieldError(pointer, told)
