"""`frontrow positions`: what is in force, and what the log says."""

from __future__ import annotations

from tests.cli.conftest import Frontrow


def test_before_anything_is_learned_the_settings_are_in_force(lived_in: Frontrow) -> None:
    told = lived_in("positions", "show", "--json").json()
    assert told["swap_share"] == 0.02
    assert told["devices"].keys() == {"tv", "web", "phone", "tablet"}
    for device in told["devices"].values():
        assert device["from"] == "settings"
        assert device["looked_at"][0][:3] == [1.0, 0.85, 0.7225]
    shown = lived_in("positions", "show")
    assert shown.code == 0
    assert "tv: as the settings have it" in shown.out


def test_learning_of_a_home_that_served_nothing_says_what_the_settings_say(
    lived_in: Frontrow,
) -> None:
    told = lived_in("positions", "learn", "--json").json()
    assert {device["from"] for device in told["devices"].values()} == {"settings"}
