"""What a split hides, and that nothing of it is known before the judging."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench.quality import split_file, splits
from bench.quality.split_file import Ratings, Split, read_split, write_split
from bench.quality.splits import SPLITTERS, split_by_time, split_by_viewer
from tests.bench.few_ratings import pairs_of, ratings_of, rows_of, some_ratings

GOOD, BAD = 1.0, 0.25

each_splitter = pytest.mark.parametrize("kind", ["a", "b"])


def times_of(ratings: Ratings, viewer: str) -> list[int]:
    (place,) = np.flatnonzero(ratings.viewers == viewer)
    return ratings.us[ratings.indptr[place] : ratings.indptr[place + 1]].tolist()


@each_splitter
def test_what_is_right_was_not_known_before_and_was_a_good_play(kind: str) -> None:
    everything = some_ratings()
    split = SPLITTERS[kind]("some", everything)
    good = pairs_of(everything.keep(everything.good))
    before = pairs_of(split.train)
    right = {(v, w) for v, works in rows_of(split, "relevant").items() for w in works}
    assert right
    assert right <= good
    assert right.isdisjoint(before)
    assert before < pairs_of(everything)


@each_splitter
def test_everything_a_viewer_had_rated_is_seen_and_nothing_else(kind: str) -> None:
    split = SPLITTERS[kind]("some", some_ratings())
    before = pairs_of(split.train)
    seen = rows_of(split, "seen")
    for viewer, works in seen.items():
        assert set(works) == {work for other, work in before if other == viewer}
    assert len(seen) == len(split.asked) > 0


@each_splitter
def test_every_viewer_asked_has_something_to_be_found(kind: str) -> None:
    split = SPLITTERS[kind]("some", some_ratings())
    assert all(rows_of(split, "relevant").values())
    assert split.at_us == split.train.us.max()


def test_split_a_hides_what_came_after_the_moment_by_which_four_fifths_had_begun() -> None:
    everything = some_ratings()
    split = split_by_time("some", everything)
    begun = np.sort(everything.us[everything.good])
    moment = begun[int(len(begun) * 0.8) - 1]
    assert split.train.us.max() <= moment
    assert len(split.train.us) == int((everything.us <= moment).sum())


def test_split_a_asks_viewers_with_five_good_plays() -> None:
    rows = [(0, work, 1, GOOD) for work in range(5)]
    rows += [(1, work, 1, GOOD) for work in range(4)] + [(1, 5, 1, BAD)]
    rows += [(2, work, 1, GOOD) for work in range(20, 27)]
    rows += [(viewer, 10 + viewer, 9, GOOD) for viewer in (0, 1)]
    rows += [(2, viewer, 9, GOOD) for viewer in (0, 1)]
    rows += [(3, work, 1, GOOD) for work in (10, 11)]
    split = split_by_time("five", ratings_of(rows, 30))
    assert rows_of(split, "relevant") == {"v000": [10], "v002": [0, 1]}


def test_split_b_hides_a_fifth_of_each_viewers_ratings_rounded_up_the_last_ones() -> None:
    counts = (1, 2, 4, 5, 6, 10, 11)
    rows = [(v, w, 100 - w, GOOD) for v, count in enumerate(counts) for w in range(count)]
    split = split_by_viewer("fifth", ratings_of(rows, 20))
    kept = dict(zip(split.train.viewers.tolist(), np.diff(split.train.indptr), strict=True))
    assert kept == {"v001": 1, "v002": 3, "v003": 4, "v004": 4, "v005": 8, "v006": 8}
    assert times_of(split.train, "v006") == [97, 96, 95, 94, 93, 92, 91, 90]


def test_split_b_never_hides_what_came_before_something_that_it_keeps() -> None:
    everything = some_ratings()
    split = split_by_viewer("some", everything)
    before = pairs_of(split.train)
    hidden = everything.keep(np.array([pair not in before for pair in _pairs_in_order(everything)]))
    for viewer in split.train.viewers.tolist():
        assert max(times_of(split.train, viewer)) <= min(times_of(hidden, viewer))


def _pairs_in_order(ratings: Ratings) -> list[tuple[str, int]]:
    return list(zip(ratings.viewers[ratings.viewer].tolist(), ratings.work.tolist(), strict=True))


def test_of_ratings_in_the_same_moment_split_b_hides_the_later_works() -> None:
    rows = [(0, work, 5, GOOD) for work in (3, 1, 8, 6, 2)]
    split = split_by_viewer("tied", ratings_of([*rows, (1, 8, 1, GOOD), (1, 9, 2, GOOD)], 10))
    assert split.train.work.tolist() == [1, 2, 3, 6, 8]
    assert rows_of(split, "relevant") == {"v000": [8]}


def test_a_work_without_a_good_play_on_the_training_side_is_not_asked_for() -> None:
    rows = [(0, work, work, GOOD) for work in range(4)] + [(0, 7, 9, GOOD)]
    bad = [(1, 7, 1, BAD), (1, 8, 2, GOOD)]
    assert len(split_by_viewer("unknown", ratings_of(rows + bad, 10)).asked) == 0
    good = [(1, 7, 1, GOOD), (1, 8, 2, GOOD)]
    split = split_by_viewer("known", ratings_of(rows + good, 10))
    assert rows_of(split, "relevant") == {"v000": [7]}


def _prepared(
    kind: str, where: Path, monkeypatch: pytest.MonkeyPatch, everything: Ratings
) -> list[Split]:
    monkeypatch.setattr(splits, "CACHE", where)
    monkeypatch.setattr(splits, "load_ratings", lambda folder: everything)
    splits.prepare(f"ml-1m-{kind}")
    return [splits.load_split(f"ml-1m-{kind}", inner) for inner in range(splits.INNER + 1)]


@each_splitter
def test_an_inner_split_has_seen_nothing_of_what_the_one_outside_hides(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = some_ratings(viewers=80)
    found = _prepared(kind, tmp_path, monkeypatch, everything)
    for outer, inner in pairwise(found):
        known = pairs_of(outer.train)
        judged = {(v, w) for v, works in rows_of(inner, "relevant").items() for w in works}
        assert judged
        assert judged <= known
        assert pairs_of(inner.train) < known
        assert pairs_of(inner.train).isdisjoint(judged)


@each_splitter
def test_the_test_side_may_be_anything_and_the_inner_splits_stay_the_same(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = some_ratings(viewers=80)
    before = _prepared(kind, tmp_path / "before", monkeypatch, everything)
    kept = pairs_of(before[0].train)
    known = np.array([pair in kept for pair in _pairs_in_order(everything)])
    values = {f.name: getattr(everything, f.name) for f in fields(Ratings)}
    # Split a finds its moment by the number of all good plays, so there only the times may differ.
    values["us"] = np.where(known, everything.us, everything.us + 100)
    if kind == "b":
        values["good"] = everything.good & known
    after = _prepared(kind, tmp_path / "after", monkeypatch, Ratings(**values))
    for one, other in zip(before[1:], after[1:], strict=True):
        _assert_same(one, other)


def _assert_same(one: Split, other: Split) -> None:
    for part, again in ((one, other), (one.train, other.train)):
        for f in fields(type(part)):
            if f.name != "train":
                mine, its = getattr(part, f.name), getattr(again, f.name)
                np.testing.assert_array_equal(mine, its)
                assert np.asarray(mine).dtype == np.asarray(its).dtype


def test_a_split_is_read_as_it_was_written(tmp_path: Path) -> None:
    split = split_by_viewer("round-trip", some_ratings())
    write_split(split, tmp_path / "new" / "split.npz")
    _assert_same(split, read_split(tmp_path / "new" / "split.npz"))


def test_a_split_file_is_whole_or_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = split_by_viewer("earlier", some_ratings())
    path = tmp_path / "split.npz"
    write_split(split, path)

    def breaks_off(where: Path, **arrays: object) -> None:
        where.write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(split_file.np, "savez_compressed", breaks_off)
    with pytest.raises(OSError, match="full"):
        write_split(split_by_time("later", some_ratings(2)), path)
    _assert_same(split, read_split(path))


def test_a_split_that_is_there_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _prepared("b", tmp_path, monkeypatch, some_ratings())
    monkeypatch.setattr(splits, "load_ratings", lambda folder: pytest.fail("read again"))
    splits.prepare("ml-1m-b")
    for inner, split in enumerate(made):
        _assert_same(split, splits.load_split("ml-1m-b", inner))
