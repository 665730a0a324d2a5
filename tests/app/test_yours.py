"""“Your page, your say” and a title's own buttons: what a viewer can take back, hide, pin and forget."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from frontrow.base.time import format_time, system_clock
from tests.app.conftest import Tab

pytestmark = pytest.mark.slow


def open_yours(tab: Tab) -> None:
    tab.page.click("header >> role=button[name='Your page, your say']")
    tab.page.wait_for_selector("dialog .way")


def kinds(tab: Tab) -> list[str]:
    """Kinds of the rows that are shown, in their order."""
    found: list[str] = tab.page.eval_on_selector_all(
        ".rows > .row", "rows => rows.map(row => row.dataset.kind)"
    )
    return found


def test_what_still_waits_to_be_sent_does_not_bring_a_forgotten_profile_back(tab: Tab) -> None:
    tab.page.route("**/v1/events", lambda route: route.abort())
    tab.open("leaver-for-good")
    tab.said("The service doesn't answer")  # what was seen waits
    open_yours(tab)
    tab.page.get_by_role("button", name="Forget me").click()
    tab.page.get_by_role("button", name="Really: Forget me").click()
    tab.page.wait_for_selector(".profile.is-large")
    tab.page.unroute("**/v1/events")
    tab.page.evaluate("window.dispatchEvent(new Event('online'))")
    tab.page.wait_for_timeout(600)
    assert tab.server.events("leaver-for-good") == []
    tab.open("leaver-for-good")
    tab.page.click(".hero >> text=My list")
    tab.said("is on your list")
    assert tab.server.events("leaver-for-good", "list_add")


def test_a_title_that_was_watched_can_be_forgotten(tab: Tab) -> None:
    tab.open("forgetter")
    tab.page.click(".hero .is-main")
    tab.page.click("dialog >> text=Stop here")
    tab.said("Stopped")
    tab.page.locator("[data-kind='continue_watching'] .tile").first.click()
    tab.page.click("dialog >> text=Forget that I watched it")
    tab.said("counts as never watched")
    expect(tab.page.locator("[data-kind='continue_watching']")).to_have_count(0)
    assert len(tab.server.events("forgetter", "forget_title")) == 1


def test_not_for_me_can_be_taken_back(tab: Tab) -> None:
    tab.open("ruer")
    tile = tab.page.locator(".row[data-kind='top_picks'] .tile").nth(1)
    title = tile.get_attribute("data-title")
    name = tab.server.ask(f"/v1/titles/{title}")["name"]
    tile.click()
    tab.page.click("dialog >> text=Not for me")
    tab.said("won't be shown again")
    open_yours(tab)
    pill = tab.page.get_by_role("button", name=f"Take back: {name}")
    pill.click()
    expect(pill).to_have_count(0)
    assert tab.server.ask("/v1/profiles/ruer/wishes")["dismissed"] == []
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator(f".rows .tile[data-title='{title}']").first).to_be_attached()


def test_rows_are_hidden_shown_and_brought_to_the_top(tab: Tab) -> None:
    tab.open("arranger")
    before = list(dict.fromkeys(kinds(tab)))
    last = before[-1]
    assert "genre" in before[:-1]
    assert before.index(last) > 1
    open_yours(tab)
    tab.page.locator("dialog summary").click()
    tab.page.get_by_role("button", name="Hide rows: Genres").click()
    again = tab.page.get_by_role("button", name="Show rows again: Genres")
    expect(again).to_be_visible()
    expect(tab.page.locator("dialog button:focus")).to_have_count(1)
    tab.page.get_by_role("button", name="Rows to the top:").last.click()
    expect(tab.page.get_by_role("button", name="Rows not to the top:")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator(f".rows > .row[data-kind='{last}']").first).to_be_attached()
    expect(tab.page.locator(".rows > .row[data-kind='genre']")).to_have_count(0)
    assert last in kinds(tab)[:2]
    open_yours(tab)
    tab.page.locator("dialog summary").click()
    again.click()
    expect(tab.page.get_by_role("button", name="Hide rows: Genres")).to_be_visible()
    assert tab.complaints == []


def test_a_title_is_known_to_be_listed_where_the_list_is_hidden(tab: Tab) -> None:
    title = tab.open("hider").titles("top_picks")[1]
    told = {"event_id": "l1", "type": "list_add", "profile_id": "hider", "title_id": title}
    tab.server.ask("/v1/events", {"events": [{**told, "time": format_time(system_clock()())}]})
    tab.server.change("/v1/profiles/hider", {"preferences": {"hidden_rows": ["my_list"]}})
    tab.open("hider")
    tab.page.wait_for_timeout(500)
    tab.page.locator(f".rows .tile[data-title='{title}']").first.click()
    button = tab.page.locator("dialog .buttons >> text=My list")
    button.click()
    tab.said("is off your list")
    assert len(tab.server.events("hider", "list_remove")) == 1


def test_starting_again_says_what_it_takes_along(tab: Tab) -> None:
    tab.open("starter-over")
    tab.page.click(".hero >> text=My list")
    tab.said("is on your list")
    open_yours(tab)
    way = tab.page.locator("dialog .way", has_text="Start again")
    expect(way).to_contain_text("listed")
    expect(tab.page.locator("dialog .way", has_text="Forget me")).to_contain_text("trained anew")
    way.get_by_role("button").click()
    way.get_by_role("button").click()
    expect(tab.page.locator("dialog")).to_have_count(0)
    expect(tab.page.locator("[data-kind='my_list']")).to_have_count(0)
    assert tab.server.ask("/v1/profiles/starter-over/wishes")["listed"] == []


def test_an_episode_is_called_in_the_language_of_the_page(tab: Tab) -> None:
    show = {"title_id": "show", "kind": "series", "name": "Show", "genres": ["Drama"]}
    part = {
        "kind": "episode",
        "series_id": "show",
        "season": 1,
        "episode": 1,
        "runtime_minutes": 30,
    }
    first = {**part, "title_id": "show-1", "name": "The start", "names": {"de": "Der Anfang"}}
    tab.server.ask("/v1/titles", {"titles": [show, first]})
    told = {"event_id": "w1", "type": "play", "profile_id": "hoererin", "title_id": "show-1"}
    tab.server.ask("/v1/events", {"events": [{**told, "time": format_time(system_clock()())}]})
    tab.page.goto(f"{tab.server.address}/?profile=hoererin&language=de")
    tab.page.locator("[data-kind='continue_watching'] [data-title='show']").click()
    tab.page.click("dialog .is-main")
    expect(tab.page.locator(".player-words .meta")).to_have_text("S1 F1 · Der Anfang")


def test_a_viewer_of_whom_nothing_is_known_can_say_what_they_like(tab: Tab) -> None:
    tab.open("beginner-at-all")
    open_yours(tab)
    tab.page.get_by_role("button", name="Say what you like").click()
    picks = tab.page.locator(".starters .tile")
    expect(picks).to_have_count(12)
    for at in (0, 3, 3, 5):
        picks.nth(at).click()
    expect(tab.page.locator(".starters [aria-pressed='true']")).to_have_count(2)
    tab.page.get_by_role("button", name="Done").click()
    expect(tab.page.locator(".taste").first).to_be_visible()
    rated = tab.server.events("beginner-at-all", "rate")
    assert [(event["value"], event["attributes"]) for event in rated] == 2 * [
        (1, {"starter": True})
    ]
    assert tab.complaints == []
