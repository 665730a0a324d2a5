"""What all tests share: how hypothesis is run, and a home on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from frontrow.base.database import Database, SqliteDatabase, open_database
from tests.postgres import postgres, postgres_url
from tests.remembered import fit_or_remember

__all__ = ["postgres", "postgres_url"]

settings.register_profile(
    "quick",
    deadline=None,  # a slow machine is no broken rule
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
os.environ.setdefault("FRONTROW_SERVER_DEADLINE_MS", "60000")
"""A busy machine makes no page step down; the tests of the deadline set one of their own."""

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True, scope="session")
def fits_are_remembered() -> Iterator[None]:
    """Trainings of the same home fit it once, see tests/remembered.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("frontrow.training.train.fit_ranker", fit_or_remember)
        yield


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """A new, empty database of one file."""
    opened = open_database(tmp_path / "frontrow.db")
    assert isinstance(opened, SqliteDatabase)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A new, empty database of each kind."""
    if request.param == "sqlite":
        opened = open_database(tmp_path / "frontrow.db")
    else:
        opened = open_database(request.getfixturevalue("postgres_url"))
    yield opened
    opened.close()
