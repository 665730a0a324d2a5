"""Freed memory is kept while it is asked for, and handed back however that ends."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pytest

from frontrow.base.memory import freed_memory_is_kept, give_back_freed


def test_work_goes_on_as_ever_while_memory_is_kept() -> None:
    with freed_memory_is_kept():
        total = sum(float(np.ones(2**20, dtype=np.float32).sum()) for _ in range(8))
    assert total == 8 * 2**20


def test_an_error_within_comes_out() -> None:
    with pytest.raises(KeyError), freed_memory_is_kept():
        raise KeyError("x")


def resident_pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc"
)
def test_what_was_freed_between_things_that_are_kept_goes_back_to_the_system() -> None:
    arrays = [np.ones(256) for _ in range(50_000)]  # a hundred MB in pieces of 2 kB
    kept = arrays[::1_000]
    del arrays
    before = resident_pages()
    give_back_freed()
    assert before - resident_pages() > 15_000  # of 4 kB
    assert sum(float(array.sum()) for array in kept) == 256 * len(kept)
