"""A full disk: ingest says so and pages go on; it resumes by itself when there is room again."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontrow.backups import verify_home
from frontrow.base.home import Home, init_home
from frontrow.base.time import format_time, system_clock
from tests.faults.serving import page_of, running, stored_of
from tests.server.conftest import Server
from tests.server.small_world import titles

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB; skips where one may not be mounted."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk; the test beside this limits file sizes")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def send(server: Server, mark: str, n: int, size: int = 50) -> tuple[int, set[tuple[str, str]]]:
    """(status, ids) of a batch."""
    now = format_time(system_clock()())
    batch = [
        {"event_id": f"{mark}-{n}-{i}", "type": "play", "title_id": f"f{i % 40:03}",
         "profile_id": "anna", "time": now, "attributes": {"room": "x" * 900}}
        for i in range(size)
    ]  # fmt: skip
    status, _ = server.call("POST", "/v1/events", {"events": batch})
    return status, {("anna", told["event_id"]) for told in batch}


def check_full(server: Server, acknowledged: set[tuple[str, str]]) -> None:
    """Ingest until it is refused, and a little more: pages go on."""
    statuses = []
    for n in range(400):
        status, ids = send(server, "full", n)
        statuses.append(status)
        if status == 200:
            acknowledged |= ids
        elif len(statuses) > 3 and statuses[-3:] == [status] * 3:
            break
    assert statuses[-1] in (503, 507), statuses[-5:]
    assert set(statuses) <= {200, 503, 507}
    assert page_of(server, "anna")["rows"]
    assert page_of(server, "nobody-yet")["rows"]


def check_resumed(server: Server, home: Home, acknowledged: set[tuple[str, str]]) -> None:
    status, ids = send(server, "after", 0)
    assert status == 200
    assert acknowledged | ids <= set(stored_of(home, "full")) | set(stored_of(home, "after"))
    assert page_of(server, "anna")["rows"]


def test_on_a_full_disk_ingest_is_refused_and_pages_go_on_until_there_is_room(
    small_disk: Path,
) -> None:
    home = Home(small_disk / "home")
    init_home(home)
    with running(home) as server:
        server.post("/v1/titles", {"titles": titles()})
        assert send(server, "full", 1_000)[0] == 200
        filler = small_disk / "filler"
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        filler.write_bytes(bytes(max(free - 1_000_000, 0)))
        acknowledged: set[tuple[str, str]] = set()
        check_full(server, acknowledged)
        filler.unlink()
        check_resumed(server, home, acknowledged)
    assert verify_home(home).damage == []


def test_where_a_file_may_not_grow_ingest_is_refused_and_pages_go_on_until_it_may(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    init_home(home)
    with running(home) as server:
        server.post("/v1/titles", {"titles": titles()})
        _, most = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (2_000_000, most))
        acknowledged: set[tuple[str, str]] = set()
        check_full(server, acknowledged)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, most))
        check_resumed(server, home, acknowledged)
    assert verify_home(home).damage == []
