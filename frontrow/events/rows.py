"""An event as a row of the log's table and back: the same bytes on every database."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from frontrow.base.time import to_us
from frontrow.events.event import PROFILE_RESET, PROFILE_SET, TASTE_SET, Event
from frontrow.events.log import Logged

OURS = frozenset({PROFILE_SET, PROFILE_RESET, TASTE_SET})
COLUMNS = "number, type, time, received_at, event_id, body"

Row = tuple[str, str, str, int, bytes]
"""profile_id, event_id, type, time us, body: what is known of an event before it is numbered."""

_EVENT = msgspec.json.Decoder(Event)
_OWN = msgspec.json.Decoder(dict[str, Any])


def rows_of(batch: Sequence[Event]) -> list[Row]:
    """Callers' events, ready to be stored."""
    encode = msgspec.json.encode
    return [(e.profile_id, e.event_id, e.type, to_us(e.time), encode(e)) for e in batch]


def row_of_ours(profile_id: str, kind: str, body: dict[str, Any], now: datetime) -> Row:
    """One of our own facts, ready to be stored."""
    if kind not in OURS:
        raise AssertionError(f"{kind} is not one of our own facts")
    # A name no caller can send, so ours never meets theirs: `/` is not in the ids' alphabet.
    event_id = f"/{secrets.token_hex(8)}"
    return profile_id, event_id, kind, to_us(now), msgspec.json.encode(body)


def decode_rows(rows: Sequence[Any]) -> list[Logged]:
    """Rows of `COLUMNS` as stored facts."""
    found = []
    for number, kind, time_us, received_us, _event_id, body in rows:
        if kind in OURS:
            found.append(Logged(number, kind, time_us, received_us, None, _own(body)))
        else:
            found.append(Logged(number, kind, time_us, received_us, _EVENT.decode(body), {}))
    return found


def _own(body: bytes) -> dict[str, Any]:
    """One of our own facts; of one that is damaged nothing is known, and a fold takes it for the most
    careful."""
    try:
        return _OWN.decode(body)
    except msgspec.DecodeError:
        return {}


def country_in(body: bytes) -> str | None:
    """The country that stored settings name."""
    country: str | None = _own(body).get("country")
    return country
