"""`frontrow simulate`: a whole small life with a service of its own, and what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontrow.base.errors import Unavailable
from frontrow.cli import simulating
from frontrow.cli.simulated import Task, Tell, run_divided, run_task, silent
from frontrow.simulation.loop.results import Result

from .conftest import Frontrow


@pytest.mark.slow
def test_a_small_life_says_in_simulation_and_names_its_parameters(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    ran = frontrow("simulate", "--viewers", "25", "--days", "5", "--report", str(report), "--json")
    assert ran.code == 0, ran.err
    told = ran.json()
    (run,) = told["runs"]
    assert told["in_simulation"] is True
    assert run["visits"] > 0
    assert run["modes"].get("personalised", 0) > 0, "it was fitted after the third day"
    html = report.read_text("utf-8")
    assert run["parameters"] in html
    assert "In simulation" in html
    assert "<script" not in html


def test_an_unknown_population_is_wrong_usage(frontrow: Frontrow) -> None:
    ran = frontrow("simulate", "--population", "martians")
    assert ran.code == 2
    assert "everyday" in ran.err


def test_a_service_elsewhere_makes_its_own_pages(frontrow: Frontrow) -> None:
    ran = frontrow("simulate", "--url", "http://127.0.0.1:9", "--policy", "oracle")
    assert ran.code == 2
    ran = frontrow("simulate", "--url", "http://127.0.0.1:9", "--history", "7")
    assert ran.code == 2
    assert "history of its own" in ran.err


@pytest.mark.slow
def test_one_scorer_alone_ranks_a_life_of_its_own(frontrow: Frontrow, tmp_path: Path) -> None:
    ran = frontrow(
        "simulate", "--viewers", "25", "--days", "5", "--policy", "mf,full",
        "--report", str(tmp_path / "r.html"), "--json",
    )  # fmt: skip
    mf, full = ran.json()["runs"]
    assert mf["modes"]["personalised"] > 0
    assert mf["measures"] != full["measures"]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_life_in_one_process_and_in_two(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    told = [
        frontrow(
            "simulate", "--viewers", "24", "--days", "5", "--processes", str(processes),
            "--report", str(tmp_path / "r.html"), "--json",
        ).json()
        for processes in (1, 2)
    ]  # fmt: skip
    assert told[0] == told[1]


@pytest.mark.slow
def test_a_divided_run_tells_how_far_it_is() -> None:
    heard: list[tuple[float, str]] = []
    run_divided(
        Task("everyday", "random", 0, viewers=40, days=9), 2, lambda *told: heard.append(told)
    )
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert any("day 2 of 9" in what for _, what in heard)


@pytest.mark.slow
def test_where_a_part_of_the_viewers_fails_the_run_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Bodies this small hold no title: what a part sends first is refused, and nobody waits for it.
    monkeypatch.setenv("FRONTROW_SERVER_BODY_BYTES", "1024")
    with pytest.raises(Unavailable, match="answered 413"):
        run_divided(Task("everyday", "full", 0, viewers=6, days=2), 2)


@pytest.mark.slow
def test_a_run_begins_as_it_is_told_and_without_what_is_dropped(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    report = tmp_path / "r.html"
    told = frontrow(
        "simulate", "--viewers", "12", "--days", "3", "--before", "1", "--without", "boredom,fame",
        "--policy", "full,twin", "--history", "4", "--report", str(report), "--json",
    ).json()  # fmt: skip
    assert [(run["population"], run["policy"]) for run in told["runs"]] == [
        (f"everyday without {mechanism}", policy)
        for mechanism in ("boredom", "fame")
        for policy in ("full", "twin")
    ]
    assert {run["counted_from_day"] for run in told["runs"]} == {5}
    assert all(run["modes"]["arranged"] > 0 for run in told["runs"]), "a history came before"
    refused = frontrow("simulate", "--without", "rhyme")
    assert refused.code == 2
    assert "boredom" in refused.err


@pytest.mark.slow
def test_runs_that_are_kept_are_not_done_again_unless_something_changed(
    frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "runs"
    done: list[str] = []

    def counted(task: Task, tell: Tell = silent) -> Result:
        done.append(f"{task.policy} {task.seed}")
        return run_task(task, tell)

    monkeypatch.setattr(simulating, "run_task", counted)

    def ran(*more: str) -> tuple[object, list[str]]:
        done.clear()
        words = ("simulate", "--viewers", "6", "--days", "2", "--policy", "random,oracle", "--json")
        report = str(tmp_path / "r.html")
        told = frontrow(*words, "--runs", str(kept), "--report", report, *more)
        return told.json() if told.code == 0 else told.err, list(done)

    first, at_first = ran()
    assert at_first == ["random 0", "oracle 0"]
    assert ran() == (first, []), "read again, it is the same to the last digit"
    next(kept.glob("everyday-oracle-0-*.json")).unlink()
    assert ran() == (first, ["oracle 0"]), "only what is missing"
    assert ran("--seeds", "2")[1] == ["random 1", "oracle 1"]
    monkeypatch.setenv("FRONTROW_PAGE_ROWS", "9")
    assert ran()[1] == ["random 0", "oracle 0"], "other settings are another service"
    monkeypatch.delenv("FRONTROW_PAGE_ROWS")
    for path in kept.glob("everyday-random-0-*.json"):
        path.write_bytes(path.read_bytes()[:100])
    refused, at_last = ran()
    assert at_last == []
    assert "everyday-random-0-" in str(refused)
    assert "Remove the file" in str(refused)


def test_a_service_elsewhere_keeps_no_runs(frontrow: Frontrow, tmp_path: Path) -> None:
    ran = frontrow("simulate", "--url", "http://127.0.0.1:9", "--runs", str(tmp_path / "runs"))
    assert ran.code == 2
    assert "--runs" in ran.err


def test_a_folder_for_runs_that_is_a_file_is_refused(frontrow: Frontrow, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("no folder")
    ran = frontrow("simulate", "--runs", str(tmp_path / "runs"))
    assert ran.code == 1
    assert "runs" in ran.err
    assert "Traceback" not in ran.err
