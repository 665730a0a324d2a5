"""One small life of the everyday population with a service that learns nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from frontrow.simulation.loop import POPULATIONS, Run, live

from .shelf import Shelf

VIEWERS, DAYS, SEED, WORKS = 90, 8, 5, 200


def lived(shelf: Shelf | None = None, population: str = "everyday", **changed: Any) -> Run:
    """A life with other parameters."""
    parameters = replace(POPULATIONS[population], works=WORKS, **changed)
    return live(parameters, shelf or Shelf(), viewers=VIEWERS, days=DAYS, seed=SEED)


@pytest.fixture(scope="session")
def shelf_and_run() -> tuple[Shelf, Run]:
    shelf = Shelf()
    return shelf, lived(shelf)


@pytest.fixture(scope="session")
def everyday(shelf_and_run: tuple[Shelf, Run]) -> Run:
    return shelf_and_run[1]


Measured = Callable[[Run], float]
