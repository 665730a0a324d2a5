"""A PostgreSQL server of the tests' own: started from the machine's binaries, ended by its process id.

One server for a test process, one database for a test. A machine without the binaries fails the tests
that need them: it never skips them (Debian: `apt-get install postgresql`).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from frontrow.base.database import open_database
from frontrow.base.time import monotonic

USER = "frontrow"
_TEMPLATE = "migrated"
_START_SECONDS = 60.0
_STILL_THERE = "is still in use"
"""What a server says of the memory of one that was killed just now."""


def binaries() -> Path:
    """The folder of `postgres` and `initdb`: Debian's newest, else what is on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
    on_path = shutil.which("postgres")
    if not found and on_path is not None:
        found = [Path(on_path).resolve()]
    if not found:
        raise AssertionError(
            "no PostgreSQL server on this machine; on Debian: apt-get install postgresql"
        )
    return found[-1].parent


def _version(path: Path) -> float:
    name = path.parent.parent.name
    return float(name) if name.replace(".", "", 1).isdigit() else 0.0


class Postgres:
    """One server in a folder of its own, reached through a socket there."""

    def __init__(self, on: Path | None = None) -> None:
        """on: a folder on the disk where it is to be; None: where temporary files are"""
        self.folder = Path(tempfile.mkdtemp(prefix="frontrow-pg-", dir=on))
        # The server refuses to run as root; nobody owns nothing else.
        self._as = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody", "nogroup")
        else:
            self._as = {}
        self._data = self.folder / "data"
        self._made = 0
        self._has_template = False
        self.process: subprocess.Popen[bytes] | None = None
        made = subprocess.run(
            [binaries() / "initdb", "-D", self._data, "-U", USER, "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            capture_output=True, text=True, cwd=self.folder, **self._as,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr

    def start(self, *options: str) -> None:
        """Start the server; return when it takes connections."""
        deadline, pause = monotonic() + _START_SECONDS, threading.Event()
        self._launch(options)
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                ended = self.process is None or self.process.poll() is not None
                told = (self.folder / "log").read_text("utf-8")
                if monotonic() > deadline or (ended and _STILL_THERE not in told):
                    raise AssertionError(told) from None
                pause.wait(0.02)
                if ended:  # sessions of one that was killed were about to notice
                    self._launch(options)

    def _launch(self, options: Sequence[str]) -> None:
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [binaries() / "postgres", "-D", self._data, "-k", self.folder,
                 "-c", "listen_addresses=", "-c", "fsync=on", "-c", "shared_buffers=64MB",
                 "-c", "autovacuum=off",  # it would hold a database that is to be copied
                 *options],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self._as,
            )  # fmt: skip

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """End the server (SIGINT: in order, at once; SIGKILL: as a crash would)."""
        if self.process is not None:
            self.process.send_signal(sign)
            self.process.wait(30)
            self.process = None

    def new_database(self) -> str:
        """The address of an empty database of ours, its tables made."""
        self._made += 1
        if not self._has_template:
            self._make(_TEMPLATE, "template0")
            open_database(self.url(_TEMPLATE)).close()
            self._has_template = True
        name = f"test{self._made}"
        self._make(name, _TEMPLATE)
        return self.url(name)

    def bare_database(self) -> str:
        """The address of a database without any table."""
        self._made += 1
        self._make(f"bare{self._made}", "template0")
        return self.url(f"bare{self._made}")

    def _make(self, name: str, template: str) -> None:
        gone = self.process is None or self.process.poll() is not None
        assert not gone, (self.folder / "log").read_text("utf-8")
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)  # what it would still write down is removed anyway
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server of this test process."""
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """A new, empty database of ours."""
    return postgres.new_database()
