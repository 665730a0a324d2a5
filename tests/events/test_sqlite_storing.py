"""Several callers' events in one commit: stored as if one had come after the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from frontrow.backups.verify import verify_database
from frontrow.base.database import SqliteDatabase
from frontrow.base.time import to_us
from frontrow.events import SqliteLog
from frontrow.events.group_commit import Waiting
from frontrow.events.rows import rows_of
from frontrow.events.sqlite_storing import NotPlain, store
from tests.events.logs import NOW, event, numbers

LATER = NOW + timedelta(seconds=5)


@pytest.fixture
def log(database: SqliteDatabase) -> SqliteLog:
    return SqliteLog(database)


def calls() -> list[Waiting]:
    """Of one profile by two callers, one event by both; and of another, new, later."""
    return [
        Waiting(rows_of([event(1), event(2)]), to_us(NOW)),
        Waiting(rows_of([event(2), event(3), event(4, "ben")]), to_us(LATER)),
        Waiting(rows_of([event(5, "ben"), event(5, "ben")]), to_us(LATER)),
    ]


@pytest.mark.parametrize("known", [False, True])
def test_callers_who_share_a_commit_are_answered_and_numbered_in_their_order(
    log: SqliteLog, database: SqliteDatabase, known: bool
) -> None:
    if known:
        log.append([event(1)], now=NOW)
    answers = log._commit(calls())
    assert [[ack.duplicate for ack in acks] for acks in answers] == [
        [known, False], [True, False, False], [False, True],
    ]  # fmt: skip
    assert numbers(log) == [1, 2, 3]
    assert numbers(log, "ben") == [1, 2]
    verified = verify_database(database.path, b"secret")
    assert verified.damage == []
    assert verified.checked["events"] == 5


def test_a_known_event_undoes_the_short_way_and_stores_nothing(
    log: SqliteLog, database: SqliteDatabase
) -> None:
    log.append([event(3)], now=NOW)
    with pytest.raises(NotPlain), database.append() as connection:
        store(connection, calls(), plain=True)
    assert numbers(log) == [1]
    assert numbers(log, "ben") == []


def test_a_log_whose_database_was_closed_opens_it_again(
    log: SqliteLog, database: SqliteDatabase
) -> None:
    log.append([event(1)], now=NOW)
    database.close()
    log.append([event(2)], now=NOW)
    assert numbers(log) == [1, 2]
