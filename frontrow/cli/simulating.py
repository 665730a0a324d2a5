"""`frontrow simulate`: invented viewers live with a service, and what it was worth to them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, validators

from frontrow.base.files import write_whole
from frontrow.base.home import Home, find_home, init_home
from frontrow.cli.app import WrongUsage, chosen_home
from frontrow.cli.arguments import Json, Seed
from frontrow.cli.show import print_json, progress_bar

if TYPE_CHECKING:
    from frontrow.server.in_process import InProcess
    from frontrow.simulation.loop import Parameters, Run
    from frontrow.simulation.loop.report import Result

ALL = "all"
FULL = "full"
POLICIES: tuple[str, ...] = (FULL,)
"""The service as it is, learning."""

WARM_DAYS = 3
"""Days before the first fit; measures count from then on."""

_REFIT_DAYS = 7

Tell = Callable[[float, str], None]

Viewers = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=1_000_000))]
Days = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=60))]


def simulate(
    *,
    population: str = "everyday",
    viewers: Viewers = 200,
    days: Days = 14,
    seed: Seed = 0,
    policy: str = FULL,
    url: str | None = None,
    key: str | None = None,
    report: Path | None = None,
    json: Json = False,
) -> None:
    """Let a population of invented viewers live with a service, through its public API only, and count what
    it was worth to them. Every figure holds in simulation.

    Parameters
    ----------
    population
        everyday, restless, contrary, several with commas between, or all.
    viewers
        Profiles.
    days
        Days that they live; the service is refitted after the third and then every week.
    policy
        Who makes the pages, several with commas between: full (the service as it is).
    url
        A service elsewhere, as http://127.0.0.1:8000, in place of one of its own: it gets the invented
        catalogue, viewers and events, dated back, and is fitted by whoever runs it.
    key
        An admin key of that service.
    report
        Where the HTML report is written; else in the home's reports, or beside you.
    """
    from frontrow.simulation.loop import POPULATIONS
    from frontrow.simulation.loop.report import html_of, result_of, tables_of, to_json

    names = _several(population, tuple(POPULATIONS), "--population")
    policies = _several(policy, POLICIES, "--policy")
    if url is not None and policies != [FULL]:
        raise WrongUsage("a service elsewhere makes its own pages", where="--policy")
    results: list[Result] = []
    total = len(names) * len(policies)
    with progress_bar(quiet=json) as tell:
        for name in names:
            for who in policies:
                done = len(results)

                def telling(share: float, what: str, name: str = name, done: int = done) -> None:
                    tell((done + share) / total, f"{name}: {what}")

                parameters = POPULATIONS[name]
                if url is None:
                    run = _in_process(parameters, viewers, days, seed, telling)
                    since = min(WARM_DAYS, days - 1)
                else:
                    run = _elsewhere(parameters, viewers, days, seed, url, key, telling)
                    since = 0
                results.append(result_of(run, policy=who, seed=seed, since=since))
    path = report or _report_path()
    write_whole(path, html_of(results).encode())
    if json:
        print_json({**to_json(results), "report": str(path)})
        return
    from rich.console import Console

    console = Console()
    for table in tables_of(results):
        console.print(table)
    print(f"report: {path}")


def _several(text: str, known: tuple[str, ...], where: str) -> list[str]:
    names = list(known) if text == ALL else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise WrongUsage(
                f"{name!r} is not known", where=where, mend=f"one of {', '.join(known)}"
            )
    return list(dict.fromkeys(names))


def _report_path() -> Path:
    home = find_home(chosen_home())
    folder = home.reports if home.settings_path.exists() else Path()
    return folder / "simulation.html"


def _in_process(parameters: Parameters, viewers: int, days: int, seed: int, tell: Tell) -> Run:
    """A run over a new home of its own, refitted as its operator would."""
    from frontrow.simulation.loop import live

    with own_service() as caller:

        def after(day: int) -> None:
            caller.end_day()
            if day + 1 >= WARM_DAYS and (day + 1 - WARM_DAYS) % _REFIT_DAYS == 0 and day + 1 < days:
                refit(caller, seed)

        return live(
            parameters, caller,
            viewers=viewers, days=days, seed=seed, after_day=after, progress=tell,
        )  # fmt: skip


def refit(caller: InProcess, seed: int) -> None:
    """Fit everything anew on what came, and publish what passes the gate."""
    from frontrow.training.train import train

    service = caller.service
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


_DEADLINE = "FRONTROW_SERVER_DEADLINE_MS"


def _elsewhere(
    parameters: Parameters,
    viewers: int,
    days: int,
    seed: int,
    url: str,
    key: str | None,
    tell: Tell,
) -> Any:
    """A run over a service at an address: its days end yesterday, and pages are asked `at` their moment."""
    from datetime import timedelta

    from frontrow.base.time import system_clock
    from frontrow.simulation.loop import OverHttp, live

    midnight = system_clock()().replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - timedelta(days=days)
    return live(
        parameters,
        OverHttp(url, key),
        viewers=viewers,
        days=days,
        seed=seed,
        first=first,
        progress=tell,
    )
