"""`frontrow serve` as its operator sees it: workers, signals, ports, metrics, logs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from frontrow.base.home import Home
from tests.server.closed import make_key, revoke_key
from tests.server.small_world import titles

pytestmark = pytest.mark.slow


def until(what: Callable[[], Any], seconds: float = 40.0) -> Any:
    """Ask until the answer is true; fail where it isn't in time."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < deadline:
        try:
            if found := what():
                return found
        except OSError:
            pass
        pause.wait(0.05)
    raise AssertionError("it did not come to that")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start(home: Home, *words: str) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    command = [sys.executable, "-m", "frontrow", "--home", str(home.path), "serve"]
    process = subprocess.Popen(
        [*command, "--port", str(port), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    url = f"http://127.0.0.1:{port}"
    until(lambda: get(url, "/healthz"))
    return process, url


def get(url: str, path: str) -> bytes:
    with urllib.request.urlopen(url + path, timeout=10) as answer:
        return bytes(answer.read())


def post(url: str, path: str, body: Any) -> Any:
    request = urllib.request.Request(
        url + path, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in told.split()]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def ended() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that end with the test, however it ends."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_two_workers_answer_count_together_and_end_together(
    home: Home, ended: list[subprocess.Popen[bytes]], sign: signal.Signals
) -> None:
    process, url = start(home, "--workers", "2")
    ended.append(process)
    locks = until(lambda: len(p := list(home.run.glob("*.process"))) == 2 and p)
    workers = [int(lock.name.split("-")[0]) for lock in locks]
    assert post(url, "/v1/titles", {"titles": titles(20)})["accepted"] == 20
    for _ in range(30):  # each a connection of its own, to whichever worker
        assert json.loads(get(url, "/v1/profiles/vera-secret/page"))["rows"]
    text = get(url, "/metrics").decode()
    route = '{method="GET",route="/v1/profiles/{profile_id}/page",status="200"} 30.0'
    assert f"frontrow_requests_total{route}" in text
    assert "frontrow_snapshot_age_seconds" in text
    assert until(lambda: "frontrow_pages_under_way 0.0" in get(url, "/metrics").decode())
    family = [*workers, *children(process.pid)]

    process.send_signal(sign)

    out, err = process.communicate(timeout=40)
    assert process.returncode == 0, err.decode()
    until(lambda: not any(is_running(pid) for pid in family))
    assert "Traceback" not in err.decode()
    assert "vera-secret" not in (out + err).decode()
    assert url in out.decode()
    assert not list(home.run.glob("metrics*"))
    assert not list(home.run.glob("*.process"))


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_one_process_ends_in_order_and_a_taken_port_is_told(
    home: Home, ended: list[subprocess.Popen[bytes]], sign: signal.Signals
) -> None:
    process, url = start(home, "--json")
    ended.append(process)
    port = url.rpartition(":")[2]
    command = [sys.executable, "-m", "frontrow", "--home", str(home.path), "serve", "--port", port]
    second = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (second.returncode, second.stdout) == (1, b"")
    assert "another port" in second.stderr.decode()

    os.kill(process.pid, sign)

    out, err = process.communicate(timeout=40)
    assert (process.returncode, err.decode()) == (0, "")
    assert json.loads(out)["url"] == f"{url}/"


def test_with_a_key_it_may_listen_anywhere_and_a_revoked_one_ends_in_every_worker_within_seconds(
    home: Home, ended: list[subprocess.Popen[bytes]]
) -> None:
    def asked(key: str) -> int:
        request = urllib.request.Request(
            f"{url}/v1/profiles/ann/page",
            headers={"authorization": f"Bearer {key}", "host": "tv.example"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return int(error.code)

    first, second = make_key(home, "pages"), make_key(home, "pages")
    process, url = start(home, "--workers", "2", "--host", "0.0.0.0")
    ended.append(process)
    until(lambda: len(list(home.run.glob("*.process"))) == 2)
    assert [asked(first), asked(second), asked("made-up")] == [200, 200, 401]

    revoke_key(home, first)
    until(lambda: {asked(first) for _ in range(20)} == {401}, seconds=5)

    assert asked(second) == 200
    process.terminate()
    out, err = process.communicate(timeout=40)
    assert "2 in force" in out.decode()
    for secret in (first, second, "made-up"):
        assert secret not in (out + err).decode()
