"""`frontrow rewards`: what definitions there are, what a profile earned, and what experiments say of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from frontrow.base.randomness import rng_for
from frontrow.cli.rewards_lived import earned_in
from frontrow.evaluation.rewards import definitions
from frontrow.simulation.loop.trials import POLICIES, lived_trial
from tests.cli.conftest import Frontrow

TITLES = """title_id,kind,name,genres,runtime_minutes
heat,movie,Heat,Crime,170
up,movie,Up,Family,96
"""
EVENTS = """event_id,type,profile_id,time,title_id,session_id,seconds_watched,position_seconds,runtime_seconds
1,click,ann,2026-01-01T20:00:00Z,heat,s1,,,
2,play,ann,2026-01-01T20:00:10Z,heat,s1,,,
3,stop,ann,2026-01-01T22:50:00Z,heat,s1,10200,10200,10200
4,play,ann,2026-01-02T20:00:00Z,up,s2,,,
5,stop,ann,2026-01-02T20:01:00Z,up,s2,60,60,5760
6,impression,ann,2026-01-02T20:02:00Z,heat,s2,,,
"""


@pytest.fixture
def watched(frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Frontrow:
    """A home with one viewer: a film to the end, another left within a minute."""
    monkeypatch.setenv("FRONTROW_NOW", "2026-01-10T00:00:00Z")
    for name, text in (("titles", TITLES), ("events", EVENTS)):
        (tmp_path / f"{name}.csv").write_text(text)
    assert frontrow("init").code == 0
    for name in ("titles", "events"):
        assert frontrow("import", name, str(tmp_path / f"{name}.csv")).code == 0
    return frontrow


def test_definitions_are_listed_with_their_hashes_and_ones_own_among_them(
    frontrow: Frontrow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTROW_REWARDS_OWN", "mine/3: finishes 1, hours 0.1")
    told = frontrow("rewards", "list", "--json").json()["rewards"]
    assert [one["name"] for one in told] == [one.name for one in definitions("mine/3: hours 1")]
    assert told[-1]["weights"] == {"finishes": 1.0, "hours": 0.1}
    assert all(len(one["hash"]) == 16 for one in told)
    assert "mine" in frontrow("rewards", "list").out
    monkeypatch.setenv("FRONTROW_REWARDS_OWN", "mine/3: minutes 1")
    ran = frontrow("rewards", "list")
    assert ran.code == 1
    assert "minutes" in ran.err


def test_what_a_profile_earned_is_told_by_sitting_and_in_all(watched: Frontrow) -> None:
    told = watched("rewards", "show", "ann", "--json").json()
    heat, up = told["sittings"]
    assert (heat["title_id"], heat["starts"], heat["clicks"], heat["finishes"]) == ("heat", 1, 1, 1)
    assert heat["worth"] == pytest.approx(0.8, abs=1 / 256)
    assert up["worth"] < 0  # left
    totals = {one["name"]: one["total"] for one in told["rewards"]}
    assert totals["starts"] == 2
    assert totals["hours"] == pytest.approx(10_260 / 3600)
    assert totals["frontrow"] == pytest.approx(heat["worth"] + up["worth"])
    shown = watched("rewards", "show", "ann").out
    assert "Heat" in shown
    assert "rati" not in shown.splitlines()[1]  # nobody rated: a column of zeros takes no room
    assert "no sitting of this profile is known" in watched("rewards", "show", "nobody").out


def experiments(write: Callable[[str, str, np.ndarray], None]) -> None:
    """Thirty experiments: the first proxy's effects are the outcome's, the second's only look like them."""
    rng = rng_for(4, "past experiments")
    for number in range(30):
        effect, other = 0.3 * rng.normal(size=2)
        for arm, shift in (("control", 0.0), ("new", 1.0)):
            chance = rng.normal(size=(80, 3))
            chance[:, 1] = 0.95 * chance[:, 2] + 0.3 * chance[:, 1]
            means = shift * np.array([effect, -0.5 * effect + 0.3 * other, effect])
            write(str(number), arm, chance + means)


def test_units_and_their_moments_say_the_same_of_past_experiments(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    units = ["experiment,arm,profile_id,finishes,hours,stayed"]
    arms = ["experiment,arm,n,mean_finishes,mean_hours,mean_stayed,var_finishes,var_hours,var_stayed,"
            "cov_finishes_stayed,cov_stayed_hours"]  # fmt: skip

    def write(experiment: str, arm: str, drawn: np.ndarray) -> None:
        units.extend(
            ",".join([experiment, arm, f"p{i}", *(repr(float(v)) for v in row)])
            for i, row in enumerate(drawn)
        )
        c = np.cov(drawn.T)
        moments = [*drawn.mean(axis=0), *np.diag(c), c[0, 2], c[1, 2]]
        arms.append(
            ",".join([experiment, arm, str(len(drawn)), *(repr(float(v)) for v in moments)])
        )

    experiments(write)
    told = []
    for name, lines in (("units", units), ("arms", arms)):
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
        ran = frontrow(
            "rewards", "compare", str(tmp_path / f"{name}.csv"), "--outcome", "stayed",
            "--report", str(tmp_path / f"{name}.html"), "--json",
        )  # fmt: skip
        assert (ran.code, ran.err) == (0, "")
        told.append(ran.json())
        assert "<svg" in (tmp_path / f"{name}.html").read_text()
    for one, other in zip(told[0]["compared"], told[1]["compared"], strict=True):
        assert one["proxy"] == other["proxy"]
        assert one["corrected"] == pytest.approx(other["corrected"], abs=1e-6)
    first, second = told[0]["compared"]
    assert (first["proxy"], told[0]["experiments"]) == ("finishes", 30)
    assert first["corrected"] > 0.8
    assert second["corrected"] < second["naive"] - 0.3  # the units' chance spoke for it
    words = frontrow("rewards", "compare", str(tmp_path / "arms.csv"), "--outcome", "stayed",
                     "--report", str(tmp_path / "w.html")).out  # fmt: skip
    assert "finishes" in words


def test_a_table_that_can_not_answer_is_refused_with_the_reason(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    file = tmp_path / "few.csv"
    file.write_text("experiment,arm,hours,stayed\na,control,1,1\na,new,2,x\n")
    assert frontrow("rewards", "compare", str(file)).code == 2
    ran = frontrow("rewards", "compare", str(file), "--outcome", "gone")
    assert (ran.code, "hours, stayed" in ran.err) == (1, True)
    ran = frontrow("rewards", "compare", str(file), "--outcome", "stayed")
    assert (ran.code, "row 3" in ran.err or "row 2" in ran.err) == (1, True)
    assert frontrow("rewards", "compare", "--world", "nowhere").code == 2
    file.write_text("experiment,arm,hours,stayed\n")
    ran = frontrow("rewards", "compare", str(file), "--outcome", "stayed")
    assert (ran.code, "there are no experiments" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("n", "variance", "covariance", "why"),
    [
        (-7, 1, 0.5, "has -7 units and no variance"),
        (9.5, 1, 0.5, "row 3 says that there are 9.5 units"),
        (9, -1, 0.5, "has a variance below 0"),
        (9, 1, 50, "has a covariance that its variances rule out"),
    ],
)
def test_moments_of_an_arm_that_no_units_have_are_refused(
    frontrow: Frontrow, tmp_path: Path, n: float, variance: float, covariance: float, why: str
) -> None:
    file = tmp_path / "arms.csv"
    head = "experiment,arm,n,mean_hours,mean_stayed,var_hours,var_stayed,cov_hours_stayed"
    file.write_text(f"{head}\na,control,9,1,1,1,1,.9\na,new,{n},2,2,{variance},1,{covariance}\n")
    ran = frontrow("rewards", "compare", str(file), "--outcome", "stayed")
    assert (ran.code, why in ran.err) == (1, True), ran.err


@pytest.mark.slow
def test_a_reward_is_measured_by_the_events_of_the_first_days_alone() -> None:
    """Opening bait is many clicks and little worth; who lives with it is likelier to leave."""
    rewards = definitions()
    at = {one.name: place for place, one in enumerate(rewards)}
    found = {}
    for policy in ("bait", "taste-quality"):
        trial = lived_trial("clickbait", policy, viewers=60, days=16, seed=1)
        assert max(e["time"] for mine in trial.events.values() for e in mine) < "2026-01-19"
        assert np.all((trial.stays > 0) & (trial.stays < 1))
        found[policy] = earned_in(trial, rewards).mean(axis=0), trial.stays.mean()
    bait, good = found["bait"], found["taste-quality"]
    assert bait[1] < good[1]
    assert bait[0][at["frontrow"]] < 0.5 * good[0][at["frontrow"]]
    assert bait[0][at["clicks"]] > 0.6 * good[0][at["clicks"]]


@pytest.mark.slow
def test_worlds_tell_how_each_reward_ranks_policies_and_what_experiments_would_have_told(
    frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontrow.simulation.loop import trials

    few = {name: POLICIES[name] for name in ("chance", "bait", "taste", "taste-quality", "worst")}
    monkeypatch.setattr(trials, "POLICIES", few)
    ran = frontrow(
        "rewards", "compare", "--world", "clickbait", "--viewers", "80", "--days", "16",
        "--report", str(tmp_path / "rewards.html"), "--json",
    )  # fmt: skip
    assert ran.code == 0
    told = ran.json()
    (world,) = told["worlds"]
    assert world["in_simulation"]
    assert set(world["policies"]) == set(few)
    assert {one["reward"] for one in world["ranked"]} == {one["name"] for one in told["rewards"]}
    page = (tmp_path / "rewards.html").read_text()
    assert world["parameters"] in page
    assert "in simulation" in page


@pytest.mark.slow
def test_titles_that_are_new_are_told_of_by_what_their_starts_will_become(
    frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import msgspec

    trial = lived_trial("everyday", "fame", viewers=150, days=56, seed=2, first_days=56)
    for name, rows in (
        ("titles", trial.titles),
        ("events", [e for mine in trial.events.values() for e in mine]),
    ):
        (tmp_path / f"{name}.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
    monkeypatch.setenv("FRONTROW_NOW", "2026-03-02T00:00:00Z")
    assert frontrow("init").code == 0
    ran = frontrow("rewards", "foresee")
    assert (ran.code, "watched anything" in ran.err or "needed" in ran.err) == (1, True)
    for name in ("titles", "events"):
        assert frontrow("import", name, str(tmp_path / f"{name}.jsonl")).code == 0
    ran = frontrow("rewards", "foresee", "--days", "14", "--json")
    assert ran.code == 0
    told = ran.json()
    assert len(told["fit"]["hash"]) == 16
    assert told["titles"]
    for title in told["titles"]:
        assert title["first_start"] >= "2026-02-16"
        assert 0 <= title["so_far"] <= 1
        assert title["interval"][0] <= title["good"] <= title["interval"][1]
    assert sum(t["good"] for t in told["titles"]) > sum(t["so_far"] for t in told["titles"])
    assert trial.profile_ids[0] not in ran.out
    assert "come back" in frontrow("rewards", "foresee").out


def test_a_world_is_named_by_all_that_is_planted_in_it_and_populations_stay_what_they_are() -> None:
    from dataclasses import replace

    from frontrow.simulation.loop import POPULATIONS, hash_of
    from frontrow.simulation.loop.trials import WORLDS

    for name, population in POPULATIONS.items():
        assert WORLDS[name].hash == hash_of(population)
    slow = WORLDS["slow-finish"]
    assert len({world.hash for world in WORLDS.values()}) == len(WORLDS)
    assert replace(slow, padded=slow.padded + 0.1).hash != slow.hash
