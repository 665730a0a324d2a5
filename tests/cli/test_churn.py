"""`frontrow churn` over a home: lists for people, refusals, and nobody who is not profiled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.churn.worlds import BEGIN_US, subscribers
from frontrow.base.randomness import rng_for
from frontrow.base.time import from_us
from frontrow.cli.app import chosen_home
from tests.cli.conftest import Frontrow


@pytest.fixture
def subscribed(frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Frontrow:
    """A home with a year of planted subscribers, at its end."""
    from bench.churn import worlds

    told: list[bytes] = []
    keep = worlds.timeline_of

    def heard(name: str, events: Any) -> Any:
        told.extend(msgspec.json.encode(one.event) for one in events)
        return keep(name, events)

    monkeypatch.setattr(worlds, "timeline_of", heard)
    world = subscribers(700, 40, seed=2)
    monkeypatch.setenv("FRONTROW_NOW", from_us(world.until_us).isoformat())
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n".join(told))
    assert frontrow("init").code == 0
    assert frontrow("import", "events", str(file)).code == 0
    return frontrow


@pytest.mark.slow
def test_those_at_most_risk_are_listed_with_reasons_for_a_person(subscribed: Frontrow) -> None:
    ran = subscribed("churn", "report", "--most", "15", "--json")
    assert (ran.code, ran.err) == (0, "")
    told = ran.json()
    assert told["figures"]["auc"] > 0.6
    viewers = told["viewers"]
    assert len(viewers) == 15
    assert [v["chance_in_28_days"] for v in viewers] == sorted(
        (v["chance_in_28_days"] for v in viewers), reverse=True
    )
    for viewer in viewers:
        assert set(viewer) == {"profile_id", "chance_in_28_days", "drivers", "review"}
        assert viewer["review"] == "for a person to look at"
    assert any(viewer["drivers"] for viewer in viewers)
    words = subscribed("churn", "report", "--most", "3", "--language", "de").out
    assert "for a person to look at" in words

    from frontrow.base.home import open_home
    from frontrow.base.time import system_clock
    from frontrow.server import Profiles, Service

    service = Service(open_home(chosen_home()), system_clock())
    for viewer, settings in zip(
        viewers, ({"preferences": {"personalised": False}}, {"kids": True}), strict=False
    ):
        Profiles(service).patch(viewer["profile_id"], settings)
    service.close()
    again = subscribed("churn", "report", "--most", "700", "--json").json()["viewers"]
    left_out = {viewer["profile_id"] for viewer in viewers[:2]}
    assert not left_out & {viewer["profile_id"] for viewer in again}


@pytest.mark.slow
def test_a_trial_is_judged_or_refused_with_the_reason(subscribed: Frontrow, tmp_path: Path) -> None:
    at = (from_us(BEGIN_US) + timedelta(weeks=22)).isoformat()
    rng = rng_for(1, "assigned")

    def trial(name: str, treated: Any, *, chance: str = "") -> str:
        rows = [f"s{i},{int(treated(i))},{at}{chance}" for i in range(700)]
        head = "profile_id,treated,at" + (",chance" if chance else "")
        path = tmp_path / name
        path.write_text("\n".join([head, *rows]) + "\n")
        return str(path)

    by_chance = trial("chance.csv", lambda i: rng.random() < 0.5)
    ran = subscribed("churn", "uplift", by_chance)
    assert ran.code == 1
    assert "without a holdout drawn by chance" in ran.err
    ran = subscribed("churn", "uplift", by_chance, "--chance", "0.5")
    assert ran.code == 1
    assert "are needed" in ran.err  # 700 are no trial
    assert subscribed("churn", "uplift", str(tmp_path / "none.csv"), "--chance", ".5").code == 1
    odd = trial("odd.csv", lambda i: 1, chance=",much")
    assert "row 2" in subscribed("churn", "uplift", odd).err


NOT_READ = {
    "no,": "treated is no",
    "2,": "treated is 2",
    "1,0": "chance is 0",
    "1,50%": "chance is 50%",
    "1,1": "chance is 1",
    "1,nan": "chance is nan",
}


@pytest.mark.parametrize("cells", NOT_READ)
def test_a_row_of_a_trial_that_can_not_be_read_is_named_with_what_would_do(
    frontrow: Frontrow, tmp_path: Path, cells: str
) -> None:
    treated, chance = cells.split(",")
    assert frontrow("init").code == 0
    file = tmp_path / "trial.csv"
    file.write_text(f"profile_id,treated,at,chance\na,{treated},2026-01-01T00:00:00Z,{chance}\n")
    ran = frontrow("churn", "uplift", str(file), "--chance", ".5")
    assert ran.code == 1
    assert f"row 2 can't be read ({NOT_READ[cells]})" in ran.err
    assert "Treated is 0 or 1, at as 2026-01-31T20:15:00Z, chance between 0 and 1" in ran.err


def test_rows_of_a_trial_that_do_not_count_are_told_with_the_reason(
    frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTROW_NOW", "2026-03-01T00:00:00Z")
    assert frontrow("init").code == 0
    events = [
        {"event_id": f"{name}{type_}", "type": type_, "profile_id": name, "time": f"2026-{day}T00:00:00Z"}
        for name, type_, day in (("a", "subscribe", "01-01"), ("b", "subscribe", "01-01"),
                                 ("gone", "subscribe", "01-01"), ("gone", "cancel", "01-02"))
    ]  # fmt: skip
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, events)))
    assert frontrow("import", "events", str(tmp_path / "events.jsonl")).code == 0
    file = tmp_path / "trial.csv"
    rows = ["a,1,2026-01-05T00:00:00Z", "b,0,2026-02-20T00:00:00Z", "gone,1,2026-01-05T00:00:00Z",
            "who,0,2026-01-05T00:00:00Z"]  # fmt: skip
    file.write_text("\n".join(["profile_id,treated,at", *rows]) + "\n")
    ran = frontrow("churn", "uplift", str(file), "--chance", ".5")
    assert ran.code == 1
    assert (
        "1 viewers were approached; 200 are needed; 0 viewers were left alone; 200 are needed; rows that"
        " don't count: 1 of profiles that are unknown here or not profiled, 1 of profiles without a"
        " subscription then, 1 with four weeks that aren't over" in ran.err
    )
    file.write_text("\n".join(["profile_id,treated,at", rows[0], rows[0]]) + "\n")
    assert "row 3 names a again" in frontrow("churn", "uplift", str(file), "--chance", ".5").err
