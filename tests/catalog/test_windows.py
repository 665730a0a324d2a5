"""Windows, limits and languages, edition by edition."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations
from typing import Any

import msgspec
import numpy as np
import pytest

from frontrow.base.time import to_us
from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.catalog.title import Window


def catalogue(*titles: dict[str, Any]) -> Catalogue:
    return build_catalogue(
        1,
        [StoredTitle(msgspec.convert(told, Title), i, 0) for i, told in enumerate(titles)],
    )


def is_open(window: dict[str, Any], at: str, country: str | None = None) -> bool:
    told = {"title_id": "t", "kind": "movie", "name": "x", "availability": [window]}
    at_us = to_us(datetime.fromisoformat(at))
    return bool(catalogue(told).availability.open_units(country, at_us)[0])


def test_from_is_included_and_until_excluded() -> None:
    window = {"from": "2026-03-01T10:00:00Z", "until": "2026-03-01T12:00:00Z"}
    assert not is_open(window, "2026-03-01T09:59:59.999999Z")
    assert is_open(window, "2026-03-01T10:00:00Z")
    assert is_open(window, "2026-03-01T11:59:59.999999Z")
    assert not is_open(window, "2026-03-01T12:00:00Z")


def test_a_bare_date_begins_at_midnight_utc_and_as_until_includes_that_day() -> None:
    window = {"from": "2026-03-01", "until": "2026-03-01"}
    assert not is_open(window, "2026-02-28T23:59:59Z")
    assert is_open(window, "2026-03-01T00:00:00Z")
    assert is_open(window, "2026-03-01T23:59:59.999999Z")
    assert not is_open(window, "2026-03-02T00:00:00Z")


def test_a_time_in_another_offset_is_the_same_instant() -> None:
    assert is_open({"from": "2026-03-01T01:00:00+14:00"}, "2026-02-28T11:00:00Z")
    assert not is_open({"from": "2026-03-01T01:00:00+14:00"}, "2026-02-28T10:59:59Z")


@pytest.mark.parametrize("until", ["9999-12-31", "9999-12-30", "9999-12-31T23:59:59Z"])
def test_the_end_of_the_calendar_is_an_end_far_away(until: str) -> None:
    assert is_open({"until": until}, "2026-03-01T00:00:00Z")


def test_either_end_may_be_missing() -> None:
    assert is_open({}, "2026-03-01T00:00:00Z")
    assert is_open({"from": "2026-01-01"}, "2126-03-01T00:00:00Z")
    assert is_open({"until": "2026-04-01"}, "1970-03-01T00:00:00Z")


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="is not after"):
        msgspec.convert({"from": "2026-03-02", "until": "2026-03-01"}, Window)


def test_without_a_country_only_windows_for_everywhere_count() -> None:
    everywhere, germany = {"countries": ["*"]}, {"countries": ["DE"]}
    now = "2026-03-01T00:00:00Z"
    assert is_open(everywhere, now)
    assert is_open(everywhere, now, "FR")
    assert not is_open(germany, now)
    assert not is_open(germany, now, "FR")
    assert is_open(germany, now, "DE")


def test_one_open_window_of_several_is_enough() -> None:
    windows = [{"until": "2020-01-01"}, {"countries": ["FR"]}, {"from": "2026-01-01"}]
    told = {"title_id": "t", "kind": "movie", "name": "x", "availability": windows}
    at_us = to_us(datetime.fromisoformat("2026-03-01T00:00:00Z"))
    assert catalogue(told).availability.open_units("DE", at_us)[0]


def test_episodes_stand_in_order_of_season_and_number_editions_together() -> None:
    def episode(title_id: str, **more: Any) -> dict[str, Any]:
        return {"title_id": title_id, "kind": "episode", "name": "x", "series_id": "s", **more}

    found = catalogue(
        episode("s2e1", season=2, episode=1),
        episode("s1e2.dub", season=1, episode=2, work_id="two"),
        episode("s1e10", season=1, episode=10),
        episode("loose"),
        episode("s1e2", season=1, episode=2, work_id="two"),
        episode("s0e1", season=0, episode=1),
        {"title_id": "s", "kind": "series", "name": "S"},
    )
    (work,) = found.works
    order = [[e.title.title_id for e in episode.editions] for episode in work.episodes]
    assert order == [["s0e1"], ["s1e2.dub", "s1e2"], ["s1e10"], ["loose"], ["s2e1"]]
    assert [episode.is_special for episode in work.episodes] == [True, *[False] * 4]


def test_an_episode_whose_series_has_not_come_is_nothing_yet() -> None:
    orphan = {"title_id": "e", "kind": "episode", "name": "x", "series_id": "later"}
    assert catalogue(orphan).n == 0
    series = {"title_id": "later", "kind": "series", "name": "S"}
    assert catalogue(orphan, series).work_of_title == {"later": 0, "e": 0}


def test_an_episode_may_name_its_season_in_whichever_order_they_come() -> None:
    series = {"title_id": "s", "kind": "series", "name": "S"}
    season = {"title_id": "s1", "kind": "season", "name": "One", "series_id": "s", "season": 1}
    part = {"title_id": "e", "kind": "episode", "name": "E", "series_id": "s1", "season": 1}
    for order in permutations((series, season, part)):
        found = catalogue(*order)
        assert found.work_of_title == {"s": 0, "s1": 0, "e": 0}
        assert [e.title.title_id for e in found.works[0].episodes[0].editions] == ["e"]


@pytest.mark.parametrize("kind", ["movie", "special", "live"])
def test_what_is_no_series_has_no_episodes_and_is_judged_by_its_own_window(kind: str) -> None:
    ended = {"availability": [{"until": "2026-01-31"}]}
    film = {"title_id": "f", "kind": kind, "name": "F", **ended}
    stray = {"title_id": "e", "kind": "episode", "name": "E", "series_id": "f", "season": 1}
    found = catalogue(film, stray)
    assert (found.works[0].episodes, found.work_of_title) == ((), {"f": 0})
    open_now = found.availability.open_units(None, to_us(datetime.fromisoformat("2026-03-01T00Z")))
    everything = np.ones(len(open_now), dtype=bool)
    assert not found.available_works(everything, open_now).any()


def test_works_stand_in_the_order_of_their_ids() -> None:
    found = catalogue(*({"title_id": t, "kind": "movie", "name": "x"} for t in "bca"))
    assert [work.work_id for work in found.works] == ["a", "b", "c"]
    assert found.index == {"a": 0, "b": 1, "c": 2}


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("pt-BR", "BR"), ("pt-br", "BR"), ("pt-PT", "pt"), ("pt", "pt"), ("zh-Hant-TW", "Hant"),
        ("zh-Hans-SG", "Hans"), ("zh", "Hant"), ("zh-TW", "Hant"), ("de-AT", "de"), ("fr", "plain"),
    ],
)  # fmt: skip
def test_a_name_is_of_the_nearest_tag(language: str, name: str) -> None:
    names = {"pt": "pt", "PT-br": "BR", "zh-Hant": "Hant", "zh-Hans": "Hans", "de": "de"}
    told = {"title_id": "t", "kind": "movie", "name": "plain", "names": names}
    assert msgspec.convert(told, Title).name_in(language) == name
