"""Decision records, written in batches behind the answer and read back for audit and replay.

A page's record is that of its first answer; what was decided for later ones (`page.continued`) is kept
beside it, and read back with it, as its `continued`. A crash may lose the last moment's decisions, which
are counted, never an event. A decision of a profile that was forgotten meanwhile is dropped, not written.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from frontrow.base.database import Database
from frontrow.base.digests import row_digest
from frontrow.base.errors import NotFound, Unavailable
from frontrow.base.ids import shard_of
from frontrow.base.time import parse_time, to_us

FLUSH_SECONDS = 0.2
"""For which a decision waits at most before it is written."""
_MOST_WAITING = 10_000
_AT_ONCE = 1_000

_OF_PAGE = sa.text("SELECT body FROM decision WHERE page_id = :page_id")
_OF_PROFILE = sa.text(
    "SELECT body, page_id FROM decision WHERE shard = :shard AND profile_id = :profile_id"
    " ORDER BY generated_at, page_id"
)
_ANSWERS_OF_PAGE = sa.text(
    "SELECT body FROM continuation WHERE page_id = :page_id ORDER BY answered_at, answer"
)
_ANSWERS_OF_PROFILE = sa.text(
    "SELECT page_id, body FROM continuation WHERE shard = :shard AND profile_id = :profile_id"
    " ORDER BY answered_at, answer"
)
_PAGES = sa.text("SELECT page_id FROM decision WHERE page_id > :after ORDER BY page_id LIMIT :most")
_PROFILES = sa.text(
    "SELECT DISTINCT shard, profile_id FROM decision"
    " WHERE shard > :shard OR (shard = :shard AND profile_id > :profile_id)"
    " ORDER BY shard, profile_id LIMIT :most"
)
_COUNT = sa.text("SELECT count(*) FROM decision")
_SWAPPED = b'{"swaps":'
_LATER = sa.text("SELECT 1 FROM forgotten WHERE key = :key AND generation > :generation")
_KEEP = sa.text(
    "INSERT INTO decision (page_id, shard, profile_id, generated_at, body, digest)"
    " VALUES (:page_id, :shard, :profile_id, :generated_at, :body, :digest)"
    " ON CONFLICT (page_id) DO UPDATE SET generated_at = excluded.generated_at,"
    " body = excluded.body, digest = excluded.digest"
)

_KEEP_ANSWER = sa.text(
    "INSERT INTO continuation (page_id, answer, shard, profile_id, answered_at, body, digest)"
    " VALUES (:page_id, :answer, :shard, :profile_id, :answered_at, :body, :digest)"
    " ON CONFLICT (page_id, answer) DO NOTHING"
)
CONTINUED = "continued"
"""Where the records of a page's later answers stand in its own, as it is read."""

_AS_ITS_PAGE = ("settings", "choices")
"""Parts of a later answer's record that are mostly its page's, and are written only where they are not."""

_Waiting = tuple[dict[str, Any], bytes, int]  # decision, profile's forget key, generation then


class DecisionStore:
    """The decisions of a home."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.lost = 0

    def start(self) -> None:
        """Write in the background from now on."""
        self._thread = threading.Thread(target=self._run, name="decisions", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def queue(self, decision: dict[str, Any], *, key: bytes, generation: int) -> None:
        """Write a decision soon: of a page, or of a later answer of one.

        key, generation: the profile's forget key and how many forgets there were when the page was
        built: a later forget of it drops the decision
        """
        with self._lock:
            if len(self._waiting) >= _MOST_WAITING:
                self.lost += 1
                return
            self._waiting.append((decision, key, generation))

    def flush(self) -> None:
        """Write what waits now."""
        with self._writing:
            with self._lock:
                waiting, self._waiting = self._waiting, []
            if not waiting:
                return
            try:
                self._write(waiting)
            except Unavailable:
                self.lost += len(waiting)

    def drop(self, keys: set[bytes]) -> None:
        """Forget what waits of some profiles."""
        with self._writing, self._lock:
            self._waiting = [one for one in self._waiting if one[1] not in keys]

    def read(self, page_id: str) -> dict[str, Any]:
        """One decision, with those of the page's later answers. Raises `NotFound`."""
        self.flush()
        with self._database.read() as connection:
            row = connection.execute(_OF_PAGE, {"page_id": page_id}).fetchone()
            answers = connection.execute(_ANSWERS_OF_PAGE, {"page_id": page_id}).fetchall()
        if row is None:
            raise NotFound("no decision of this page is kept", where=page_id)
        return _with(_decode(row[0]), [_decode(body) for (body,) in answers])

    def of_profile(self, profile_id: str) -> list[dict[str, Any]]:
        """All decisions about a profile's pages, oldest first, with those of their later answers."""
        return self._of_profile(profile_id)[0]

    def held_of_profile(self, profile_id: str) -> list[dict[str, Any]]:
        """The same and, last, those of later answers whose page's own record was lost."""
        pages, alone = self._of_profile(profile_id)
        return pages + alone

    def _of_profile(self, profile_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        self.flush()
        with self._database.read() as connection:
            whose = {"shard": shard_of(profile_id), "profile_id": profile_id}
            rows = connection.execute(_OF_PROFILE, whose).fetchall()
            answers = connection.execute(_ANSWERS_OF_PROFILE, whose).fetchall()
        later: dict[str, list[dict[str, Any]]] = {}
        for page_id, body in answers:
            later.setdefault(str(page_id), []).append(_decode(body))
        pages = [_with(_decode(body), later.pop(str(page_id), [])) for body, page_id in rows]
        return pages, [answer for some in later.values() for answer in some]

    def page_ids(self) -> Iterator[str]:
        """Every page of which a decision is kept, some at a time."""
        self.flush()
        last = ""
        while True:
            with self._database.read() as connection:
                rows = connection.execute(_PAGES, {"after": last, "most": _AT_ONCE}).fetchall()
            yield from (row[0] for row in rows)
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1][0]

    def profiles(self) -> Iterator[str]:
        """Every profile of which decisions are kept, in order of shard and id, some at a time."""
        self.flush()
        shard, last = -1, ""
        while True:
            after = {"shard": shard, "profile_id": last, "most": _AT_ONCE}
            with self._database.read() as connection:
                rows = connection.execute(_PROFILES, after).fetchall()
            yield from (str(row[1]) for row in rows)
            if len(rows) < _AT_ONCE:
                return
            shard, last = rows[-1]

    def by_profile(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Every profile of which decisions are kept, with them, oldest first."""
        for profile_id in self.profiles():
            yield profile_id, self.of_profile(profile_id)

    def count(self) -> int:
        """How many decisions are kept."""
        self.flush()
        with self._database.read() as connection:
            return int(connection.scalar(_COUNT) or 0)

    def some_of_profile(
        self, profile_id: str, wanted: Callable[[str, bool], bool]
    ) -> list[dict[str, Any]]:
        """Some of a profile's decisions, oldest first; the others are not decoded.

        wanted: asked with the page's id and whether places were swapped on it
        """
        whose = {"shard": shard_of(profile_id), "profile_id": profile_id}
        with self._database.read() as connection:
            rows = connection.execute(_OF_PROFILE, whose).fetchall()
        return [_decode(body) for body, page_id in rows if wanted(str(page_id), _is_swapped(body))]

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self.flush()

    def _write(self, waiting: list[_Waiting]) -> None:
        waiting = self._without_what_is_known(waiting)
        with self._database.write("forget") as connection:  # none comes in while one is forgotten
            pages, answers = [], []
            for decision, key, generation in waiting:
                later = connection.scalar(_LATER, {"key": key, "generation": generation})
                if later is not None:
                    continue
                if _is_answer(decision):
                    answers.append(_answer_row_of(decision))
                else:
                    pages.append(_row_of(decision))
            if pages:
                connection.execute(_KEEP, pages)
            if answers:
                connection.execute(_KEEP_ANSWER, answers)

    def _without_what_is_known(self, waiting: list[_Waiting]) -> list[_Waiting]:
        """Records of later answers without the parts that are as in their page's own."""
        of_page = {d["page_id"]: d for d, _, _ in waiting if not _is_answer(d)}
        asked = {d["continues"] for d, _, _ in waiting if _is_answer(d)} - of_page.keys()
        if asked:
            with self._database.read() as connection:
                for page_id in asked:
                    row = connection.execute(_OF_PAGE, {"page_id": page_id}).fetchone()
                    if row is not None:
                        of_page[page_id] = _decode(row[0])
        return [
            (_slimmed(d, of_page.get(d["continues"], {})) if _is_answer(d) else d, key, generation)
            for d, key, generation in waiting
        ]


def _is_answer(decision: dict[str, Any]) -> bool:
    return "continues" in decision


def _slimmed(answer: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
    encode = msgspec.json.encode
    same = {
        part for part in _AS_ITS_PAGE if part in page and encode(page[part]) == encode(answer[part])
    }
    return {name: told for name, told in answer.items() if name not in same}


def _row_of(decision: dict[str, Any]) -> dict[str, Any]:
    profile_id = decision["profile_id"]
    row = {
        "page_id": decision["page_id"],
        "shard": shard_of(profile_id),
        "profile_id": profile_id,
        "generated_at": to_us(parse_time(decision["generated_at"])),
        "body": zlib.compress(msgspec.json.encode(decision), 1),
    }
    return {**row, "digest": row_digest("decision", *row.values())}


def _answer_row_of(decision: dict[str, Any]) -> dict[str, Any]:
    profile_id = decision["profile_id"]
    row = {
        "page_id": decision["continues"],
        "answer": decision["answer"],
        "shard": shard_of(profile_id),
        "profile_id": profile_id,
        "answered_at": to_us(parse_time(decision["answered_at"])),
        "body": zlib.compress(msgspec.json.encode(decision), 1),
    }
    return {**row, "digest": row_digest("continuation", *row.values())}


def _with(decision: dict[str, Any], answers: list[dict[str, Any]]) -> dict[str, Any]:
    """A page's record with those of its later answers, each whole again."""
    if not answers:
        return decision
    known = {part: decision[part] for part in _AS_ITS_PAGE if part in decision}
    return {**decision, CONTINUED: [{**known, **answer} for answer in answers]}


def _is_swapped(body: bytes) -> bool:
    """Whether a record begins with swaps (`page.record`)."""
    return zlib.decompressobj().decompress(body, len(_SWAPPED)) == _SWAPPED


def _decode(body: bytes) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(zlib.decompress(body))
    return decoded
