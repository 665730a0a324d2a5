"""Work beside requests rests again and again, and loses nothing by it."""

from __future__ import annotations

import time

import pytest

from frontrow.base import rests
from frontrow.base.rests import Rests


def test_it_sleeps_a_millisecond_for_each_one_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = 100.0, list[float]()

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        slept.append(seconds)

    monkeypatch.setattr(rests, "monotonic", lambda: now)
    monkeypatch.setattr(time, "sleep", sleep)
    rest = Rests()
    for _ in range(1_000):
        now += 0.0001  # a tenth of a millisecond of work
        rest()
    assert 90 <= len(slept) <= 110
    assert set(slept) == {0.001}
