"""What all tests share: how hypothesis is run, and a home on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from frontrow.base.database import Database, open_database

settings.register_profile(
    "quick",
    deadline=None,  # a slow machine is no broken rule
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
os.environ.setdefault("FRONTROW_SERVER_DEADLINE_MS", "60000")
"""A busy machine makes no page step down; the tests of the deadline set one of their own."""

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A new, empty database."""
    opened = open_database(tmp_path / "frontrow.db")
    yield opened
    opened.close()
