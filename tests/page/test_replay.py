"""Served pages after their world has moved on: the same bytes, or the reason why not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench.replay import served_and_replayed
from frontrow.base.errors import Gone
from frontrow.base.time import format_time
from frontrow.events import Event
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.replays import FORGOTTEN, Replays
from frontrow.server.service import Service
from frontrow.viewers.dataset import is_good_start
from tests.golden.world import make_service


@pytest.mark.slow
def test_every_served_page_is_rebuilt_to_the_byte_after_its_world_moved_on(tmp_path: Path) -> None:
    found = served_and_replayed(tmp_path, works=150, viewers=40, pages=80)
    assert found.why == {}
    assert (found.pages, found.same) == (80, 80)
    assert found.later == found.later_same > 40


def test_a_page_of_before_impressions_were_counted_is_rebuilt_after_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, profiles = make_service(tmp_path, works=80, viewers=8)
    first = Pages(service).page(profiles[0], Asked())
    titles = [tile.title_id for row in first.rows for tile in row.tiles]
    now = format_time(service.clock())
    seen = [
        {"event_id": f"seen{i}", "type": "impression", "profile_id": profiles[1], "time": now}
        for i in range(400)
    ]
    told = [{**one, "title_id": titles[i % 3]} for i, one in enumerate(seen)]
    service.log.append([msgspec.convert(one, Event) for one in told], now=service.clock())
    service.home.run.mkdir(exist_ok=True)
    monkeypatch.setattr("frontrow.viewers.snapshot._counted_as", lambda logged: (
        "" if is_good_start(logged) else None
    ))  # fmt: skip
    service.refold_snapshots()
    monkeypatch.undo()
    page = Pages(service).page(profiles[0], Asked())
    assert page.snapshot != first.snapshot
    found = Replays(service).replay(service.decisions.read(page.page_id))
    assert found.why is None
    service.refold_snapshots()
    now_shown = Pages(service).page(profiles[0], Asked())
    assert now_shown.rows[0].tiles != page.rows[0].tiles, "impressions would have moved it"
    found = Replays(service).replay(service.decisions.read(now_shown.page_id))
    service.close()
    assert found.why is None


@pytest.fixture
def small(tmp_path: Path) -> tuple[Service, list[str]]:
    return make_service(tmp_path, works=80, viewers=8)


def test_a_page_that_read_the_starts_of_someone_forgotten_since_says_so(
    small: tuple[Service, list[str]],
) -> None:
    service, profiles = small
    page = Pages(service).page(profiles[0], Asked(personalised=False, rows=20))
    for other in service.log.profiles():
        if other != profiles[0]:
            service.log.forget(other, key=service.forget_key(other))
    found = Replays(service).replay(service.decisions.read(page.page_id))
    service.close()
    assert (found.same, found.why) == (False, FORGOTTEN)


def test_a_page_whose_bundle_was_pruned_or_whose_record_is_older_is_gone(
    small: tuple[Service, list[str]],
) -> None:
    service, profiles = small
    page = Pages(service).page(profiles[0], Asked())
    decision = service.decisions.read(page.page_id)
    older = {key: told for key, told in decision.items() if key != "trends"}
    with pytest.raises(Gone, match="a version whose trends"):
        Replays(service).build(older)
    changed = {**decision, "settings": {**decision["settings"], "page": {"rows": 10, "older": 1}}}
    with pytest.raises(Gone, match="settings of another version"):
        Replays(service).build(changed)
    live = service.home.bundles / str(page.bundle)
    live.rename(live.with_name("elsewhere"))
    with pytest.raises(Gone, match="bundle is no longer kept"):
        Replays(Service(service.home, service.clock)).build(decision)
    service.close()


def test_the_settings_of_then_hold_also_for_what_counts_as_the_first_import(
    small: tuple[Service, list[str]],
) -> None:
    service, profiles = small
    page = Pages(service).page(profiles[0], Asked())
    decision = service.decisions.read(page.page_id)
    service.home.settings_path.write_text("[service]\nfirst_import_minutes = 0\ncountry = 'FR'\n")
    other = Service(service.home, service.clock)
    found = Replays(other).replay(decision)
    assert found.same
    assert found.built is not None
    assert msgspec.json.encode(found.built.page) == msgspec.json.encode(page)
    other.close()
    service.close()
