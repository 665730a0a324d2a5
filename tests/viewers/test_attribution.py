"""Attribution: which tile an event came of, and what came of the tile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.tile_tokens import TokenMaker, page_tag, read_token
from frontrow.base.time import to_us
from frontrow.events import Event
from frontrow.events.log import Logged
from frontrow.ranking.reward import GOOD
from frontrow.viewers.attribution import (
    QUALITY_SHARE,
    Attribution,
    Joiner,
    Key,
    Outcome,
    ServedPage,
    Tile,
    join,
    pages_seen,
)
from tests.ranking.test_reward import Life, film

SECRET = b"a secret of these tests"
THEN = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
HOUR_US = 3_600_000_000
HOW = Attribution(
    read_token=partial(read_token, secret=SECRET),
    window_us=72 * HOUR_US,
    work_of=lambda title_id: title_id.partition("-")[0],
    is_page=lambda tag: tag in (page_tag("mine"), page_tag("hers")),
)
PAGE = ServedPage(
    "mine",
    to_us(THEN),
    (
        Tile(0, 0, "top_picks", "film", "film:face"),
        Tile(0, 1, "top_picks", "show", "show:face"),
        Tile(1, 0, "genre.1", "other", None),
    ),
)
FILM: Key = ("mine", 0, 0)
SHOW: Key = ("mine", 0, 1)


def token(page_id: str = "mine", row: int = 0, column: int = 0, secret: bytes = SECRET) -> str:
    return TokenMaker(page_id, secret).tokens(row, [column])[0]


def told(kind: Any, title: str = "film", *, hours: float = 1, **more: Any) -> Event:
    at = THEN + timedelta(hours=hours)
    return Event(event_id=f"{kind}-{title}-{hours}", type=kind, profile_id="p", title_id=title,
                 time=at, **more)  # fmt: skip


def logged(*events: Event) -> list[Logged]:
    return [Logged(i, e.type, to_us(e.time), to_us(e.time), e, {}) for i, e in enumerate(events, 1)]


def joined(*events: Event, pages: Sequence[ServedPage] = (PAGE,)) -> dict[Key, Outcome]:
    return join(logged(*events), pages, HOW)[0]


def why_not(*events: Event) -> dict[Any, int]:
    outcomes, unjoined = join(logged(*events), [PAGE], HOW)
    assert not outcomes
    return dict(unjoined)


def test_a_token_joins_the_tile_it_was_copied_from() -> None:
    found = joined(told("impression", token=token()), told("click", "show", token=token(column=1)))
    assert (found[FILM].shown, found[FILM].opened) == (True, False)
    assert (found[SHOW].shown, found[SHOW].opened, found[SHOW].started) == (True, True, False)


def test_an_episode_joins_the_tile_of_its_series() -> None:
    assert joined(told("play", "show-1x3", token=token(column=1)))[SHOW].started


def test_without_a_token_the_place_on_the_page_joins() -> None:
    event = told("play", page_id="mine", row_id="top_picks", position=0)
    assert joined(event)[FILM].started


def test_without_both_the_image_joins_the_last_tile_that_showed_it() -> None:
    later = ServedPage("later", to_us(THEN) + 2 * HOUR_US, PAGE.tiles)
    found = joined(
        told("play", artwork_id="film:face", hours=1.5),
        told("click", artwork_id="film:face", hours=2.5),
        pages=[PAGE, later],
    )
    assert found[FILM].started
    assert found["later", 0, 0].opened
    assert not found["later", 0, 0].started
    assert not joined(told("play", artwork_id="film:other"))


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (told("click", token=token(secret=b"another")), "forged"),
        (told("click", token="no token"), "forged"),
        (told("click", token=token("hers")), "another_profile"),
        (told("click", token=token("lost")), "unknown_page"),
        (told("click", "other", token=token()), "another_title"),
        (told("click", token=token(), hours=-0.01), "before_page"),
        (told("click", token=token(), hours=72.01), "after_window"),
        (told("click", page_id="hers", row_id="top_picks", position=0), "another_profile"),
        (told("click", page_id="mine", row_id="nowhere", position=0), "unknown_tile"),
    ],
)
def test_what_names_a_tile_and_is_not_of_it_is_counted_by_reason(event: Event, reason: str) -> None:
    assert why_not(event) == {reason: 1}


def test_the_window_includes_both_its_ends() -> None:
    assert joined(told("click", token=token(), hours=0))[FILM].opened
    assert joined(told("click", token=token(), hours=72))[FILM].opened


def test_what_says_how_a_sitting_goes_on_joins_the_tile_of_its_start() -> None:
    found = joined(told("play", token=token()), told("complete", hours=3))
    assert found[FILM].quality
    assert [one.type for one in found[FILM].sittings] == ["play", "complete"]


def test_a_start_that_came_of_no_tile_takes_what_follows_with_it() -> None:
    found = joined(told("play", token=token()), told("play", hours=20), told("complete", hours=22))
    assert not found[FILM].quality


def test_what_starts_by_itself_is_no_start_and_no_quality() -> None:
    found = joined(
        told("play", token=token(), autoplay=True), told("complete", token=token(), hours=3)
    )
    assert (found[FILM].shown, found[FILM].opened) == (False, False)
    assert (found[FILM].started, found[FILM].quality) == (False, False)


def test_a_next_episode_that_starts_by_itself_makes_no_quality_of_a_first_that_was_left() -> None:
    found = joined(
        told("play", "show-1x1", token=token(column=1)),
        told("stop", "show-1x1", position_seconds=60, runtime_seconds=3000, hours=1.1),
        told("play", "show-1x2", autoplay=True, hours=1.2),
        told("complete", "show-1x2", hours=2.2),
    )
    assert found[SHOW].started
    assert not found[SHOW].quality


@pytest.mark.parametrize(("share", "good"), [(0.8, False), (0.84, True), (1.0, True)])
def test_quality_is_most_of_what_lay_ahead(share: float, good: bool) -> None:
    begin, runtime = 3000.0, 6000.0
    end = begin + share * (runtime - begin)
    found = joined(
        told("play", token=token(), position_seconds=begin, runtime_seconds=runtime),
        told("stop", position_seconds=end, runtime_seconds=runtime, hours=2),
    )
    assert found[FILM].quality is good


def test_the_share_of_quality_is_that_of_a_left_film_that_was_a_good_play() -> None:
    assert Life(film()).watches(share=QUALITY_SHARE).worth() >= GOOD
    assert Life(film()).watches(share=QUALITY_SHARE - 0.01).worth() < GOOD


_TYPES = ("impression", "click", "play", "stop", "progress", "complete", "rate", "pause")


@st.composite
def events(draw: Any) -> list[Event]:
    found = []
    for i in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(_TYPES))
        more: dict[str, Any] = draw(
            st.sampled_from(
                [{}, {}, {"token": token()}, {"token": token(column=1)}, {"token": token("hers")},
                 {"artwork_id": "film:face"}, {"token": "forged"},
                 {"page_id": "mine", "row_id": "top_picks", "position": 1}]
            )
        )  # fmt: skip
        if kind == "rate":
            more = {**more, "value": draw(st.sampled_from([-1.0, 1.0]))}
        elif kind == "play":
            more = {**more, "autoplay": draw(st.booleans())}
        elif kind in ("stop", "progress"):
            more = {**more, "position_seconds": draw(st.sampled_from([10.0, 5000.0])),
                    "runtime_seconds": 6000.0}  # fmt: skip
        at = THEN + timedelta(hours=draw(st.sampled_from([-1, 0, 1, 2, 3, 50, 80])))
        title = draw(st.sampled_from(["film", "show-1x1", "show"]))
        found.append(
            Event(event_id=f"e{i}", type=kind, profile_id="p", title_id=title, time=at, **more)
        )
    return found


@given(events(), st.randoms(), st.integers(0, 12))
def test_one_event_after_the_other_in_any_order_is_as_all_at_once(
    told: list[Event], chance: Any, looked: int
) -> None:
    batch = join(sorted(logged(*told), key=lambda one: one.time_us), [PAGE], HOW)
    arrived = logged(*told)
    chance.shuffle(arrived)
    stream = Joiner([PAGE], HOW)
    for i, one in enumerate(arrived):
        stream.add(one)
        if i == looked:
            assert stream.outcomes is not None
    assert bits(stream.outcomes) == bits(batch[0])
    assert stream.unjoined == batch[1]


def bits(outcomes: dict[Key, Outcome]) -> Any:
    return {
        key: (one.shown, one.opened, one.started, one.quality, one.good_rating, one.shown_us,
              [s.event.event_id for s in one.sittings if s.event])
        for key, one in outcomes.items()
    }  # fmt: skip


@given(events())
def test_nothing_joins_outside_the_window_or_another_work(told: list[Event]) -> None:
    for key, outcome in joined(*told).items():
        for one in outcome.sittings:
            assert one.event is not None
            assert 0 <= one.time_us - PAGE.since_us <= HOW.window_us
            at = next(tile for tile in PAGE.tiles if (tile.row, tile.column) == key[1:])
            assert HOW.work_of(str(one.event.title_id)) == HOW.work_of(at.title_id)


def test_where_no_record_is_the_impressions_tell_the_pages() -> None:
    seen = logged(
        told("impression", page_id="old", row_id="shelf-1", position=2, artwork_id="a", hours=1),
        told("impression", "show", page_id="old", row_id="shelf-2", position=0, hours=1.1),
        told("impression", "other", artwork_id="b", hours=1.2),
        told("play", page_id="old", row_id="shelf-1", position=2, hours=1.3),
        told("stop", hours=2, position_seconds=5900, runtime_seconds=6000),
        told("play", "other", artwork_id="b", hours=3),
    )
    found, unjoined = join(seen, pages_seen(seen), HOW)
    assert not unjoined
    assert found["old", 0, 2].quality
    assert found["old", 1, 0].shown
    assert not found["old", 1, 0].opened
    assert [one.started for key, one in found.items() if key[0].endswith("alone")] == [True]
