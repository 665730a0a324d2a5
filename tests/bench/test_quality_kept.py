"""What took long is not made twice by the same code, and never kept for another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.quality import kept
from bench.quality.section import Plot, Section


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "CACHE", tmp_path)
    monkeypatch.setattr(kept, "code_digest", lambda: "one")


def test_sections_are_made_once_and_read_as_they_were() -> None:
    made = [Section("a", "b", ("c",), (("d",),), (Plot("e", "f", {"mark": "bar"}),))]
    calls = []
    for _ in range(2):
        assert kept.kept_sections("x", lambda: calls.append(1) or made) == made  # type: ignore[func-returns-value]
    assert len(calls) == 1


def test_lists_come_back_by_model_and_seed() -> None:
    lists = {"EASE": [np.arange(6, dtype=np.int32).reshape(2, 3)] * 2, "full": [np.eye(2)]}
    kept.kept_lists("x", lambda: lists)
    found = kept.kept_lists("x", dict)
    assert list(found) == ["EASE", "full"]
    assert [len(of_seeds) for of_seeds in found.values()] == [2, 1]
    np.testing.assert_array_equal(found["EASE"][1], lists["EASE"][1])


def test_other_code_makes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    kept.kept_sections("x", lambda: [Section("old", "")])
    monkeypatch.setattr(kept, "code_digest", lambda: "two")
    assert kept.kept_sections("x", lambda: [Section("new", "")])[0].title == "new"
