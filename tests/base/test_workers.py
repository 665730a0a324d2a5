"""Processes of a pool end with the one that made them, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from frontrow.engine.workers import worker_pool

WAIT_SECONDS = 30.0
MAKES_A_POOL = """
from tests.base.test_workers import busy, worker_pool

if __name__ == "__main__":
    with worker_pool(1) as pool:
        pool.submit(busy).result()
"""


def busy() -> None:
    """Say who one is, and work for longer than anyone waits."""
    print(os.getpid(), flush=True)
    sleep(10 * WAIT_SECONDS)


def keep(text: str) -> None:
    os.environ["KEPT_IN_A_WORKER"] = text


def kept() -> str:
    return os.environ["KEPT_IN_A_WORKER"]


def is_there(pid: int) -> bool:
    """Whether a process still works: one that has ended may stand in the table until somebody asks."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "makes_a_pool.py"
    script.write_text(MAKES_A_POOL, "utf-8")
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=paths) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_there(worker)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        until = monotonic() + WAIT_SECONDS
        while is_there(worker) and monotonic() < until:
            sleep(0.05)
        gone = not is_there(worker)
        if not gone:
            os.kill(worker, signal.SIGKILL)
    assert gone


def test_every_worker_begins_with_what_is_shared() -> None:
    with worker_pool(1, keep, "this") as pool:
        assert pool.submit(kept).result() == "this"
