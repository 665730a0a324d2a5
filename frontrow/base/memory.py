"""Freed memory: kept in between where it is taken again many times a second, given back where it piles up.

The C library gives every large array back to the system as it is freed, and the system clears each page
of the next one: in fitting that takes a third of the time, and more where the machine is virtual. Small ones
it keeps, for each thread apart, and a server of many threads comes to hold more freed memory than used.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8  # of glibc's malloc.h
_LARGE = 2**31 - 1
_USUAL = {_MMAP_THRESHOLD: 32 * 2**20, _TRIM_THRESHOLD: 64 * 2**20, _TOP_PAD: 128 * 2**10}


@contextmanager
def freed_memory_is_kept() -> Iterator[None]:
    """While it lasts, freed memory stays with the process; then it goes back. Nothing happens where
    the C library is not glibc."""
    library = _glibc()
    if library is None:
        yield
        return
    library.mallopt(_MMAP_THRESHOLD, _LARGE)
    library.mallopt(_TRIM_THRESHOLD, _LARGE)
    library.mallopt(_TOP_PAD, 64 * 2**20)
    try:
        yield
    finally:
        for what, value in _USUAL.items():
            library.mallopt(what, value)
        library.malloc_trim(0)


def share_freed(pools: int) -> None:
    """Let the threads that begin from now on share so many pools of freed memory: else each comes to hold as
    much as the largest work that it ever did."""
    library = _glibc()
    if library is not None:
        library.mallopt(_ARENA_MAX, pools)


def give_back_freed() -> None:
    """Give what was freed and lies in whole pages back to the system; it takes some milliseconds."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """The C library of this process; None where it is another one."""
    library = ctypes.CDLL(None)
    known = hasattr(library, "mallopt") and hasattr(library, "malloc_trim")
    return library if known else None
