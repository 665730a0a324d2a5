"""Titles as stored: every upsert is a revision, so that the catalogue of any revision can be rebuilt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from frontrow.base.database import Database
from frontrow.base.digests import row_digest
from frontrow.base.errors import FieldError, NotFound
from frontrow.base.free_values import check_free
from frontrow.base.schema import title_revision
from frontrow.base.time import to_us
from frontrow.base.validation import validate
from frontrow.catalog.title import MOST_IMAGES, Title, is_kept, wrong_in_title

_NEWEST = "SELECT max(revision) FROM title_revision"
_NEWEST_AT = sa.text("SELECT max(revision) FROM title_revision WHERE changed_at <= :at_us")
_AS_OF = sa.text(
    "SELECT t.body, t.arrival, t.first_at, l.newest > l.told FROM title_revision t JOIN ("
    " SELECT title_id, max(revision) AS newest,"
    " max(CASE WHEN body IS NOT NULL THEN revision END) AS told FROM title_revision"
    " WHERE revision <= :revision GROUP BY title_id) l"
    " ON l.title_id = t.title_id AND l.told = t.revision ORDER BY t.arrival"
)
"""Each title as it was last told, and whether it was withdrawn since."""


_SINCE = sa.text(
    "SELECT title_id, body, arrival, first_at FROM title_revision"
    " WHERE revision > :after AND revision <= :revision ORDER BY revision"
)


_CHANGES = sa.text(
    "SELECT revision, title_id, changed_at, body FROM title_revision"
    " WHERE revision > :after ORDER BY revision, title_id"
)


@dataclass(frozen=True)
class StoredTitle:
    """A title of one revision, with what its arrival tells."""

    title: Title
    arrival: int  # order in which title ids first came
    first_us: int  # when this title id first came
    is_withdrawn: bool = False  # on no page any more; what is known of it stays the work's


@dataclass(frozen=True)
class TitleVerdict:
    """What became of a batch: how many were taken, and why the others were not."""

    accepted: int
    rejected: list[tuple[int, str | None, list[FieldError]]]  # (index, title_id, errors)
    revision: int


class TitleStore:
    """The titles of a home. Every process reads the same revisions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = threading.Lock()
        self._known: tuple[int, dict[str, StoredTitle]] = (
            0,
            {},
        )  # titles of the revision read last

    def upsert(self, raw: Sequence[Any], *, now: datetime) -> TitleVerdict:
        """Check and store titles; the good ones are kept when others are bad.

        Of two titles with the same id in a batch the later holds. A batch is one revision; a title
        that says nothing new makes none.
        """
        good: dict[str, Title] = {}
        rejected: list[tuple[int, str | None, list[FieldError]]] = []
        accepted = 0
        for index, value in enumerate(raw):
            checked = _checked(value, at=f"/titles/{index}")
            if isinstance(checked, Title):
                good[checked.title_id] = checked
                accepted += 1
            else:
                title_id = value.get("title_id") if isinstance(value, dict) else None
                rejected.append((index, title_id if isinstance(title_id, str) else None, checked))
        revision = self._store(good, now)
        return TitleVerdict(accepted, rejected, revision)

    def put(self, titles: Sequence[Title], *, now: datetime) -> int:
        """Store titles that were checked before; the revision after."""
        return self._store({title.title_id: title for title in titles}, now)

    def change(
        self, title_id: str, change: Callable[[Title], Title], *, now: datetime
    ) -> tuple[Title, Title]:
        """Change one title as it stands now; (before, after). Raises `NotFound`."""
        with self._database.write("titles") as connection:
            latest = self._latest(connection, [title_id]).get(title_id)
            if latest is None or latest.body is None:
                raise NotFound("there is no such title", where=title_id)
            before = msgspec.json.decode(latest.body, type=Title)
            after = change(before)
            body = msgspec.json.encode(after)
            msgspec.json.decode(body, type=Title)  # what can't be read again is never stored
            if body != latest.body:
                revision = self._next_revision(connection)
                row = _row(revision, title_id, latest.arrival, latest.first_at, to_us(now), body)
                connection.execute(title_revision.insert(), [row])
            return before, after

    def withdraw(self, title_id: str, *, now: datetime) -> int:
        """Take a title off every page; its history stays. Raises `NotFound`."""
        with self._database.write("titles") as connection:
            latest = self._latest(connection, [title_id]).get(title_id)
            if latest is None or latest.body is None:
                raise NotFound("there is no such title", where=title_id)
            revision = self._next_revision(connection)
            row = _row(revision, title_id, latest.arrival, latest.first_at, to_us(now), None)
            connection.execute(title_revision.insert(), [row])
            return revision

    def get(self, title_id: str) -> Title:
        """One title as stored. Raises `NotFound`."""
        with self._database.read() as connection:
            latest = self._latest(connection, [title_id]).get(title_id)
        if latest is None or latest.body is None:
            raise NotFound("there is no such title", where=title_id)
        return msgspec.json.decode(latest.body, type=Title)

    def revision(self) -> int:
        """The newest revision; 0 for an empty store."""
        return self._database.number(_NEWEST)

    def revision_at(self, at_us: int) -> int | None:
        """The revision that was the newest at a moment; None where nothing had come yet."""
        with self._database.read() as connection:
            found = connection.scalar(_NEWEST_AT, {"at_us": at_us})
        return None if found is None else int(found)

    def changes(self, after: int = 0) -> list[tuple[int, str, int, bytes | None]]:
        """(revision, title id, when, body) of every change after a revision, in order; a title that was
        withdrawn has no body."""
        with self._database.read() as connection:
            rows = connection.execute(_CHANGES, {"after": after})
            return [(revision, title_id, at_us, body) for revision, title_id, at_us, body in rows]

    def read(self, revision: int | None = None) -> tuple[int, list[StoredTitle]]:
        """Every title in force at a revision (default: the newest), in order of arrival."""
        revision, found = self.read_all(revision)
        return revision, [stored for stored in found if not stored.is_withdrawn]

    def read_all(self, revision: int | None = None) -> tuple[int, list[StoredTitle]]:
        """The same with those that were withdrawn, as they were last told.

        A later revision than the one read last costs only what changed since; titles that did not
        change are the same objects.
        """
        decoder = msgspec.json.Decoder(Title)
        with self._reading, self._database.read() as connection:
            if revision is None:
                revision = self._next_revision(connection) - 1
            known, found = self._known
            if revision >= known:
                found = dict(found)
                since = {"after": known, "revision": revision}
                for title_id, body, arrival, first_us in connection.execute(_SINCE, since):
                    if body is None:
                        found[title_id] = replace(found[title_id], is_withdrawn=True)
                    else:
                        found[title_id] = StoredTitle(decoder.decode(body), arrival, first_us)
                self._known = revision, found
                return revision, sorted(found.values(), key=lambda stored: stored.arrival)
            rows = connection.execute(_AS_OF, {"revision": revision})
            return revision, [
                StoredTitle(decoder.decode(body), arrival, first_us, bool(gone))
                for body, arrival, first_us, gone in rows
            ]

    def _store(self, titles: dict[str, Title], now: datetime) -> int:
        with self._database.write("titles") as connection:
            latest = self._latest(connection, list(titles))
            arrival = connection.scalar(sa.select(sa.func.max(title_revision.c.arrival))) or 0
            revision = self._next_revision(connection)
            rows = []
            for title_id, title in titles.items():
                before = latest.get(title_id)
                if before is not None:
                    said = self._said(connection, before)
                    title = _as_old_as_before(title, before.first_at, said)
                    if said is not None and before.body is not None:
                        title = _with_kept_images(title, said)
                body = msgspec.json.encode(title)
                if before is None:
                    arrival += 1
                elif before.body == body:
                    continue
                place, first_us = arrival, to_us(now)
                if before is not None:
                    place, first_us = before.arrival, before.first_at
                rows.append(_row(revision, title_id, place, first_us, to_us(now), body))
            if not rows:
                return revision - 1
            connection.execute(title_revision.insert(), rows)
            return revision

    @staticmethod
    def _said(connection: sa.Connection, latest: Any) -> Title | None:
        """The title as it was last stored; one that was withdrawn, as it was before."""
        body = latest.body
        if body is None:
            body = connection.scalar(
                sa.select(title_revision.c.body)
                .where(title_revision.c.title_id == latest.title_id)
                .where(title_revision.c.body.is_not(None))
                .order_by(title_revision.c.revision.desc())
                .limit(1)
            )
        return None if body is None else msgspec.json.decode(body, type=Title)

    @staticmethod
    def _next_revision(connection: sa.Connection) -> int:
        return int(connection.scalar(sa.text(_NEWEST)) or 0) + 1

    @staticmethod
    def _latest(connection: sa.Connection, ids: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        newest = (
            sa.select(title_revision.c.title_id, sa.func.max(title_revision.c.revision).label("r"))
            .where(title_revision.c.title_id.in_(sa.bindparam("ids", expanding=True)))
            .group_by(title_revision.c.title_id)
            .subquery()
        )
        query = sa.select(title_revision).join(
            newest,
            sa.and_(
                newest.c.title_id == title_revision.c.title_id,
                newest.c.r == title_revision.c.revision,
            ),
        )
        for start in range(0, len(ids), 500):
            for row in connection.execute(query, {"ids": ids[start : start + 500]}):
                found[row.title_id] = row
        return found


def _row(
    revision: int, title_id: str, arrival: int, first_at: int, changed_at: int, body: bytes | None
) -> dict[str, Any]:
    return {
        "revision": revision,
        "title_id": title_id,
        "arrival": arrival,
        "first_at": first_at,
        "changed_at": changed_at,
        "body": body,
        "digest": row_digest(
            "title_revision", revision, title_id, arrival, first_at, changed_at, body
        ),
    }


def _as_old_as_before(title: Title, first_us: int, before: Title | None) -> Title:
    """A title sent again, its `added_at` never later than what is known: it does not become new.

    first_us: when the title's id first came, which speaks where no `added_at` ever did
    """
    known = None if before is None else before.added_us()
    said = title.added_us()
    if known is not None:
        keeps = said is None or said[0] > known[0]
    else:
        keeps = said is not None and said[0] > first_us
    if not keeps or before is None:
        return title
    return msgspec.structs.replace(title, added_at=before.added_at)


def _with_kept_images(title: Title, before: Title) -> Title:
    """A title sent again, with the images that were sent for it apart; of one id the title's own holds."""
    own = {artwork.artwork_id for artwork in title.artwork}
    kept = [a for a in before.artwork if is_kept(a) and a.artwork_id not in own]
    kept = kept[: MOST_IMAGES - len(title.artwork)]
    if not kept:
        return title
    return msgspec.structs.replace(title, artwork=[*title.artwork, *kept])


def _checked(value: Any, *, at: str) -> Title | list[FieldError]:
    """A title of a decoded JSON object, or every wrong field of it."""
    checked = validate(Title, value, at=at)
    wrong = wrong_in_title(value, at) if isinstance(value, dict) else []
    if wrong:
        rest = [] if isinstance(checked, Title) else checked
        told = [f"{error.pointer}/" for error in wrong]  # and what holds them is not told as well
        return [e for e in rest if not any(t.startswith(f"{e.pointer}/") for t in told)] + wrong
    if isinstance(checked, Title) and checked.attributes:
        return check_free(checked.attributes, at=f"{at}/attributes") or checked
    return checked
