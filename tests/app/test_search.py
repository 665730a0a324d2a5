"""Search in the viewer app: as typed, by keyboard, and told of as what it is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, expect

from tests.app.conftest import Tab

pytestmark = pytest.mark.slow


def some_title(tab: Tab) -> dict[str, str]:
    """A title of the page, by the name that is shown."""
    rows = tab.server.page("someone", language="en")["rows"]
    tiles = [tile for row in rows for tile in row["tiles"] if len(tile["name"]) > 6]
    return {"id": tiles[0]["title_id"], "name": tiles[0]["name"]}


def test_what_is_typed_is_found_and_opening_it_tells_of_the_search_before_the_click(
    tab: Tab,
) -> None:
    tab.open("seeker")
    title = some_title(tab)
    tab.page.keyboard.press("/")
    tab.page.keyboard.type(title["name"][:-1].upper())
    first = tab.page.locator(".found-tiles .tile").first
    expect(first).to_have_attribute("data-title", title["id"])
    expect(tab.page.locator(".page")).to_be_hidden()
    tab.page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    tab.page.keyboard.press("Enter")
    tab.page.click("dialog >> text=Play")
    tab.page.click("dialog >> text=Stop here")
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_timeout(2_500)  # events are gathered
    told = [e for e in tab.server.events("seeker") if e["type"] in ("search", "click", "play")]
    told.sort(key=lambda event: str(event["time"]))
    assert [event["type"] for event in told] == ["search", "click", "play"]
    assert told[0]["query"] == title["name"][:-1].upper()
    assert told[1]["title_id"] == title["id"]
    assert told[1]["token"] == told[2]["token"] != ""
    assert tab.complaints == []


def test_escape_leads_back_to_the_field_and_then_to_the_page(tab: Tab) -> None:
    tab.open("seeker")
    field = tab.page.get_by_role("searchbox", name="Search")
    field.fill("the")
    tab.page.wait_for_selector(".found-tiles .tile")
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Escape")
    expect(field).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator(".found")).to_be_hidden()
    expect(tab.page.locator(".page")).to_be_visible()
    expect(field).to_have_value("")


def test_a_genre_is_looked_for_by_its_chip(tab: Tab) -> None:
    tab.open("seeker")
    tab.page.get_by_role("searchbox", name="Search").fill("come")
    tab.page.get_by_role("button", name="Search for Comedy").click()
    expect(tab.page.get_by_role("searchbox", name="Search")).to_have_value("Comedy")
    expect(tab.page.locator(".found-name")).to_contain_text("Comedy")


def test_an_answer_that_comes_late_is_dropped(tab: Tab) -> None:
    tab.open("seeker")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if not held:
            held.append(route)  # the first answer is as late as can be
        else:
            route.continue_()

    tab.page.route("**/search?*", hold)
    field = tab.page.get_by_role("searchbox", name="Search")
    with tab.page.expect_request("**/search?*") as asked:
        field.fill("a")
    first = asked.value
    with tab.page.expect_event("requestfailed", lambda request: request == first):
        field.fill("zzzzqqq")
    nothing = expect(tab.page.locator(".found-name"))
    nothing.to_have_text("Nothing here matches “zzzzqqq”")
    with suppress(Error):  # the browser may have let go of it already
        held[0].continue_()
    tab.page.wait_for_timeout(300)
    nothing.to_have_text("Nothing here matches “zzzzqqq”")


def test_what_is_not_for_me_leaves_what_was_found(tab: Tab) -> None:
    tab.open("chooser-of-few")
    title = some_title(tab)
    tab.page.get_by_role("searchbox", name="Search").fill(title["name"])
    tile = tab.page.locator(f".found-tiles .tile[data-title='{title['id']}']")
    tile.click()
    tab.page.click("dialog >> text=Not for me")
    expect(tile).to_have_count(0)
    assert tab.complaints == []


@pytest.mark.parametrize("tab", [(1440, 900), (390, 844), (360, 740), (820, 1180)], indirect=True)
def test_a_search_fits_the_screen_and_axe_finds_nothing(tab: Tab) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    tab.open("seeker")
    opener = tab.page.get_by_role("button", name="Search", exact=True)
    if opener.is_visible():
        opener.click()
    tab.page.get_by_role("searchbox", name="Search").fill("co")
    tab.page.wait_for_selector(".found-tiles .tile")
    tab.page.wait_for_timeout(600)  # fades change colours
    widths = "[document.documentElement.scrollWidth, window.innerWidth]"
    scroll_width, width = tab.page.evaluate(widths)
    assert scroll_width <= width
    results = axe.Axe().run(tab.page)
    assert results.violations_count == 0, results.generate_report()
    tab.page.get_by_role("button", name="End the search").click()
    expect(tab.page.locator(".brand")).to_be_visible()
    assert tab.complaints == []
