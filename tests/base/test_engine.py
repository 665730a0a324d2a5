"""Where work over ranges of shards runs, and what becomes of it when a process of it is ended."""

from __future__ import annotations

import os

import pytest

from frontrow.base.errors import Unavailable
from frontrow.engine.engine import LocalProcesses, ThisProcess, leaf_ranges


def first_of(leaf: range) -> int:
    return leaf.start


def ended(leaf: range) -> int:
    os._exit(9)


def test_several_processes_give_what_one_gives() -> None:
    leaves = leaf_ranges(5)
    assert list(LocalProcesses(2).map(first_of, leaves)) == list(
        ThisProcess().map(first_of, leaves)
    )


def test_a_process_that_is_ended_from_outside_is_told_in_words() -> None:
    with pytest.raises(Unavailable, match="memory"):
        list(LocalProcesses(2).map(ended, leaf_ranges(2)))
