"""Bundles: named by their content, verified to the byte, published by moving one pointer."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

import pytest

from frontrow.base.errors import BadBundle
from frontrow.bundles import BundleStore
from frontrow.ranking import Ranker
from frontrow.training.fit import Cuts, fit_ranker
from tests.models import small_world

CATALOGUE = small_world.catalogue(8)
END = small_world.START_US
MANIFEST: dict[str, Any] = {
    "catalogue_revision": 1,
    "log_position": [[0, 0]],
    "fitted_at_us": END,
    "seed": 1,
    "events": 0,
    "left_out": {},
}


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    none = {name: column[:0] for name, column in small_world.choices(CATALOGUE.n).items()}
    datasets = small_world.datasets(CATALOGUE, none, [END])
    return fit_ranker(datasets, Cuts((), END), CATALOGUE, seed=1)


@pytest.fixture
def store(tmp_path: Path) -> BundleStore:
    return BundleStore(tmp_path)


def test_the_same_content_has_the_same_name(store: BundleStore, ranker: Ranker) -> None:
    assert store.write(ranker, MANIFEST) == store.write(ranker, MANIFEST)
    assert store.write(ranker, {**MANIFEST, "seed": 2}) != store.write(ranker, MANIFEST)
    assert len(store.all()) == 2


def test_a_bundle_is_live_once_it_is_published(store: BundleStore, ranker: Ranker) -> None:
    bundle_id = store.write(ranker, MANIFEST)
    assert (store.live(), store.stamp()) == (None, None)
    store.publish(bundle_id, published_at="2026-03-01T00:00:00Z")
    assert store.live() == bundle_id
    assert store.load(bundle_id).bundle_id == bundle_id
    assert store.find(bundle_id[:12]) == bundle_id


@pytest.mark.parametrize("name", ["bundle.json", "model.safetensors"])
@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_damaged_bundle_is_refused(
    name: str, damage: str, store: BundleStore, ranker: Ranker, tmp_path: Path
) -> None:
    bundle_id = store.write(ranker, MANIFEST)
    path = tmp_path / bundle_id / name
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[:-1])
    else:
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    with pytest.raises(BadBundle):
        store.load(bundle_id)


def test_a_damaged_pointer_is_told_and_not_taken_for_nothing(
    store: BundleStore, tmp_path: Path
) -> None:
    (tmp_path / "live.json").write_bytes(b'{"bundle')
    with pytest.raises(BadBundle, match="pointer"):
        store.live()


def test_a_bundle_is_found_by_the_beginning_of_its_id_and_by_nothing_else(
    store: BundleStore, ranker: Ranker
) -> None:
    bundle_id = store.write(ranker, MANIFEST)
    assert store.find(bundle_id[:6]) == bundle_id
    for mark in ("", "*", "?", "[0-9a-f]", f"../{store._folder.name}/{bundle_id}", bundle_id + "0"):
        assert store.find(mark) is None, mark


def test_the_live_bundle_is_kept_when_old_ones_are_dropped(
    store: BundleStore, ranker: Ranker
) -> None:
    ids = [store.write(ranker, {**MANIFEST, "seed": seed}) for seed in range(4)]
    store.publish(ids[0], published_at="2026-03-01T00:00:00Z")
    store.prune(1)
    kept = store.all()
    assert ids[0] in kept
    assert len(kept) == 2


def test_a_bundle_that_can_not_be_removed_keeps_no_other_and_is_told(
    store: BundleStore, ranker: Ranker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [store.write(ranker, {**MANIFEST, "seed": seed}) for seed in range(3)]
    first, second, newest = sorted(ids, key=store.all().index)
    remove = shutil.rmtree

    def of_another_user(path: Path) -> None:
        if path.name == first:
            raise PermissionError(errno.EACCES, "Permission denied", "model.safetensors")
        remove(path)

    monkeypatch.setattr(shutil, "rmtree", of_another_user)
    assert store.prune(1) == ([second], {first: "Permission denied"})
    assert set(store.all()) == {first, newest}
