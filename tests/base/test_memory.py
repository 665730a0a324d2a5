"""Freed memory is kept while it is asked for, and handed back however that ends."""

from __future__ import annotations

import numpy as np
import pytest

from frontrow.base.memory import freed_memory_is_kept


def test_work_goes_on_as_ever_while_memory_is_kept() -> None:
    with freed_memory_is_kept():
        total = sum(float(np.ones(2**20, dtype=np.float32).sum()) for _ in range(8))
    assert total == 8 * 2**20


def test_an_error_within_comes_out() -> None:
    with pytest.raises(KeyError), freed_memory_is_kept():
        raise KeyError("x")
