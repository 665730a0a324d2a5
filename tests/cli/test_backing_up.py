"""`verify` on the command line: exit codes, words, JSON."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli.conftest import Frontrow


def test_a_whole_home_is_exit_0_and_says_what_was_looked_at(lived_in: Frontrow) -> None:
    ran = lived_in("verify", "--state-hash")
    assert ran.code == 0
    assert "everything is as it was written" in ran.out
    told = lived_in("verify", "--json", "--state-hash").json()
    assert told["whole"]
    assert told["checked"]["events"] > 100
    assert f"state {told['state']['state']}" in ran.out


def test_damage_is_exit_1_and_says_what_to_do(lived_in: Frontrow, here: Path) -> None:
    connection = sqlite3.connect(here / "frontrow.db")
    with connection:
        connection.execute("UPDATE event SET time = time + 1 WHERE number = 2")
    connection.close()
    ran = lived_in("verify")
    assert ran.code == 1
    assert "these were changed: 2" in ran.out
    assert "frontrow restore" in ran.out
    assert "viewer" not in ran.out
    told = lived_in("verify", "--json")
    assert (told.code, told.json()["whole"], told.json()["state"]) == (1, False, None)
