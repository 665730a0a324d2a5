"""The record of choices: what was shown and what came of it, the same however the log is read."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import msgspec
import pytest

from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY, to_us
from frontrow.catalog import Lexicon, TitleStore, Words, build_catalogue
from frontrow.catalog.candidates import MOST_TAGS
from frontrow.catalog.title import MOST_IMAGES, Role
from frontrow.events import SqliteLog
from frontrow.events.event import PROFILE_SET
from frontrow.events.log import Logged
from frontrow.page.evidence import ANCHOR, GENRE
from frontrow.viewers import choices as choices_module
from frontrow.viewers.choices import EVERYONE, NEWCOMERS, NONE, follow_choices
from frontrow.viewers.fold import earliest
from frontrow.viewers.forgets import fold_on
from frontrow.viewers.glimpses import context_at, glimpses_of
from frontrow.viewers.reactions import BESIDE, CODES, EVIDENCE, Context, Reactions
from frontrow.viewers.remembered import Memory
from frontrow.viewers.resume import group_by_work
from frontrow.viewers.signs import NO_LIFE, known_us, lives_since
from tests.viewers.diary import (
    NOW,
    START,
    Diary,
    a_crowded_log,
    cell,
    folded,
    log,
    put,
    same,
    store_in,
    titles,
)

NOW_US, HOUR_US = to_us(NOW), US_PER_DAY // 24

__all__ = ["log", "titles"]  # fixtures


def test_an_image_was_good_where_a_quality_play_came_of_it(
    log: SqliteLog, titles: TitleStore
) -> None:
    diary = Diary().settled("anna").settled("ben").settled("cleo")
    diary.shown("anna", "film.face", 50).watched("anna", "film.face", 51)
    diary.shown("ben", "film.scene", 50).watched("ben", "film.scene", 51, share=0.2)
    diary.shown("cleo", "film.scene", 52)
    store_in(log, diary)
    found = folded(log, titles)
    age = 0.5 ** (18 / 90)  # of a trial 18 days ago
    assert cell(found, "film.face") == pytest.approx((age, age), rel=0.01)
    shown, good = cell(found, "film.scene")
    assert (shown, good) == (pytest.approx(2 * age, rel=0.01), 0.0)


def test_an_image_is_tried_once_a_day_however_often_it_is_shown(
    log: SqliteLog, titles: TitleStore
) -> None:
    diary = Diary().settled("anna")
    for hours in (48.5, 49, 50, 51):
        diary.shown("anna", "film.face", hours)
    store_in(log, diary)
    once = cell(folded(log, titles), "film.face")[0]
    store_in(log, Diary().shown("ben", "film.face", 60))
    assert 0.8 < once < 1


def test_a_play_that_comes_late_counts_and_one_after_three_days_does_not(
    log: SqliteLog, titles: TitleStore
) -> None:
    diary = Diary().settled("anna").settled("ben")
    diary.shown("anna", "film.face", 50).watched("anna", "film.face", 100)
    diary.shown("ben", "film.scene", 50)
    store_in(log, diary)
    half = folded(log, titles)
    late = Diary()
    late.add("play", "ben", "film", 130, position_seconds=0)
    late.add("complete", "ben", "film", 132)
    late.events = [
        msgspec.structs.replace(e, event_id=f"late{i}") for i, e in enumerate(late.events)
    ]
    store_in(log, late)
    found = follow_choices(half, log, Lexicon(titles), to_us(NOW))
    assert cell(found, "film.face")[1] > 0.8
    assert cell(found, "film.scene")[1] == 0.0


def test_an_episode_counts_for_its_series_and_its_picture(
    log: SqliteLog, titles: TitleStore
) -> None:
    diary = Diary().settled("anna").shown("anna", "show.face", 50)
    diary.add("play", "anna", "show.1", 51, artwork_id="show.face", position_seconds=0)
    diary.add("stop", "anna", "show.1", 52, position_seconds=2_900)
    store_in(log, diary)
    assert cell(folded(log, titles), "show.face")[1] > 0.8


def test_viewers_count_among_those_who_watch_the_same_genres(
    log: SqliteLog, titles: TitleStore
) -> None:
    diary = Diary().settled("anna").watched("anna", "other.face", 10)
    diary.shown("anna", "film.face", 50)
    store_in(log, diary)
    found = folded(log, titles)
    assert cell(found, "film.face", "horror")[0] == pytest.approx(cell(found, "film.face")[0])
    assert "comedy" not in found.columns  # what was begun on the day itself is not known yet


def test_what_was_left_early_says_less_of_a_viewer_than_what_was_seen(
    log: SqliteLog, titles: TitleStore
) -> None:
    diary = Diary().settled("anna").watched("anna", "other.face", 10)
    diary.watched("anna", "show.face", 12, share=0.1).shown("anna", "film.face", 50)
    store_in(log, diary)
    found = folded(log, titles)
    of_seen = cell(found, "film.face", "horror")[0]
    assert (
        0 < cell(found, "film.face", "drama")[0] < of_seen / 10_000
    )  # a fourth, to the eighth power


def test_newcomers_are_counted_apart(log: SqliteLog, titles: TitleStore) -> None:
    store_in(log, Diary().shown("crowd", "film.face", 50))
    found = folded(log, titles)
    assert cell(found, "film.face")[0] == 0
    assert cell(found, "film.face", NEWCOMERS)[0] > 0.8


def test_of_children_and_of_those_who_wish_it_nothing_is_inferred(
    log: SqliteLog, titles: TitleStore
) -> None:
    log.note("anna", PROFILE_SET, {"profile_id": "anna", "kids": True}, now=START)
    body = {"profile_id": "ben", "preferences": {"personalised": False}}
    log.note("ben", PROFILE_SET, body, now=START)
    diary = Diary()
    for profile in ("anna", "ben"):
        diary.settled(profile).watched(profile, "other.face", 10).shown(profile, "film.face", 50)
    store_in(log, diary)
    found = folded(log, titles)
    assert found.columns == (EVERYONE, NEWCOMERS)
    assert cell(found, "film.face")[0] > 1.5
    assert not found.matches.any()


def test_of_children_it_is_inferred_where_the_operator_turned_that_on(
    log: SqliteLog, titles: TitleStore
) -> None:
    log.note("anna", PROFILE_SET, {"profile_id": "anna", "kids": True}, now=START)
    diary = Diary().settled("anna").watched("anna", "other.face", 10)
    store_in(log, diary.shown("anna", "film.face", 50))
    found = follow_choices(NONE, log, Lexicon(titles, kids_too=True), to_us(NOW))
    assert "horror" in found.columns
    assert Lexicon(titles, kids_too=True).digest != Lexicon(titles).digest


def test_what_was_forgotten_is_nothing_that_is_known_and_no_play_of_it_comes_of_an_image(
    log: SqliteLog, titles: TitleStore
) -> None:
    diary = Diary().settled("anna").watched("anna", "other.face", 10)
    diary.watched("anna", "show.face", 11)
    diary.shown("anna", "film.scene", 40)
    diary.add("forget_title", "anna", "other", 45).add("forget_title", "anna", "film", 46)
    diary.shown("anna", "film.face", 50)
    store_in(log, diary)
    found = folded(log, titles)
    assert cell(found, "film.scene", "horror")[0] > 0  # before it was forgotten
    assert cell(found, "film.face", "horror")[0] == 0
    assert cell(found, "film.face", "drama")[0] == pytest.approx(cell(found, "film.face")[0])
    store_in(log, diary.watched("anna", "film.scene", 52))
    again = folded(log, titles)
    assert cell(again, "film.scene")[1] > 0  # what is shown anew counts anew
    shown = cell(found, "film.scene")[0]
    assert cell(again, "film.scene")[0] == pytest.approx(2 * shown, rel=0.01)


@pytest.mark.parametrize(("hours_late", "is_known"), [(2, False), (30, False), (24 * 40, False)])
def test_what_comes_late_of_a_profile_that_lives_here_is_known_when_it_came(
    hours_late: int, is_known: bool
) -> None:
    lives = known_us_of([(0, 0), (NOW_US - hours_late * HOUR_US, NOW_US)])
    assert (lives[-1] < NOW_US) is is_known


def test_a_history_that_was_brought_along_is_known_at_its_own_time() -> None:
    times = [NOW_US - days * US_PER_DAY for days in (400, 90, 0, 30)]  # its file is in no order
    assert known_us_of([(us, NOW_US) for us in times]) == times
    came = known_us_of([*((us, NOW_US) for us in times), (times[0], NOW_US + 2 * HOUR_US)])
    assert came[-1] == NOW_US + 2 * HOUR_US


def known_us_of(events: list[tuple[int, int]]) -> list[int]:
    """Since when each event is known, of their own times and when they came."""
    since = NO_LIFE
    told = [
        Logged(number=i, type="click", time_us=us, received_us=came, event=None, body={})
        for i, (us, came) in enumerate(events)
    ]
    for logged in told:
        since = lives_since(since, logged)
    return [known_us(logged, since) for logged in told]


def told(diary: Diary, profile: str, reason: str, row: str | None, hours: float) -> None:
    more = {"attributes": {"reason": reason}, **({"row_id": row} if row else {})}
    diary.add("impression", profile, "film", hours, **more)
    diary.add("play", profile, "film", hours + 1, position_seconds=0, **more)
    diary.add("complete", profile, "film", hours + 3)


@pytest.mark.parametrize(
    ("row", "reason", "kind"),
    [
        ("for_you", "director", EVIDENCE),
        ("because_you_watched.0a1b", "because_you_watched", BESIDE),
        ("because_you_watched.0a1b", "genre", BESIDE),
    ],
)
def test_reasons_are_learned_of_by_what_the_events_say(
    log: SqliteLog, titles: TitleStore, row: str, reason: str, kind: str
) -> None:
    diary = Diary().settled("anna")
    told(diary, "anna", reason, row, 50)
    store_in(log, diary)
    found = folded(log, titles)
    place = found.rows.index((kind, "film", reason))
    assert found.good[place, 0] == found.shown[place, 0] > 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("for_you", "anything that a client says"),
        ("for_you", "because_you_watched"),
        ("for_you", "trending"),
        ("person.0a1b", "director"),
        ("similar.0a1b", "because_you_watched"),
        (None, "director"),
    ],
)
def test_a_reason_that_was_not_chosen_is_not_learned_of(
    log: SqliteLog, titles: TitleStore, row: str | None, reason: str
) -> None:
    diary = Diary().settled("anna")
    told(diary, "anna", reason, row, 50)
    store_in(log, diary)
    assert folded(log, titles).rows == ()


def test_every_reason_that_a_page_may_choose_can_be_learned_of() -> None:
    assert CODES[EVIDENCE] == {GENRE, *get_args(Role)}
    assert CODES[BESIDE] == {ANCHOR, GENRE, *get_args(Role)}


@pytest.mark.parametrize("batch", [1, 7, 100])
def test_the_record_is_the_same_to_the_bit_however_the_log_is_cut(
    log: SqliteLog, titles: TitleStore, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowded_log(log)
    whole = folded(log, titles, NOW + timedelta(days=400))
    assert whole.good.any()
    assert whole.matches.any()
    found = NONE
    monkeypatch.setattr(choices_module, "_BATCH", batch)
    end = log.end()
    for step in range(1, 5):  # and in four goes, months apart, as a server that is seldom on
        part = dict(end.marks)
        until = type(end)(tuple((name, seq * step // 4) for name, seq in part.items()))
        at_us = to_us(NOW) + step * 100 * US_PER_DAY
        found = follow_choices(found, log, Lexicon(titles), at_us, until=until)
    assert same(found, whole)


def test_an_image_of_long_ago_begins_anew_and_leaves_the_record_whoever_folds_when(
    log: SqliteLog, titles: TitleStore
) -> None:
    diary, found, lexicon = Diary().settled("anna"), NONE, Lexicon(titles)
    diary.watched("anna", "film.face", 30).watched("anna", "other.action", 31)
    diary.watched("anna", "show.face", 24 * 200)
    store_in(log, diary)
    years = [100, 300, 410, 700, 900, 1_000]  # days at which a home is folded
    for days in years:
        if days == 410:
            diary.watched("anna", "film.face", 24 * 405)
            diary.watched("anna", "show.scene", 24 * 406)
        if days == 700:  # a history of other years: too late to say anything
            old = Diary()
            old.events = list(diary.events)
            old.shown("anna", "other.action", 24 * 300)
            log.append([old.events[-1]], now=START + timedelta(days=690))
            diary.events.append(old.events[-1])
        store_in(log, diary)
        at_us = to_us(START + timedelta(days=days))
        found = follow_choices(found, log, lexicon, at_us)
        whole = follow_choices(NONE, log, lexicon, at_us)
        assert same(found, whole)
    rows = {name for _, _, name in found.rows}
    assert "other.action" not in rows
    assert "show.face" not in rows
    assert {"film.face", "show.scene"} <= rows
    age = 0.5 ** ((1_000 - 405) / 90)  # of the second time alone
    assert cell(found, "film.face") == pytest.approx((age, age), rel=0.01)


def test_what_is_held_of_a_viewer_does_not_grow_with_what_was_only_shown(
    log: SqliteLog, titles: TitleStore
) -> None:
    for i in range(60):
        put(titles, f"t{i}", ["Drama"], ["face", "scene"], days_ago=40)
    diary = Diary().settled("anna")
    for i in range(60):
        diary.shown("anna", f"t{i}.face", 24 * (i // 4 + 1) + i / 60)
        diary.watched("anna", f"t{i}.face", 24 * (i // 4 + 1) + 2, share=0.3)
    store_in(log, diary)
    lexicon = Lexicon(titles)
    lexicon.refresh()
    reactions = Reactions(lexicon)
    for logged in log.read("anna").events:
        for _ in reactions.add(logged):
            pass
    held = [t for late in reactions._trials.values() for t in late]
    assert 0 < len(held) <= 4 * 4  # those of three days and of today
    assert len(reactions._watched) <= 4 * 4


def test_the_record_is_the_same_whatever_of_it_is_kept_in_memory(
    log: SqliteLog, titles: TitleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowded_log(log)
    whole = folded(log, titles)
    monkeypatch.setattr(choices_module, "_BATCH", 9)
    lexicon = Lexicon(titles)
    small = Memory(log, lexicon, most=30)
    assert same(follow_choices(NONE, log, lexicon, to_us(NOW), memory=small), whole)
    assert small.size <= 30
    wide = Memory(log, lexicon)
    found = NONE
    for step in (1, 2, 3):
        until = type(log.end())(tuple((n, seq * step // 3) for n, seq in log.end().marks))
        found = follow_choices(found, log, lexicon, to_us(NOW), until=until, memory=wide)
        assert wide.size > 60
    assert same(found, whole)


def test_reading_the_log_rests_before_each_event(log: SqliteLog, titles: TitleStore) -> None:
    a_crowded_log(log)
    lexicon = Lexicon(titles)
    lexicon.refresh()
    memory, rests = Memory(log, lexicon), list[None]()
    memory.rest = lambda: rests.append(None)
    tail, _ = log.tail(NONE.position, 10_000, until=log.end())
    trials = list(memory.trials(tail))
    assert trials
    assert len(rests) > len(tail) > 0  # and once for each event that tells of trials
    assert trials == list(Memory(log, lexicon).trials(tail))


def test_a_profile_that_is_forgotten_stays_in_no_memory(log: SqliteLog, titles: TitleStore) -> None:
    a_crowded_log(log)
    lexicon = Lexicon(titles)
    memory = Memory(log, lexicon)
    found = follow_choices(NONE, log, lexicon, to_us(NOW), memory=memory)
    before = memory.size
    log.forget("p1", key=b"k" * 16)
    store_in(log, Diary().shown("p2", "film.face", 470.5))
    follow_choices(found, log, lexicon, to_us(NOW), memory=memory)
    assert memory.size < before / 2
    assert list(memory._kept) == ["p2"]


def test_images_that_a_client_makes_up_are_bounded_and_come_in_any_order() -> None:
    told = [(f"i{n:04d}", n // 3) for n in range(600)]
    kept = []
    for seed in (1, 2):
        known: dict[str, int] = {}
        for i in rng_for(seed, "any").permutation(len(told)):
            known = earliest(known, *told[i])
        kept.append(known)
    assert list(kept[0].items()) == list(kept[1].items())
    assert kept[0] == dict(told[:MOST_IMAGES])


def test_an_image_of_one_edition_is_tried_wherever_it_is_shown(
    log: SqliteLog, titles: TitleStore
) -> None:
    for title_id, image in (("film.uhd", "film.face"), ("film.hd", "film.poster")):
        told = {"title_id": title_id, "kind": "movie", "name": "x", "work_id": "both",
                "artwork": [{"artwork_id": image, "url": "/x.svg", "tags": [title_id]}]}  # fmt: skip
        assert not titles.upsert([told], now=NOW - timedelta(days=30)).rejected
    diary = Diary().settled("anna")
    diary.add("impression", "anna", "film.uhd", 50, artwork_id="film.poster")
    diary.add("impression", "anna", "film.hd", 50, artwork_id="film.face")
    store_in(log, diary)
    rows = folded(log, titles).rows
    assert rows == (("artwork", "both", "film.poster"), ("artwork", "both", "film.face"))
    (work,) = [w for w in build_catalogue(*titles.read()).works if w.work_id == "both"]
    lexicon = Lexicon(titles)
    lexicon.refresh()
    words = lexicon.words("film.hd", to_us(NOW))
    assert words is not None
    assert {a.artwork_id: tuple(a.tags) for a in work.artwork} == {
        image: tags for image, (tags, _) in words.images.items()
    }


def test_a_match_is_of_as_many_tags_as_a_page_looks_at(log: SqliteLog, titles: TitleStore) -> None:
    many = {f"t{i}": (0.0 if i < MOST_TAGS else 1.0) for i in range(MOST_TAGS + 1)}
    words = Words("x", (), (), {"a": (tuple(many), ()), "b": ((), ())})
    reactions = Reactions(Lexicon(titles))
    assert reactions._match(Context(tags=many), words, "a") == (0.0, 0.0, 0.0)


def test_a_title_that_changes_later_changes_nothing_of_before(
    log: SqliteLog, titles: TitleStore
) -> None:
    a_crowded_log(log)
    before = folded(log, titles)
    put(titles, "other", ["Western"], ["scene"], days_ago=-1)
    titles.withdraw("film", now=NOW + timedelta(days=1))
    assert same(folded(log, titles), before)


def test_a_page_and_the_record_know_the_same_of_a_viewer(
    log: SqliteLog, titles: TitleStore
) -> None:
    a_crowded_log(log)
    catalogue = build_catalogue(*titles.read())
    lexicon = Lexicon(titles)
    lexicon.refresh()
    compared = 0
    for profile in log.profiles():
        events = log.read(profile).events
        reactions = Memory(log, lexicon)._from_the_start(profile, len(events))
        day = to_us(NOW) // US_PER_DAY
        there = reactions._context_on(day)
        viewer = fold_on(profile, events, catalogue)
        groups = group_by_work(viewer, catalogue)
        here = context_at(glimpses_of(groups, catalogue), catalogue, day * US_PER_DAY)
        assert here.genres == pytest.approx(there.genres, rel=1e-6)
        assert (here.begun, here.good) == (there.begun, there.good)
        assert here.tags == pytest.approx(there.tags)
        assert {name: n for name, n in here.people.items() if n} == there.people
        compared += here.good
    assert compared > 5
