"""From served pages with swapped places to a table in a bundle, and back onto pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec import structs

from bench.positions.curves import CURVES
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time
from frontrow.events import Event
from frontrow.page.page import Tile
from frontrow.ranking.positions import COLUMNS, ROWS, Looked, Positions
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.positions import positions_of
from frontrow.server.replays import Replays
from frontrow.server.service import Service
from frontrow.server.transparency import transparency
from frontrow.training.positions import settings_table
from frontrow.training.swapped import see
from frontrow.training.train import train
from tests.golden.world import NOW, make_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made, _ = make_service(tmp_path_factory.mktemp("home"), works=160, viewers=12)
    exploration = structs.replace(made.settings.exploration, swap_share=1.0)
    made.settings = structs.replace(made.settings, exploration=exploration)
    yield made
    made.close()


def opened(service: Service, profile_id: str, tile: Tile, number: int, **told: Any) -> None:
    """A click, or what is told, on a tile a minute after its page."""
    event = {
        "event_id": f"open-{number}", "type": "click", "profile_id": profile_id,
        "title_id": tile.title_id, "token": tile.token,
        "time": format_time(NOW + timedelta(minutes=1)), **told,
    }  # fmt: skip
    service.log.append([msgspec.convert(event, Event)], now=NOW)


def fit(service: Service, positions: Positions | None) -> str:
    return train(
        service.log, service.catalogue(), service.bundles, now_us=service.now_us(), seed=3,
        publish=True, keep=5, positions=positions,
    ).bundle_id  # fmt: skip


def a_table() -> Looked:
    """Few look beyond the first column of any row."""
    table = np.outer(0.98 ** np.arange(ROWS), 0.3 ** np.arange(COLUMNS)).astype(np.float32)
    return Looked(table, table * 0.9, table * 1.1, pages=1_000, opens=900)


def test_what_was_opened_on_swapped_pages_is_counted_where_it_could_have_been(
    service: Service,
) -> None:
    asked = Asked(device="tablet", rows=6, columns=8)  # which no other test asks for
    pages = {who: Pages(service).page(who, asked) for who in ("ann", "bob")}
    calm = structs.replace(service.settings.exploration, swap_share=0.0)
    swapping = service.settings
    service.settings = structs.replace(swapping, exploration=calm)
    pages["cid"] = Pages(service).page("cid", asked)
    service.settings = swapping
    wanted = 0
    number = 0
    for who, page in pages.items():
        record = service.decisions.read(page.page_id)
        assert ("swaps" in record) == (who != "cid")
        for place, row in enumerate(page.rows):
            for column, tile in enumerate(row.tiles[:3]):
                opened(service, who, tile, number := number + 1)
                wanted += who != "cid" and could_have_been_elsewhere(record, place, column)
    untouched = max((row.tiles[3:] for row in pages["ann"].rows), key=len)
    opened(service, "bob", untouched[0], 1_001)  # another profile's page
    opened(service, "ann", untouched[0], 1_002, token="forged")
    late = format_time(NOW + timedelta(hours=service.settings.exploration.attribution_hours + 1))
    opened(service, "ann", untouched[0], 1_003, time=late)
    opened(service, "ann", untouched[1], 1_004, type="play", autoplay=True)
    seen = see(
        service.decisions, service.log, service.catalogue(), service.secret, service.settings
    )
    assert "phone" not in seen
    of = seen["tablet"]
    assert of.pages == 2
    assert len(of.places) == wanted > 10
    own = ("continue_watching", "my_list", "top10")
    assert of.earned.sum() == sum(3 for row in pages["cid"].rows if row.kind not in own)
    assert "it takes" in positions_of(service).left_out["tablet"]


def could_have_been_elsewhere(record: dict[str, Any], place: int, column: int) -> bool:
    """Whether one of the recorded pairs, both halves on the page, holds the place."""
    rows = [(first, first + 1) for first in record["swaps"]["rows"]["first"]]
    moves = any(place in pair and max(pair) < len(record["rows"]) for pair in rows)
    across = record["swaps"]["columns"].get(str(place), {"first": 0, "swapped": ""})
    for i in range(len(across["swapped"])):
        pair = across["first"] + 2 * i, across["first"] + 2 * i + 1
        moves |= column in pair and max(pair) < len(record["rows"][place]["shown"])
    return moves


@pytest.mark.slow
def test_a_bundles_table_is_what_its_pages_are_laid_out_by_and_rebuilt_by(service: Service) -> None:
    learned = fit(service, Positions({"web": a_table()}))
    made = Pages(service).maker.make("dora", Asked(rows=6, columns=8))
    built = Pages(service).build(made)
    assert built.page.bundle == learned
    assert built.stage.screen.learned is not None
    assert transparency(service)["attention"].endswith("learned from swapped places: web.")
    np.testing.assert_allclose(built.stage.screen.attention(3, 0), [1, 0.3, 0.09], rtol=1e-5)
    Pages(service).finish(made, 0, built=built)
    on_tv = Pages(service).build(Pages(service).maker.make("dora", Asked(device="tv")))
    assert on_tv.stage.screen.learned is None
    fit(service, None)
    now = Pages(service).build(Pages(service).maker.make("dora", Asked(rows=6, columns=8)))
    assert now.stage.screen.learned is None
    replayed = Replays(service).replay(service.decisions.read(built.page.page_id))
    assert replayed.same, replayed.why


@pytest.mark.slow
def test_the_setting_goes_back_to_the_settings_own_attention(service: Service) -> None:
    fit(service, Positions({"web": a_table()}))
    before = service.settings
    page = structs.replace(before.page, learned_attention=False)
    service.settings = structs.replace(before, page=page)
    built = Pages(service).build(Pages(service).maker.make("eve", Asked()))
    assert built.stage.screen.learned is None
    service.settings = before


@pytest.mark.slow
def test_why_nothing_was_learned_of_a_device_stands_in_the_bundle(service: Service) -> None:
    bundle = fit(service, Positions({}, {"tv": "3 titles were opened; it takes 500"}))
    told = service.bundles.load(bundle).manifest.left_out
    assert "as was learned" not in str(transparency(service)["attention"])
    assert told["attention on tv"] == "3 titles were opened; it takes 500"


@pytest.mark.slow
def test_where_viewers_look_comes_through_the_service_from_page_to_bundle(tmp_path: Path) -> None:
    """Viewers who look at first rows and first columns alone, over two days of swapped pages."""
    service, _ = make_service(tmp_path, works=160, viewers=12)
    exploration = structs.replace(service.settings.exploration, swap_share=1.0)
    service.settings = structs.replace(service.settings, exploration=exploration)
    curve, rng = CURVES["L"], rng_for(1, "looks")
    events, pages = [], Pages(service)
    for half_hour in range(110):
        now = NOW + timedelta(minutes=30 * half_hour)
        service.clock = lambda now=now: now
        for viewer in range(12):
            who = f"looker{viewer}"
            for place, row in enumerate(pages.page(who, Asked(rows=10, columns=12)).rows):
                for column, tile in enumerate(row.tiles):
                    if rng.random() < 0.25 * 0.9**column * curve[place, column]:
                        events.append(
                            {"event_id": f"{half_hour}-{len(events)}", "type": "click",
                             "profile_id": who, "title_id": tile.title_id, "token": tile.token,
                             "time": format_time(now + timedelta(minutes=1))}
                        )  # fmt: skip
    service.log.append(msgspec.convert(events, list[Event]), now=service.clock())
    found = positions_of(service)
    learned = found.of("web")
    assert learned is not None, found.left_out
    page = service.settings.page
    assumed = np.exp(settings_table(page.attention_rows, page.attention_columns))
    truth = curve[:6, :6]
    error = np.abs(learned.looked_at[:6, :6] - truth).mean()
    assert error < np.abs(assumed[:6, :6] - truth).mean() / 2
    bundle = service.bundles.load(fit(service, found))
    kept = bundle.ranker.positions.of("web")
    assert kept is not None
    assert kept.looked_at.tobytes() == learned.looked_at.tobytes()
    service.close()
