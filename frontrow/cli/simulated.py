"""One run of a simulation: a population, a policy and a seed, over a service of its own or one elsewhere."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BrokenBarrierError
from typing import TYPE_CHECKING

from frontrow.base.home import Home, init_home
from frontrow.engine.workers import worker_pool

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Barrier

    from frontrow.server.in_process import InProcess
    from frontrow.simulation.loop import Part, Run
    from frontrow.simulation.loop.loop import Policy
    from frontrow.simulation.loop.results import Result

FULL = "full"
TWIN = "twin"
POLICIES: tuple[str, ...] = ("random", "popularity", "mf", FULL, "oracle")
"""By chance; the service without a bundle; ranked by matrix factorisation alone; the service as it is; by
what is planted."""

BEFORE_DAYS = 3
"""Days before the first fit, in which every policy's pages are the unfitted service's; measures count from
then on."""

REFIT_DAYS = 7

_TWIN_SEED = 1_000_003

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
    before: int = BEFORE_DAYS
    history: int = 0  # days that were lived before, with pages by chance


def silent(share: float, what: str) -> None:
    """No one listens."""


def run_task(task: Task, tell: Tell = silent) -> Result:
    """Do a run and count it."""
    return _elsewhere(task, tell) if task.url is not None else _in_process(task, tell)


def run_divided(task: Task, processes: int, tell: Tell = silent) -> Result:
    """Do one run with its viewers divided among processes, which meet at the end of every day; of the first
    of them it is told how far it is."""
    from frontrow.simulation.loop import joined

    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    with own_home() as home:
        pool = worker_pool(processes, _share, context.Barrier(processes), told)
        try:
            parts = [
                pool.submit(_live_part, task, str(home.path), number, processes)
                for number in range(processes)
            ]
            while wait(parts, _TOLD_SECONDS).not_done:  # one fails: all end at the next meeting
                while not told.empty():
                    tell(*told.get())
            failures = [e for e in (part.exception() for part in parts) if e is not None]
            if failures:
                raise next(
                    (e for e in failures if not isinstance(e, BrokenBarrierError)), failures[0]
                )
            run = joined([part.result() for part in parts])
        finally:
            pool.shutdown(cancel_futures=True)
    return _counted(task, run)


def _in_process(task: Task, tell: Tell) -> Result:
    from frontrow.simulation.loop import Part

    with own_home() as home:
        return _counted(task, _live_here(task, home, Part(), tell))


def _counted(task: Task, run: Run) -> Result:
    from frontrow.simulation.loop.results import result_of

    since = task.history + min(task.before, task.days - 1)
    return result_of(run, policy=task.policy, seed=task.seed, since=since)


_TOLD_SECONDS = 0.2

_shared: tuple[Barrier, SimpleQueue[tuple[float, str]]] | None = None
"""In a process of a divided run: where all of them meet, and where the first tells how far it is."""


def _share(barrier: Barrier, told: SimpleQueue[tuple[float, str]]) -> None:
    global _shared
    _shared = barrier, told


def _live_part(task: Task, home: str, number: int, of: int) -> Run:
    """Let a part of the viewers live, in a process of its own."""
    from frontrow.simulation.loop import Part

    assert _shared is not None
    barrier, told = _shared

    def meet() -> None:
        barrier.wait()

    def tell(share: float, what: str) -> None:
        if number == 0:
            told.put((share, what))

    try:
        return _live_here(task, Home(Path(home)), Part(number, of, meet), tell)
    except BaseException:
        barrier.abort()  # nobody is to wait for a part that is gone
        raise


def _live_here(task: Task, home: Home, part: Part, tell: Tell) -> Run:
    from threadpoolctl import threadpool_limits

    from frontrow.server.in_process import InProcess
    from frontrow.simulation.loop import (
        FIRST_DAY,
        by_chance,
        by_oracle,
        live,
        population_named,
        served,
    )

    makers: dict[str, Policy] = {"random": by_chance, "oracle": by_oracle}
    later = makers.get(task.policy, served)

    def makes(day: int) -> Policy:
        if day < task.history:
            return by_chance
        return later if day >= task.history + task.before else served

    caller = InProcess(home, FIRST_DAY)

    def after(day: int) -> None:
        caller.service.decisions.flush()
        part.wait()
        if part.number == 0:
            caller.end_day()
            since = day + 1 - task.history - task.before
            if since >= 0 and since % REFIT_DAYS == 0 and day + 1 < task.history + task.days:
                refit(caller, task.policy, task.seed)
        part.wait()

    try:
        with threadpool_limits(1):
            return live(
                population_named(task.population),
                caller,
                viewers=task.viewers,
                days=task.history + task.days,
                seed=task.seed,
                policy=makes,
                after_day=after,
                part=part,
                progress=tell,
            )
    finally:
        caller.close()


def refit(caller: InProcess, policy: str, seed: int) -> None:
    """What the operator of a policy does: nothing, one scorer alone, or everything."""
    from frontrow.server.alone import publish_alone
    from frontrow.server.refitting import refit as fit_anew

    service = caller.service
    if policy == "mf":
        publish_alone(service, "ials", seed)
    elif policy in (FULL, TWIN):
        fit_anew(service, seed=seed + _TWIN_SEED * (policy == TWIN))


@contextmanager
def own_home() -> Iterator[Home]:
    """A new home that is gone afterwards; its pages have time, so that none is built of less because the
    machine is busy."""
    from frontrow.base.database import open_database

    folder = Path(tempfile.mkdtemp(prefix="frontrow-simulation-"))
    before = os.environ.get(_DEADLINE)
    os.environ[_DEADLINE] = "60000"
    try:
        home = Home(folder / "home")
        init_home(home)
        open_database(home.database).close()
        yield home
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
    from frontrow.simulation.loop import OverHttp, live, population_named
    from frontrow.simulation.loop.results import result_of

    assert task.url is not None
    midnight = system_clock()().replace(hour=0, minute=0, second=0, microsecond=0)
    with closing(OverHttp(task.url, task.key)) as caller:
        run = live(
            population_named(task.population),
            caller,
            viewers=task.viewers,
            days=task.days,
            seed=task.seed,
            first=midnight - timedelta(days=task.days),
            progress=tell,
        )
    return result_of(run, policy=FULL, seed=task.seed, since=0)
