"""What an interaction is worth, case by case, told as events are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from frontrow.base.time import to_us
from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.events import Event
from frontrow.events.log import Logged
from frontrow.ranking import reward
from frontrow.ranking.reward import GOOD
from frontrow.viewers import Records, fold_on, records_of
from frontrow.viewers.records import blank_records, join_records

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
RUNTIME = 6_000  # seconds, of every film


def film(name: str = "film", *genres: str) -> Title:
    return Title(title_id=name, kind="movie", name=name, runtime_minutes=100, genres=list(genres))


def series(name: str = "show", episodes: int = 6, seasons: int = 1, *genres: str) -> list[Title]:
    told = [Title(title_id=name, kind="series", name=name, genres=list(genres))]
    return told + [
        Title(title_id=f"{name}-{s}x{e}", kind="episode", name=f"{e}", series_id=name,
              season=s, episode=e, runtime_minutes=50)
        for s in range(1, seasons + 1) for e in range(1, episodes + 1)
    ]  # fmt: skip


class Life:
    """One viewer's events, told in days before now."""

    def __init__(self, *titles: Title | list[Title]) -> None:
        flat = [t for one in titles for t in (one if isinstance(one, list) else [one])]
        self.catalogue: Catalogue = build_catalogue(
            1, [StoredTitle(title, i, 0) for i, title in enumerate(flat)]
        )
        self.events: list[Event] = []

    def does(self, kind: Any, title: str = "film", *, ago: float = 30, **more: Any) -> Life:
        self.events.append(
            Event(event_id=f"e{len(self.events)}", type=kind, profile_id="p", title_id=title,
                  time=NOW - timedelta(days=ago), **more)
        )  # fmt: skip
        return self

    def watches(self, title: str = "film", share: float = 1.0, *, ago: float = 30) -> Life:
        seconds = share * RUNTIME
        self.does("play", title, ago=ago)
        self.does("stop", title, ago=ago - share * 0.07, seconds_watched=seconds,
                  position_seconds=seconds, runtime_seconds=RUNTIME)  # fmt: skip
        return self

    def finishes(self, title: str = "film", *, ago: float = 30) -> Life:
        self.watches(title, ago=ago)
        return self.does("complete", title, ago=ago - 0.07)

    def records(self) -> Records:
        logged = [
            Logged(i, e.type, to_us(e.time), to_us(NOW), e, {})
            for i, e in enumerate(self.events, 1)
        ]
        return records_of(fold_on("p", logged, self.catalogue), self.catalogue)

    def worth(self, title: str = "film") -> float:
        records = self.records()
        found = reward.reward_of_one(records, self.catalogue, to_us(NOW))
        return float(found[records.work == self.catalogue.work_index(title)][0])


def binge(days_each: float, episodes: int = 6, *, last: float = 20) -> Life:
    life = Life(series(episodes=episodes))
    for e in range(1, episodes + 1):
        life.finishes(f"show-1x{e}", ago=last + days_each * (episodes - e))
    return life


# -- watched to the end


def test_a_film_watched_to_the_end_is_a_good_play() -> None:
    assert Life(film()).finishes().worth() >= GOOD


def test_a_season_finished_fast_is_a_strong_plus() -> None:
    usual = binge(7).worth("show")
    assert binge(1).worth("show") > usual >= GOOD
    assert binge(1).worth("show") > 0.9


def test_a_slow_finish_is_worth_less_than_a_usual_one_and_still_good() -> None:
    assert GOOD < binge(25).worth("show") < binge(7).worth("show")


def test_a_slow_finish_and_a_thumbs_down_is_a_minus_despite_the_hours() -> None:
    disliked = binge(25).does("rate", "show", ago=1, value=-1)
    assert disliked.records().seconds[0] > 3600
    assert disliked.worth("show") < -0.5


def test_one_finished_season_of_two_counts_as_a_finish() -> None:
    life = Life(series(seasons=2))
    for e in range(1, 7):
        life.finishes(f"show-1x{e}", ago=60 - e / 2)
    assert life.worth("show") > 0.9


def test_watching_again_is_a_strong_plus() -> None:
    once = Life(film()).finishes(ago=60)
    again = Life(film()).finishes(ago=60).finishes(ago=20)
    assert again.worth() > once.worth()


def test_a_completion_that_is_told_twice_is_no_second_watching() -> None:
    told = Life(film()).finishes(ago=60)
    assert told.does("complete", ago=59).worth() == Life(film()).finishes(ago=60).worth()


def test_a_series_is_good_from_three_episodes() -> None:
    one, three = (binge(2, 8, last=2), binge(2, 8, last=2))
    one.events = [e for e in one.events if e.title_id == "show-1x1"]
    three.events = [e for e in three.events if e.title_id in ("show-1x6", "show-1x7", "show-1x8")]
    assert one.worth("show") < GOOD <= three.worth("show")


# -- left


def test_ten_minutes_and_gone_is_weak() -> None:
    assert -0.25 < Life(film()).watches(share=0.1).worth() < 0


def test_what_was_stopped_is_undecided_until_some_days_have_passed() -> None:
    lately = Life(film()).watches(share=0.1, ago=reward.LEFT_DAYS - 0.5)
    assert 0 < lately.worth() < GOOD / 2
    assert Life(film()).watches(share=0.1, ago=reward.LEFT_DAYS + 0.5).worth() < 0


def test_what_was_stopped_and_gone_on_with_is_not_left() -> None:
    resumed = Life(film()).watches(share=0.1, ago=20).watches(share=0.2, ago=1)
    assert resumed.worth() > 0


def test_half_a_film_is_weak_and_most_of_it_a_good_play() -> None:
    assert 0 < Life(film()).watches(share=0.5).worth() < GOOD
    assert Life(film()).watches(share=0.9).worth() > GOOD


def test_paused_and_never_returned_to_is_less_than_stopped() -> None:
    stopped = Life(film()).watches(share=0.3)
    paused = Life(film()).watches(share=0.3).does("pause", ago=29.9, position_seconds=1800)
    assert paused.worth() < stopped.worth()
    assert paused.does("resume", ago=29.8, position_seconds=1800).worth() == stopped.worth()


def test_a_series_between_two_weekly_episodes_is_not_left() -> None:
    def two_episodes(last: float) -> float:
        life = Life(series())
        for e in (1, 2):
            life.finishes(f"show-1x{e}", ago=last + 7 * (2 - e))
        return life.worth("show")

    assert two_episodes(7) == two_episodes(1) > two_episodes(20) > 0


def test_a_start_of_which_nothing_more_was_told_is_a_small_plus_at_any_time() -> None:
    assert Life(film()).does("play", ago=80).worth() == Life(film()).does("play", ago=0).worth() > 0


def test_seconds_watched_tell_the_share_where_no_position_was_sent() -> None:
    told = Life(film()).does("play").does("stop", seconds_watched=5_400)
    assert told.worth() > GOOD


# -- by itself


def test_what_started_by_itself_and_was_let_run_says_little() -> None:
    life = Life(film()).does("play", autoplay=True)
    life.does("complete", autoplay=True, ago=29.9, position_seconds=RUNTIME)
    assert 0 < life.worth() < GOOD / 2


def test_what_started_by_itself_and_was_stopped_at_once_is_no_minus() -> None:
    life = Life(film()).does("play", autoplay=True)
    life.does("stop", autoplay=True, seconds_watched=9, position_seconds=9, runtime_seconds=RUNTIME)
    assert 0 <= life.worth() < 0.03


# -- the first of a genre


def first_horror(known: int, *, before: bool = False) -> float:
    """Worth of a finished horror film after some finished comedies."""
    titles = [film(f"comedy{i}", "Comedy") for i in range(known)]
    life = Life(*titles, film("horror", "Horror"), film("earlier", "Horror"))
    for i in range(known):
        life.finishes(f"comedy{i}", ago=90 - i)
    if before:
        life.watches("earlier", 0.4, ago=50)
    return life.finishes("horror", ago=20).worth("horror")


def test_a_first_finished_title_of_a_genre_new_to_the_viewer_is_the_strongest_plus() -> None:
    assert first_horror(known=8) == 1.0
    assert first_horror(known=8) > binge(1).worth("show")


def test_a_genre_met_before_is_not_new() -> None:
    assert first_horror(known=8, before=True) < 1.0


def test_to_a_newcomer_no_genre_counts_as_new() -> None:
    assert first_horror(known=2) == first_horror(known=8, before=True)


def test_of_titles_begun_at_the_same_instant_none_opens_a_genre() -> None:
    titles = [film(f"comedy{i}", "Comedy") for i in range(8)]
    life = Life(*titles, film("a", "Horror"), film("b", "Horror"))
    for i in range(8):
        life.finishes(f"comedy{i}", ago=90 - i)
    assert life.finishes("a", ago=9).finishes("b", ago=9).worth("a") < 1.0


def test_viewers_are_judged_each_by_their_own_past() -> None:
    titles = [film(f"comedy{i}", "Comedy") for i in range(8)] + [film("horror", "Horror")]
    knows, fresh = Life(*titles), Life(*titles)
    for i in range(8):
        knows.finishes(f"comedy{i}", ago=90 - i)
    for life in (knows, fresh):
        life.finishes("horror", ago=20)
    both = join_records([fresh.records(), knows.records(), fresh.records()])
    found = reward.reward_of(
        both, knows.catalogue, indptr=np.array([0, 1, 10, 11]), moment_us=np.full(3, to_us(NOW))
    )
    assert found[1:10].max() == 1.0
    assert found[0] == found[10] == np.float32(205 / 256)


# -- said


def rated(value: float, **facts: Any) -> float:
    """Worth of a rating alone (0..1), or beside other facts of the same record."""
    one = blank_records(np.zeros(1, dtype=np.int32))
    facts = {"rating": value, "first_us": 1, "last_us": 1, **facts}
    record = replace(one, **{k: np.array([v], getattr(one, k).dtype) for k, v in facts.items()})
    catalogue = Life(film()).catalogue
    return float(reward.reward_of_one(record, catalogue, to_us(NOW))[0])


def test_four_stars_or_a_like_is_a_good_play_just_so_and_three_stars_are_not() -> None:
    assert rated(0.75) == GOOD
    assert rated(1.0) == 1.0
    assert rated(0.5) == 0.0
    assert rated(0.0) == -1.0


def test_a_rating_alone_is_worth_what_it_was_before_to_the_bit() -> None:
    stars = np.array([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5])
    scale = np.append((stars - 0.5) / 4.5, np.linspace(0, 1, 5))
    before = np.where(np.abs(scale - 0.75) < 1e-6, 0.5, (scale - 0.5) * 2)
    assert [rated(float(s)) for s in scale] == (np.round(before * 256) / 256).tolist()


def test_a_thumbs_down_outweighs_what_was_watched_and_hours_add_to_a_like() -> None:
    assert Life(film()).finishes().does("rate", ago=1, value=-1).worth() == -1.0
    liked = Life(film()).finishes().does("rate", ago=1, value=1)
    assert liked.worth() == Life(film()).finishes().worth() > GOOD


def test_a_wish_counts_a_little() -> None:
    assert 0 < Life(film()).does("list_add").worth() < GOOD


def test_a_dismissal_is_the_strongest_minus() -> None:
    assert Life(film()).finishes().does("dismiss", ago=1).worth() == -1.0


# -- seen and passed over


def passed(times: int) -> Life:
    life = Life(film())
    for k in range(times):
        life.does("impression", ago=30 - k / 10)
    return life


def fatigue(life: Life) -> float:
    return float(reward.fatigue_of(life.records())[0])


def test_what_is_shown_and_passed_over_tires_a_little_more_each_time_and_never_much() -> None:
    told = [fatigue(passed(times)) for times in (1, 4, 12, 40, 200)]
    assert told == sorted(told, reverse=True)
    assert 0 > told[0] > -0.05
    assert told[-1] > -0.25


def test_what_was_only_seen_says_nothing_of_a_taste() -> None:
    assert passed(40).worth() == 0


def test_what_was_seen_and_then_begun_listed_opened_rated_or_dismissed_tires_nobody() -> None:
    for kind, more in (
        ("play", {}), ("list_add", {}), ("click", {}), ("rate", {"value": 1}), ("dismiss", {}),
    ):  # fmt: skip
        assert fatigue(passed(40).does(kind, ago=1, **more)) == 0


# -- grains


def test_rewards_are_whole_grains_so_that_sums_are_exact() -> None:
    for share in np.linspace(0, 1, 30):
        worth = Life(film()).watches(share=float(share)).worth()
        assert (worth * reward.GRAIN).is_integer()
