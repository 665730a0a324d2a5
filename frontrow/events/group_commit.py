"""Group commit: whoever comes while a commit is under way shares the next one.

Many small clients so cost few syncs, and a single one waits for nobody. What waits is bounded: beyond
that a caller is told to come again, before memory grows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from frontrow.base.errors import TooMuch
from frontrow.base.time import monotonic
from frontrow.events.log import Ack
from frontrow.events.rows import Row

MOST_WAITING = 20_000
"""Events that may wait for a commit: some 10 MB, and a second or two of writing."""

MOST_IN_COMMIT = 5_000
"""Events of one commit: no caller waits for much more than its own."""


_GATHER_SHARE = 0.15
_GATHER_MOST_SECONDS = 0.001
"""Who leads the commit after a shared one waits for so much of its length at most, until as many are there
as it answered: they come back in that time, and share this one instead of the one after it. A client alone
never waits."""


class Waiting:
    """A caller's rows, and what becomes of them."""

    __slots__ = ("answer", "error", "received_us", "rows", "turn")

    def __init__(self, rows: Sequence[Row], received_us: int) -> None:
        self.rows = rows
        self.received_us = received_us
        self.turn = threading.Lock()  # free: answered, or to lead the next commit
        self.turn.acquire()
        self.answer: list[Ack] | None = None
        self.error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        return self.answer is not None or self.error is not None


Commit = Callable[[Sequence[Waiting]], list[list[Ack]]]
"""Stores what several callers sent, in one transaction, durably; answers each of them."""


class GroupCommit:
    """The queue in front of a log's commits. Whoever leads one hands on to the first who waits then."""

    def __init__(self, commit: Commit, most_waiting: int) -> None:
        self._commit = commit
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self._queue: list[Waiting] = []
        self._events = 0  # in the queue or in the commit under way
        self._is_led = False
        self._took_seconds = 0.0
        self._expected = 1  # callers: those of the last commit, and who waited as it ended
        self._are_there = threading.Event()

    @property
    def waiting(self) -> int:
        """Events that wait to be stored."""
        return self._events

    def submit(self, rows: Sequence[Row], received_us: int) -> list[Ack]:
        """Store rows; durable when it returns. Raises `TooMuch` where too many wait already."""
        if not rows:
            return []
        mine = Waiting(rows, received_us)
        with self._lock:
            # One caller is always let in, however large its batch: it waits for nobody.
            if self._events and self._events + len(rows) > self._most_waiting:
                raise TooMuch(
                    f"{self._events} events wait to be stored", mend="send these again in a moment"
                )
            self._events += len(rows)
            self._queue.append(mine)
            if len(self._queue) >= self._expected:
                self._are_there.set()
            leads, self._is_led = not self._is_led, True
        if not leads:
            mine.turn.acquire()
        if not mine.is_done:
            self._are_there.wait(min(_GATHER_SHARE * self._took_seconds, _GATHER_MOST_SECONDS))
            self._lead()
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None
        return mine.answer

    def _lead(self) -> None:
        """One commit for those who wait, first come, first served; then the next one leads."""
        with self._lock:
            group: list[Waiting] = []
            events = 0
            for waiting in self._queue:
                if group and events + len(waiting.rows) > MOST_IN_COMMIT:
                    break
                group.append(waiting)
                events += len(waiting.rows)
            del self._queue[: len(group)]
        began = monotonic()
        try:
            for waiting, answer in zip(group, self._commit(group), strict=True):
                waiting.answer = answer
        except BaseException as error:
            for waiting in group:
                waiting.error = error
        with self._lock:
            self._took_seconds = monotonic() - began
            self._events -= events
            following = self._queue[0] if self._queue else None
            self._is_led = following is not None
            self._expected = len(group) + len(self._queue)
            self._are_there.clear()
        if following is not None:
            following.turn.release()
        for waiting in group[1:]:  # the first is who leads
            waiting.turn.release()
