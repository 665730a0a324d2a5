"""Group commit: many callers share a commit, and what waits is bounded."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from frontrow.base.errors import TooMuch, Unavailable
from frontrow.events import Ack
from frontrow.events.group_commit import MOST_IN_COMMIT, GroupCommit, Waiting
from frontrow.events.rows import Row


def rows(start: int, count: int) -> list[Row]:
    return [("anna", f"e{start + i}", "play", 0, b"{}") for i in range(count)]


class Slow:
    """A store whose commits wait until they are let go."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.commits: list[int] = []
        self.go, self.begun = threading.Event(), threading.Event()

    def __call__(self, group: Sequence[Waiting]) -> list[list[Ack]]:
        self.begun.set()
        assert self.go.wait(20)
        self.commits.append(sum(len(w.rows) for w in group))
        self.stored += [row[1] for w in group for row in w.rows]
        return [[Ack(row[1], False) for row in w.rows] for w in group]


def in_threads(
    commits: GroupCommit, batches: list[list[Row]], refused: list[int]
) -> list[threading.Thread]:
    def submit(at: int) -> None:
        try:
            assert [a.event_id for a in commits.submit(batches[at], 0)] == [
                row[1] for row in batches[at]
            ]
        except TooMuch:
            refused.append(at)

    threads = [threading.Thread(target=submit, args=(at,)) for at in range(len(batches))]
    for thread in threads:
        thread.start()
    return threads


def waiting(commits: GroupCommit, events: int) -> None:
    """Return when so many events wait."""
    pause = threading.Event()
    while commits.waiting < events:
        pause.wait(0.001)


def test_what_comes_beyond_the_bound_is_refused_and_the_rest_stored_whole() -> None:
    store, refused = Slow(), list[int]()
    commits = GroupCommit(store, most_waiting=10)
    threads = in_threads(commits, [rows(0, 4), rows(4, 4)], refused)
    waiting(commits, 8)
    with pytest.raises(TooMuch, match="8 events wait"):
        commits.submit(rows(8, 3), 0)
    threads += in_threads(commits, [rows(8, 2)], refused)
    waiting(commits, 10)
    store.go.set()
    for thread in threads:
        thread.join()
    assert refused == []
    assert sorted(store.stored) == sorted(row[1] for row in rows(0, 10))
    assert len(commits.submit(rows(20, 3), 0)) == 3  # there is room again


def test_a_batch_larger_than_the_bound_is_stored_when_nothing_else_waits() -> None:
    store = Slow()
    store.go.set()
    assert len(GroupCommit(store, most_waiting=10).submit(rows(0, 50), 0)) == 50


def test_no_commit_is_so_large_that_its_callers_wait_for_many_others() -> None:
    store, refused = Slow(), list[int]()
    commits = GroupCommit(store, most_waiting=10**6)
    size = MOST_IN_COMMIT // 2 - 1
    threads = in_threads(commits, [rows(0, 1)], refused)
    assert store.begun.wait(20)
    threads += in_threads(commits, [rows(size * k + 1, size) for k in range(5)], refused)
    waiting(commits, 5 * size + 1)
    store.go.set()
    for thread in threads:
        thread.join()
    assert store.commits == [1, 2 * size, 2 * size, size]


def test_a_commit_that_fails_fails_all_of_its_callers_and_none_after() -> None:
    broken = [True]

    def commit(group: Sequence[Waiting]) -> list[list[Ack]]:
        if broken:
            raise Unavailable("the disk is gone")
        return [[Ack(row[1], False) for row in w.rows] for w in group]

    commits = GroupCommit(commit, most_waiting=10)
    for _ in range(3):  # what failed no longer waits
        with pytest.raises(Unavailable):
            commits.submit(rows(0, 6), 0)
    broken.clear()
    assert len(commits.submit(rows(0, 6), 0)) == 6


def test_callers_who_wait_together_share_a_commit() -> None:
    store, refused = Slow(), list[int]()
    commits = GroupCommit(store, most_waiting=100)
    threads = in_threads(commits, [rows(0, 1)], refused)
    assert store.begun.wait(20)
    threads += in_threads(commits, [rows(k, 1) for k in range(1, 9)], refused)
    waiting(commits, 9)
    store.go.set()
    for thread in threads:
        thread.join()
    assert store.commits == [1, 8]


def test_every_caller_is_answered_however_many_come_and_go() -> None:
    def commit(group: Sequence[Waiting]) -> list[list[Ack]]:
        return [[Ack(row[1], False) for row in w.rows] for w in group]

    commits, answered = GroupCommit(commit, most_waiting=10**6), list[int]()

    def client(at: int) -> None:
        for k in range(200):
            (ack,) = commits.submit(rows(1_000 * at + k, 1), 0)
            assert ack.event_id == f"e{1_000 * at + k}"
        answered.append(at)

    threads = [threading.Thread(target=client, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answered) == list(range(8))
    assert commits.waiting == 0
