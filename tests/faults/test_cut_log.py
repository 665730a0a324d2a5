"""A write-ahead log cut anywhere, or with its end scrambled, leaves a clean prefix of the commits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from frontrow.backups.wal import read_wal
from frontrow.base.database import driver, open_database
from frontrow.base.randomness import rng_for
from frontrow.events import SqliteLog
from tests.events.test_log import NOW, event
from tests.events.walking import walk


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, int]]]:
    """A database and its write-ahead log as a crash leaves them; (log's bytes, events) by commit."""
    folder = tmp_path_factory.mktemp("cut")
    path = folder / "live.db"
    open_database(path).close()  # its tables in the file, the log of the commits to come empty
    database = open_database(path)
    log = SqliteLog(database)
    wal = path.with_name("live.db-wal")
    commits = [(0, 0)]
    for n in range(60):
        batch = [event(f"{n}-{i}", "ab"[i % 2]) for i in range(1 + n % 4)]
        log.append(batch, now=NOW)
        commits.append((wal.stat().st_size, commits[-1][1] + len(batch)))
    for source in (path, wal):
        shutil.copyfile(source, folder / source.name.replace("live", "crashed"))
    database.close()
    return folder / "crashed.db", commits


def numbers(path: Path) -> list[str]:
    """Ids of the stored events in order, after whatever repairs the database makes on opening."""
    database = open_database(path)
    with database.read() as connection:
        rows = driver(connection).execute("SELECT event_id FROM event ORDER BY seq").fetchall()
    database.close()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    "n", [pytest.param(40, id="40"), pytest.param(500, id="500", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("how", ["cut", "scrambled"])
def test_wherever_the_write_ahead_log_ends_the_state_is_a_clean_prefix(
    written: tuple[Path, list[tuple[int, int]]], tmp_path: Path, n: int, how: str
) -> None:
    source, commits = written
    content = source.with_name(source.name + "-wal").read_bytes()
    rng = rng_for(n, "cut", how)
    path = tmp_path / "frontrow.db"
    whole: list[str] = []
    seen = set()
    for at in [len(content), *rng.integers(0, len(content), n).tolist()]:
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        shutil.copyfile(source, path)
        end = b"" if how == "cut" else rng.bytes(len(content) - at)
        path.with_name("frontrow.db-wal").write_bytes(content[:at] + end)
        assert (
            read_wal(path.with_name("frontrow.db-wal")).broken_at is None
        )  # nobody was promised it
        kept = numbers(path)
        whole = whole or kept
        assert kept == whole[: len(kept)], at
        promised = max(events for size, events in commits if size <= at)
        assert len(kept) == promised, at  # every commit that is whole, and no half of another
        walk(path)
        seen.add(len(kept))
    assert len(whole) == commits[-1][1]
    assert len(seen) > min(n, len(commits)) // 2  # of ever other lengths


@pytest.mark.slow
def test_a_bit_that_flips_in_the_write_ahead_log_is_found_unless_it_is_in_the_last_commit(
    written: tuple[Path, list[tuple[int, int]]], tmp_path: Path
) -> None:
    source, commits = written
    content = source.with_name(source.name + "-wal").read_bytes()
    rng = rng_for(1, "flipped log")
    path = tmp_path / "frontrow.db"
    wal = tmp_path / "frontrow.db-wal"
    all_of_them, found = commits[-1][1], 0
    for _ in range(60):
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        shutil.copyfile(source, path)
        flipped = bytearray(content)
        flipped[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
        wal.write_bytes(flipped)
        state = read_wal(wal)
        kept = len(numbers(path))
        if state.broken_at is not None or state.head_broken:
            found += 1
        else:  # as a write that was cut off, or nothing that is read
            assert kept in (all_of_them, commits[-2][1])
    assert found > 40
