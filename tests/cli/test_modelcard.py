"""`frontrow modelcard` over a home: with a bundle, without one, and naming nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontrow.audit.cards import KINDS
from frontrow.ranking import reward
from tests.cli.conftest import Frontrow
from tests.cli.test_rewards import EVENTS, TITLES


def test_a_home_without_a_bundle_has_cards_that_say_so(
    frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTROW_PAGE_NEW_DAYS", "9")
    frontrow("init")
    told = frontrow("modelcard", "--json", "--folder", str(tmp_path / "cards")).json()["cards"]
    assert {card["kind"] for card in told} == set(KINDS)
    assert all(card["fitted"] is None for card in told)
    assert "9 (changed)" in (tmp_path / "cards" / "new.md").read_text()
    assert frontrow("modelcard", "hats").code == 2


@pytest.mark.slow
def test_the_cards_of_a_live_bundle_say_what_it_was_fitted_on_and_name_nobody(
    frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTROW_NOW", "2026-01-10T00:00:00Z")
    for name, text in (("titles", TITLES), ("events", EVENTS.replace(",ann,", ",ann-profile,"))):
        (tmp_path / f"{name}.csv").write_text(text)
    frontrow("init")
    for name in ("titles", "events"):
        frontrow("import", name, str(tmp_path / f"{name}.csv"))
    live = frontrow("train", "--json").json()["bundle_id"]
    page = tmp_path / "cards.html"
    ran = frontrow("modelcard", "--json", "--html", str(page))
    assert ran.code == 0
    (card,) = [one for one in ran.json()["cards"] if one["kind"] == "top_picks"]
    assert card["fitted"]["bundle"] == live
    assert (card["fitted"]["events"], card["fitted"]["titles"]) == (6, 2)
    assert card["fitted"]["reward_hash"] == reward.definition_hash() == card["reward"]["hash"]
    assert card["fitted"]["figures"]["gate"]["passed"] is True
    assert "ann-profile" not in ran.out + page.read_text()
    (kept,) = frontrow("bundles", "list", "--json").json()["bundles"]
    assert kept["reward"] == {"version": reward.VERSION, "hash": reward.definition_hash()}
    words = frontrow("modelcard", "genre").out
    assert "## Limits" in words
