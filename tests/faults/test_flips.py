"""Any bit that flips in a home is found, or changed nothing that anyone can read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from frontrow.base.home import Home
from tests.backups.lived_in import copy_of, make_home
from tests.faults.flips import flip_bits


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("flips") / "home")


@pytest.mark.parametrize(
    "n", [pytest.param(40, id="40"), pytest.param(500, id="500", marks=pytest.mark.slow)]
)
def test_a_flipped_bit_is_found_or_changed_nothing_that_anyone_can_read(
    home: Home, tmp_path: Path, n: int
) -> None:
    counted = flip_bits(home, tmp_path, n, seed=n)
    print(dict(sorted(counted.items())))
    assert counted["bundles, found"] == counted["snapshots, found"] == n // 5
    assert counted["database, found"] > n // 4  # of the rest, pages hold room for rows to come


def test_sqlites_own_check_misses_what_the_chain_finds(home: Home, tmp_path: Path) -> None:
    from frontrow.backups import verify_home

    damaged = copy_of(home, tmp_path / "home")
    content = damaged.database_path.read_bytes()
    at = content.index(b'"title_id":"f003"') + len(b'"title_id":"f00')
    damaged.database_path.write_bytes(content[:at] + b"4" + content[at + 1 :])
    connection = sqlite3.connect(damaged.database_path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert not verify_home(damaged).whole
