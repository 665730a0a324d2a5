"""kill -9 at any moment of training, publishing, deleting, migrating, backing up and restoring."""

from __future__ import annotations

import pytest

from frontrow.base.randomness import rng_for
from tests.backups.lived_in import make_home
from tests.faults.rounds import ROUNDS, Ground

pytestmark = pytest.mark.slow

N_ROUNDS = {"publish": 4, "train": 4, "delete": 4, "migration": 4, "backup": 3, "restore": 3}
"""With those of the server (test_killed_server.py): 30."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("killed")
    return Ground(make_home(folder / "home"), folder)


@pytest.mark.parametrize(
    ("what", "n"), [(what, n) for what, many in N_ROUNDS.items() for n in range(many)]
)
def test_whatever_is_killed_nothing_is_lost_or_half_done_and_the_home_is_back(
    ground: Ground, what: str, n: int
) -> None:
    seconds = ROUNDS[what](ground, rng_for(n, "killed", what))
    print(f"{what}: back in {seconds:.2f} s")
