"""`frontrow rewards`: what interactions earn under several definitions, and which of them tells what keeps
viewers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter, validators

from frontrow.base.home import find_home
from frontrow.cli.app import WrongUsage, chosen_home
from frontrow.cli.arguments import Json, Seed, checked_id
from frontrow.cli.show import one_line, print_json, progress_bar, terminal

if TYPE_CHECKING:
    from frontrow.cli.rewards_lived import Judged
    from frontrow.evaluation.rewards import Reward

rewards = App(
    name="rewards", help="What interactions earn, and which reward tells what keeps viewers."
)

Viewers = Annotated[int, Parameter(validator=validators.Number(gte=50, lte=100_000))]
NewDays = Annotated[float, Parameter(validator=validators.Number(gt=0, lte=14))]
Most = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100_000))]
Days = Annotated[int, Parameter(validator=validators.Number(gte=15, lte=60))]


@rewards.command(name="list")
def list_(*, json: Json = False) -> None:
    """The definitions: built in, and your own from `[rewards] own`; each with version and hash. Pages are
    ranked by `frontrow` alone."""
    from rich.table import Table

    found = _definitions()
    if json:
        print_json({"rewards": [_told(one) for one in found]})
        return
    table = Table("reward", "version", "hash", "weights", "what it is")
    for one in found:
        weights = ", ".join(f"{name} {weight:g}" for name, weight in one.weights.items())
        table.add_row(one.name, str(one.version), one.hash, weights, one.words)
    terminal().print(table)


@rewards.command
def show(profile: str, /, *, json: Json = False) -> None:
    """What each sitting of a profile came to, and what that earns under each definition."""
    from rich.table import Table

    from frontrow.base.time import format_time, from_us
    from frontrow.cli.commands import opened
    from frontrow.evaluation.rewards import AMOUNTS, definitions, earnings_of, total_of

    profile = checked_id(profile)
    with opened() as service:
        found = definitions(service.settings.rewards.own)
        catalogue = service.catalogue()
        events = service.log.read(profile).events
        earnings = earnings_of(profile, events, catalogue, service.now_us())
    sittings = [
        {
            "at": format_time(from_us(one.at_us)),
            "title_id": catalogue.works[one.work].work_id,
            "name": catalogue.works[one.work].title.name,
            **{name: float(value) for name, value in zip(AMOUNTS, one.amounts, strict=True)},
        }
        for one in earnings
    ]
    totals = {one.name: total_of(earnings, one.weights) for one in found}
    if json:
        told = [{**_told(one), "total": totals[one.name]} for one in found]
        print_json({"profile_id": profile, "sittings": sittings, "rewards": told})
        return
    if not sittings:
        print("no sitting of this profile is known")
        return
    # A column of zeros alone would take the room that the others need.
    shown = [name for name in AMOUNTS if any(sitting[name] for sitting in sittings)]
    table = Table("at", "title", *shown)
    for sitting in sittings:
        amounts = (f"{sitting[name]:.3g}" for name in shown)
        table.add_row(str(sitting["at"]), one_line(str(sitting["name"])), *amounts)
    console = terminal()
    console.print(table)
    console.print("  ".join(f"{name} {total:.2f}" for name, total in totals.items()))


@rewards.command
def foresee(
    *,
    days: NewDays = 7.0,
    most: Most = 20,
    json: Json = False,
) -> None:
    """What titles that are new here will have been worth, by how starts like theirs went on: the unfinished
    are neither counted as bad nor waited for.

    Parameters
    ----------
    days
        Titles that were begun first within so many days; after 14 a start is known to its end.
    most
        Titles listed.
    """
    from rich.table import Table

    from frontrow.cli.commands import opened
    from frontrow.server.foreseeing import fit_of, foresee_titles

    with opened() as service, progress_bar(quiet=json) as tell:
        unfolding, figures, titles = foresee_titles(service, days=days, tell=tell)
    fit = fit_of(unfolding)
    if json:
        print_json(
            {
                "fit": fit,
                "figures": figures.to_json(),
                "titles": [one.to_json() for one in titles[:most]],
            }
        )
        return
    print(
        f"fit {fit['hash']}, judged on {figures.judged_starts:,} later starts: foreseen a day after each"
    )
    for one in figures.at_age:
        if one.age_days == 1:
            print(
                f"  {one.outcome:<8} came of {one.came:.0%}; AUC {one.auc:.3f}, expected calibration error"
                f" {one.calibration_error:.3f}"
            )
    table = Table("title", "starts", "good so far", "will be (95%)", "finish", "come back")
    for title in titles[:most]:
        found, (low, high) = title.foreseen, title.foreseen.interval
        told = f"{found.good:.0%} ({low:.0%} to {high:.0%})"
        table.add_row(
            one_line(title.name), str(found.starts), f"{found.so_far:.0%}", told, f"{found.finish:.0%}",
            f"{found.returns:.0%}",
        )  # fmt: skip
    terminal().print(table)


@rewards.command
def compare(
    file: Path | None = None,
    /,
    *,
    outcome: str | None = None,
    proxies: str | None = None,
    control: str = "control",
    world: str = "all",
    viewers: Viewers = 300,
    days: Days = 28,
    seed: Seed = 0,
    report: Path | None = None,
    json: Json = False,
) -> None:
    """Which reward ranks policies as retention does: by a table of past experiments, with the noise that a
    proxy and the outcome share taken off; without a table, in invented worlds where retention is planted.

    Parameters
    ----------
    file
        CSV, JSON or Parquet: `experiment`, `arm`, and either each unit's metrics, or each arm's `n`,
        `mean_…`, `var_…` and `cov_…_…` of proxy and outcome.
    outcome
        The metric of the table that proxies are to tell.
    proxies
        Metrics of the table, commas between; none: all others.
    control
        What the control arm is called in the table.
    world
        Without a table: everyday, restless, contrary, clickbait, slow-finish, commas between, or all.
    viewers
        Without a table: who live in each world, with each of the policies.
    days
        Without a table: that they live; rewards see the first 14.
    report
        Where the HTML report is written; else in the home's reports, or beside you.
    """
    if file is not None:
        _compare_table(file, outcome, proxies, control, seed, report, json)
        return
    from frontrow.cli.rewards_lived import judge, live_in
    from frontrow.simulation.loop.trials import WORLDS

    names = list(WORLDS) if world == "all" else [name.strip() for name in world.split(",")]
    for name in names:
        if name not in WORLDS:
            raise WrongUsage(
                f"{name!r} is not known", where="--world", mend=f"one of {', '.join(WORLDS)}"
            )
    found = _definitions()
    judged: list[Judged] = []
    with progress_bar(quiet=json) as tell:
        for number, name in enumerate(names):

            def telling(share: float, what: str, number: int = number) -> None:
                tell((number + share) / len(names), what)

            lived = live_in(name, found, viewers=viewers, days=days, seed=seed, tell=telling)
            judged.append(judge(lived, found, seed))
    _tell_worlds(judged, found, report or _report_path(), json)


def _compare_table(
    file: Path,
    outcome: str | None,
    proxies: str | None,
    control: str,
    seed: int,
    report: Path | None,
    json: bool,
) -> None:
    from frontrow.base.files import write_whole
    from frontrow.base.randomness import rng_for
    from frontrow.cli.experiment_files import read_arms
    from frontrow.evaluation.rewards import compare as compare_proxies
    from frontrow.evaluation.rewards.report import html_of_table, table_of

    if outcome is None:
        raise WrongUsage(
            "which metric the proxies are to tell is not said", where="--outcome",
            mend="name the column, as retained",
        )  # fmt: skip
    chosen = [] if proxies is None else [name.strip() for name in proxies.split(",")]
    arms, metrics = read_arms(file, outcome, chosen)
    found = compare_proxies(arms, metrics, rng_for(seed, "compare"), control=control)
    count = len({arm.experiment for arm in arms})
    path = report or _report_path()
    write_whole(path, html_of_table(found, outcome, count).encode())
    if json:
        print_json(
            {
                "outcome": outcome,
                "experiments": count,
                "compared": [one.to_json() for one in found],
                "report": str(path),
            }
        )
        return
    terminal().print(table_of(found, outcome, count))
    print(f"report: {path}")


def _tell_worlds(judged: list[Judged], found: tuple[Reward, ...], path: Path, json: bool) -> None:
    from frontrow.base.files import write_whole
    from frontrow.evaluation.rewards.report import html_of_worlds, tables_of

    told = [one.to_json() for one in judged]
    named = [_told(one) for one in found]
    write_whole(path, html_of_worlds(told, named).encode())
    if json:
        print_json({"rewards": named, "worlds": told, "report": str(path)})
        return
    console = terminal()
    for table in tables_of(told):
        console.print(table)
    print(f"report: {path}")


def _definitions() -> tuple[Reward, ...]:
    """The built-in ones and those of the home, where there is one."""
    from frontrow.base.settings_read import load_settings
    from frontrow.evaluation.rewards import definitions

    return definitions(load_settings(find_home(chosen_home()).settings_path).rewards.own)


def _told(one: Reward) -> dict[str, object]:
    return {
        "name": one.name,
        "version": one.version,
        "hash": one.hash,
        "weights": dict(one.weights),
        "words": one.words,
    }


def _report_path() -> Path:
    home = find_home(chosen_home())
    folder = home.reports if home.reports.is_dir() else Path()
    return folder / "rewards.html"
