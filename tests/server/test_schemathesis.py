"""Schemathesis on our own document: no error of ours, no answer that the document does not describe."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from frontrow.base.home import Home
from frontrow.base.time import parse_time
from tests.server.closed import bearing, make_key
from tests.server.conftest import Server, start_server, stop_server
from tests.server.small_world import lives, titles

pytestmark = pytest.mark.slow

NOW = "2026-03-01T20:00:00Z"
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def started() -> Iterator[list[Server]]:
    servers: list[Server] = []
    yield servers
    for server in servers:
        stop_server(server)


@pytest.mark.parametrize(
    ("has_key", "phases"),
    [(True, "examples,coverage,fuzzing,stateful"), (False, "fuzzing,stateful")],
    ids=["with a key", "without keys"],
)
def test_no_answer_is_an_error_of_ours_and_none_is_undocumented(
    home: Home, tmp_path: Path, started: list[Server], has_key: bool, phases: str
) -> None:
    key = make_key(home, "admin") if has_key else None
    server = start_server(
        home,
        FRONTROW_NOW=NOW,
        FRONTROW_SERVER_KEY_BURST="100000",
        FRONTROW_SERVER_DEADLINE_MS="20000",  # a busy machine is late, which is no error of the API
    )
    started.append(server)
    with httpx2.Client(base_url=server.url, headers=bearing(key)) as caller:
        caller.post("/v1/titles", json={"titles": titles(20)}).raise_for_status()
        caller.post("/v1/events", json={"events": lives(parse_time(NOW), 5)}).raise_for_status()
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
        *("run", f"{server.url}/openapi.json", "--phases", phases),
        *("--max-examples", "3"),
        *("--generation-deterministic", "--no-shrink", "--continue-on-failure"),
        *(part for name, value in bearing(key).items() for part in ("-H", f"{name}: {value}")),
    ]

    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    assert ran.returncode == 0, ran.stdout[-20_000:]
    generated = re.search(r"(\d+) generated", ran.stdout)
    assert generated is not None
    assert int(generated[1]) >= 100
