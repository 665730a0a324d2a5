"""kill -9 of a server under load: 0 acknowledged events lost, 0 there twice, back without hands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from frontrow.base.database import open_database
from frontrow.base.home import Home, init_home
from frontrow.base.randomness import rng_for
from frontrow.base.time import system_clock
from frontrow.catalog import TitleStore
from tests.backups.lived_in import make_home
from tests.faults.serving import kill_postgres, kill_server
from tests.postgres import Postgres
from tests.server.small_world import titles

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One home for all rounds: each goes on where the one before was killed."""
    return make_home(tmp_path_factory.mktemp("served") / "home", keys=False)


@pytest.mark.parametrize("n", range(8))
def test_a_server_killed_under_load_loses_nothing_it_acknowledged(home: Home, n: int) -> None:
    seconds = kill_server(home, rng_for(n, "killed", "server"), f"round{n}")
    print(f"server: back in {seconds:.2f} s")


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """A server of this module's own, for it is killed."""
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="module")
def on_postgres(own_postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("on-postgres") / "home")
    init_home(home, own_postgres.new_database())
    database = open_database(home.database)
    TitleStore(database).upsert(titles(), now=system_clock()())
    database.close()
    return home


@pytest.mark.parametrize("n", range(3))
def test_a_database_server_killed_under_load_loses_nothing_that_was_acknowledged(
    own_postgres: Postgres, on_postgres: Home, n: int
) -> None:
    seconds = kill_postgres(own_postgres, on_postgres, rng_for(n, "killed", "pg"), f"round{n}")
    print(f"PostgreSQL: back in {seconds:.2f} s")
