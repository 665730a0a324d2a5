"""Series, editions, wishes and zones: a test for each sentence of the contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from frontrow.base.settings import PageSettings, Settings
from frontrow.base.time import format_time, from_us
from frontrow.page import Page, view_of
from frontrow.page.page import Tile
from frontrow.viewers.hours import DAYPARTS
from frontrow.viewers.zones import zone_of
from tests.strategies import NOW_US, Ask, World
from tests.worlds import catalogue_of, page_of, viewer_of

DAY = 86_400_000_000
HOUR = DAY // 24


def film(title_id: str = "film", **more: Any) -> dict[str, Any]:
    told = {"title_id": title_id, "kind": "movie", "name": title_id, "runtime_minutes": 100}
    return {**told, **more}


def series(
    *numbers: tuple[int, int], title_id: str = "series", **more: Any
) -> list[dict[str, Any]]:
    """A series with episodes of 40 minutes."""
    made = [{"title_id": title_id, "kind": "series", "name": title_id, **more}]
    return made + [episode(s, e, series_id=title_id) for s, e in numbers]


def episode(season: int, number: int, series_id: str = "series", **more: Any) -> dict[str, Any]:
    return {
        "title_id": f"{series_id}-{season}-{number}",
        "kind": "episode",
        "name": f"{season}x{number}",
        "series_id": series_id,
        "season": season,
        "episode": number,
        "runtime_minutes": 40,
        **more,
    }


@dataclass
class Home:
    """One viewer's story, told in order, one event an hour."""

    titles: list[dict[str, Any]]
    profile: dict[str, Any]
    events: list[dict[str, Any]]
    withdrawn: set[str] = field(default_factory=set)

    def without(self, *title_ids: str) -> Home:
        """Those titles withdrawn."""
        self.withdrawn.update(title_ids)
        return self

    def does(self, kind: str, title_id: str = "film", **more: Any) -> Home:
        us = NOW_US - 20 * DAY + len(self.events) * HOUR
        time = more.pop("time", format_time(from_us(us)))
        told = {"event_id": f"e{len(self.events)}", "type": kind, "time": time, **more}
        self.events.append(told if kind == "search" else {**told, "title_id": title_id})
        return self

    def watched(self, *title_ids: str) -> Home:
        for title_id in title_ids:
            self.does("play", title_id).does("complete", title_id)
        return self

    def world(self, **how: Any) -> World:
        titles = tuple((title, NOW_US - 300 * DAY) for title in self.titles)
        told = {"titles": titles, "profile": self.profile, "events": tuple(self.events)}
        return World(**told, withdrawn=frozenset(self.withdrawn), **how)

    def page(self, **how: Any) -> Page:
        return page_of(self.world(), Ask(**how)).page

    def row(self, kind: str, **how: Any) -> list[str]:
        return [t.title_id for r in self.page(**how).rows if r.kind == kind for t in r.tiles]

    def going_on(self) -> Tile | None:
        rows = [row for row in self.page().rows if row.kind == "continue_watching"]
        return rows[0].tiles[0] if rows else None

    def next(self) -> str | None:
        """The title that continue_watching would play."""
        tile = self.going_on()
        return None if tile is None or tile.resume is None else tile.resume.title_id


def home(*titles: dict[str, Any], **profile: Any) -> Home:
    return Home(list(titles), {"profile_id": "p", **profile}, [])


REGULAR = ((1, 1), (1, 2), (1, 3), (2, 1))


# -- series


def test_the_next_episode_is_after_the_one_last_played_not_the_lowest_unseen() -> None:
    assert home(*series(*REGULAR)).watched("series-1-2").next() == "series-1-3"


def test_a_rewatch_goes_on() -> None:
    seen = home(*series(*REGULAR)).watched("series-1-1", "series-1-2", "series-1-3", "series-2-1")
    assert seen.next() is None
    assert seen.watched("series-1-1").next() == "series-1-2"


def test_the_last_episode_of_a_season_leads_to_the_first_of_the_next() -> None:
    assert home(*series(*REGULAR)).watched("series-1-3").next() == "series-2-1"


def test_an_episode_under_way_is_gone_on_with_at_its_position() -> None:
    tile = (
        home(*series(*REGULAR))
        .does("play", "series-1-2")
        .does("progress", "series-1-2", position_seconds=1104)
        .going_on()
    )
    assert tile is not None
    assert tile.resume is not None
    assert (tile.resume.season, tile.resume.episode) == (1, 2)
    assert (tile.resume.position_seconds, tile.resume.fraction) == (1104, 0.46)


def test_the_next_unbegun_episode_has_position_and_fraction_zero() -> None:
    tile = home(*series(*REGULAR)).watched("series-1-1").going_on()
    assert tile is not None
    assert tile.resume is not None
    assert (tile.resume.position_seconds, tile.resume.fraction) == (0, 0)


def test_a_season_0_special_does_not_block() -> None:
    assert home(*series((0, 1), (1, 1), (1, 2))).watched("series-1-1").next() == "series-1-2"


def test_a_season_0_special_does_not_interrupt() -> None:
    watching = home(*series((0, 1), (1, 1), (1, 2))).watched("series-1-1", "series-0-1")
    assert watching.next() == "series-1-2"


def test_with_nothing_left_the_series_leaves_continue_watching_until_a_new_episode_comes() -> None:
    seen = home(*series((1, 1))).watched("series-1-1")
    assert seen.next() is None
    seen.titles.append(episode(1, 2))
    assert seen.next() == "series-1-2"


def test_a_new_episode_brings_a_series_back_however_long_it_was_left() -> None:
    settings = Settings(page=PageSettings(abandoned_days=10))  # the last was played 18 days ago
    new = [*series(*REGULAR), episode(2, 2, added_at="2026-02-26"), film("other")]
    watched = home(*new).watched("series-2-1")
    page = page_of(watched.world(settings=settings), Ask()).page
    (tile,) = next(row for row in page.rows if row.kind == "continue_watching").tiles
    assert tile.resume is not None
    assert tile.resume.title_id == "series-2-2"
    old = home(*series(*REGULAR), film("other")).watched("series-1-1")
    kinds = [row.kind for row in page_of(old.world(settings=settings), Ask()).page.rows]
    assert "continue_watching" not in kinds


def test_episodes_of_two_editions_of_a_series_are_one_by_their_numbers() -> None:
    two = [*series(*REGULAR, work_id="s"), *series(*REGULAR, title_id="serie", work_id="s",
                                                   audio_languages=["de"])]  # fmt: skip
    assert home(*two).watched("series-1-1").next() in {"series-1-2", "serie-1-2"}
    assert home(*two).watched("serie-1-2", "series-1-3").next() in {"series-2-1", "serie-2-1"}


def test_a_series_marked_as_watched_is_not_continued_until_a_new_episode_comes() -> None:
    marked = home(*series(*REGULAR)).watched("series-1-1").does("complete", "series")
    assert marked.next() is None
    new = episode(2, 2, added_at="2026-02-26")
    assert home(*series(*REGULAR), new).does("complete", "series").next() == "series-2-2"
    assert marked.watched("series-1-2").next() == "series-1-3"  # a rewatch goes on


def test_a_season_marked_as_watched_leads_to_the_next() -> None:
    season = {"title_id": "s1", "kind": "season", "name": "1", "series_id": "series", "season": 1}
    assert home(*series(*REGULAR), season).does("complete", "s1").next() == "series-2-1"


def test_a_special_left_is_nothing_left() -> None:
    assert home(*series((0, 1), (1, 1))).watched("series-1-1").next() is None


@pytest.mark.parametrize("kind", ["impression", "click", "list_add"])
def test_a_series_no_one_started_is_not_continued(kind: str) -> None:
    assert home(*series(*REGULAR)).does(kind, "series").row("continue_watching") == []


def test_a_rated_series_no_one_started_is_not_continued() -> None:
    assert home(*series(*REGULAR)).does("rate", "series", value=2).next() is None


def test_only_a_special_played_to_its_end_does_not_start_the_series() -> None:
    assert home(*series((0, 1), (1, 1))).watched("series-0-1").next() is None


def test_an_unavailable_episode_is_passed_over() -> None:
    titles = series((1, 1))
    titles += [episode(1, 2, availability=[{"until": "2020-01-01"}]), episode(1, 3)]
    assert home(*titles).watched("series-1-1").next() == "series-1-3"


def test_an_unnumbered_episode_stands_last_and_has_no_number() -> None:
    titles = series((1, 1))
    last = episode(1, 9, title_id="unnumbered")
    del last["season"], last["episode"]
    tile = home(*titles, last).watched("series-1-1").going_on()
    assert tile is not None
    assert tile.resume is not None
    assert tile.resume.title_id == "unnumbered"
    assert not isinstance(tile.resume.episode, int)


def test_seasons_and_episodes_are_never_tiles_of_their_own() -> None:
    season = {"title_id": "s1", "kind": "season", "name": "One", "series_id": "series", "season": 1}
    titles = [*series(*REGULAR), season, *(film(f"f{i}") for i in range(6))]
    shown = {t.title_id for row in home(*titles).page().rows for t in row.tiles}
    assert "series" in shown
    assert not shown & {"s1", "series-1-1", "series-2-1"}


def test_a_dismissed_episode_dismisses_its_series() -> None:
    titles = [*series(*REGULAR), *(film(f"f{i}") for i in range(6))]
    page = home(*titles).does("dismiss", "series-1-1").page()
    assert "series" not in {t.title_id for row in page.rows for t in row.tiles}


def test_a_series_with_known_episodes_needs_one_that_is_available() -> None:
    titles = [*series(), episode(1, 1, availability=[{"countries": ["FR"]}])]
    titles += [film(f"f{i}") for i in range(6)]
    shown = home(*titles)
    assert "series" not in shown.row("top_picks", country="DE")
    assert "series" in shown.row("top_picks", country="FR")


def test_a_series_without_known_episodes_counts_by_its_own_window() -> None:
    titles = [*series(availability=[{"countries": ["FR"]}]), *(film(f"f{i}") for i in range(6))]
    assert "series" in home(*titles).row("top_picks", country="FR")
    assert "series" not in home(*titles).row("top_picks", country="DE")


def test_a_forgotten_series_is_forgotten_with_its_episodes() -> None:
    watching = home(*series(*REGULAR)).watched("series-1-1").does("forget_title", "series")
    assert watching.next() is None


def test_a_forgotten_series_is_forgotten_in_an_episode_whose_event_comes_late() -> None:
    watching = home(*series(*REGULAR)).does("forget_title", "series")
    watching.does("play", "series-1-1", time=format_time(from_us(NOW_US - 25 * DAY)))
    assert watching.next() is None


def test_a_forgotten_season_is_forgotten_in_its_episodes_only() -> None:
    season = {"title_id": "s2", "kind": "season", "name": "Two", "series_id": "series", "season": 2}
    watching = home(*series(*REGULAR), season).watched("series-1-1", "series-2-1")
    assert watching.next() is None
    assert watching.does("forget_title", "s2").next() == "series-1-2"


# -- editions


def two_editions(**second: Any) -> list[dict[str, Any]]:
    first = film("first", work_id="w", audio_languages=["en"])
    return [first, film("second", work_id="w", audio_languages=["de"], **second)]


def test_titles_with_one_work_id_are_one_tile() -> None:
    titles = [*two_editions(), *(film(f"f{i}") for i in range(6))]
    shown = [t.title_id for row in home(*titles).page().rows for t in row.tiles]
    assert len({"first", "second"} & set(shown)) == 1


def test_the_tile_is_the_edition_in_the_viewers_language() -> None:
    listed = home(*two_editions()).does("list_add", "first")
    assert listed.row("my_list", language="de") == ["second"]
    assert listed.row("my_list", language="en") == ["first"]


def test_without_an_edition_in_the_language_the_first_to_arrive_is_the_tile() -> None:
    listed = home(*two_editions()).does("list_add", "second")
    assert listed.row("my_list", language="ja") == ["first"]


def test_an_edition_that_may_not_be_seen_gives_way_to_one_that_may() -> None:
    titles = two_editions(availability=[{"countries": ["FR"]}])
    listed = home(*titles).does("list_add", "first")
    assert listed.row("my_list", language="de", country="DE") == ["first"]


def test_a_work_needs_one_edition_that_passes_all_rules_at_once() -> None:
    open_but_adult = film("a", work_id="w", maturity=18)
    fitting_but_closed = film("b", work_id="w", maturity=6, availability=[{"until": "2020-01-01"}])
    listed = home(open_but_adult, fitting_but_closed, maturity_limit=12).does("list_add", "a")
    assert listed.row("my_list") == []
    listed.titles.append(film("c", work_id="w", maturity=6))
    assert listed.row("my_list") == ["c"]


def test_editions_have_one_history() -> None:
    begun = (
        home(*two_editions()).does("play", "first").does("progress", "first", position_seconds=60)
    )
    page = begun.page(language="de")
    (tile,) = page.rows[0].tiles
    assert tile.resume is not None
    assert (tile.title_id, tile.resume.title_id) == ("second", "second")
    assert tile.resume.position_seconds == 60


def test_a_longer_cut_is_not_finished_where_the_film_was() -> None:
    titles = [film("first", work_id="w"), film("cut", work_id="w", runtime_minutes=200)]
    begun = home(*titles).does("play", "cut").does("stop", "cut", position_seconds=5900)
    assert begun.row("continue_watching") == ["first"]


# -- wishes


def test_dismissed_from_continue_watching_leaves_that_row_and_keeps_its_history() -> None:
    begun = home(film()).does("play").does("progress", position_seconds=1200)
    begun.does("dismiss", scope="continue_watching")
    assert begun.row("continue_watching") == []
    assert begun.does("list_add").row("my_list") == ["film"]
    (tile,) = next(row for row in begun.page().rows if row.kind == "my_list").tiles
    assert tile.resume is not None
    assert tile.resume.position_seconds == 1200


def test_dismissed_from_continue_watching_returns_with_any_play_however_short() -> None:
    begun = home(film()).does("play").does("dismiss", scope="continue_watching")
    assert begun.does("progress", position_seconds=60).row("continue_watching") == []
    assert begun.does("play").row("continue_watching") == ["film"]


def test_dismissed_is_never_shown_again_whatever_is_played() -> None:
    seen = home(film()).does("play").does("dismiss").does("play").does("list_add")
    assert not seen.page().rows


def test_undismiss_takes_a_dismissal_back() -> None:
    seen = home(film()).does("list_add").does("dismiss")
    assert seen.row("my_list") == []
    assert seen.does("undismiss").row("my_list") == ["film"]


def test_undismiss_brings_back_to_continue_watching_too() -> None:
    begun = home(film()).does("play").does("dismiss", scope="continue_watching")
    assert begun.does("undismiss", scope="continue_watching").row("continue_watching") == ["film"]


def test_undismiss_of_continue_watching_does_not_undo_a_dismissal_for_ever() -> None:
    seen = home(film()).does("list_add").does("dismiss")
    assert seen.does("undismiss", scope="continue_watching").row("my_list") == []


def test_a_rated_film_is_in_no_row_but_those_that_allow_it() -> None:
    titles = [film(f"f{i}") for i in range(9)]
    assert "f1" in home(*titles).row("top_picks")
    assert "f1" not in home(*titles).does("rate", "f1", value=1).row("top_picks")
    assert home(*titles).does("rate", "f1", value=1).does("list_add", "f1").row("my_list") == ["f1"]


def test_starter_picks_are_exempt_from_being_done() -> None:
    picked = home(*(film(f"f{i}") for i in range(9)))
    picked.does("rate", "f1", value=1, attributes={"starter": True})
    assert "f1" in picked.row("top_picks")


def test_a_film_watched_to_its_end_stays_done_when_it_is_begun_again_and_put_aside() -> None:
    titles = [film(f"f{i}") for i in range(9)]
    seen = home(*titles).does("play", "f1").does("stop", "f1", position_seconds=5990)
    seen.does("play", "f1").does("dismiss", "f1", scope="continue_watching")
    assert seen.row("continue_watching") == []
    assert "f1" not in seen.row("top_picks")


def test_a_rewatch_is_continued() -> None:
    assert home(film()).watched("film").does("play").row("continue_watching") == ["film"]


def test_what_starts_by_itself_is_not_continued() -> None:
    assert home(film()).does("play", autoplay=True).row("continue_watching") == []


def test_a_hidden_row_holds_no_titles_back() -> None:
    titles = [film(f"f{i}") for i in range(9)]
    hides = home(*titles, preferences={"hidden_rows": ["my_list"]}).does("list_add", "f1")
    assert "f1" in hides.row("top_picks")


def test_a_page_too_short_to_keep_the_list_out_of_sight_shows_the_rest_of_it() -> None:
    begun = home(film("a"), film("b")).does("play", "a").does("list_add", "a").does("list_add", "b")
    assert begun.row("continue_watching") == ["a"]
    assert begun.row("my_list") == ["b"]


def test_muting_a_genre_mutes_it_however_it_is_spelt() -> None:
    listed = home(film("a", genres=["Crime"]), film("b", genres=["crime"]))
    listed.does("list_add", "a").does("list_add", "b")
    listed.profile["preferences"] = {"muted_genres": ["crime"]}
    assert listed.row("my_list") == []


# -- zones


def zone_offset(profile: dict[str, Any], country: str | None, *times: str) -> float:
    told = home(film(), **profile)
    for time in times:
        told.does("play", time=time)
    world = told.world()
    viewer = viewer_of(world, catalogue_of(world))
    offset = from_us(NOW_US).astimezone(zone_of(viewer, country)).utcoffset()
    assert offset is not None
    return offset.total_seconds() / 3600


def test_the_hour_comes_from_the_time_zone_first() -> None:
    profile = {"time_zone": "Asia/Tokyo", "country": "DE"}
    assert zone_offset(profile, "DE", "2026-02-20T12:00:00-05:00") == 9


def test_else_from_the_offset_of_the_event_times() -> None:
    assert zone_offset({"country": "DE"}, "DE", "2026-02-20T12:00:00-05:00") == -5


def test_the_latest_offset_holds() -> None:
    times = ("2026-02-21T12:00:00+14:00", "2026-02-19T12:00:00-12:00", "2026-02-22T12:00:00Z")
    assert zone_offset({}, None, *times) == 14


def test_else_from_the_country() -> None:
    assert zone_offset({"country": "JP"}, "DE") == 9
    assert zone_offset({}, "DE") == 1


@pytest.mark.parametrize(("country", "hours"), [("AU", 11), ("BR", -3), ("CA", -5), ("RU", 3)])
def test_the_country_s_hour_is_that_of_where_most_of_it_lives(country: str, hours: int) -> None:
    assert zone_offset({"country": country}, None) == hours


def test_with_nothing_known_the_hour_is_utc() -> None:
    assert zone_offset({}, None) == 0


def test_an_evening_in_tokyo_is_an_evening() -> None:
    watched = home(film(), time_zone="Asia/Tokyo")
    watched.does("stop", time="2026-02-20T11:00:00Z", seconds_watched=3600)
    world = watched.world()
    catalogue = catalogue_of(world)
    parts = view_of(viewer_of(world, catalogue), catalogue).habits.dayparts
    assert parts[DAYPARTS.index("evening")] == 1


@pytest.mark.parametrize(
    ("zone", "is_new"), [("Pacific/Kiritimati", True), ("Etc/GMT+12", False), ("UTC", False)]
)
def test_a_date_without_a_time_stays_a_date_in_every_zone(zone: str, is_new: bool) -> None:
    # At 2026-03-01T12:00Z the 2nd of March has begun on Kiritimati (+14) only.
    titles = [film(f"f{i}", added_at="2026-03-02") for i in range(12)]
    titles += [film(f"old{i}", release_year=2026) for i in range(6)]
    settings = Settings(page=PageSettings(row_length=5, top_picks_head=5))
    page = page_of(home(*titles, time_zone=zone).world(settings=settings)).page
    new = {t.title_id for row in page.rows if row.kind == "new" for t in row.tiles}
    assert bool(new) == is_new
    assert not any(title_id.startswith("old") for title_id in new)
