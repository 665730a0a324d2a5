"""The record of choices: what was shown and what came of it, the same however the log is read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, get_args

import msgspec
import numpy as np
import pytest

from frontrow.base.database import Database
from frontrow.base.errors import BadBundle
from frontrow.base.randomness import rng_for
from frontrow.base.sensitive import sensitive_of
from frontrow.base.time import US_PER_DAY, format_time, to_us
from frontrow.catalog import Lexicon, TitleStore, Words, build_catalogue
from frontrow.catalog.candidates import MOST_TAGS
from frontrow.catalog.title import MOST_IMAGES, Role
from frontrow.events import Event, Position, SqliteLog
from frontrow.events.event import PROFILE_SET
from frontrow.page.evidence import ANCHOR, GENRE
from frontrow.viewers import choices as choices_module
from frontrow.viewers.choices import EVERYONE, NEWCOMERS, NONE, Choices, decay_of, follow_choices
from frontrow.viewers.choices_store import SETTLED_US, ChoicesStore, window_start
from frontrow.viewers.fold import earliest, fold
from frontrow.viewers.glimpses import context_at, glimpses_of
from frontrow.viewers.reactions import BESIDE, CODES, EVIDENCE, Context, Reactions
from frontrow.viewers.remembered import Memory
from frontrow.viewers.resume import group_by_work

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
START = NOW - timedelta(days=20)


@pytest.fixture
def log(database: Database) -> SqliteLog:
    return SqliteLog(database)


@pytest.fixture
def titles(database: Database) -> TitleStore:
    store = TitleStore(database)
    put(store, "film", ["Comedy", "Drama"], ["face", "scene"])
    put(store, "other", ["Horror"], ["face", "action"])
    put(store, "show", ["Drama"], ["face", "scene"], kind="series")
    told = {"title_id": "show.1", "kind": "episode", "name": "x", "series_id": "show",
            "runtime_minutes": 50}  # fmt: skip
    assert not store.upsert([told], now=NOW - timedelta(days=30)).rejected
    return store


def put(
    store: TitleStore, title_id: str, genres: list[str], looks: list[str], kind: str = "movie",
    days_ago: float = 30,
) -> None:  # fmt: skip
    told = {
        "title_id": title_id, "kind": kind, "name": "x", "genres": genres, "runtime_minutes": 100,
        "people": [{"name": f"Star of {title_id}", "role": "actor"}],
        "artwork": [
            {"artwork_id": f"{title_id}.{look}", "url": "/x.svg", "tags": [look],
             "people": [f"Star of {title_id}"] if look == "face" else []}
            for look in looks
        ],
    }  # fmt: skip
    assert not store.upsert([told], now=NOW - timedelta(days=days_ago)).rejected


class Diary:
    """Events of some profiles, an hour apart."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: str, profile: str, title: str, hours: float, **more: Any) -> Diary:
        told = {
            "event_id": f"e{len(self.events)}", "type": kind, "profile_id": profile,
            "title_id": title, "time": format_time(START + timedelta(hours=hours)), **more,
        }  # fmt: skip
        self.events.append(msgspec.convert(told, Event))
        return self

    def shown(self, profile: str, image: str, hours: float) -> Diary:
        return self.add("impression", profile, image.split(".")[0], hours, artwork_id=image)

    def watched(self, profile: str, image: str, hours: float, share: float = 1.0) -> Diary:
        title = image.split(".")[0]
        self.add("play", profile, title, hours, artwork_id=image, position_seconds=0)
        return self.add(
            "stop", profile, title, hours + 1, position_seconds=6_000 * share,
            runtime_seconds=6_000,
        )  # fmt: skip

    def settled(self, profile: str) -> Diary:
        """Old enough to be no newcomer: five events of the first day."""
        for i in range(5):
            self.add("click", profile, "other", i * 0.01)
        return self


def store_in(log: SqliteLog, diary: Diary) -> None:
    for event in diary.events:
        log.append([event], now=event.time)


def folded(log: SqliteLog, titles: TitleStore, at: datetime = NOW) -> Choices:
    return follow_choices(NONE, log, Lexicon(titles), to_us(at))


def cell(found: Choices, image: str, column: str = EVERYONE) -> tuple[float, float]:
    row = found.rows.index(("artwork", image.split(".")[0], image))
    at = found.columns.index(column)
    return (
        float(found.shown[row, at] * decay_of(found)),
        float(found.good[row, at] * decay_of(found)),
    )


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


def a_crowded_log(log: SqliteLog, seed: int = 1) -> None:
    dice = rng_for(seed, "choices")
    diary = Diary()
    images = ["film.face", "film.scene", "other.face", "other.action", "show.face", "show.scene"]
    for hour in range(0, 400, 2):
        profile = f"p{dice.integers(6)}"
        image = images[dice.integers(len(images))]
        if image.startswith("show") and dice.random() < 0.5:
            diary.add("play", profile, "show.1", hour, artwork_id=image, position_seconds=0)
            diary.add("stop", profile, "show.1", hour + 1, position_seconds=2_900)
        diary.shown(profile, image, hour)
        if dice.random() < 0.3:
            diary.watched(profile, image, hour + 0.5, share=float(dice.random()))
    store_in(log, diary)


def same(one: Choices, two: Choices) -> bool:
    return (
        one.rows == two.rows
        and one.columns == two.columns
        and one.shown.tobytes() == two.shown.tobytes()
        and one.good.tobytes() == two.good.tobytes()
        and one.squares.tobytes() == two.squares.tobytes()
        and one.matches.tobytes() == two.matches.tobytes()
        and one.position == two.position
    )


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


def test_an_hours_fold_reads_no_viewer_from_the_start_again(
    log: SqliteLog, titles: TitleStore, store: ChoicesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowded_log(log)
    lexicon = Lexicon(titles)
    store.advance(log, lexicon, now_us=to_us(NOW), days=1)
    event = Diary().shown("p1", "film.face", 470).events[0]
    log.append([msgspec.structs.replace(event, event_id="later")], now=event.time)
    monkeypatch.setattr(log, "read", None)
    made = store.advance(log, lexicon, now_us=to_us(NOW + timedelta(hours=1)), days=1)
    assert made is not None
    monkeypatch.undo()
    assert same(made, folded(log, titles, NOW + timedelta(hours=1)))


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
        reactions = Reactions(lexicon)
        for logged in events:
            for _ in reactions.add(logged):
                pass
        day = to_us(NOW) // US_PER_DAY
        there = reactions._context_on(day)
        viewer = fold(profile, events)
        groups = group_by_work(viewer, catalogue)
        here = context_at(glimpses_of(groups, catalogue), catalogue, day * US_PER_DAY)
        assert here.genres == pytest.approx(there.genres, rel=1e-6)
        assert (here.begun, here.good) == (there.begun, there.good)
        assert here.tags == pytest.approx(there.tags)
        assert {name: n for name, n in here.people.items() if n} == there.people
        compared += here.good
    assert compared > 5


# -- files


@pytest.fixture
def store(tmp_path: Path) -> ChoicesStore:
    return ChoicesStore(tmp_path / "choices", tmp_path / "run" / "lock")


def test_a_window_rests_on_the_record_made_before_it_whatever_comes_meanwhile(
    log: SqliteLog, titles: TitleStore, store: ChoicesStore
) -> None:
    store_in(log, Diary().settled("anna"))
    midnight = window_start(to_us(NOW), 1) + US_PER_DAY
    number = None
    for hour in range(-14, 20):
        now_us = midnight + hour * US_PER_DAY // 24
        store_in(log, Diary().shown(f"p{hour}", "film.face", 470 + hour))
        store.advance(log, Lexicon(titles), now_us=now_us, days=1)
        if hour == -1:
            number = store.numbers()[-1]
        if hour >= 0:
            assert store.in_force(midnight) == number
    assert store.load(number or 0).at_us <= midnight - SETTLED_US
    assert len(store.numbers()) <= 4
    assert store.in_force(midnight + US_PER_DAY) != number


def test_windows_that_are_made_longer_go_on_with_what_was_learned(
    log: SqliteLog, titles: TitleStore, store: ChoicesStore
) -> None:
    store_in(log, Diary().settled("anna"))
    midnight = window_start(to_us(NOW), 7)
    lexicon = Lexicon(titles)
    for hour in range(-30, 100, 5):
        event = Diary().shown(f"p{hour}", "film.face", 470 + hour).events[0]
        log.append([event], now=event.time)
        now_us = midnight + hour * US_PER_DAY // 24
        store.advance(log, lexicon, now_us=now_us, days=1)
    found = store.in_force(midnight, 7)
    assert found is not None
    assert found == store.numbers()[0]
    for hour in range(100, 120, 5):
        now_us = midnight + hour * US_PER_DAY // 24
        store.advance(log, lexicon, now_us=now_us, days=7)
        assert store.in_force(midnight, 7) == found
    assert store.in_force(midnight - 7 * US_PER_DAY, 7) is None


def test_where_words_become_sensitive_the_record_begins_anew_without_them(
    log: SqliteLog, titles: TitleStore, store: ChoicesStore
) -> None:
    a_crowded_log(log)
    store.advance(log, Lexicon(titles), now_us=to_us(NOW), days=1)
    before = store.load(store.numbers()[-1])
    assert "horror" in before.columns
    lexicon = Lexicon(titles, sensitive_of("horror"))
    later = NOW + timedelta(hours=1)
    made = store.advance(log, lexicon, now_us=to_us(later), days=1)
    assert made is not None
    assert made.number == before.number + 1
    assert store.in_force(window_start(to_us(NOW), 1)) == made.number
    assert "horror" not in made.columns
    assert same(made, follow_choices(NONE, log, lexicon, to_us(later)))


def test_what_one_goes_on_from_stays_as_it_was(
    log: SqliteLog, titles: TitleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowded_log(log)
    monkeypatch.setattr(choices_module, "_BATCH", 7)
    half = follow_choices(NONE, log, Lexicon(titles), to_us(NOW), until=half_of(log))
    tables = half.shown.copy(), half.good.copy(), half.squares.copy(), half.matches.copy()
    follow_choices(half, log, Lexicon(titles), to_us(NOW))
    kept = half.shown, half.good, half.squares, half.matches
    assert all(np.array_equal(a, b) for a, b in zip(tables, kept, strict=True))


def half_of(log: SqliteLog) -> Position:
    return Position(tuple((name, seq // 2) for name, seq in log.end().marks))


def test_the_record_of_a_refit_is_in_force_at_once_and_the_only_one(
    log: SqliteLog, titles: TitleStore, store: ChoicesStore
) -> None:
    a_crowded_log(log)
    for hours in range(3):
        now_us = to_us(NOW + timedelta(hours=hours))
        store.advance(log, Lexicon(titles), now_us=now_us, days=1)
    made = store.start_anew(log, Lexicon(titles), now_us=to_us(NOW) + 1)
    assert made is not None
    assert store.numbers() == [made.number]
    assert store.in_force(window_start(to_us(NOW), 1)) == made.number
    assert same(store.load(made.number), folded(log, titles, NOW + timedelta(microseconds=1)))


def test_a_record_names_no_profile(log: SqliteLog, titles: TitleStore, store: ChoicesStore) -> None:
    store_in(
        log,
        Diary().settled("someone-nobody-else-is").shown("someone-nobody-else-is", "film.face", 50),
    )
    store.start_anew(log, Lexicon(titles), now_us=to_us(NOW))
    (path,) = store._folder.glob("*")
    assert b"someone" not in path.read_bytes()


def test_a_damaged_record_is_passed_over_and_told_of(
    log: SqliteLog, titles: TitleStore, store: ChoicesStore
) -> None:
    a_crowded_log(log)
    store.start_anew(log, Lexicon(titles), now_us=to_us(NOW))
    (path,) = store._folder.glob("*")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    again = ChoicesStore(store._folder, store._lease)
    assert again.in_force(window_start(to_us(NOW), 1)) is None
    with pytest.raises(BadBundle, match="changed since"):
        again.load(again.numbers()[0])


def test_an_hours_fold_gives_way_to_a_new_start(
    log: SqliteLog, titles: TitleStore, store: ChoicesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowded_log(log)
    monkeypatch.setattr(choices_module, "_BATCH", 5)
    at_once = Barrier(2)
    asked = 0
    tail = log.tail

    def slowly(*args: Any, **more: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == 3:
            at_once.wait(10)
            while store._goes_on():
                pass
        return tail(*args, **more)

    monkeypatch.setattr(log, "tail", slowly)
    with ThreadPoolExecutor(1) as other:
        hourly = other.submit(store.advance, log, Lexicon(titles), now_us=to_us(NOW), days=1)
        at_once.wait(10)
        made = ChoicesStore(store._folder, store._lease).start_anew(
            log, Lexicon(titles), now_us=to_us(NOW)
        )
        assert hourly.result(10) is None
    assert made is not None
    assert store.numbers() == [made.number]
    assert same(store.load(made.number), folded(log, titles))


def test_an_empty_log_has_no_record(
    log: SqliteLog, titles: TitleStore, store: ChoicesStore
) -> None:
    assert store.advance(log, Lexicon(titles), now_us=to_us(NOW), days=1) is None
    assert store.start_anew(log, Lexicon(titles), now_us=to_us(NOW)) is None
    assert store.in_force(to_us(NOW)) is None
    assert np.array_equal(replace(NONE).shown, np.zeros((0, 2)))
