"""Every profile's chain walked from its first event to its last."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from frontrow.backups.damage import Damage
from frontrow.backups.raw_reading import (
    UNREADABLE,
    Ask,
    Raw,
    Reading,
    is_blob,
    is_number,
    is_text,
    trouble,
)
from frontrow.base.ids import name_in_logs, shard_of
from frontrow.events.chain import chain_link, chain_start

_PROFILES_AT_ONCE = 500
"""Profiles of one read: short enough that the write-ahead log can be emptied between two."""

_MOST_NUMBERS = 5
"""Damaged events of a profile that are named one by one."""


def walk_chains(
    reading: Reading, secret: bytes, progress: Callable[[int], None]
) -> Iterator[Damage | int]:
    """What is damaged, and between it how many events were walked."""
    after = Raw(b"")
    while True:
        with reading.state() as sql:
            try:
                profiles = sql(
                    "SELECT profile_id, shard, incarnation, last_number, first_at, last_chain"
                    " FROM profile WHERE profile_id > CAST(? AS TEXT)"
                    " ORDER BY profile_id LIMIT ?",
                    (after, _PROFILES_AT_ONCE),
                ).fetchall()
            except UNREADABLE as error:
                what = f"the list of profiles can't be read to its end ({trouble(error)})"
                yield Damage(part="log", what=what)
                return
            for profile in profiles:
                walked, wrong = _walk_one(sql, profile)
                if wrong:
                    named = profile[0].decode("utf-8", "surrogateescape")
                    yield Damage(
                        part="log", what="; ".join(wrong), profiles=[name_in_logs(named, secret)]
                    )
                progress(walked)
                yield walked
        if not profiles:
            return
        if not (is_text(profiles[-1][0]) and profiles[-1][0] > after):
            yield Damage(part="log", what="a profile's id is no text, or out of order")
            return
        after = profiles[-1][0]


def _walk_one(sql: Ask, profile: tuple[Any, ...]) -> tuple[int, list[str]]:
    """How many events a profile has, and what is wrong with them."""
    whose, shard, incarnation, last_number, first_us, last_chain = profile
    try:
        profile_id = whose.text()
        chain = chain_start(profile_id, incarnation.text(), first_us)
        good = shard == shard_of(profile_id) and is_number(last_number) and is_blob(last_chain)
    except (ValueError, AttributeError):
        good = False
    if not good:
        return 0, ["what is stored of the profile itself was changed"]
    try:
        rows = sql(
            "SELECT number, event_id, type, time, received_at, body, chain FROM event"
            " WHERE shard = ? AND profile_id = ? ORDER BY number",
            (shard, profile_id),
        ).fetchall()
    except UNREADABLE as error:
        return 0, [f"its events can't be read ({trouble(error)})"]
    wrong: list[int] = []
    for place, row in enumerate(rows, start=1):
        link = _link(chain, profile_id, row)
        if link != row[6] or row[0] != place:
            wrong.append(place)
        chain = row[6] if is_blob(row[6]) else b""  # so that only what changed is named
        if len(chain) != len(last_chain):
            chain = bytes(len(last_chain))
    told = []
    if wrong:
        named = ", ".join(str(n) for n in wrong[:_MOST_NUMBERS])
        rest = "" if len(wrong) <= _MOST_NUMBERS else f" and {len(wrong) - _MOST_NUMBERS:,} more"
        told.append(f"of {len(rows):,} events these were changed: {named}{rest}")
    if len(rows) != last_number:
        told.append(f"{len(rows):,} events are there of {last_number:,}")
    elif not wrong and chain != last_chain:
        told.append("the end of its chain was changed")
    return len(rows), told


def _link(before: bytes, profile_id: str, row: tuple[Any, ...]) -> bytes | None:
    number, event_id, kind, time_us, received_us, body, chain = row
    if not (is_blob(body) and is_blob(chain)):
        return None
    try:
        return chain_link(
            before, profile_id, number, event_id.text(), kind.text(), time_us, received_us, body
        )
    except (ValueError, AttributeError, struct.error):
        return None
