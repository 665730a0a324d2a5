"""The files of the record of choices: which is in force when, and what becomes of the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import msgspec
import numpy as np
import pytest

from frontrow.base.errors import BadBundle
from frontrow.base.sensitive import sensitive_of
from frontrow.base.time import US_PER_DAY, to_us
from frontrow.catalog import Lexicon, TitleStore
from frontrow.events import Position, SqliteLog
from frontrow.viewers import choices as choices_module
from frontrow.viewers.choices import NONE, follow_choices
from frontrow.viewers.choices_store import SETTLED_US, ChoicesStore, window_start
from tests.viewers.diary import (
    NOW,
    Diary,
    a_crowded_log,
    folded,
    log,
    same,
    store_in,
    titles,
)

__all__ = ["log", "titles"]  # fixtures


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
