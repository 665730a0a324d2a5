"""Acknowledged means synced: at least one sync of the log for every commit, and none goes unnoticed."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from frontrow.base.home import Home, init_home
from frontrow.base.time import format_time, system_clock
from tests.faults.serving import page_of, running, stored_of
from tests.faults.syncing import shim
from tests.server.conftest import Server

pytestmark = pytest.mark.slow

EVENTS = 40


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    init_home(made)
    return made


def send(server: Server, mark: str, n: int) -> tuple[int, dict]:
    told = {"event_id": f"{mark}-{n}", "type": "play", "title_id": "f001", "profile_id": "anna",
            "time": format_time(system_clock()())}  # fmt: skip
    return server.call("POST", "/v1/events", {"events": [told]})


def test_every_acknowledged_commit_was_synced_as_the_process_itself_tells(
    home: Home, tmp_path: Path
) -> None:
    counted = tmp_path / "syncs"
    counted.touch()
    library = shim(tmp_path)
    with running(home, LD_PRELOAD=str(library), COUNT_SYNCS_IN=str(counted)) as server:
        before = counted.read_text().count("frontrow.db-wal\n")
        for n in range(EVENTS):
            assert send(server, "counted", n)[0] == 200
        syncs = counted.read_text().count("frontrow.db-wal\n") - before
    print(f"{EVENTS} commits were acknowledged after {syncs} syncs")
    assert syncs >= EVENTS


def test_every_acknowledged_commit_was_synced_as_the_kernel_saw(home: Home, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip(
            "strace is not installed; the test beside this one counts in the process itself"
        )
    trace = tmp_path / "trace"
    with running(home) as server:
        watching = subprocess.Popen(
            ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", trace,
             "-p", str(server.process.pid)],
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert watching.stderr is not None
        attached = watching.stderr.readline().decode()
        if "attached" not in attached:
            watching.wait(10)
            watching.stderr.close()
            pytest.skip(f"strace may not watch here ({attached.strip()}); see the test beside this")
        for n in range(EVENTS):
            assert send(server, "traced", n)[0] == 200
        watching.send_signal(signal.SIGINT)
        watching.wait(20)
        watching.stderr.close()
    told = trace.read_text()
    syncs = len(re.findall(r"(?:fsync|fdatasync)\(\d+<[^>]*frontrow\.db-wal>", told))
    print(f"{EVENTS} commits were acknowledged after {syncs} syncs")
    assert syncs >= EVENTS


def test_after_a_sync_that_failed_nothing_is_acknowledged_and_the_process_says_so(
    home: Home, tmp_path: Path
) -> None:
    trigger = tmp_path / "the-disk-fails"
    with running(home, LD_PRELOAD=str(shim(tmp_path)), FAIL_SYNC_WHILE=str(trigger)) as server:
        for n in range(5):
            assert send(server, "good", n)[0] == 200
        trigger.touch()
        status, told = send(server, "lost", 0)
        assert status == 503
        trigger.unlink()  # the disk pretends to be well again: what it dropped it does not tell
        for n in range(1, 4):
            status, told = send(server, "lost", n)
            assert status == 503
            assert "start the service anew" in told["detail"]
        database = server.get("/readyz")["parts"]["database"]
        assert not database["ok"]
        assert "sync" in database["trouble"]
        assert page_of(server, "anna")["mode"]  # what is read is still answered
    assert b"no more is written" in server.said
    with running(home) as again:
        assert stored_of(home, "good") == {("anna", f"good-{n}"): 1 for n in range(5)}
        assert send(again, "after", 0)[0] == 200
        assert again.get("/readyz")["parts"]["database"]["ok"]


def test_a_sync_that_failed_in_one_process_stops_all_that_share_the_home_until_it_ends(
    home: Home, tmp_path: Path
) -> None:
    trigger = tmp_path / "the-disk-fails"
    with running(home) as well:
        with running(home, LD_PRELOAD=str(shim(tmp_path)), FAIL_SYNC_WHILE=str(trigger)) as failing:
            assert send(well, "well", 0)[0] == 200
            trigger.touch()
            assert send(failing, "lost", 0)[0] == 503
            status, told = send(well, "lost", 1)
            assert status == 503
            assert "another process" in told["detail"]
            assert not well.get("/readyz")["parts"]["database"]["ok"]
            assert page_of(well, "anna")["mode"]
        assert well.get("/readyz")["parts"]["database"]["ok"]
        assert send(well, "well", 1)[0] == 200
    assert stored_of(home, "well") == {("anna", "well-0"): 1, ("anna", "well-1"): 1}
