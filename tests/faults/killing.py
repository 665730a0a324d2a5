"""A process that is started, heard, and killed at a moment drawn by chance."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from frontrow.base.time import monotonic

PATIENCE_SECONDS = 120.0


@dataclass
class Killed:
    """What a process had said was done when it was killed."""

    done: list[str]
    ended_itself: bool


def kill_while(what: str, *words: str | Path, after_seconds: float) -> Killed:
    """Start a victim, kill -9 it some seconds after it is ready; what it had said was done."""
    command = [sys.executable, "-m", "tests.faults.victims", what, *(str(word) for word in words)]
    victim = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}
    )
    assert victim.stdout is not None
    told = b""
    deadline = monotonic() + PATIENCE_SECONDS
    kill_at: float | None = None
    try:
        while True:
            until = deadline if kill_at is None else kill_at
            left = until - monotonic()
            if left <= 0:
                assert kill_at is not None, "never got ready"
                break
            if select.select([victim.stdout], [], [], left)[0]:
                chunk = os.read(victim.stdout.fileno(), 65_536)
                if not chunk:
                    break
                told += chunk
                if kill_at is None and b"ready\n" in told:
                    kill_at = monotonic() + after_seconds
    finally:
        ended = victim.poll()
        victim.send_signal(signal.SIGKILL)
        rest, trouble = victim.communicate()
    assert ended in (None, 0), trouble.decode()
    lines = (told + rest).decode().split("\n")[:-1]
    assert lines[:1] == ["ready"], trouble.decode()
    return Killed(lines[1:], ended == 0)
