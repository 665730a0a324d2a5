"""The viewer app in a real browser, on a real server: what a viewer does shows on the next page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from frontrow.base.time import format_time, system_clock
from tests.app.conftest import Tab

pytestmark = pytest.mark.slow


def test_a_title_that_is_not_for_me_is_gone_from_the_next_page(tab: Tab) -> None:
    tab.open("dismisser")
    title = tab.titles("top_picks")[2]
    tab.page.click(f".row[data-kind='top_picks'] .tile[data-title='{title}']")
    tab.page.click("dialog >> text=Not for me")
    tab.said("won't be shown again")
    assert tab.page.locator(f".rows .tile[data-title='{title}']").count() == 0
    held = tab.server.events("dismisser")
    assert {e["type"] for e in held if e["title_id"] == title} >= {"click", "rate", "dismiss"}
    rows = tab.server.page("dismisser")["rows"]
    assert title not in {tile["title_id"] for row in rows for tile in row["tiles"]}


def test_a_begun_film_comes_to_continue_watching_with_its_progress(tab: Tab) -> None:
    tab.open("beginner")
    film = _first_of_kind(tab, "movie")
    tab.page.click(f".rows .tile[data-title='{film}'] >> nth=0")
    tab.page.click("dialog >> text=Play")
    tab.page.click("dialog >> text=Pause")
    tab.page.locator(".scrubber").fill("1500")
    tab.page.click("dialog >> text=Stop here")
    tab.said("Stopped")
    slot = tab.page.locator(f".row[data-kind='continue_watching'] .slot:has([data-title='{film}'])")
    expect(slot.locator(".progress")).to_have_count(1)
    (stop,) = tab.server.events("beginner", "stop")
    assert stop["position_seconds"] == 1500
    assert stop["seconds_watched"] == 1500
    assert stop["runtime_seconds"] > 1500
    (play,) = tab.server.events("beginner", "play")
    assert play["token"]
    assert play["time"] < stop["time"]


def test_a_series_that_nobody_began_starts_with_its_first_episode(tab: Tab) -> None:
    tab.open("serial")
    series = _first_of_kind(tab, "series")
    tab.page.click(f".rows .tile[data-title='{series}'] >> nth=0")
    tab.page.click("dialog >> text=Play")
    expect(tab.page.locator(".player-words .meta")).to_contain_text("S1 E1")
    tab.page.click("dialog >> text=Pause")
    tab.page.locator(".scrubber").fill("600")
    tab.page.click("dialog >> text=Stop here")
    tab.said("Stopped")
    tile = tab.page.locator(f".row[data-kind='continue_watching'] [data-title='{series}']")
    expect(tile.locator(".badge")).to_have_text("S1 E1")
    expect(tile.locator(".progress")).to_have_count(1)


def test_a_title_leaves_continue_watching_when_asked_to(tab: Tab) -> None:
    tab.open("leaver")
    tab.page.click(".hero .is-main")
    tab.page.click("dialog >> text=Stop here")
    tab.said("Stopped")
    title = tab.titles("continue_watching")[0]
    tab.page.locator(f"[data-kind='continue_watching'] [data-title='{title}']").focus()
    tab.page.keyboard.press("Delete")
    tab.said("has left this row")
    assert title not in tab.titles("continue_watching")
    (dismissal,) = tab.server.events("leaver", "dismiss")
    assert dismissal["scope"] == "continue_watching"


def test_my_list_follows_its_button(tab: Tab) -> None:
    tab.open("lister")
    name = tab.page.locator(".hero-name").inner_text()
    tab.page.click(".hero >> text=My list")
    tab.said("is on your list")
    expect(tab.page.locator("[data-kind='my_list']")).to_have_count(1)
    tab.page.locator("[data-kind='my_list'] .tile").first.click()
    expect(tab.page.locator("dialog .sheet-name")).to_have_text(name)
    tab.page.click("dialog >> text=My list")
    tab.said("is off your list")
    expect(tab.page.locator("[data-kind='my_list']")).to_have_count(0)


def test_what_came_first_stays_first_under_a_frozen_clock(tab: Tab) -> None:
    frozen = tab.server.page("frozen")["generated_at"]

    def freeze(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "generated_at": frozen})

    tab.page.route("**/v1/profiles/frozen/page*", freeze)
    tab.open("frozen")
    tab.page.wait_for_timeout(500)
    tab.page.click(".hero >> text=My list")
    tab.said("is on your list")
    tab.page.reload()
    tab.page.locator("[data-kind='my_list'] .tile").first.click()
    tab.page.click("dialog >> text=My list")
    tab.said("is off your list")
    (added,) = tab.server.events("frozen", "list_add")
    (removed,) = tab.server.events("frozen", "list_remove")
    assert added["time"] < removed["time"]
    assert tab.titles("my_list") == []


def test_a_tile_seen_for_a_second_is_one_impression(tab: Tab) -> None:
    tab.open("watcher")
    tab.page.wait_for_timeout(1_600)
    tab.page.mouse.wheel(0, 500)
    tab.page.wait_for_timeout(3_500)
    seen = tab.server.events("watcher", "impression")
    assert len({event["token"] for event in seen}) == len(seen) > 6
    first = min(seen, key=lambda event: event["time"])
    assert {"page_id", "row_id", "position", "artwork_id", "device", "session_id"} <= set(first)
    shown = {t["token"] for r in tab.server.page("watcher")["rows"] for t in r["tiles"]}
    assert len(seen) < len(shown), "what was not in view was not seen"


def test_events_wait_out_an_outage_and_arrive_once(tab: Tab) -> None:
    tried: list[str] = []

    def refuse(route: Route) -> None:
        tried.append(route.request.post_data or "")
        route.abort()

    tab.open("patient")
    tab.page.route("**/v1/events", refuse)
    tab.page.click(".hero >> text=My list")
    tab.said("The service doesn't answer")
    tab.page.unroute("**/v1/events")
    tab.said("is on your list")
    (added,) = tab.server.events("patient", "list_add")
    assert added["event_id"] in tried[0]


def test_a_page_that_is_gone_is_loaded_anew(tab: Tab) -> None:
    gone = {"type": "about:blank", "title": "Gone", "status": 410}
    tab.page.route(
        "**/more?*",
        lambda route: route.fulfill(
            status=410, json=gone, headers={"content-type": "application/problem+json"}
        ),
        times=1,
    )
    with (
        tab.page.expect_response(re.compile("/page\\?.*rows=")),
        tab.page.expect_response("**/more?*"),
    ):
        tab.open("returner")
        tab.page.mouse.wheel(0, 20_000)
    expect(tab.page.locator(".rows > .row").nth(8)).to_be_attached()


def test_a_row_goes_on_to_the_side(tab: Tab) -> None:
    rows = tab.server.page("scroller", columns="18")["rows"]
    row_id = next(row["row_id"] for row in rows if row["more"])
    tab.open("scroller")
    row = tab.page.locator(f"[data-row='{row_id}'] .tiles")
    loaded = row.locator(".tile").count()
    row.evaluate("list => list.scrollTo({left: list.scrollWidth, behavior: 'instant'})")
    expect(row.locator(".tile").nth(loaded)).to_be_attached()
    titles = [tile.get_attribute("data-title") for tile in row.locator(".tile").all()]
    assert len(titles) == len(set(titles))


def test_a_page_goes_on_below(tab: Tab) -> None:
    tab.open("deep")
    for _ in range(20):
        if tab.page.locator(".the-end").count():
            break
        tab.page.mouse.wheel(0, 3_000)
        tab.page.wait_for_timeout(200)
    expect(tab.page.locator(".the-end")).to_have_count(1)
    shown = tab.page.eval_on_selector_all(".rows > .row", "rows => rows.map(r => r.dataset.row)")
    whole = [row["row_id"] for row in tab.server.page("deep", rows="40")["rows"]]
    assert shown == whole
    assert len(whole) > 8


def test_arrow_keys_reach_tiles_and_enter_opens_one(tab: Tab) -> None:
    tab.open("keys")
    tab.page.locator(".hero .button").first.focus()
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("ArrowRight")
    first_row = tab.page.locator(".rows .row").first
    expect(first_row.locator(".tile").nth(1)).to_be_focused()
    tab.page.keyboard.press("ArrowDown")
    expect(tab.page.locator(".rows .row").nth(1).locator(".tile:focus")).to_have_count(1)
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("dialog[open]")).to_have_count(1)
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator(".rows .row").nth(1).locator(".tile:focus")).to_have_count(1)


def test_the_chooser_opens_any_profile_and_says_what_is_invented(tab: Tab) -> None:
    tab.page.goto(tab.server.address + "/?language=en")
    expect(tab.page.locator(".profile.is-large").first).to_contain_text("anna")
    expect(tab.page.locator("footer")).to_contain_text("Nothing here is real.")
    tab.page.fill(".field", "no such id!")
    tab.page.click("text=Open >> nth=-1")
    expect(tab.page.locator("#any-hint")).to_have_class(re.compile("is-wrong"))
    tab.page.fill(".field", "somebody.new")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_selector(".rows .tile")
    assert "profile=somebody.new" in tab.page.url


def test_the_page_without_history_says_so_and_leads_back(tab: Tab) -> None:
    tab.open("private")
    tab.page.click("header >> role=button[name='How this page was made']")
    tab.page.click("text=Without my history")
    tab.page.wait_for_selector(".without")
    assert "personalised=false" in tab.page.url
    tab.page.click("text=Use my history again")
    expect(tab.page.locator(".without")).to_have_count(0)


def test_the_app_speaks_german(tab: Tab) -> None:
    tab.page.goto(f"{tab.server.address}/?profile=erika&language=de")
    expect(tab.page.locator(".hero .is-main")).to_have_text("Abspielen")
    assert tab.page.evaluate("document.documentElement.lang") == "de"


def test_a_failed_page_can_be_tried_again(tab: Tab) -> None:
    tab.page.route("**/v1/profiles/unlucky/page*", lambda route: route.abort(), times=1)
    tab.page.goto(f"{tab.server.address}/?profile=unlucky&language=en")
    tab.page.click("role=button[name='Try again']")
    expect(tab.page.locator(".rows .tile").first).to_be_visible()


def test_viewers_see_what_is_inferred_and_change_it(tab: Tab) -> None:
    titles = [t["title_id"] for row in tab.server.page("yolanda")["rows"] for t in row["tiles"][:4]]
    now = format_time(system_clock()())
    events = [
        {"event_id": f"y{i}", "type": "rate", "profile_id": "yolanda", "title_id": t, "value": 2, "time": now}
        for i, t in enumerate(dict.fromkeys(titles))
    ]  # fmt: skip
    tab.server.ask("/v1/events", {"events": events})
    tab.open("yolanda")
    tab.page.click("header >> role=button[name='Your page, your say']")
    first = tab.page.locator(".taste").first
    words = first.locator(".taste-words").inner_text()
    first.get_by_text("Not true").click()
    corrected = tab.page.locator(
        ".taste", has_text="(as you said)"
    ).first  # its hours follow a genre
    expect(corrected).to_be_visible()
    corrections = tab.server.ask("/v1/profiles/yolanda/taste")["corrections"]
    assert [value for terms in corrections.values() for value in terms.values()] == [0]
    corrected.get_by_text("Undo").click()
    expect(first.locator(".taste-words")).to_have_text(words)
    tab.page.locator("#bold").fill("1")
    tab.page.locator("#bold").dispatch_event("change")
    expect(tab.page.locator(".toast").last).to_contain_text("Done")
    tab.page.get_by_label("Choose for me").uncheck()
    expect(tab.page.get_by_label("Choose for me")).not_to_be_checked()
    expect(tab.page.locator("dialog")).to_contain_text("of this profile nothing is inferred")
    expect(tab.page.locator(".taste")).to_have_count(0)
    wishes = tab.server.ask("/v1/profiles/yolanda")["preferences"]
    assert (wishes["adventurousness"], wishes["personalised"]) == (1, False)
    with tab.page.expect_download() as told:
        tab.page.get_by_role("button", name="Take my data along").click()
    assert told.value.suggested_filename == "yolanda.json"
    tab.page.get_by_role("button", name="Forget me").click()
    tab.page.get_by_role("button", name="Really: Forget me").click()
    tab.page.wait_for_selector(".profile.is-large")
    assert tab.server.events("yolanda") == []
    assert tab.complaints == []


@pytest.mark.parametrize("tab", [(1440, 900), (390, 844), (360, 740), (820, 1180)], indirect=True)
def test_the_header_ends_within_the_screen(tab: Tab) -> None:
    tab.open("looker")
    ends = "all => all.map(one => one.getBoundingClientRect().right)"
    found = tab.page.eval_on_selector_all("header *", ends)
    assert len(found) > 5
    assert max(found) <= tab.page.evaluate("window.innerWidth")


@pytest.mark.parametrize("tab", [(1440, 900), (390, 844), (820, 1180), (1920, 1080)], indirect=True)
def test_nothing_sticks_out_and_nothing_is_complained_about(tab: Tab) -> None:
    tab.open("looker")
    tab.page.wait_for_timeout(1_000)
    widths = "[document.documentElement.scrollWidth, window.innerWidth]"
    scroll_width, width = tab.page.evaluate(widths)
    assert scroll_width <= width
    tab.page.locator(".rows .tile").first.click()
    tab.page.wait_for_selector(".similar .tile")
    tab.page.keyboard.press("Escape")
    tab.page.click("header >> role=button[name='How this page was made']")
    tab.page.wait_for_selector("dialog .plain p")
    scroll_width, width = tab.page.evaluate(widths)
    assert scroll_width <= width
    assert tab.complaints == []


@pytest.mark.parametrize("view", ["home", "title", "made", "yours", "starter", "chooser"])
def test_axe_finds_nothing(tab: Tab, view: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    if view == "chooser":
        tab.page.goto(tab.server.address + "/?language=en")
        tab.page.wait_for_selector(".profile.is-large")
    else:
        tab.open("reader")
    if view == "title":
        tab.page.locator(".rows .tile").first.click()
        tab.page.wait_for_selector(".similar .tile")
    elif view == "made":
        tab.page.click("header >> role=button[name='How this page was made']")
        tab.page.wait_for_selector("dialog .plain p")
    elif view == "yours":
        tab.page.click("header >> role=button[name='Your page, your say']")
        tab.page.wait_for_selector("dialog .way")
        tab.page.locator("dialog summary").click()
    elif view == "starter":
        tab.page.click("header >> role=button[name='Your page, your say']")
        tab.page.click("dialog >> role=button[name='Say what you like']")
        tab.page.locator(".starters .tile").first.click()
    tab.page.wait_for_timeout(600)  # fades change colours
    results = axe.Axe().run(tab.page)
    assert results.violations_count == 0, results.generate_report()


def _first_of_kind(tab: Tab, kind: str) -> str:
    """The first title of a kind in the top picks."""
    for title in tab.titles("top_picks"):
        if tab.server.ask(f"/v1/titles/{title}")["kind"] == kind:
            return title
    raise AssertionError(f"no {kind} in the top picks")
