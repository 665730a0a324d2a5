"""`frontrow simulate`: invented viewers live with a service, and what it was worth to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from cyclopts import Parameter, validators

from frontrow.base.files import write_whole
from frontrow.base.home import find_home
from frontrow.cli.app import WrongUsage, chosen_home
from frontrow.cli.arguments import Json, Seed
from frontrow.cli.show import print_json, progress_bar, terminal
from frontrow.cli.simulated import (
    BEFORE_DAYS,
    FULL,
    POLICIES,
    TWIN,
    Task,
    Tell,
    run_divided,
    run_task,
)
from frontrow.engine.workers import worker_pool

if TYPE_CHECKING:
    from frontrow.cli.kept_runs import KeptRuns
    from frontrow.simulation.loop.results import Result

ALL = "all"

Viewers = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=1_000_000))]
Days = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=60))]
Before = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=59))]
History = Annotated[int, Parameter(validator=validators.Number(gte=0, lte=365))]
Seeds = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100))]
Key = Annotated[str | None, Parameter(env_var="FRONTROW_KEY", show_env_var=True)]
Processes = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=64))]


def simulate(
    *,
    population: str = "everyday",
    policy: str = FULL,
    without: str | None = None,
    viewers: Viewers = 200,
    days: Days = 14,
    before: Before = BEFORE_DAYS,
    history: History = 0,
    seed: Seed = 0,
    seeds: Seeds = 1,
    processes: Processes = 1,
    url: str | None = None,
    key: Key = None,
    runs: Path | None = None,
    report: Path | None = None,
    json: Json = False,
) -> None:
    """Let a population of invented viewers live with a service, through its public API only, and count what
    it was worth to them. Every figure holds in simulation.

    Parameters
    ----------
    population
        everyday, restless, contrary, several with commas between, or all.
    policy
        Who makes the pages, several with commas between, or all: random, popularity (the service without a
        bundle), mf (ranked by matrix factorisation alone), full (the service as it is), oracle; by name
        alone also twin: the service fitted from another seed, beside which nothing should show.
    without
        A mechanism to be dropped from the population, several with commas between, or all: each in runs of
        its own. See docs/simulation.md for their names.
    viewers
        Profiles.
    days
        Days that they live.
    before
        Days before the first fit, in which every policy's pages are the unfitted service's; measures count
        from then on, and the service is fitted again every week.
    history
        Days that were lived before those, with pages arranged by chance: what a service has seen before it
        makes pages of its own.
    seed
        The first seed.
    seeds
        How many seeds, one after another; a sign is claimed only where ten agree.
    processes
        Runs done at the same time; of a single run the viewers are divided among them.
    url
        A service elsewhere, as http://127.0.0.1:8000, in place of one of its own: it gets the invented
        catalogue, viewers and events, dated back, and is fitted by whoever runs it.
    key
        An admin key of that service; better in the environment, where nobody sees it in a list of processes.
    runs
        A folder in which every finished run is kept; those that it holds already, of the same code and
        settings, are not done again, so that what was stopped goes on where it was.
    report
        Where the HTML report is written; else in the home's reports, or beside you.
    """
    from frontrow.simulation.loop import MECHANISMS, POPULATIONS
    from frontrow.simulation.loop import without as dropped

    names = _several(population, tuple(POPULATIONS), "--population")
    policies = _several(policy, POLICIES, "--policy", (TWIN,))
    if without is not None:
        gone = _several(without, tuple(MECHANISMS), "--without")
        names = [dropped(POPULATIONS[name], one).name for name in names for one in gone]
    if url is not None and (policies != [FULL] or len(names) * seeds > 1):
        raise WrongUsage(
            "a service elsewhere makes its own pages, for one population and seed", where="--url"
        )
    if url is not None and history:
        raise WrongUsage("a service elsewhere has a history of its own", where="--history")
    if url is not None and runs is not None:
        raise WrongUsage("a service elsewhere is another after every run", where="--runs")
    tasks = [
        Task(name, who, number, viewers, days, url, key, before, history)
        for name in names
        for number in range(seed, seed + seeds)
        for who in policies
    ]
    with progress_bar(quiet=json) as tell:
        results = _do_rest(tasks, processes, tell, None if runs is None else _kept_in(runs))
    _tell(results, report or _report_path(), json)


def _tell(results: list[Result], path: Path, json: bool) -> None:
    """Write the report, and print the same in words or as JSON."""
    from frontrow.simulation.loop.ladder import ladder_to_json
    from frontrow.simulation.loop.report import html_of, tables_of
    from frontrow.simulation.loop.results import to_json

    write_whole(path, html_of(results).encode())
    if json:
        ladder = ladder_to_json(results)
        print_json({**to_json(results), "ladder": ladder, "report": str(path)})
        return
    console = terminal()
    for table in tables_of(results):
        console.print(table)
    print(f"report: {path}")


def _kept_in(folder: Path) -> KeptRuns:
    from frontrow.cli.kept_runs import KeptRuns

    return KeptRuns(folder)


def _do_rest(
    tasks: Sequence[Task], processes: int, tell: Tell, kept: KeptRuns | None
) -> list[Result]:
    """The results in the order of the tasks, of which only those are done that are not kept."""
    if kept is None:
        return list(_do(tasks, processes, tell, lambda task, result: None))
    found = {task: kept.find(task) for task in tasks}
    rest = [task for task, result in found.items() if result is None]
    done = dict(zip(rest, _do(rest, processes, tell, kept.keep), strict=True))
    return [done.get(task) or cast("Result", found[task]) for task in tasks]


def _do(
    tasks: Sequence[Task], processes: int, tell: Tell, keep: Callable[[Task, Result], None]
) -> list[Result]:
    """The results in the order of the tasks, whoever does them; each is kept when it comes."""
    if not tasks:
        return []
    done_by: dict[int, Result] = {}

    def came(at: int, result: Result) -> None:
        keep(tasks[at], result)
        done_by[at] = result

    if processes == 1:
        for at, task in enumerate(tasks):

            def telling(share: float, what: str, done: int = at, task: Task = task) -> None:
                tell((done + share) / len(tasks), f"{task.population}, {task.policy}: {what}")

            came(at, run_task(task, telling))
    elif len(tasks) == 1 and tasks[0].url is None:

        def of_one(share: float, what: str) -> None:
            tell(
                share, f"{tasks[0].population}, {tasks[0].policy}, in {processes} processes: {what}"
            )

        came(0, run_divided(tasks[0], min(processes, tasks[0].viewers), of_one))
    else:
        pool = worker_pool(min(processes, len(tasks)))
        try:
            under_way = {pool.submit(run_task, task): at for at, task in enumerate(tasks)}
            for future in as_completed(under_way):
                came(under_way[future], future.result())
                tell(len(done_by) / len(tasks), f"{len(done_by)} of {len(tasks)} runs")
        finally:
            pool.shutdown(cancel_futures=True)
    return [done_by[at] for at in range(len(tasks))]


def _several(
    text: str, known: tuple[str, ...], where: str, also: tuple[str, ...] = ()
) -> list[str]:
    """The names of a list with commas; `all` stands for the known ones, and not for what else there is."""
    names = list(known) if text == ALL else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in (*known, *also):
            raise WrongUsage(
                f"{name!r} is not known", where=where, mend=f"one of {', '.join((*known, *also))}"
            )
    return list(dict.fromkeys(names))


def _report_path() -> Path:
    home = find_home(chosen_home())
    folder = home.reports if home.reports.is_dir() else Path()
    return folder / "simulation.html"
