"""A taste: what was watched when, told in words; what the viewer says of it stands in its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.errors import BadInput
from frontrow.base.time import from_us, to_us
from frontrow.catalog import Artwork, Catalogue, Credit, StoredTitle, Title, build_catalogue
from frontrow.events import Event
from frontrow.events.event import PROFILE_RESET, PROFILE_SET, TASTE_SET
from frontrow.events.log import Logged
from frontrow.page.view import view_of, without_history
from frontrow.viewers import fold_on
from frontrow.viewers.corrections import patch_corrections
from frontrow.viewers.hours import SLOTS, local_us, slots_of
from frontrow.viewers.taste import SESSION_GAP_US, Taste, taste_of
from frontrow.viewers.vocabulary import OF_MOMENTS, OF_WORKS, vocabulary_of

NOW = datetime(2026, 3, 4, 7, 30, tzinfo=UTC)  # a Wednesday morning

TITLES = [
    Title(title_id=f"{genre}{i}", kind="movie", name=f"{genre} {i}", genres=[genre],
          themes=[f"{genre} theme"], runtime_minutes=minutes, release_year=year,
          original_language=language, people=[Credit(name=f"{genre} star", role="actor")],
          artwork=[Artwork(artwork_id=f"{genre}{i}-{tag}", url="/a.svg", tags=[tag])
                   for tag in ("face", "place")])
    for genre, minutes, year, language in (
        ("Sitcom", 25.0, 1994, "en"), ("Thriller", 130.0, 2021, "de"), ("Drama", 100.0, 2003, "fr"))
    for i in range(8)
]  # fmt: skip
CATALOGUE: Catalogue = build_catalogue(1, [StoredTitle(t, i, 0) for i, t in enumerate(TITLES)])
VOCABULARY = vocabulary_of(CATALOGUE)


class Life:
    """One viewer's events."""

    def __init__(self, **settings: Any) -> None:
        body = {"profile_id": "p", **settings}
        self.logged = [Logged(1, PROFILE_SET, to_us(NOW), to_us(NOW), None, body)]

    def _add(self, kind: str, time: datetime, event: Event | None, body: dict[str, Any]) -> Life:
        number = len(self.logged) + 1
        self.logged.append(Logged(number, kind, to_us(time), to_us(NOW), event, body))
        return self

    def does(self, kind: Any, title: str, time: datetime, **more: Any) -> Life:
        event = Event(event_id=f"e{len(self.logged)}", type=kind, profile_id="p", title_id=title,
                      time=time, **more)  # fmt: skip
        return self._add(kind, time, event, {})

    def finishes(self, title: str, time: datetime, **more: Any) -> Life:
        self.does("play", title, time, **more)
        return self.does("complete", title, time + timedelta(minutes=20))

    def says(self, spoken: dict[str, Any]) -> Life:
        return self._add(TASTE_SET, NOW, None, spoken)

    def starts_again(self) -> Life:
        return self._add(PROFILE_RESET, NOW, None, {})

    def taste(self, now: datetime = NOW) -> Taste:
        view = view_of(fold_on("p", self.logged, CATALOGUE), CATALOGUE)
        now_us = to_us(now)
        reward = view.reward_at(CATALOGUE, now_us)
        return taste_of(view.records, reward, CATALOGUE, now_us, view.habits)


def of(taste: Taste, kind: str, term: str) -> float:
    return float(taste.of(kind)[VOCABULARY.index[kind][term]])


def two_lives(**settings: Any) -> Life:
    """Sitcoms on weekday mornings and thrillers in the evenings, for a fortnight."""
    life = Life(**settings)
    for i in range(8):
        day = datetime(2026, 2, 9 + i + 2 * (i // 5), tzinfo=UTC)  # weekdays only
        life.finishes(f"Sitcom{i}", day.replace(hour=7))
        life.finishes(f"Thriller{i}", day.replace(hour=21))
    return life


# -- hours


def test_sitcoms_on_weekday_mornings_and_thrillers_at_night_are_both_liked_at_their_time() -> None:
    taste = two_lives().taste()
    for slot, liked, other in (
        ("weekday_morning", "Sitcom", "Thriller"),
        ("weekday_evening", "Thriller", "Sitcom"),
    ):
        assert of(taste, "genres_at", f"{slot}:{liked}") > 0.5
        assert of(taste, "genres_at", f"{slot}:{other}") == 0
    assert of(taste, "genres", "Sitcom") == pytest.approx(of(taste, "genres", "Thriller"), abs=0.01)


def test_what_is_liked_now_follows_the_clock() -> None:
    life, sitcom = two_lives(), VOCABULARY.index["genres"]["Sitcom"]
    morning, evening = life.taste(NOW), life.taste(NOW.replace(hour=20))
    assert morning.genres_now[sitcom] > 0.5
    assert evening.genres_now[sitcom] == 0


def test_a_daypart_is_that_of_the_viewers_own_zone() -> None:
    taste = two_lives(time_zone="Asia/Tokyo").taste()  # nine hours later there
    assert of(taste, "genres_at", "weekday_afternoon:Sitcom") > 0.5
    assert of(taste, "genres_at", "weekday_morning:Thriller") > 0.3


def test_a_weekend_is_saturday_and_sunday() -> None:
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in range(2, 9)]  # Monday to Sunday
    slots = slots_of(np.array([to_us(day) for day in days]), UTC)
    assert [SLOTS[slot] for slot in slots] == 5 * ["weekday_afternoon"] + 2 * ["weekend_afternoon"]
    assert slots_of(np.array([0]), UTC).tolist() == [-1]


ZONES = ("Europe/Berlin", "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe")


@given(st.lists(st.integers(-(2**50), 2**52), min_size=1, max_size=40), st.sampled_from(ZONES))
def test_a_local_clock_shows_what_the_zone_says_at_every_instant(
    times: list[int], name: str
) -> None:
    zone = ZoneInfo(name)
    told = local_us(np.array(times, dtype=np.int64), zone).tolist()
    slow = [to_us(from_us(us).astimezone(zone).replace(tzinfo=UTC)) for us in times]
    assert told == slow


# -- the kinds


def test_every_kind_of_term_of_what_was_watched_is_liked() -> None:
    taste = Life().finishes("Thriller1", NOW - timedelta(days=2)).taste()
    for kind, term in (
        ("genres", "Thriller"), ("themes", "Thriller theme"), ("people", "actor:Thriller star"),
        ("languages", "de"), ("kinds", "movie"), ("runtimes", "over_120"), ("eras", "2020s"),
    ):  # fmt: skip
        assert of(taste, kind, term) > 0.3, kind
    assert of(taste, "runtimes", "under_30") == of(taste, "eras", "1990s") == 0


def test_the_image_under_which_something_was_chosen_and_enjoyed_is_liked() -> None:
    life = Life()
    for i in range(4):
        life.finishes(f"Drama{i}", NOW - timedelta(days=i + 2), artwork_id=f"Drama{i}-face")
    life.finishes("Drama5", NOW - timedelta(days=9))  # nothing was told of its image
    taste = life.taste()
    assert of(taste, "artwork", "face") > 0.3
    assert of(taste, "artwork", "place") == 0


def test_what_was_only_passed_over_changes_no_taste() -> None:
    life = Life().finishes("Drama0", NOW - timedelta(days=2))
    before = life.taste()
    for i in range(8):
        life.does("impression", f"Sitcom{i}", NOW - timedelta(days=1))
    after = life.taste()
    for kind in (*OF_WORKS, *OF_MOMENTS):
        np.testing.assert_array_equal(before.of(kind), after.of(kind))


def test_an_old_interest_counts_less_than_a_fresh_one() -> None:
    life = Life().finishes("Drama0", NOW - timedelta(days=300))
    taste = life.finishes("Sitcom0", NOW - timedelta(days=1)).taste()
    assert of(taste, "genres", "Sitcom") > of(taste, "genres", "Drama") > 0


def test_affinities_are_sums_of_decayed_rewards_as_by_hand() -> None:
    life = two_lives()
    view = view_of(fold_on("p", life.logged, CATALOGUE), CATALOGUE)
    records, now_us = view.records, to_us(NOW)
    reward = view.reward_at(CATALOGUE, now_us)
    age = (now_us - records.last_us) / 86_400e6
    weight = reward * (0.25 + 0.75 * 0.5 ** (age / 90))
    expected = (weight @ CATALOGUE.people.has[records.work]) / (np.abs(weight).sum() + 1)
    np.testing.assert_allclose(life.taste().people, expected, rtol=1e-5)


# -- the session


def test_the_session_is_what_was_touched_since_the_last_gap() -> None:
    life = two_lives()
    life.finishes("Drama1", NOW - timedelta(hours=2)).finishes("Drama2", NOW - timedelta(hours=1))
    taste = life.taste()
    assert taste.session is not None
    assert [CATALOGUE.works[w].work_id for w in taste.session.works] == ["Drama1", "Drama2"]
    drama, sitcom = (VOCABULARY.index["genres"][g] for g in ("Drama", "Sitcom"))
    assert taste.session.affinity["genres"][drama] > 0.4 > taste.genres[drama]
    assert taste.session.affinity["genres"][sitcom] == 0 < taste.genres[sitcom]


def test_a_session_is_over_after_the_gap() -> None:
    life = Life().finishes("Drama1", NOW)
    gap = timedelta(microseconds=SESSION_GAP_US)
    assert life.taste(NOW + gap).session is not None
    assert life.taste(NOW + gap + timedelta(minutes=21)).session is None
    assert Life().taste().session is None


# -- corrections


def test_a_correction_stands_in_place_of_what_was_inferred() -> None:
    life = two_lives()
    inferred = life.taste()
    taste = life.says({"genres": {"Thriller": 0.0, "Drama": 0.8}}).taste()
    assert of(taste, "genres", "Thriller") == 0
    assert of(taste, "genres", "Drama") == pytest.approx(0.8)
    assert of(taste, "genres", "Sitcom") == of(inferred, "genres", "Sitcom")
    assert of(taste, "genres_at", "weekday_evening:Thriller") == 0
    np.testing.assert_array_equal(taste.inferred["genres"], inferred.genres)
    assert taste.corrections is not None
    said = taste.corrections.genres[[VOCABULARY.index["genres"][g] for g in ("Drama", "Sitcom")]]
    assert said[0] == np.float32(0.8)
    assert np.isnan(said[1])


def test_what_is_said_of_an_hour_leaves_the_other_hours() -> None:
    taste = two_lives().says({"genres_at": {"weekday_evening:Thriller": -0.5}}).taste()
    assert of(taste, "genres_at", "weekday_evening:Thriller") == -0.5
    assert of(taste, "genres", "Thriller") > 0.2


def test_a_new_start_takes_corrections_back_and_later_ones_hold() -> None:
    life = two_lives().says({"genres": {"Drama": 0.8}}).starts_again()
    assert life.taste().corrections is None
    assert of(life.says({"genres": {"Drama": 0.3}}).taste(), "genres", "Drama") > 0.2


def test_without_corrections_there_are_none() -> None:
    assert two_lives().taste().corrections is None
    assert two_lives().says({"genres": {}}).taste().corrections is None


def test_a_term_that_left_the_catalogue_rests_until_it_is_back() -> None:
    life = two_lives().says({"genres": {"Western": 0.5}, "hobbies": {"chess": 1.0}})
    assert of(life.taste(), "genres", "Sitcom") > 0


def test_corrections_merge_and_null_takes_one_back() -> None:
    first = patch_corrections({}, {"genres": {"Drama": 1, "Sitcom": 0}}, VOCABULARY)
    assert first == {"genres": {"Drama": 1.0, "Sitcom": 0.0}}
    second = patch_corrections(
        first, {"genres": {"Drama": None}, "eras": {"1990s": -1}}, VOCABULARY
    )
    assert second == {"genres": {"Sitcom": 0.0}, "eras": {"1990s": -1.0}}
    assert patch_corrections(second, {"genres": None, "eras": {"1990s": None}}, VOCABULARY) == {}


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"hobbies": {"chess": 1}}, "/hobbies"),
        ({"genres": {"Western": 1}}, "/genres/Western"),
        ({"genres": {"Western": None}}, "/genres/Western"),
        ({"people": {"Drama star": 1}}, "/people/Drama star"),
        ({"genres": {"Drama": 1.5}}, "/genres/Drama"),
        ({"genres": {"Drama": "much"}}, "/genres/Drama"),
        ({"genres": {"Drama": True}}, "/genres/Drama"),
        ({"genres": [1]}, "/genres"),
        ({"genres": 0}, "/genres"),
        ({"dayparts": {"night": -0.5}}, "/dayparts/night"),
        ([], ""),
        ({"genres": {"a/b~": 1}}, "/genres/a~1b~0"),
    ],
)
def test_what_can_not_be_corrected_is_refused_with_its_pointer(patch: Any, pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        patch_corrections({}, patch, VOCABULARY)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_a_taste_of_nothing_is_empty_in_every_kind() -> None:
    taste = Life().taste()
    assert taste.weight == 0
    for kind in (*OF_WORKS, *OF_MOMENTS):
        assert not taste.of(kind).any(), kind
    empty = build_catalogue(1, [])
    view = view_of(fold_on("p", [], empty), empty)
    reward = view.reward_at(empty, to_us(NOW))
    assert taste_of(view.records, reward, empty, to_us(NOW), view.habits).weight == 0


def test_a_view_without_history_keeps_no_habit() -> None:
    life = two_lives().does("list_add", "Drama7", NOW).says({"genres": {"Drama": 0.8}})
    view = view_of(fold_on("p", life.logged, CATALOGUE), CATALOGUE)
    blank, now_us = without_history(view, CATALOGUE), to_us(NOW)
    reward = blank.reward_at(CATALOGUE, now_us)
    taste = taste_of(blank.records, reward, CATALOGUE, now_us, blank.habits)
    assert len(blank.records) == 1
    assert (taste.weight, taste.corrections, taste.session) == (0.0, None, None)
