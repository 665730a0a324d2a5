"""`frontrow rules`: the operator's document shown, checked, put in force, and its versions."""

from __future__ import annotations

import codecs
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from cyclopts import App

from frontrow.base.errors import BadInput
from frontrow.cli.arguments import Json
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json

rules = App(name="rules", help="The operator's rules: editorial rows, boosts, floors, caps, pins.")


@rules.command
def show(*, revision: int | None = None, json: Json = False) -> None:
    """The document in force; with `--json` as `set` takes it back.

    Parameters
    ----------
    revision
        An earlier version.
    """
    from frontrow.server import OperatorRules

    with opened() as service:
        told = OperatorRules(service).get(revision)
    if json:
        print_json(told)
        return
    if told.at is None:
        print("no rules were ever set: `frontrow rules set FILE`")
        return
    print(f"revision {told.revision}, {told.at}, by {told.author or 'no one named'}")
    print(msgspec.json.format(msgspec.json.encode(told.rules), indent=2).decode())


@rules.command
def check(file: Path, /, *, json: Json = False) -> None:
    """Whether a document (JSON or TOML) could be put in force now; names everything that is wrong."""
    from frontrow.server import OperatorRules

    document, _ = _read(file)
    with opened() as service:
        found = OperatorRules(service).check(document)
    if json:
        print_json({"possible": True, "rules": found})
    else:
        print("these rules are possible")


@rules.command(name="set")
def set_rules(
    file: Path,
    /,
    *,
    author: str | None = None,
    revision: int | None = None,
    json: Json = False,
) -> None:
    """Put a document (JSON or TOML) in force, from the next page on.

    Parameters
    ----------
    author
        Who sets it, for the history.
    revision
        The version that it was made from: refused where another came meanwhile. A file that
        `show --json` wrote knows it.
    """
    from frontrow.server import OperatorRules

    document, known = _read(file)
    on = known if revision is None else revision
    with opened() as service:
        told = OperatorRules(service).put(document, revision=on, author=author)
    if json:
        print_json(told)
    else:
        print(f"revision {told.revision} of the rules is in force")


@rules.command
def history(*, json: Json = False) -> None:
    """Every version, the newest first: who set it, when, and how many rules it has."""
    from frontrow.server import OperatorRules

    with opened() as service:
        told = OperatorRules(service).history()
    if json:
        print_json(told)
        return
    for v in told.history:
        parts = {"rows": v.rows, "boosts": v.boosts, "floors": v.floors, "caps": v.caps,
                 "pins": v.pins}  # fmt: skip
        counts = ", ".join(f"{name} {count}" for name, count in parts.items() if count)
        print(f"{v.revision:>4}  {v.at}  {v.author or '-':<20}  {counts or 'no rules'}")
    if not told.history:
        print("no rules were ever set")


def _read(file: Path) -> tuple[Any, int | None]:
    """A file's document, and the revision that it was made from where the file says so."""
    try:
        body = file.read_bytes().removeprefix(codecs.BOM_UTF8)
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput("there is no such file", where=str(file), mend="check the path") from None
    except IsADirectoryError:
        raise BadInput("is a folder", where=str(file), mend="name the file in it") from None
    try:
        told = (
            _without_dates(tomllib.loads(body.decode()))
            if file.suffix.lower() == ".toml"
            else msgspec.json.decode(body)
        )
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.DecodeError) as error:
        raise BadInput(str(error), where=str(file), mend="mend the file's JSON or TOML") from None
    if (
        isinstance(told, dict) and {"revision", "rules"} <= told.keys()
    ):  # as `show --json` writes it
        return told["rules"], told["revision"]
    return told, None


def _without_dates(value: Any) -> Any:
    """TOML's own dates and times as the texts that the document has."""
    if isinstance(value, dict):
        return {name: _without_dates(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_dates(part) for part in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
