"""kill -9 of a server under load: 0 acknowledged events lost, 0 there twice, back without hands."""

from __future__ import annotations

import pytest

from frontrow.base.home import Home
from frontrow.base.randomness import rng_for
from tests.backups.lived_in import make_home
from tests.faults.rounds import BACK_SECONDS
from tests.faults.serving import kill_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One home for all rounds: each goes on where the one before was killed."""
    return make_home(tmp_path_factory.mktemp("served") / "home", keys=False)


@pytest.mark.parametrize("n", range(8))
def test_a_server_killed_under_load_loses_nothing_it_acknowledged(home: Home, n: int) -> None:
    seconds = kill_server(home, rng_for(n, "killed", "server"), f"round{n}")
    print(f"server: back in {seconds:.2f} s")
    assert seconds < BACK_SECONDS
