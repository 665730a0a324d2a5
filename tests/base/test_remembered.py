"""What lets tests share a fit: every input counts, and what can't be told apart for certain is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from tests.remembered import key_of


@dataclass(frozen=True)
class Held:
    what: Any


def test_inputs_that_differ_in_anything_are_told_apart() -> None:
    values = [
        None, 0, 0.0, False, "", "0", b"", (), [0], [[0], []], [[], [0]], {"a": 1}, {"a": "1"},
        frozenset({"a"}), np.zeros(2), np.zeros(2, dtype=np.float32), np.zeros((2, 1)),
        np.array([0.0, -0.0]), csr_array(np.eye(2)), Held(np.zeros(1)), Held(np.ones(1)),
    ]  # fmt: skip
    keys = {key_of(value) for value in values}
    assert None not in keys
    assert len(keys) == len(values)
    assert key_of(Held({"a": np.arange(3)})) == key_of(Held({"a": np.arange(3)}))


def test_an_input_without_certain_bytes_is_remembered_of_nothing() -> None:
    assert key_of(Held([lambda: None])) is None
