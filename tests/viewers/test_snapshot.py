"""Snapshots: the trends of a service, folded from the log's tail, each event once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from frontrow.base.database import Database
from frontrow.base.errors import BadBundle, Gone
from frontrow.base.files import try_lock
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time, to_us
from frontrow.catalog import StoredTitle, Title, build_catalogue
from frontrow.events import Event, Position, SqliteLog
from frontrow.events.event import PROFILE_SET
from frontrow.viewers import build_datasets
from frontrow.viewers.snapshot import EMPTY, NEWCOMERS, SHOWN, follow, made_again
from frontrow.viewers.snapshot_store import SnapshotStore
from frontrow.viewers.snapshot_trends import trends_on
from frontrow.viewers.trends import HALF_LIVES_DAYS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNTRIES = {"anna": "DE", "ben": "FR"}


@pytest.fixture
def log(database: Database) -> SqliteLog:
    return SqliteLog(database)


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    (tmp_path / "snapshots").mkdir()
    return SnapshotStore(tmp_path / "snapshots", tmp_path / "run" / "lock")


def play(number: int, profile_id: str, title_id: str, days_ago: float, **more: Any) -> Event:
    told: dict[str, Any] = {"event_id": f"e{number}", "type": "play", "profile_id": profile_id}
    told |= more
    time = format_time(NOW - timedelta(days=days_ago))
    return msgspec.convert({**told, "title_id": title_id, "time": time}, Event)


def country_of(profile_id: str, _before_seq: int) -> str | None:
    return COUNTRIES.get(profile_id)


def advance(store: SnapshotStore, log: SqliteLog, now: datetime = NOW, keep_hours: int = 2) -> Any:
    return store.advance(log, country_of, now_us=to_us(now), keep_hours=keep_hours)


def catalogue() -> Any:
    titles = [
        {"title_id": "film", "kind": "movie", "name": "x"},
        {"title_id": "s", "kind": "series", "name": "x"},
        {"title_id": "e", "kind": "episode", "name": "x", "series_id": "s"},
    ]
    return build_catalogue(
        1, [StoredTitle(msgspec.convert(told, Title), i, 0) for i, told in enumerate(titles)]
    )


def some_plays(log: SqliteLog, start: int = 0) -> None:
    log.append(
        [
            play(start, "anna", "film", 1),
            play(start + 1, "ben", "film", 10),
            play(start + 2, "cleo", "e", 3),
            play(start + 3, "anna", "e", 2, autoplay=True),
            play(start + 4, "anna", "unknown", 2),
        ],
        now=NOW,
    )


def test_folding_in_pieces_is_folding_at_once(
    store: SnapshotStore, log: SqliteLog, tmp_path: Path
) -> None:
    some_plays(log)
    advance(store, log, NOW - timedelta(minutes=5))
    some_plays(log, 10)
    pieces = advance(store, log)
    (tmp_path / "other").mkdir()
    once = advance(SnapshotStore(tmp_path / "other", tmp_path / "run" / "other"), log)
    for name in ("countries", "titles", "position"):
        assert getattr(pieces, name) == getattr(once, name)
    assert np.array_equal(pieces.counts, once.counts)


def a_busy_log(log: SqliteLog, steps: int) -> list[tuple[Position, datetime]]:
    """Years of starts of viewers who move, from clocks that run ahead; places in it, with moments."""
    rng = rng_for(1, "busy")
    moment, number, places = NOW, 0, []
    for _ in range(steps):
        moment += timedelta(days=float(rng.exponential(60.0)))
        profiles = [str(p) for p in rng.choice(["anna", "ben", "cleo", "dora"], 6)]
        told = []
        for profile_id in profiles:
            number += 1
            ago = (NOW - moment).total_seconds() / 86_400 + float(rng.normal(3, 3))
            kind = str(rng.choice(["play", "impression"]))
            told.append(
                play(number, profile_id, str(rng.choice(["film", "e", "s"])), ago, type=kind)
            )
        log.append(told[:3], now=moment)
        body = {"profile_id": profiles[0], "country": str(rng.choice(["DE", "FR"]))}
        log.note(profiles[0], PROFILE_SET, body, now=moment)
        log.append(told[3:], now=moment)
        places.append((log.end(), moment))
    return places


def test_a_snapshot_that_is_gone_is_made_again_to_the_last_bit(
    store: SnapshotStore, log: SqliteLog
) -> None:
    kept = a_busy_log(log, 40)  # about seven years: the reference moves on
    made = EMPTY
    for position, moment in kept:
        made = follow(made, log, log.country_of, to_us(moment), until=position)
        for start in (EMPTY, made_again(EMPTY, log, log.country_of, to_us(kept[0][1]), kept[0][0])):
            again = made_again(start, log, log.country_of, to_us(moment), position)
            assert (again.countries, again.titles) == (made.countries, made.titles)
            assert np.array_equal(again.counts, made.counts)
            trends = [trends_on(one, catalogue(), "DE") for one in (made, again)]
            assert trends[0].countries == trends[1].countries
            assert np.array_equal(trends[0].counts, trends[1].counts)
            assert trends[0].shown is not None
            assert np.array_equal(trends[0].shown, trends[1].shown)


def test_what_is_shown_is_counted_by_country_and_apart_from_what_is_started(
    store: SnapshotStore, log: SqliteLog
) -> None:
    some_plays(log)
    advance(store, log)
    before = trends_on(store.latest(), catalogue())
    assert before.shown_in("DE") is None, "nobody told of what was shown"
    seen = [("anna", "film", 0), ("anna", "s", 0), ("ben", "film", 14), ("cleo", "e", 0)]
    log.append(
        [
            play(10 + i, who, title, ago, type="impression")
            for i, (who, title, ago) in enumerate(seen)
        ],
        now=NOW,
    )
    advance(store, log)
    after = store.latest()
    of_shown = [SHOWN in name for name in after.countries]
    assert after.counts[of_shown].any()
    assert not after.accounts[of_shown].any(), (
        "nothing asks who saw it: that would cost for nothing"
    )
    trends = trends_on(after, catalogue())
    assert trends.accounts is not None
    assert before.accounts is not None
    assert np.array_equal(trends.accounts, before.accounts)
    assert trends.countries == before.countries
    assert np.array_equal(trends.counts, before.counts)
    for country, shown in {
        "DE": [1, 1],
        "FR": [0.5, 0],  # of a fortnight ago
        "US": [1.5, 2],  # of which nothing is known: as everywhere
        None: [1.5, 2],
    }.items():
        assert trends.shown_in(country) == pytest.approx(shown), country


def test_a_snapshot_of_before_impressions_is_read_but_not_gone_on_from(
    store: SnapshotStore, log: SqliteLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_plays(log)
    monkeypatch.setattr("frontrow.viewers.snapshot_store._FORMAT", 4)
    old = advance(store, log)
    monkeypatch.undo()
    log.append([play(10, "anna", "film", 0, type="impression")], now=NOW)
    fresh = SnapshotStore(tmp_path / "snapshots", tmp_path / "run" / "lock")
    assert np.array_equal(fresh.load(1).counts, old.counts), "pages that name it go on"
    assert advance(fresh, log).number == 2
    trends = trends_on(fresh.latest(), catalogue())
    assert np.array_equal(trends.counts, trends_on(old, catalogue()).counts), "the whole log, once"
    assert trends.shown_in("DE") == pytest.approx([1, 0])


def test_counts_decay_by_their_half_lives(store: SnapshotStore, log: SqliteLog) -> None:
    log.append([play(1, "anna", "film", 0)], now=NOW)
    advance(store, log)
    later = NOW + timedelta(days=700)
    log.append([play(2, "ben", "s", -700)], now=later)
    advance(store, log, later)
    trends = trends_on(store.latest(), catalogue())
    expected = [2.0 ** (-700 / days) for days in HALF_LIVES_DAYS]
    np.testing.assert_allclose(trends.counts[0, :, 0], expected, rtol=1e-9)
    np.testing.assert_allclose(trends.counts[0, :, 1], 1.0, rtol=1e-9)


def test_who_names_no_country_is_where_the_service_is(store: SnapshotStore, log: SqliteLog) -> None:
    some_plays(log)
    advance(store, log)
    ever = {
        home: {c: trends_on(store.latest(), catalogue(), home).of_country(c)[-1].tolist()
               for c in ("DE", "US")}
        for home in (None, "DE", "US")
    }  # fmt: skip
    assert ever[None] == {"DE": [1, 0], "US": [2, 1]}  # in a country without starts: all together
    assert ever["DE"] == {"DE": [1, 1], "US": [2, 1]}
    assert ever["US"] == {"DE": [1, 0], "US": [0, 1]}


def test_a_start_counts_where_its_viewer_was_then(store: SnapshotStore, log: SqliteLog) -> None:
    log.append([play(1, "anna", "film", 1)], now=NOW)
    for number, country in ((2, "DE"), (3, "FR")):
        log.note("anna", PROFILE_SET, {"profile_id": "anna", "country": country}, now=NOW)
        log.append([play(number, "anna", "film", 1)], now=NOW)
    made = follow(EMPTY, log, log.country_of, to_us(NOW))
    where: Counter[str] = Counter()
    for name, starts in zip(made.countries, made.counts[:, -1, 0].tolist(), strict=True):
        where[name.removeprefix(NEWCOMERS)] += starts  # whoever made them
    assert where == {"*": 3, "": 1, "DE": 1, "FR": 1}


def test_a_snapshot_of_another_format_is_no_snapshot_and_its_number_is_never_given_again(
    store: SnapshotStore, log: SqliteLog, tmp_path: Path
) -> None:
    some_plays(log)
    advance(store, log)
    path = tmp_path / "snapshots" / "0000000001.safetensors"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'\\"version\\": 5', b'\\"version\\": 1'))
    assert path.read_bytes() != content
    fresh = SnapshotStore(tmp_path / "snapshots", tmp_path / "run" / "lock")
    assert fresh.number_at(to_us(NOW)) is None
    with pytest.raises(BadBundle, match="format 1"):
        fresh.load(1)
    assert advance(fresh, log).number == 2


def test_a_snapshot_counts_what_a_dataset_counts(store: SnapshotStore, log: SqliteLog) -> None:
    some_plays(log)
    advance(store, log)
    trends = trends_on(store.latest(), catalogue())
    (dataset,) = build_datasets(log, catalogue(), [to_us(NOW)])
    np.testing.assert_allclose(trends.counts[0], dataset.trends.counts[0], rtol=1e-6)
    assert trends.counts[0, -1].tolist() == [2, 1]  # film, and the series by its episode


def test_a_snapshot_and_a_dataset_count_the_same_of_what_was_shown(
    store: SnapshotStore, log: SqliteLog
) -> None:
    some_plays(log)
    (nothing,) = build_datasets(log, catalogue(), [to_us(NOW)])
    assert nothing.trends.shown is None, "nobody told of what was shown"
    for who, country in {**COUNTRIES, "emil": "AT"}.items():
        log.note(who, PROFILE_SET, {"profile_id": who, "country": country}, now=NOW)
    told, titles = [], ["film", "film", "s", "e", "unknown"]
    for number, who in enumerate(["anna", "ben", "cleo", "emil", "flora"] * 9):
        told.append(play(100 + number, who, titles[number % 4], number % 7, type="impression"))
    told.append(play(200, "anna", "unknown", 1, type="impression"))
    log.append(told, now=NOW + timedelta(hours=1))
    places = {**COUNTRIES, "emil": "AT"}
    made = store.advance(log, lambda who, _: places.get(who), now_us=to_us(NOW), keep_hours=2)
    assert made is not None
    trends = trends_on(made, catalogue())
    halfway = to_us(NOW - timedelta(days=3.5))
    then, now = (one.trends for one in build_datasets(log, catalogue(), [halfway, to_us(NOW)]))
    for where in ("DE", "FR", "AT", None):
        shown, found = trends.shown_in(where), now.shown_in(where)
        assert shown is not None
        assert found == pytest.approx(shown, rel=1e-6), where
    assert now.shown is not None
    assert now.shown[0].sum() > 20
    assert then.shown is not None
    assert 0 < then.shown[0].sum() < now.shown[0].sum(), "only what was shown until then"


def test_countries_are_counted_apart_and_together(store: SnapshotStore, log: SqliteLog) -> None:
    some_plays(log)
    advance(store, log)
    trends = trends_on(store.latest(), catalogue())
    ever = [trends.of_country(c)[-1].tolist() for c in ("DE", "FR", "US", None)]
    assert ever == [[1, 0], [1, 0], [2, 1], [2, 1]]


def test_nothing_new_makes_no_snapshot(store: SnapshotStore, log: SqliteLog) -> None:
    assert advance(store, log) is None
    some_plays(log)
    assert advance(store, log).number == 1
    assert advance(store, log) is None
    assert store.numbers() == [1]


def test_whoever_has_not_the_lease_waits_for_nothing(
    store: SnapshotStore, log: SqliteLog, tmp_path: Path
) -> None:
    some_plays(log)
    with try_lock(tmp_path / "run" / "lock") as mine:
        assert mine
        assert advance(store, log) is None


def test_the_snapshot_of_an_epoch_is_the_newest_made_until_then(
    store: SnapshotStore, log: SqliteLog
) -> None:
    moments = [NOW + timedelta(minutes=m) for m in (0, 4, 8)]
    for i, moment in enumerate(moments):
        some_plays(log, 10 * i)
        advance(store, log, moment)
    assert store.number_at(to_us(moments[1])) == 2
    assert store.number_at(to_us(moments[1]) - 1) == 1
    assert store.number_at(0) == 1


def test_within_a_minute_only_the_newest_snapshot_and_the_first_of_all_are_kept(
    store: SnapshotStore, log: SqliteLog
) -> None:
    start, named = NOW, set[int | None]()
    for number in range(25):
        some_plays(log, 10 * number)
        now = start + timedelta(seconds=10 * number)
        made = store.advance(log, country_of, now_us=to_us(now), keep_hours=2)
        assert made.number == number + 1
        named.add(store.number_at(to_us(now.replace(second=0))))
        assert named <= set(store.numbers()), "what a page may have named is there"
    # Of each minute the last; those that were made as one began; the first of all, and the newest.
    assert store.numbers() == [1, 6, 7, 12, 13, 18, 19, 24, 25]
    fresh = SnapshotStore(store._folder, store._lease)
    epochs = [to_us(start + timedelta(minutes=minute)) for minute in range(5)]
    assert [fresh.number_at(us) for us in epochs] == [1, 7, 13, 19, 25]
    assert fresh.latest().number == 25


def test_old_snapshots_go_and_the_one_that_an_epoch_needs_stays(
    store: SnapshotStore, log: SqliteLog
) -> None:
    for i in range(4):
        some_plays(log, 10 * i)
        advance(store, log, NOW + timedelta(hours=i), keep_hours=1)
    assert store.numbers() == [2, 3, 4]
    with pytest.raises(Gone):
        store.load(1)


def test_started_anew_a_snapshot_holds_nothing_of_who_was_forgotten(
    store: SnapshotStore, log: SqliteLog
) -> None:
    some_plays(log)
    advance(store, log)
    log.forget("ben", key=b"k")
    store.start_anew(log, country_of, now_us=to_us(NOW))
    assert store.numbers() == [2]
    assert trends_on(store.latest(), catalogue()).counts[0, -1].tolist() == [1, 1]
    assert "FR" not in store.latest().countries


def test_a_fold_ends_while_events_keep_coming(store: SnapshotStore, log: SqliteLog) -> None:
    some_plays(log)
    told = 0

    def another(*_: object) -> None:
        nonlocal told
        told += 1
        assert told < 1_000, "the fold follows a log that is written to for ever"
        some_plays(log, start=10_000 * told)

    before = log.end()
    tail = log.tail

    def tail_while_written(*given: Any, **more: Any) -> Any:
        found = tail(*given, **more)
        another()
        return found

    log.tail = tail_while_written  # type: ignore[method-assign]
    made = advance(store, log)
    assert made is not None
    assert made.position == before
