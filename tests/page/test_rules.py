"""Everything that the contract says is always true of a page, over generated worlds."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.base.randomness import rng_for
from frontrow.base.settings import PageSettings, Settings
from frontrow.base.time import US_PER_DAY, format_time, from_us
from frontrow.page import Dresser, place_rows, set_stage
from frontrow.page.dressing import row_id
from frontrow.page.record import decision_of
from tests.page.oracle import violations
from tests.strategies import NOW_US, Ask, SeededDice, World, make_ask, seeded_world, worlds_and_asks
from tests.worlds import (
    SECRET,
    asked_of,
    built_of,
    first_of_each_id,
    page_of,
    us_of_told,
    without_history,
)

SEEDS = st.integers(0, 2**32)


def rich(seed: int, size: int = 90) -> tuple[World, Ask]:
    """A world with enough titles for a page of many rows, and what is asked of it."""
    world = seeded_world(seed, size)
    return world, make_ask(SeededDice(rng_for(seed, "ask")), world)


@given(worlds_and_asks())
@settings(max_examples=150)
def test_no_page_breaks_a_rule_of_the_contract(case: tuple[World, Ask]) -> None:
    world, ask = case
    asked = asked_of(world, ask)
    assert violations(world, ask, asked, built_of(asked)) == []


@pytest.mark.slow
@given(SEEDS, st.integers(20, 120))
@settings(max_examples=60)
def test_no_page_of_a_larger_catalogue_breaks_a_rule_of_the_contract(seed: int, size: int) -> None:
    world, ask = rich(seed, size)
    asked = asked_of(world, ask)
    assert violations(world, ask, asked, built_of(asked)) == []


@pytest.mark.slow
@given(SEEDS, st.integers(0, 300))
@settings(max_examples=800)
def test_no_page_of_many_breaks_a_rule_of_the_contract(seed: int, size: int) -> None:
    world, ask = rich(seed, size)
    asked = asked_of(world, ask)
    assert violations(world, ask, asked, built_of(asked)) == []


def test_a_list_is_shown_on_a_page_too_short_to_put_it_out_of_sight_of_a_pinned_top10() -> None:
    came = NOW_US - 40 * US_PER_DAY
    world = World(
        titles=tuple(
            ({"title_id": title, "kind": "movie", "name": title, "maturity": 0}, came)
            for title in ("listed", "begun", "other")
        ),
        profile={"profile_id": "ann", "country": "FR", "preferences": {"pinned_rows": ["top10"]}},
        events=(
            {"event_id": "1", "type": "list_add", "title_id": "begun", "time": format_time(from_us(came))},
            {"event_id": "2", "type": "list_add", "title_id": "listed", "time": format_time(from_us(came))},
            {
                "event_id": "3", "type": "stop", "title_id": "begun", "position_seconds": 600,
                "seconds_watched": 600, "runtime_seconds": 6000,
                "time": format_time(from_us(NOW_US - US_PER_DAY)),
            },
        ),
        starts=tuple((NOW_US - US_PER_DAY, title, "FR") for title in ("listed", "other")),
        settings=Settings(page=PageSettings(min_row_length=2)),
    )  # fmt: skip
    ask = Ask(device="phone", country="FR")
    asked = asked_of(world, ask)
    built = built_of(asked)
    assert violations(world, ask, asked, built) == []
    rows = {row.kind: [tile.title_id for tile in row.tiles] for row in built.page.rows}
    assert rows["continue_watching"] == ["begun"]
    assert rows["my_list"] == ["listed"]


@given(SEEDS)
@settings(max_examples=25)
def test_the_same_request_again_gives_the_same_bytes(seed: int) -> None:
    world, ask = rich(seed)
    one, two = page_of(world, ask), page_of(world, ask)
    assert msgspec.json.encode(one.page) == msgspec.json.encode(two.page)
    assert decision_of(one, world.settings) == decision_of(two, world.settings)


@given(SEEDS, st.integers(0, 12))
@settings(max_examples=25)
def test_fewer_rows_are_the_beginning_of_the_same_page(seed: int, rows: int) -> None:
    world, ask = rich(seed)
    whole = page_of(world, ask).page.rows
    few = page_of(world, replace(ask, rows=rows + 1)).page
    kept = [(row.row_id, [tile.title_id for tile in row.tiles]) for row in few.rows]
    assert kept == [(r.row_id, [t.title_id for t in r.tiles]) for r in whole[: rows + 1]]
    assert few.more == (len(whole) > rows + 1)


@given(SEEDS, st.integers(1, 9))
@settings(max_examples=25)
def test_columns_are_a_window_of_the_settled_row(seed: int, columns: int) -> None:
    world, ask = rich(seed)
    whole = page_of(world, ask).page.rows
    narrow = page_of(world, replace(ask, columns=columns)).page.rows
    for row, window in zip(whole, narrow, strict=True):
        wanted = [tile.title_id for tile in row.tiles[:columns]]
        assert [tile.title_id for tile in window.tiles] == wanted
        assert window.more == (len(row.tiles) > columns)


@given(SEEDS, st.integers(1, 9))
@settings(max_examples=25)
def test_a_row_asked_in_pieces_is_the_row(seed: int, columns: int) -> None:
    world, ask = rich(seed)
    asked = asked_of(world, ask)
    whole = built_of(asked).page.rows
    stage = set_stage(asked.inputs, asked.request)
    for row, placed in zip(whole, place_rows(stage, 40), strict=True):
        assert row.row_id == row_id(placed)
        offset, pieces, more = 0, [], True
        while more:
            dresser = Dresser(stage, asked.page_id, SECRET)  # each piece is a call of its own
            tiles, more = dresser.tiles(placed, offset, columns)
            pieces += tiles
            offset += columns
        assert [(t.title_id, t.reason) for t in pieces] == [
            (t.title_id, t.reason) for t in row.tiles
        ]


@given(SEEDS)
@settings(max_examples=25)
def test_a_page_without_profiling_is_the_same_for_two_profiles_that_differ_in_history(
    seed: int,
) -> None:
    world, ask = rich(seed)
    ask = replace(ask, personalised=False)
    wished = without_history(world)
    assert _shown(wished, ask) == _shown(world, ask)


@given(SEEDS)
@settings(max_examples=15)
def test_a_page_without_profiling_is_keyed_by_nothing_of_the_profile(seed: int) -> None:
    world, ask = rich(seed)
    ask = replace(ask, personalised=False)
    renamed = replace(world, profile={**world.profile, "profile_id": "someone-else"})
    assert _shown(renamed, ask) == _shown(world, ask)


def _shown(world: World, ask: Ask) -> object:
    """A page without its ids and tokens."""
    told = msgspec.to_builtins(page_of(world, ask).page)
    del told["page_id"], told["profile_id"]
    for row in told["rows"]:
        for tile in row["tiles"]:
            del tile["token"]
    return told


@given(SEEDS, st.sampled_from(["no bundle", "preference", "kids"]))
@settings(max_examples=25)
def test_wishes_and_resume_are_there_without_a_bundle_or_profiling_by_preference(
    seed: int, why: str
) -> None:
    world, ask = rich(seed)
    ask = replace(ask, personalised=True)
    preferences = {"hidden_rows": []}
    profile = {**world.profile, "preferences": preferences, "maturity_limit": None, "kids": False}
    world = replace(world, profile=profile, policy=7)
    less = replace(world, policy=None)
    if why == "preference":
        less = replace(
            world, profile={**profile, "preferences": {**preferences, "personalised": False}}
        )
    if why == "kids":
        titles = tuple(({**title, "kids": True}, came) for title, came in world.titles)
        world = replace(world, titles=titles)
        less = replace(world, profile={**profile, "kids": True})
    assert _own_rows(less, ask) == _own_rows(world, ask)


def _own_rows(world: World, ask: Ask) -> dict[str, dict[str, object]]:
    """What is shown of the viewer's own; in which order is inferred."""
    return {
        row.kind: {tile.title_id: tile.resume for tile in row.tiles}
        for row in page_of(world, ask).page.rows
        if row.kind == "continue_watching"
    }


@given(SEEDS)
@settings(max_examples=15)
def test_an_event_after_at_changes_nothing(seed: int) -> None:
    world, ask = rich(seed)
    at_us = NOW_US - 30 * 86_400_000_000
    world = replace(world, events=tuple(first_of_each_id(world.events)))
    early = tuple(event for event in world.events if us_of_told(event) <= at_us)
    ask = replace(ask, at_us=at_us)
    assert _shown(replace(world, events=early), ask) == _shown(world, ask)


REBUILD = """
import sys
from tests.page.test_rules import rich
from tests.worlds import page_of
import msgspec
for seed in range(3):
    sys.stdout.buffer.write(msgspec.json.encode(page_of(*rich(seed)).page))
"""


@pytest.mark.slow
def test_a_rebuild_in_a_fresh_process_gives_the_same_bytes() -> None:
    here = b"".join(msgspec.json.encode(page_of(*rich(seed)).page) for seed in range(3))
    there = subprocess.run([sys.executable, "-c", REBUILD], capture_output=True, check=True)
    assert there.stdout == here


@pytest.mark.parametrize(("there", "claimed"), [(1, None), (9, None), (10, "DE")])
def test_where_too_few_watch_in_a_country_the_ten_are_of_all(
    there: int, claimed: str | None
) -> None:
    films = [{"title_id": f"f{i:02d}", "kind": "movie", "name": f"Film {i}"} for i in range(30)]
    everywhere = [(NOW_US - 3_600_000_000, f"f{i:02d}", "FR") for i in range(20) for _ in range(3)]
    here = [(NOW_US - 3_600_000_000, f"f{29 - i}", "DE") for i in range(there)]
    wishes = {"pinned_rows": ["top10"], "hidden_rows": ["top_picks"]}  # which would have them too
    world = World(
        titles=tuple((film, NOW_US) for film in films),
        profile={
            "profile_id": "ann",
            "country": "DE",
            "preferences": wishes,
        },
        events=(),
        starts=(*everywhere, *here),
    )
    (row,) = [row for row in page_of(world, Ask()).page.rows if row.kind == "top10"]
    assert (row.reason.country or None) == claimed
    assert len(row.tiles) == 10
    assert {t.title_id for t in row.tiles} <= {s[1] for s in (here if claimed else everywhere)}
