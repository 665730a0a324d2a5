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
