"""The viewer app of a closed service, and of a catalogue that would like to be markup."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.app.conftest import FRONTROW, Server, Tab, a_tab, served
from tests.server.small_world import titles

pytestmark = pytest.mark.slow

MARKUP = "<img src=x onerror=\"document.title='taken'\"><b>&amp;</b>"


def key_of(home: Path, scope: str) -> str:
    made = subprocess.run(
        [FRONTROW, "--home", home, "keys", "create", "--scope", scope, "--json"],
        check=True,
        capture_output=True,
    )
    return str(json.loads(made.stdout)["key"])


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("closed") / "home"
    subprocess.run([FRONTROW, "--home", home, "init"], check=True, capture_output=True)
    (home / "about.json").write_text(json.dumps({"name": MARKUP, "invented": True, "note": MARKUP,
                                                 "worth_looking_at": ["anna"]}), "utf-8")  # fmt: skip
    films: list[dict[str, Any]] = [
        {**film, "name": f"{MARKUP} {i}", "genres": [f"<i>{film['genres'][0]}</i>"],
         "synopsis": MARKUP, "artwork": [], "people": [{"name": MARKUP, "role": "director"}]}
        for i, film in enumerate(titles(30))
    ]  # fmt: skip
    with served(home, key_of(home, "admin")) as running:
        assert running.ask("/v1/titles", {"titles": films})["rejected"] == []
        yield running


@pytest.fixture
def tab(browser: Browser, closed: Server) -> Iterator[Tab]:
    with a_tab(browser, closed) as opened:
        yield opened


def test_a_closed_service_asks_for_a_key_once_and_keeps_it_for_the_tab(tab: Tab) -> None:
    tab.page.goto(f"{tab.server.address}/?profile=anna&language=en")
    expect(tab.page.locator("h1")).to_have_text("This service is closed")
    for wrong, told in [("hunter2", "begins with fk_"), ("fk_aaaaaaaaaa_wrong", "not valid")]:
        tab.page.fill("#key", wrong)
        tab.page.click("role=button[name='Enter']")
        expect(tab.page.locator("#key-hint")).to_contain_text(told)
    tab.page.fill("#key", tab.server.key or "")
    tab.page.click("role=button[name='Enter']")
    tab.page.wait_for_selector(".rows .tile")
    tab.page.reload()
    tab.page.wait_for_selector(".rows .tile")
    assert tab.page.context.cookies() == []
    assert tab.page.evaluate("localStorage.length") == 0


def test_a_token_in_the_address_opens_its_profile_and_does_not_stay_there(tab: Tab) -> None:
    token = tab.server.ask("/v1/profiles/bea/token", {"seconds": 600})["token"]
    tab.page.goto(f"{tab.server.address}/?profile=bea&language=en#token={token}")
    tab.page.wait_for_selector(".rows .tile")
    assert token not in tab.page.url
    tab.page.locator(".rows .tile").first.click()
    tab.page.click("dialog >> text=Love")
    tab.said("You love")
    assert [e["value"] for e in tab.server.events("bea", "rate")] == [2.0]
    tab.page.goto(f"{tab.server.address}/?profile=anna&language=en")
    expect(tab.page.locator("h1")).to_have_text("This page could not be loaded")


def test_a_closed_service_names_no_profile_to_strangers(tab: Tab) -> None:
    told = tab.page.request.get(f"{tab.server.address}/app/about.json").json()
    assert told["worth_looking_at"] == []
    tab.page.goto(f"{tab.server.address}/?language=en")
    expect(tab.page.locator("h1")).to_have_text("This service is closed")
    assert "anna" not in tab.page.content()


def test_markup_in_a_catalogue_is_text_everywhere(tab: Tab) -> None:
    tab.page.goto(f"{tab.server.address}/?profile=anna&language=en")
    tab.page.fill("#key", tab.server.key or "")
    tab.page.click("role=button[name='Enter']")
    tab.page.wait_for_selector(".rows .tile")
    expect(tab.page.locator(".hero-name")).to_contain_text("<img src=x")
    tab.page.locator(".rows .tile").first.click()
    tab.page.wait_for_selector("dialog .similar")
    tab.page.wait_for_timeout(500)
    assert tab.page.locator("img[src='x']").count() == 0
    assert tab.page.locator("b, i").count() == 0
    assert "taken" not in tab.page.title().replace(MARKUP, "")
    assert not [told for told in tab.complaints if "policy violated" in told]
