"""Golden pages: the same log, bundle, snapshot, time and seed give the same page."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.golden.world import CASES, DIGITS, FILE, golden, written


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return json.loads(written(golden()))


@pytest.mark.parametrize("name", CASES)
def test_a_page_is_as_it_was_when_it_was_last_read(name: str, told: dict[str, Any]) -> None:
    kept = json.loads(FILE.read_text("utf-8"))[name]
    now = told[name]
    for row, before in zip(now["rows"], kept["rows"], strict=True):
        drawn, drawn_before = row.pop("drawn"), before.pop("drawn")
        assert row == before
        assert drawn == pytest.approx(drawn_before, abs=2 * 10**-DIGITS)
    assert now == kept


@pytest.mark.slow
def test_two_fresh_processes_write_the_same_bytes() -> None:
    command = [sys.executable, "-m", "tests.golden.write", "--print"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    one, two = (process.communicate()[0] for process in running)
    assert one == two
    assert json.loads(one).keys() == CASES.keys()
