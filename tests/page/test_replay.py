"""Served pages after their world has moved on: the same bytes, or the reason why not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench.replay import served_and_replayed
from frontrow.base.errors import Gone
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.replays import FORGOTTEN, Replays
from frontrow.server.service import Service
from tests.golden.world import make_service


@pytest.mark.slow
def test_every_served_page_is_rebuilt_to_the_byte_after_its_world_moved_on(tmp_path: Path) -> None:
    found = served_and_replayed(tmp_path, works=150, viewers=40, pages=80)
    assert found.why == {}
    assert (found.pages, found.same) == (80, 80)
    assert found.later == found.later_same > 40


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
