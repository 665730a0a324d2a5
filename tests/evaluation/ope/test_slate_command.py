"""`frontrow ope` by whole slates: read from one row a slot, refused or estimated."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from bench.ope.slates import log_of, plant
from frontrow.cli import main
from frontrow.evaluation.ope.slate_judging import judge_slates
from frontrow.evaluation.ope.slates import Slates, cascade_dr, pseudo_inverse

NAMED = ("--slate", "page", "--slot", "place", "--action", "item", "--probability", "p",
         "--reward", "clicked", "--cluster", "user")  # fmt: skip
SLOTS, K = 3, 3


def drawn(n: int, seed: int = 1) -> Slates:
    """Slates of a uniform log, additive, whose target is uniform too."""
    rng = np.random.default_rng(seed)
    worth = rng.uniform(0.1, 0.5, (SLOTS, K))
    action = rng.integers(0, K, (n, SLOTS)).astype(np.int32)
    reward = (rng.random((n, SLOTS)) < worth[np.arange(SLOTS), action]).astype(float)
    even = np.full((n, SLOTS), 1 / K)
    return Slates(action, even, np.full((n, SLOTS, K), 1 / K), reward, np.arange(n))


def write(slates: Slates, path: Path, *, without: int | None = None) -> Path:
    """One row for each slot, in no order; `without`: the number of a row that is left out."""
    rows = [
        f"('page{i:05d}', {s}, 'item{slates.action[i, s]}', {slates.probability[i, s]},"
        f" '{slates.reward[i, s]}'::DOUBLE, 'u{slates.cluster[i]}')"
        for i in range(len(slates.action))
        for s in reversed(range(slates.action.shape[1]))
    ]
    if without is not None:
        rows.pop(without)
    with duckdb.connect() as duck:
        duck.execute("CREATE TABLE log (page VARCHAR, place INTEGER, item VARCHAR, p DOUBLE,"
                     " clicked DOUBLE, user VARCHAR)")  # fmt: skip
        duck.execute(f"INSERT INTO log VALUES {', '.join(rows)}")
        duck.execute(f"COPY log TO '{path}'")
    return path


def ope(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[Any, Any]:
    with pytest.raises(SystemExit) as ended:
        main(["ope", *arguments])
    said = capsys.readouterr()
    return ended.value.code, json.loads(said.out) if said.out.startswith(
        "{"
    ) else said.out + said.err


@pytest.mark.parametrize(
    ("assume", "name", "make"),
    [("additive", "pseudo_inverse", pseudo_inverse), ("cascade", "cascade_dr", cascade_dr)],
)
def test_a_file_of_slots_gives_what_its_slates_give(
    assume: str, name: str, make: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slates = drawn(1_000)
    log = str(write(slates, tmp_path / "slates.parquet"))
    code, told = ope(capsys, log, "--policy", "uniform", *NAMED, "--assume", assume, "--json")
    assert code == 0
    assert told["best"] == name
    whole = Slates(slates.action, slates.probability, slates.target, slates.reward,
                   np.argsort(np.argsort([f"u{i}" for i in range(1_000)])))  # fmt: skip
    assert told["estimates"][name]["value"] == pytest.approx(float(make(whole).mean()))


@pytest.mark.slow
def test_a_best_fixed_slate_is_learned_on_half_of_the_viewers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = str(write(drawn(3_000), tmp_path / "slates.csv"))
    code, told = ope(capsys, log, "--policy", "best-fixed", "--floor", "0.1", *NAMED,
                     "--assume", "additive", "--json")  # fmt: skip
    assert code == 0
    assert told["support"]["choices"] in range(1_400, 1_601)
    assert told["gains"]["pseudo_inverse"]["low"] > 0


def test_whole_slates_are_refused_where_their_slots_are_not() -> None:
    planted = plant(1, cascade=False)
    log = log_of(planted, 1)
    additive = judge_slates(log, "additive")
    assert set(additive.estimates) == {"pseudo_inverse"}  # 10,000 slates are 10 of the target's own
    cascade = judge_slates(log, "cascade")
    assert cascade.best is None
    assert {one.code for one in cascade.refused} >= {"effective_sample"}
    assert "slot 5" in cascade.refused[-1].what


def test_probabilities_that_are_missing_are_refused_by_slot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slates = drawn(500)
    slates.probability[7, 1] = 0.0
    log = str(write(slates, tmp_path / "slates.parquet"))
    code, said = ope(capsys, log, "--policy", "uniform", *NAMED)
    assert code == 1
    assert "slot 2: 1 of 500 choices" in said


def test_slates_refuse_a_reward_that_is_no_number_and_a_policy_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slates = drawn(500)
    target = slates.target.copy()
    target[7, 1] *= 2.0
    refused = judge_slates(replace(slates, target=target), "additive", policy="theirs").refused
    assert [one.code for one in refused] == ["target_no_probability"]
    assert refused[0].what.startswith("slot 2: what theirs tells for 1 of 500")
    slates.reward[7, 1] = np.inf
    code, said = ope(capsys, str(write(slates, tmp_path / "s.csv")), "--policy", "uniform", *NAMED)
    assert code == 1
    assert "column 'clicked' holds no finite number in 1 of 1,500 choices" in said


def test_slates_that_differ_in_their_slots_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = str(write(drawn(50), tmp_path / "slates.parquet", without=4))
    code, said = ope(capsys, log, "--policy", "uniform", *NAMED)
    assert code == 1
    assert "page00001" in said


@pytest.mark.parametrize("arguments", [("--slate", "page"), NAMED])
def test_slates_need_a_file_both_columns_and_a_policy_of_theirs(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = ope(capsys, *arguments, "--policy", "greedy")
    assert code == 2
    assert "best-fixed" in said
