"""The log on PostgreSQL: what commits late is not skipped, and what was acknowledged survives the server."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import psycopg
import pytest

from frontrow.base.database import PostgresDatabase, open_database
from frontrow.base.errors import BadHome, BadInput, Unavailable
from frontrow.base.postgres import checked_address, postgres_driver, without_password
from frontrow.base.time import to_us
from frontrow.events import Position
from frontrow.events.event import PROFILE_RESET
from frontrow.events.group_commit import Waiting
from frontrow.events.log import Tailed
from frontrow.events.postgres_log import PostgresLog
from frontrow.events.postgres_storing import store
from frontrow.events.rows import rows_of
from tests.events.logs import EVERYONE, NOW, event, numbers
from tests.events.walking import walk_over
from tests.postgres import Postgres


@pytest.fixture
def database(postgres_url: str) -> Iterator[PostgresDatabase]:
    opened = open_database(postgres_url)
    assert isinstance(opened, PostgresDatabase)
    yield opened
    opened.close()


@pytest.fixture
def log(database: PostgresDatabase) -> PostgresLog:
    made = PostgresLog(database)
    made.append([event("first", "zoe")], now=NOW)
    return made


def ids_of(found: list[Tailed]) -> list[str]:
    return [t.logged.event.event_id for t in found if t.logged.event is not None]


class Naive:
    """A reader that remembers the highest sequence number it saw."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._seen = 0

    def tail(self) -> list[str]:
        with self._database.read() as connection:
            rows = postgres_driver(connection).execute(
                "SELECT seq, event_id FROM event WHERE seq > %s ORDER BY seq", (self._seen,)
            )
            found = rows.fetchall()
        self._seen = max([self._seen, *(seq for seq, _ in found)])
        return [event_id for _, event_id in found]


def test_what_commits_late_is_told_once_where_a_reader_of_the_highest_number_skips_it(
    database: PostgresDatabase, log: PostgresLog
) -> None:
    naive, position = Naive(database), Position()
    told, naively = [], []

    def look() -> None:
        nonlocal position
        found, position = log.tail(position, 100)
        told.extend(ids_of(found))
        naively.extend(naive.tail())

    def begin(stack: ExitStack, number: str, profile_id: str) -> None:
        raw = postgres_driver(stack.enter_context(database.write()))
        store(
            raw,
            [Waiting(rows_of([event(number, profile_id)]), to_us(NOW))],
            log._ahead,
            plain=False,
        )

    look()
    with ExitStack() as slow:
        begin(slow, "slow", "anna")  # takes the lower numbers, and stays open
        with ExitStack() as quick:
            begin(quick, "quick", "ben")
            look()  # neither is committed
        assert numbers(log, "ben") == [1]  # acknowledged: its next page has it at once
        assert numbers(log, "anna") == []
        look()  # one is committed; the other, of a lower number, is not
        assert told == ["efirst"]
    look()
    look()
    assert sorted(told) == ["efirst", "equick", "eslow"]
    assert naively == ["efirst", "equick"], "the naive reader should have skipped the late one"
    assert position == log.end()


def test_an_undone_transaction_holds_nothing_up_and_leaves_no_gap(
    database: PostgresDatabase, log: PostgresLog
) -> None:
    waiting = [Waiting(rows_of([event(1), event(2)]), to_us(NOW))]
    with contextlib.suppress(ZeroDivisionError), database.write() as connection:
        store(postgres_driver(connection), waiting, log._ahead, plain=False)
        raise ZeroDivisionError
    log.append([event(2), event(3)], now=NOW)
    assert numbers(log) == [1, 2]
    assert ids_of(log.tail(Position(), 10)[0]) == ["efirst", "e2", "e3"]


def test_commits_that_want_the_same_profiles_in_other_orders_do_not_wait_for_each_other_forever(
    postgres_url: str,
) -> None:
    databases = [open_database(postgres_url) for _ in range(4)]  # as four processes would
    logs = [PostgresLog(d) for d in databases if isinstance(d, PostgresDatabase)]
    failed: list[BaseException] = []

    def append(at: int) -> None:
        try:
            for i in range(25):
                ids = [f"p{(i + at * 3 + k * (1 if at % 2 else -1)) % 12}" for k in range(12)]
                logs[at].append([event(f"{at}-{i}-{p}", p) for p in ids], now=NOW)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=append, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for k in range(12):
        assert numbers(logs[0], f"p{k}") == list(range(1, 101))
    told, position = logs[0].tail(Position(), 10_000)
    assert len(set(ids_of(told))) == 1_200
    assert position == logs[0].end()
    for database in databases:
        database.close()


def test_events_stand_in_partitions_by_month_made_ahead_and_where_a_clock_jumps(
    database: PostgresDatabase, log: PostgresLog
) -> None:
    moments = [NOW, datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2019, 2, 1, tzinfo=UTC)]
    for number, moment in enumerate(moments):
        log.append([event(number)], now=moment)
    assert partitions(database) == {
        "event_2019_02": 1, "event_2019_03": 0, "event_2026_03": 2, "event_2026_04": 0,
        "event_2026_12": 1, "event_2027_01": 0,
    }  # fmt: skip
    assert numbers(log) == [1, 2, 3]
    duplicate = log.append([event(0)], now=datetime(2027, 1, 1, tzinfo=UTC))
    assert [ack.duplicate for ack in duplicate] == [True]  # in whichever month it came


def partitions(database: PostgresDatabase) -> dict[str, int]:
    with database.read() as connection:
        sql = postgres_driver(connection).execute
        names = sql("SELECT inhrelid::regclass::text FROM pg_inherits i JOIN pg_class c"
                    " ON c.oid = i.inhparent WHERE c.relname = 'event' AND c.relkind = 'p'"
                    " ORDER BY 1").fetchall()  # fmt: skip
        return {n: sql(f"SELECT count(*) FROM {n}").fetchone()[0] for (n,) in names}


def test_a_log_restored_into_a_server_that_counts_lower_goes_on_where_it_was(
    database: PostgresDatabase, log: PostgresLog
) -> None:
    far = 10**12
    with database.write() as connection:  # as a dump of a server that had counted much further
        postgres_driver(connection).execute("UPDATE event SET transaction = %s", (far,))
    assert ids_of(log.tail(Position(), 10)[0]) == []
    opened_again = PostgresLog(database)
    found, position = opened_again.tail(Position(), 10)
    assert ids_of(found) == ["efirst"]
    opened_again.append([event(1)], now=NOW)
    assert ids_of(opened_again.tail(position, 10)[0]) == ["e1"]
    assert PostgresLog(database).tail(position, 10)[0] == opened_again.tail(position, 10)[0]


def test_every_event_holds_a_hash_of_itself_and_of_all_before_it(
    database: PostgresDatabase, log: PostgresLog
) -> None:
    log.append([event(1), event(1), event(2, "ben"), event(2)], now=NOW)
    log.note("anna", PROFILE_RESET, {}, now=NOW)
    log.append([event(2), event(3)], now=NOW)
    with database.read() as connection:
        ends = walk_over(postgres_driver(connection), "%s")
    assert ends.keys() == {"anna", "ben", "zoe"}
    assert numbers(log) == [1, 2, 3, 4]


def test_forgetting_waits_for_an_append_under_way_and_takes_it_along(
    database: PostgresDatabase, log: PostgresLog
) -> None:
    log.append([event(1)], now=NOW)
    done = threading.Event()

    def forget() -> None:
        log.forget("anna", key=b"k")
        done.set()

    with database.write() as connection:
        rows = [Waiting(rows_of([event(2)]), to_us(NOW))]
        store(postgres_driver(connection), rows, log._ahead, plain=False)
        thread = threading.Thread(target=forget)
        thread.start()
        assert not done.wait(0.2)
    thread.join()
    assert log.read("anna").events == ()
    with database.read() as connection:
        left = postgres_driver(connection).execute(
            "SELECT count(*) FROM event_key WHERE profile_id = 'anna'"
        )
        assert left.fetchone() == (0,)


WRITER = """
import sys
from frontrow.base.database import open_database
from frontrow.events import open_log
from tests.events.logs import NOW, event
log = open_log(open_database(sys.argv[1]))
for i in range(100_000):
    log.append([event(i)], now=NOW)
    print(i, flush=True)
"""


@pytest.mark.slow
def test_what_was_acknowledged_survives_a_killed_server_and_is_served_without_hands() -> None:
    server = Postgres()
    try:
        server.start()
        url = server.new_database()
        database = open_database(url)
        assert isinstance(database, PostgresDatabase)
        log = PostgresLog(database)
        assert numbers(log) == []
        command = [sys.executable, "-c", WRITER, url]
        writer = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(25)]
        server.stop(signal.SIGKILL)
        acknowledged += [int(line) for line in writer.communicate()[0].split()]
        with pytest.raises(Unavailable) as away:
            log.append([event("away")], now=NOW)
        assert "server" in str(away.value)
        server.start()
        log.append([event("after")], now=NOW)  # the same log, its connections dead
        found = [e.event.event_id for e in log.read("anna").events if e.event is not None]
        assert found[: len(acknowledged)] == [f"e{i}" for i in acknowledged]
        assert len(found) in (len(acknowledged) + 1, len(acknowledged) + 2)
        assert numbers(log) == list(range(1, len(found) + 1))
        database.close()
    finally:
        server.remove()


def test_a_connection_that_died_while_idle_is_replaced_unseen(
    database: PostgresDatabase, log: PostgresLog
) -> None:
    assert numbers(log, "zoe") == [1]
    with psycopg.connect(database.url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert numbers(log, "zoe") == [1]
    log.append([event(2, "zoe")], now=NOW)


def test_a_write_to_a_server_that_does_not_wait_for_the_disk_waits_nevertheless(
    postgres: Postgres, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[0]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        (here,) = connection.execute("SELECT current_database()").fetchone()
        connection.execute(f"ALTER DATABASE {here} SET synchronous_commit = off")
    database = open_database(postgres_url)
    with database.write() as opened:
        told = opened.exec_driver_sql("SHOW synchronous_commit").scalar()
    assert told == "on", name
    database.close()


@pytest.mark.slow
def test_two_processes_open_a_bare_database_at_once(postgres: Postgres) -> None:
    url = postgres.bare_database()
    opening = (
        "import sys; from frontrow.base.database import open_database; open_database(sys.argv[1])"
    )
    running = [subprocess.Popen([sys.executable, "-c", opening, url]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    database = open_database(url)
    assert isinstance(database, PostgresDatabase)
    assert list(PostgresLog(database).scan(EVERYONE)) == []
    database.close()


def test_a_database_of_a_newer_version_is_refused_by_name(database: PostgresDatabase) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadHome, match="9999"):
        open_database(database.url)


def test_a_user_who_may_not_and_a_database_of_something_else_are_told_with_what_to_do(
    postgres: Postgres,
) -> None:
    url = postgres.bare_database()
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS guest")
        owner.execute("CREATE ROLE guest LOGIN")
        owner.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")  # as PostgreSQL 15 begins
    guests = url.replace("frontrow@", "guest@")
    with pytest.raises(BadHome, match=r"permission denied for schema public.*Let that user own"):
        open_database(guests)
    made = open_database(url)
    with pytest.raises(BadHome, match="permission denied"):
        open_database(guests)  # nor may it read what others made
    made.close()

    taken = postgres.bare_database()
    with psycopg.connect(taken, autocommit=True) as other:
        other.execute("CREATE TABLE title_revision (x integer)")
    with pytest.raises(BadHome, match=r"tables of something else.*Name an empty database"):
        open_database(taken)


def test_a_new_database_that_can_not_hold_every_name_is_refused(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
        server.execute("CREATE DATABASE narrow ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(BadHome, match="LATIN1"):
        open_database(postgres.url("narrow"))


def test_no_message_names_a_password() -> None:
    url = "postgresql://ann:s3cret@127.0.0.1:1/shop?sslmode=require&password=s3cret"
    assert without_password(url) == "postgresql://ann@127.0.0.1:1/shop?sslmode=require"
    with pytest.raises(Unavailable) as away:
        open_database(url)
    assert "s3cret" not in str(away.value)
    assert "127.0.0.1" in str(away.value)
    with pytest.raises(BadInput) as wrong:
        checked_address("postgresql://ann:s3cret@[/shop")
    assert "s3cret" not in str(wrong.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql:///shop?host=/run/pg", "postgresql:///shop?host=/run/pg"),
        ("postgresql://ann:s3#cr@db/shop", "postgresql://ann@db/shop"),
        ("postgresql://ann:s3[cr?t@db/shop", "postgresql://ann@db/shop"),
        ("postgresql://ann:s3@[::1]:5/shop", "postgresql://ann@[::1]:5/shop"),
        (
            "postgresql://db/shop?options=-c%20search_path%3Dx&password=s3",
            "postgresql://db/shop?options=-c%20search_path%3Dx",
        ),
    ],
)
def test_an_address_is_kept_as_the_driver_reads_it_but_for_the_password(
    url: str, shown: str
) -> None:
    assert without_password(checked_address(url)) == shown
    wanted = psycopg.conninfo.conninfo_to_dict(url)
    wanted.pop("password", None)
    assert psycopg.conninfo.conninfo_to_dict(shown) == wanted


@pytest.mark.parametrize("password", ["s3/cret", "3/cret", "s3@cret", "s3cr%t", "3/cret?x=1"])
def test_a_password_that_has_to_be_escaped_is_told_so_and_not_shown(password: str) -> None:
    with pytest.raises(BadInput) as wrong:
        open_database(f"postgresql://ann:{password}@127.0.0.1:1/shop")
    assert "%2F" in str(wrong.value)
    assert "s3" not in str(wrong.value)
    assert "cret" not in str(wrong.value)
