"""The processes that share a home: each says how far its caches have followed the forgets.

A process holds a lock on its own file, which the system frees when it ends, however it ends; so who
waits for the others waits for living ones only.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from frontrow.base.errors import FrontrowError, Unavailable
from frontrow.base.files import try_lock
from frontrow.base.time import monotonic
from frontrow.events import Log

_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 10.0


class Processes:
    """This process among those of its home."""

    def __init__(self, folder: Path, log: Log, purge: Callable[[set[bytes]], None]) -> None:
        self._folder = folder
        self._log = log
        self._purge = purge
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.process"
        self._following = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.generation = log.generation()

    def start(self) -> None:
        """Join: hold the lock and follow the forgets until `stop`."""
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(ready,), name="forgets", daemon=True
        )
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Leave."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def are_several(self) -> bool:
        """Whether others seem to share the home now."""
        return any(path != self._path for path in self._folder.glob("*.process"))

    def follow(self) -> None:
        """Purge what was forgotten since the last look."""
        with self._following:
            newest = self._log.generation()
            if newest != self.generation:
                self._purge(self._log.forgotten_since(self.generation))
                self.generation = newest

    def wait_for_others(self, generation: int) -> None:
        """Return when every living process has followed to a generation.

        Raises `Unavailable` where one doesn't within ten seconds.
        """
        deadline = monotonic() + _PATIENCE_SECONDS
        for path in self._folder.glob("*.process"):
            while path != self._path and not self._has_followed(path, generation):
                if monotonic() > deadline:
                    raise Unavailable(
                        "another process of this home has not yet dropped what it held",
                        mend="ask again; it is deleted from the database already",
                    )
                self._stop.wait(_POLL_SECONDS / 2)

    def _has_followed(self, path: Path, generation: int) -> bool:
        with try_lock(path) as dead:
            if dead:
                path.unlink(missing_ok=True)
                return True
        try:
            return int(path.read_text("ascii") or -1) >= generation
        except FileNotFoundError:
            return True

    def _run(self, ready: threading.Event) -> None:
        with try_lock(self._path):
            self._tell()
            ready.set()
            while not self._stop.wait(_POLL_SECONDS):
                try:
                    self.follow()
                    self._tell()
                except (FrontrowError, OSError):
                    continue  # the database or the disk is away: whoever forgets waits for us
        self._path.unlink(missing_ok=True)

    def _tell(self) -> None:
        self._path.write_text(str(self.generation), "ascii")
