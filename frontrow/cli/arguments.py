"""Arguments that several commands take, and what may stand in them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from frontrow.base.home import Home
from frontrow.cli.app import WrongUsage

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON for machines.")]
Seed = Annotated[int, Parameter(validator=validators.Number(gte=0))]
Trials = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=10_000))]
Port = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=65_535))]
Workers = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=64))]
Map = Annotated[
    list[str],
    Parameter(
        name="--map",
        negative="",
        show_default=False,
        help="column=field: what a column holds, by your word.",
    ),
]


def wished_database(database: str | None) -> str | None:
    """Where a home's database is to be: as `--database` says, else `FRONTROW_DATABASE_URL`.

    Raises `WrongUsage` where the two differ: what is put into the one, every command would seek in the other.
    """
    from frontrow.base.postgres import is_same_address

    named = os.environ.get("FRONTROW_DATABASE_URL") or None
    if database and named and not is_same_address(database, named):
        raise WrongUsage(
            "FRONTROW_DATABASE_URL names another database, and every command would use that one",
            where="--database",
            mend="unset it, or let it name the same",
        )
    return database or named


def refuse_within(home: Home, path: Path, option: str = "") -> None:
    """Raises `WrongUsage` for a file in the home that would outlast a forget, which knows nothing of it.

    option: which one names the file, where it isn't an argument
    """
    if path.resolve().is_relative_to(home.path.resolve()):
        raise WrongUsage(
            "is in the home, where nothing may stay of a profile that is forgotten later",
            where=str(path),
            mend=f"name a file elsewhere{f' with {option}' if option else ''}",
        )


def checked_id(text: str) -> str:
    """The text, where it is an id. Raises `WrongUsage`."""
    import msgspec

    from frontrow.base.ids import Id

    try:
        return msgspec.convert(text, Id)
    except msgspec.ValidationError:
        raise WrongUsage(f"{text!r} is no id: 1-128 characters [A-Za-z0-9._:@-]") from None
