"""What lets tests share a fit: every input counts, and what can't be told apart for certain is fitted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.remembered import _feed, _Unknown


@dataclass(frozen=True)
class Held:
    what: Any


def digest(value: Any) -> bytes:
    told = hashlib.sha256()
    _feed(told, value)
    return told.digest()


def test_inputs_that_differ_in_anything_are_told_apart() -> None:
    values = [
        None, 0, 0.0, False, "", "0", b"", (), [0], [[0], []], [[], [0]], {"a": 1}, {"a": "1"},
        frozenset({"a"}), np.zeros(2), np.zeros(2, dtype=np.float32), np.zeros((2, 1)),
        np.array([0.0, -0.0]), csr_array(np.eye(2)), Held(np.zeros(1)), Held(np.ones(1)),
    ]  # fmt: skip
    assert len({digest(value) for value in values}) == len(values)
    assert digest(Held({"a": np.arange(3)})) == digest(Held({"a": np.arange(3)}))


def test_an_input_without_certain_bytes_is_remembered_of_nothing() -> None:
    with pytest.raises(_Unknown):
        digest(Held([lambda: None]))
