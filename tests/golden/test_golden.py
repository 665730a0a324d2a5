"""Golden pages: the same log, bundle, snapshot, time and seed give the same page."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.golden.world import CASES, DIGITS, FILE, golden, written


def test_the_pages_are_as_they_were_when_they_were_last_read() -> None:
    kept, told = json.loads(FILE.read_text("utf-8")), json.loads(written(golden()))
    assert told.keys() == kept.keys() == CASES.keys()
    for name, page in told.items():
        for row, before in zip(page["rows"], kept[name]["rows"], strict=True):
            drawn, drawn_before = row.pop("drawn"), before.pop("drawn")
            assert row == before, name
            assert drawn == pytest.approx(drawn_before, abs=2 * 10**-DIGITS), name
        assert page == kept[name], name


@pytest.mark.slow
def test_two_fresh_processes_write_the_same_bytes() -> None:
    command = [sys.executable, "-m", "tests.golden.write", "--print"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    one, two = (process.communicate()[0] for process in running)
    assert one == two
    assert json.loads(one).keys() == CASES.keys()
