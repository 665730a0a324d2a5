"""`frontrow ope` by whole slates: read from one row a slot, refused or estimated."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from bench.ope.slates import log_of, plant
from frontrow.base.errors import BadInput
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


def changed(log: Path, sql: str) -> str:
    """A file of slates after a change: `sql` is asked of it, as `log`, and takes its place."""
    aside = log.with_name("changed.parquet")
    with duckdb.connect() as duck:
        duck.execute(f"CREATE TABLE log AS SELECT * FROM '{log}'")
        duck.execute(f"COPY ({sql}) TO '{aside}'")
    return str(aside)


def test_slots_with_numbers_in_their_names_stand_in_the_order_of_the_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted = drawn(1_500)  # the target draws otherwise than the log, and the third slot tells most
    log = write(planted, tmp_path / "slates.parquet")
    named = ("--policy", "best-fixed", "--floor", "0.5", *NAMED, "--json")
    _, told = ope(capsys, str(log), *named)
    for name in ("'slot' || (place + 8)", "CAST(place + 8 AS VARCHAR)", "(place + 8) / 2 || 's'"):
        text = changed(log, f"SELECT * REPLACE ({name} AS place) FROM log")
        assert ope(capsys, text, *named)[1] == told


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("nullif(page, 'page00003') AS page", "column 'page' is empty in 3 of 150 choices"),
        ("nullif(place, 1) AS place", "column 'place' is empty in 50 of 150 choices"),
        (
            "if(page = 'page00003' AND place = 2, 'u', user) AS user",
            "'page00003' is of more than one viewer",
        ),
    ],
)
def test_a_row_without_a_slate_or_a_slot_and_a_slate_of_two_viewers_are_said(
    change: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = write(drawn(50), tmp_path / "slates.parquet")
    odd = changed(log, f"SELECT * REPLACE ({change}) FROM log")
    code, said = ope(capsys, odd, "--policy", "uniform", *NAMED)
    assert code == 1
    assert word in said


@pytest.mark.parametrize("assume", ["additive", "cascade"])
def test_slates_whose_weights_are_beyond_all_bounds_are_refused(
    assume: Any, recwarn: pytest.WarningsRecorder
) -> None:
    slates = drawn(500)
    slates.probability[7] = 1e-45
    assert judge_slates(slates, assume).refused
    slates.probability[7] = 1e-200
    assert {one.code for one in judge_slates(slates, assume).refused} == {"propensities_zero"}
    slates.reward[7] = 1e308
    with pytest.raises(BadInput, match="beyond"):
        judge_slates(slates, assume)
    assert not recwarn.list


def test_slots_of_very_many_candidates_are_judged_in_little_room() -> None:
    n, k = 3_200, 80
    rng = np.random.default_rng(3)
    action = np.stack([np.arange(n) % k, rng.permutation(n) % k], axis=1).astype(np.int32)
    reward = (rng.random((n, 2)) < 0.2 + 0.2 * (action % 2)).astype(float)
    even = np.broadcast_to(np.full(k, 1 / k), (n, 2, k))
    log = Slates(action, np.full((n, 2), 1 / k), even, reward, np.arange(n))
    tracemalloc.start()
    judged = judge_slates(log, "cascade", policy="uniform")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100 << 20
    found = judged.estimates["cascade_dr"]
    assert found.low < 0.6 < found.high
    assert found.value == pytest.approx(float(reward.sum(axis=1).mean()), abs=0.01)
