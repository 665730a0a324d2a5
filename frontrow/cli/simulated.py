"""One run of a simulation: a population, a policy and a seed, over a service of its own or one elsewhere."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from frontrow.base.home import Home, init_home

if TYPE_CHECKING:
    from frontrow.server.in_process import InProcess
    from frontrow.simulation.loop.loop import Policy
    from frontrow.simulation.loop.results import Result

FULL = "full"
POLICIES: tuple[str, ...] = ("random", "popularity", "mf", FULL, "oracle")
"""By chance; the service without a bundle; ranked by matrix factorisation alone; the service as it is; by
what is planted."""

WARM_DAYS = 3
"""Days before the first fit, in which every policy's pages are the unfitted service's; measures count from
then on."""

REFIT_DAYS = 7

Tell = Callable[[float, str], None]

_DEADLINE = "FRONTROW_SERVER_DEADLINE_MS"


@dataclass(frozen=True)
class Task:
    """One run to be done."""

    population: str
    policy: str
    seed: int
    viewers: int
    days: int
    url: str | None = None
    key: str | None = None


def silent(share: float, what: str) -> None:
    """No one listens."""


def run_task(task: Task, tell: Tell = silent) -> Result:
    """Do a run and count it."""
    return _elsewhere(task, tell) if task.url is not None else _in_process(task, tell)


def _in_process(task: Task, tell: Tell) -> Result:
    from frontrow.simulation.loop import POPULATIONS, by_chance, by_oracle, live, served
    from frontrow.simulation.loop.results import result_of

    makers: dict[str, Policy] = {"random": by_chance, "oracle": by_oracle}
    later = makers.get(task.policy, served)
    with own_service() as caller:

        def after(day: int) -> None:
            caller.end_day()
            since = day + 1 - WARM_DAYS
            if since >= 0 and since % REFIT_DAYS == 0 and day + 1 < task.days:
                refit(caller, task.policy, task.seed)

        run = live(
            POPULATIONS[task.population],
            caller,
            viewers=task.viewers,
            days=task.days,
            seed=task.seed,
            policy=lambda day: later if day >= WARM_DAYS else served,
            after_day=after,
            progress=tell,
        )
    since = min(WARM_DAYS, task.days - 1)
    return result_of(run, policy=task.policy, seed=task.seed, since=since)


def refit(caller: InProcess, policy: str, seed: int) -> None:
    """What the operator of a policy does: nothing, one scorer alone, or everything."""
    from frontrow.server.alone import publish_alone
    from frontrow.training.train import train

    service = caller.service
    if policy == "mf":
        publish_alone(service, "ials", seed)
    elif policy == FULL:
        train(
            service.log,
            service.catalogue(),
            service.bundles,
            now_us=service.now_us(),
            seed=seed,
            publish=True,
            keep=service.settings.bundles.keep,
            settings=service.settings.service,
        )


@contextmanager
def own_service() -> Iterator[InProcess]:
    """A service over a new home that is gone afterwards; its pages have time, so that none is built of less
    because the machine is busy."""
    from threadpoolctl import threadpool_limits

    from frontrow.base.database import open_database
    from frontrow.server.in_process import InProcess
    from frontrow.simulation.loop import FIRST_DAY

    folder = Path(tempfile.mkdtemp(prefix="frontrow-simulation-"))
    before = os.environ.get(_DEADLINE)
    os.environ[_DEADLINE] = "60000"
    try:
        home = Home(folder / "home")
        init_home(home)
        open_database(home.database).close()
        caller = InProcess(home, FIRST_DAY)
        with threadpool_limits(1):
            try:
                yield caller
            finally:
                caller.close()
    finally:
        if before is None:
            os.environ.pop(_DEADLINE, None)
        else:
            os.environ[_DEADLINE] = before
        shutil.rmtree(folder, ignore_errors=True)


def _elsewhere(task: Task, tell: Tell) -> Result:
    """A run over a service at an address: its days end yesterday, and pages are asked `at` their moment."""
    from datetime import timedelta

    from frontrow.base.time import system_clock
    from frontrow.simulation.loop import POPULATIONS, OverHttp, live
    from frontrow.simulation.loop.results import result_of

    assert task.url is not None
    midnight = system_clock()().replace(hour=0, minute=0, second=0, microsecond=0)
    run = live(
        POPULATIONS[task.population],
        OverHttp(task.url, task.key),
        viewers=task.viewers,
        days=task.days,
        seed=task.seed,
        first=midnight - timedelta(days=task.days),
        progress=tell,
    )
    return result_of(run, policy=FULL, seed=task.seed, since=0)
