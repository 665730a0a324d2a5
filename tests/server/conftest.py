"""A real server over a home of its own, ended by its own process id."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from threadpoolctl import threadpool_limits

from frontrow.base.database import open_database
from frontrow.base.home import Home, init_home
from frontrow.base.time import system_clock
from frontrow.server import Service
from frontrow.server.web import make_app


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Small products on a busy machine: threads of the linear algebra would wait for each other."""
    with threadpool_limits(1):
        yield


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    made = Home(tmp_path / "home")
    init_home(made)
    open_database(made.database).close()
    return made


@pytest.fixture
def service(home: Home) -> Iterator[Service]:
    opened = Service(home, system_clock())
    yield opened
    opened.database.close()


@pytest.fixture
def client(home: Home) -> Iterator[Any]:
    """The application in this process, as a caller sees it."""
    from starlette.testclient import TestClient

    app = make_app(Service(home, system_clock()))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as caller:
        yield caller


@dataclass
class Server:
    """One server process."""

    url: str
    process: subprocess.Popen[bytes]
    said: bytearray = field(default_factory=bytearray)  # its log, where someone listens

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """(status, decoded answer)."""
        with httpx2.Client(base_url=self.url, timeout=30) as caller:
            answer = caller.request(method, path, json=body)
            return answer.status_code, answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        status, answer = self.call("GET", path)
        assert status == 200, answer
        return answer

    def post(self, path: str, body: Any) -> Any:
        status, answer = self.call("POST", path, body)
        assert status == 200, answer
        return answer


def start_server(home: Home, **environment: str) -> Server:
    """A server process over a home, on a free port; returns when it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "frontrow",
        "--home",
        str(home.path),
        "serve",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError(process.stderr.read().decode() if process.stderr else "ended")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1) as answer:
                assert json.load(answer)["status"] == "ok"
                return Server(url, process)
        except OSError:
            process_wait(process, 0.1)
    raise AssertionError("the server did not answer within 30 s")


def process_wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for the end of a process, or for some seconds."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def stop_server(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(20)
    if server.process.stderr is not None:
        server.process.stderr.close()


@pytest.fixture
def two_servers(home: Home) -> Iterator[tuple[Server, Server]]:
    """Two processes over the same home."""
    one, other = start_server(home), start_server(home)
    yield one, other
    stop_server(one)
    stop_server(other)
