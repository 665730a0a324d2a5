"""Checkpoints: folded viewers kept in the database, so that a long history opens like a short one.

A checkpoint is a viewer up to a number of its events, and is extended by what came since. It may be lost at
any time: whatever does not fit (another fold, another life of the profile, a changed byte) is not
there, and the viewer is folded from the start. It goes with its profile when that is forgotten.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec
import sqlalchemy as sa

from frontrow.base.database import Database
from frontrow.base.digests import row_digest
from frontrow.base.errors import Unavailable
from frontrow.base.schema import checkpoint, profile
from frontrow.viewers.viewer import TitleRecord, Viewer

_SOURCES = ("viewers/fold.py", "viewers/forgets.py", "viewers/viewer.py", "viewers/profile.py",
            "viewers/checkpoints.py", "viewers/signs.py", "events/event.py")  # fmt: skip
"""What decides what a history folds to."""

_MOST_WAITING = 200
"""Checkpoints that may wait to be written; what comes beyond is kept some other time."""

_WRITE_SECONDS = 0.5


class Checkpoint(NamedTuple):
    """A folded viewer, and the catalogue's revision where its `forget_title`s were understood."""

    viewer: Viewer
    revision: int


class States(Protocol):
    """Where checkpoints are kept; they may be lost at any time."""

    def load(self, profile_id: str) -> Checkpoint | None: ...

    def save(self, kept: Checkpoint) -> None: ...

    def drop(self, is_forgotten: Callable[[str], bool]) -> None: ...


class NoStates:
    """Keeps nothing."""

    def load(self, profile_id: str) -> Checkpoint | None:
        return None

    def save(self, kept: Checkpoint) -> None:
        return

    def drop(self, is_forgotten: Callable[[str], bool]) -> None:
        return


class CheckpointStore:
    """The `States` of a home. Written in the background: no page waits for one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[str, Checkpoint] = {}
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Write in the background from now on."""
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def load(self, profile_id: str) -> Checkpoint | None:
        """The checkpoint of a profile, if there is one that this version understands."""
        with self._database.read() as connection:
            row = connection.execute(_LOAD, {"profile_id": profile_id}).fetchone()
        if row is None:
            return None
        *values, digest = row
        if row.fold != FOLD or row_digest("checkpoint", *values) != bytes(digest):
            return None
        try:
            viewer = msgspec.msgpack.decode(row.body, type=Viewer)
        except msgspec.MsgspecError:
            return None
        return Checkpoint(viewer, row.revision)

    def save(self, kept: Checkpoint) -> None:
        """Keep a viewer soon. It must not change any more (`extend` makes another)."""
        with self._lock:
            if len(self._waiting) < _MOST_WAITING:
                self._waiting[kept.viewer.profile_id] = kept

    def drop(self, is_forgotten: Callable[[str], bool]) -> None:
        """Forget what waits of some profiles."""
        with self._writing, self._lock:
            self._waiting = {p: c for p, c in self._waiting.items() if not is_forgotten(p)}

    def flush(self) -> None:
        """Write what waits now; what can't be written is lost."""
        with self._writing:
            with self._lock:
                waiting, self._waiting = self._waiting, {}
            rows = [_row_of(kept) for kept in waiting.values()]
            if not rows:
                return
            try:
                self._write(rows)
            except Unavailable:
                return

    def _write(self, rows: list[dict[str, Any]]) -> None:
        with self._database.write("forget") as connection:  # none comes in while one is forgotten
            for row in rows:
                lives = connection.scalar(_LIFE, {"profile_id": row["profile_id"]})
                if lives == row["incarnation"]:
                    connection.execute(_KEEP, row)

    def _run(self) -> None:
        while not self._stop.wait(_WRITE_SECONDS):
            self.flush()


def fold_version(sources: Sequence[str]) -> str:
    """Names what folds: it changes whenever the code that decides the result does.

    sources: its files, from `frontrow` on
    """
    rooms = Path(__file__).parents[1]
    hasher = hashlib.blake2b(digest_size=16)
    for name in sources:
        hasher.update((rooms / name).read_bytes())
    return hasher.hexdigest()


FOLD = fold_version(_SOURCES)


def encode_viewer(viewer: Viewer) -> bytes:
    """A viewer as bytes; of a title only what is not as in the beginning, which is most of it."""
    told = {name: getattr(viewer, name) for name in viewer.__struct_fields__}
    told["titles"] = {title_id: _told(record) for title_id, record in viewer.titles.items()}
    return msgspec.msgpack.encode(told)


_BLANK = tuple((name, getattr(TitleRecord(), name)) for name in TitleRecord.__struct_fields__)


def _told(record: TitleRecord) -> dict[str, Any]:
    found = {}
    for name, blank in _BLANK:
        value = getattr(record, name)
        if value != blank or str(value) == "-0.0":  # equal, and yet other bits
            found[name] = value
    return found


def _row_of(kept: Checkpoint) -> dict[str, Any]:
    row: dict[str, Any] = {
        "profile_id": kept.viewer.profile_id,
        "incarnation": kept.viewer.incarnation,
        "number": kept.viewer.number,
        "fold": FOLD,
        "revision": kept.revision,
        "body": encode_viewer(kept.viewer),
    }
    return {**row, "digest": row_digest("checkpoint", *row.values())}


_LOAD = sa.select(checkpoint).where(checkpoint.c.profile_id == sa.bindparam("profile_id"))
_LIFE = sa.select(profile.c.incarnation).where(profile.c.profile_id == sa.bindparam("profile_id"))
_KEEP = sa.text(
    "INSERT INTO checkpoint (profile_id, incarnation, number, fold, revision, body, digest)"
    " VALUES (:profile_id, :incarnation, :number, :fold, :revision, :body, :digest)"
    " ON CONFLICT (profile_id) DO UPDATE SET incarnation = excluded.incarnation,"
    " number = excluded.number, fold = excluded.fold, revision = excluded.revision,"
    " body = excluded.body, digest = excluded.digest"
)
