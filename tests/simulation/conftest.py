"""One small invented world for all tests of the simulation."""

from datetime import UTC, datetime

import pytest

from frontrow.simulation import Population, Service, invent_service, invent_viewers

NOW = datetime(2026, 3, 17, 14, 30, tzinfo=UTC)
SEED = 11
N_WORKS = 320
N_VIEWERS = 70
DAYS = 30


@pytest.fixture(scope="session")
def service() -> Service:
    return invent_service(SEED, n_works=N_WORKS, now=NOW)


@pytest.fixture(scope="session")
def population(service: Service) -> Population:
    return invent_viewers(service, SEED, n_viewers=N_VIEWERS, days=DAYS, now=NOW)
