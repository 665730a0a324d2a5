"""One number for all that a home knows: two homes of the same state have the same hash.

`log`, `titles` and `rules` are exact: every row, its number and when it came. `viewers` is what the log folds
to, whatever the order and number of times in which the events came.
"""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from frontrow.backups.damage import Tell
from frontrow.base.database import Database
from frontrow.base.ids import SHARDS
from frontrow.catalog import TitleStore, build_catalogue
from frontrow.events.log import Log
from frontrow.viewers import Viewer
from frontrow.viewers.forgets import fold_on

_SHARDS_AT_ONCE = 512


class StateHash(Struct, frozen=True):
    """Hashes of a home's parts, and of them all."""

    state: str
    log: str
    titles: str
    rules: str
    viewers: str


def state_hash(
    database: Database,
    log: Log,
    first_import_minutes: int,
    *,
    tell: Tell = lambda share, what: None,
) -> StateHash:
    """The state that a home is in. While events come in, it is of no single moment."""
    titles, rules, chains = (
        _hash_of_rows(database, query)
        for query in (
            "SELECT revision, title_id, digest FROM title_revision ORDER BY revision, title_id",
            "SELECT revision, digest FROM rules ORDER BY revision",
            "SELECT profile_id, last_number, last_chain FROM profile ORDER BY profile_id",
        )
    )
    revision, stored = TitleStore(database).read_all()
    catalogue = build_catalogue(revision, stored, first_import_minutes=first_import_minutes)
    viewers = hashlib.blake2b(digest_size=32)
    encoder = msgspec.json.Encoder(order="sorted")
    for start in range(0, SHARDS, _SHARDS_AT_ONCE):
        tell(start / SHARDS, "folding viewers")
        shards = range(start, min(start + _SHARDS_AT_ONCE, SHARDS))
        folded = {
            profile_id: encoder.encode(_told(fold_on(profile_id, events, catalogue)))
            for profile_id, events in log.scan(shards)
        }
        for profile_id in sorted(folded):
            viewers.update(hashlib.blake2b(folded[profile_id]).digest())
    tell(1.0, "done")
    parts = (chains, titles, rules, viewers.hexdigest())
    state = hashlib.blake2b("\n".join(parts).encode(), digest_size=32).hexdigest()
    return StateHash(state, *parts)


def _told(viewer: Viewer) -> tuple[Viewer, list[tuple[int, int]]]:
    """What a viewer is, whenever its events came; its sittings apart, for their keys are numbers."""
    sittings = sorted(viewer.sittings.items())
    return replace(viewer, incarnation="", reset_number=0, sittings={}), sittings


def _hash_of_rows(database: Database, query: str) -> str:
    hasher = hashlib.blake2b(digest_size=32)
    with database.read() as connection:
        for row in connection.exec_driver_sql(query):
            hasher.update(repr(tuple(row)).encode())
    return hasher.hexdigest()
