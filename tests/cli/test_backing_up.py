"""`verify` on the command line: exit codes, words, JSON."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from frontrow.base.digests import row_digest
from frontrow.base.home import Home
from frontrow.base.time import system_clock
from frontrow.events import Event
from frontrow.server import Service
from tests.cli.conftest import NOW, Frontrow, lines


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


def test_a_home_is_backed_up_and_restored_elsewhere_to_the_same_state(
    lived_in: Frontrow, here: Path, tmp_path: Path
) -> None:
    made = lived_in("backup", str(tmp_path / "b.tar"))
    assert made.code == 0
    assert "verified:" in made.out
    before = lived_in("verify", "--json", "--state-hash").json()["state"]
    elsewhere = tmp_path / "elsewhere"
    told = lived_in("restore", str(tmp_path / "b.tar"), "--json", home=elsewhere)
    assert told.code == 0
    assert told.json()["left_out"] == 0
    assert lived_in("verify", "--json", "--state-hash", home=elsewhere).json()["state"] == before
    refused = lived_in("restore", str(tmp_path / "b.tar"))
    assert refused.code == 1
    assert "--replace" in refused.err


def test_an_import_leaves_out_who_was_forgotten_until_it_sends_something_itself(
    lived_in: Frontrow, here: Path, tmp_path: Path
) -> None:
    def rated(profile: str, number: int) -> dict[str, object]:
        return {"event_id": f"late-{number}", "type": "rate", "value": 1, "title_id": "f001",
                "profile_id": profile, "time": NOW.isoformat()}  # fmt: skip

    file = lines(tmp_path / "more.jsonl", [rated("viewer1", 1), rated("viewer2", 2)])
    assert lived_in("forget", "viewer1").code == 0
    told = lived_in("import", "events", file, "--json").json()["rows"]["events"]
    assert (told["kept"], told["left_out"]) == (1, 1)
    assert told["left_out_reasons"] == {"of a profile that was forgotten": 1}
    service = Service(Home(here), system_clock())  # what the API does with an event
    service.log.append([msgspec.convert(rated("viewer1", 3), Event)], now=NOW)
    service.close()
    again = lived_in("import", "events", file, "--json").json()["rows"]["events"]
    assert (again["kept"], again["duplicates"], again["left_out"]) == (1, 1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("words", [["verify"], ["backup", "to.tar"]], ids=["verify", "backup"])
def test_ctrl_c_ends_a_long_look_at_once_and_leaves_nothing(
    lived_in: Frontrow, here: Path, tmp_path: Path, words: list[str]
) -> None:
    told = ((f"page-{i}", i % 65_536, "viewer1", i, bytes(200)) for i in range(400_000))
    connection = sqlite3.connect(here / "frontrow.db")
    with connection:  # so much that a look takes longer than we wait, and nothing that is damaged
        connection.executemany(
            "INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?)",
            ((*row, row_digest("decision", *row)) for row in told),
        )
    connection.close()
    before = sorted(path.name for path in tmp_path.iterdir())
    process = subprocess.Popen(
        [sys.executable, "-m", "frontrow", "--home", str(here), *words],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    process.stderr.readline()  # its first progress
    process.send_signal(signal.SIGINT)
    try:
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert said.endswith(b"frontrow: stopped\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_import_brings_back_no_rejected_line_of_who_was_forgotten(
    lived_in: Frontrow, here: Path, tmp_path: Path
) -> None:
    searched = {"type": "search", "query": "walrus", "time": "soon"}
    rows = [{**searched, "event_id": f"s{n}", "profile_id": f"viewer{n}"} for n in (1, 2)]
    file = lines(tmp_path / "more.jsonl", rows)
    assert lived_in("import", "events", file).code == 1
    assert lived_in("forget", "viewer1").code == 0
    told = lived_in("import", "events", file, "--json").json()
    assert (told["rejected"], told["rejected_not_written"]) == (2, 1)
    kept = [path.read_text() for path in (here / "rejected").iterdir()]
    assert len(kept) == 1
    assert "viewer2" in kept[0]
    assert "viewer1" not in kept[0]


def test_a_backup_into_the_home_is_refused_for_a_forget_could_not_reach_it(
    lived_in: Frontrow, here: Path
) -> None:
    for to in (here, here / "b.tar", here / "reports"):
        ran = lived_in("backup", str(to))
        assert ran.code == 2
        assert "is in the home" in ran.err
    assert not [path for path in here.rglob("*") if path.suffix == ".tar"]
