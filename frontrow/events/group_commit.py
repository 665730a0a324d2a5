"""Group commit: whoever comes while a commit is under way shares the next one.

Many small clients so cost few syncs, and a single one waits for nobody. What waits is bounded: beyond
that a caller is told to come again, before memory grows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from frontrow.base.errors import TooMuch
from frontrow.events.log import Ack
from frontrow.events.rows import Row

MOST_WAITING = 20_000
"""Events that may wait for a commit: some 10 MB, and a second or two of writing."""

MOST_IN_COMMIT = 5_000
"""Events of one commit: no caller waits for much more than its own."""


class Waiting:
    """A caller's rows, and what becomes of them."""

    __slots__ = ("done", "received_us", "rows")

    def __init__(self, rows: Sequence[Row], received_us: int) -> None:
        self.rows = rows
        self.received_us = received_us
        self.done: Future[list[Ack]] = Future()


Commit = Callable[[Sequence[Waiting]], list[list[Ack]]]
"""Stores what several callers sent, in one transaction, durably; answers each of them."""


class GroupCommit:
    """The queue in front of a log's commits."""

    def __init__(self, commit: Commit, most_waiting: int) -> None:
        self._commit = commit
        self._most_waiting = most_waiting
        self._queue: list[Waiting] = []
        self._waiting = 0  # events in the queue or in the commit under way
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()

    def submit(self, rows: Sequence[Row], received_us: int) -> list[Ack]:
        """Store rows; durable when it returns. Raises `TooMuch` where too many wait already."""
        if not rows:
            return []
        mine = Waiting(rows, received_us)
        with self._queue_lock:
            # One caller is always let in, however large its batch: it waits for nobody.
            if self._waiting and self._waiting + len(rows) > self._most_waiting:
                raise TooMuch(
                    f"{self._waiting} events wait to be stored", mend="send these again in a moment"
                )
            self._waiting += len(rows)
            self._queue.append(mine)
        while not mine.done.done():
            with self._commit_lock:
                if mine.done.done():  # another caller took mine along
                    break
                self._lead()
        return mine.done.result()

    def _lead(self) -> None:
        """One commit for those who wait, first come, first served."""
        with self._queue_lock:
            group: list[Waiting] = []
            events = 0
            for waiting in self._queue:
                if group and events + len(waiting.rows) > MOST_IN_COMMIT:
                    break
                group.append(waiting)
                events += len(waiting.rows)
            del self._queue[: len(group)]
        try:
            answers = self._commit(group)
        except BaseException as error:
            for waiting in group:
                waiting.done.set_exception(error)
        else:
            for waiting, answer in zip(group, answers, strict=True):
                waiting.done.set_result(answer)
        finally:
            with self._queue_lock:
                self._waiting -= events
