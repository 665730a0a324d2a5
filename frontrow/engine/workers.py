"""Pools of processes that end with the process that made them."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def worker_pool(
    processes: int, begin: Callable[..., None] | None = None, *shared: Any
) -> ProcessPoolExecutor:
    """A pool of new processes of this machine.

    begin: a module's own function, called in each before its first work with what all of them share
    """
    return ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(begin, shared),
    )


def _begin(begin: Callable[..., None] | None, shared: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    if begin is not None:
        begin(*shared)


def _end_with_parent() -> None:
    """Work that nobody waits for any more: a parent that is killed tells its processes nothing, and they
    would go on for hours."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
