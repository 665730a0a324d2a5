"""`frontrow keys`: what programs show when they call the service: made, listed, revoked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from cyclopts import App, Parameter

from frontrow.base.database import open_database
from frontrow.base.errors import BadInput
from frontrow.base.home import open_home
from frontrow.base.time import format_time, from_us, parse_time, system_clock, to_us
from frontrow.cli.app import WrongUsage, chosen_home
from frontrow.cli.arguments import Json
from frontrow.cli.show import print_json
from frontrow.server.access import SCOPES, ApiKey, KeyStore

keys = App(name="keys", help="Keys of the programs that may call the service.")

Scopes = Annotated[
    list[str],
    Parameter(
        name="--scope", negative="", help="ingest, pages or admin; several: `--scope ingest,pages`."
    ),
]

_MOST_NAME = 100
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@contextmanager
def _store() -> Iterator[KeyStore]:
    home = open_home(chosen_home())
    database = open_database(home.database)
    try:
        yield KeyStore(database, home.secret())
    finally:
        database.close()


@keys.command
def create(
    *, scope: Scopes, name: str = "", expires: str | None = None, json: Json = False
) -> None:
    """Make a key and show it, once: the home keeps only a hash of it.

    Parameters
    ----------
    name
        Whose it is or what it is for, for the list.
    expires
        When it ends: 90d, 12h, or a moment as 2027-01-31T00:00:00Z; else never.
    """
    scopes = _scopes(scope)
    now = system_clock()()
    until = None if expires is None else _moment(expires, now)
    if len(name) > _MOST_NAME or not name.isprintable():
        raise WrongUsage(f"has at most {_MOST_NAME} characters on one line", where="--name")
    with _store() as store:
        key, text = store.create(scopes, name=name, expires=until, now=now)
    if json:
        print_json({**_told(key, to_us(now)), "key": text})
        return
    print(text)
    print(f"Key {key.key_id} ({', '.join(sorted(scopes))}) is shown this once: keep it safe.")
    print("Calls send it as `Authorization: Bearer KEY`. From now on every call needs a key.")


@keys.command(name="list")
def list_keys(*, json: Json = False) -> None:
    """Every key: for what, since when, until when, and whether it is in force."""
    now_us = to_us(system_clock()())
    with _store() as store:
        found = [_told(key, now_us) for key in store.read().values()]
    if json:
        print_json({"keys": found})
        return
    for one in found:
        until = f"until {one['expires_at']}" if one["expires_at"] else "for good"
        scopes = ",".join(one["scopes"])
        print(f"{one['key_id']}  {one['state']:<8}  {scopes:<18}  {until}  {one['name']}".rstrip())
    if not found:
        print("no keys: the server answers this machine only, and everything is allowed")


@keys.command
def revoke(key: str, /, *, json: Json = False) -> None:
    """End a key for good, and the tokens that were made with it, in every process within seconds.

    Parameters
    ----------
    key
        Its id, or the whole key where that was found lying about.
    """
    now = system_clock()()
    with _store() as store:
        found = store.revoke(key, now=now)
    if json:
        print_json(_told(found, to_us(now)))
        return
    print(f"key {found.key_id} is revoked")


def _told(key: ApiKey, now_us: int) -> dict[str, Any]:
    def moment(us: int | None) -> str | None:
        return None if us is None else format_time(from_us(us))

    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "state": key.state(now_us),
        "created_at": moment(key.created_us),
        "expires_at": moment(key.expires_us),
        "revoked_at": moment(key.revoked_us),
    }


def _scopes(given: list[str]) -> list[str]:
    named = [word.strip() for words in given for word in words.split(",")]
    for word in named:
        if word not in SCOPES:
            raise WrongUsage(
                f"{word!r} is no scope", where="--scope", mend="name ingest, pages or admin"
            )
    return sorted(set(named))


def _moment(text: str, now: datetime) -> datetime:
    span = re.fullmatch(r"(\d{1,5})([mhd])", text)
    try:
        if span:
            moment = now + int(span[1]) * _UNITS[span[2]]
        else:
            moment = parse_time(f"{text}T00:00:00Z" if len(text) == 10 else text).astimezone(UTC)
    except (BadInput, OverflowError):
        raise WrongUsage(
            f"{text!r} is no moment", where="--expires", mend="write 90d, 12h or 2027-01-31"
        ) from None
    if moment <= now:
        raise WrongUsage(f"{text!r} has passed", where="--expires", mend="name a later moment")
    return moment
