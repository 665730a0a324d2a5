"""A new bundle is picked up by a running service; a damaged one is refused and the old one stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontrow.base.home import Home
from frontrow.base.time import monotonic, system_clock
from frontrow.server import Service
from frontrow.server.web import make_app
from frontrow.training.train import Trained, train
from tests.server.small_world import Events, lives, titles

pytestmark = pytest.mark.slow  # services started and fitted again and again

NOW = system_clock()()


class Swapping:
    """A running service, and another process's hand on its bundles."""

    def __init__(self, home: Home, api: Any) -> None:
        self.home, self.api = home, api
        self._other = Service(home, system_clock())
        self._told = 0

    def fit(self, publish: bool = True) -> Trained:
        """Fit on a log that has grown; as `frontrow train` beside the server."""
        self._told += 1
        event = Events(NOW).one("rate", f"new{self._told}", "f002", value=2)
        self.api.post("/v1/events", json={"events": [event]})
        other = self._other
        return train(
            other.log, other.catalogue(), other.bundles,
            now_us=other.now_us(), seed=0, publish=publish, keep=5,
        )  # fmt: skip

    def publish(self, bundle_id: str) -> None:
        self._other.bundles.publish(bundle_id, published_at="2026-01-01T00:00:00Z")

    def page(self) -> dict[str, Any]:
        answer = self.api.get("/v1/profiles/viewer1/page")
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        assert page["rows"]
        return page

    def serves(self, bundle: str) -> bool:
        """Whether a bundle comes to be served within the five seconds that are promised."""
        deadline = monotonic() + 5
        while self.page()["bundle"] != bundle:
            if monotonic() > deadline:
                return False
        return True

    def trouble(self) -> str:
        """Why the published bundle is refused, within the same time; "" where it is not."""
        deadline = monotonic() + 5
        while monotonic() < deadline:
            trouble = self.ready()["parts"]["bundle"].get("trouble")
            if trouble:
                return str(trouble)
        return ""

    def ready(self) -> dict[str, Any]:
        answer = self.api.get("/readyz")
        assert answer.status_code == 200
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
def swapping(home: Home) -> Iterator[Swapping]:
    with TestClient(make_app(Service(home, system_clock())), base_url="http://127.0.0.1") as api:
        api.post("/v1/titles", json={"titles": titles()})
        api.post("/v1/events", json={"events": lives(NOW)})
        yield Swapping(home, api)


def flip(bundle: Path) -> None:
    arrays = bundle / "model.safetensors"
    content = bytearray(arrays.read_bytes())
    content[-5] ^= 1
    arrays.write_bytes(content)


def cut(bundle: Path) -> None:
    arrays = bundle / "model.safetensors"
    arrays.write_bytes(arrays.read_bytes()[:-1])


def edit(bundle: Path) -> None:
    manifest = bundle / "bundle.json"
    manifest.write_text(manifest.read_text().replace('"seed"', '"sead"'))


def remove(bundle: Path) -> None:
    shutil.rmtree(bundle)


def test_a_new_bundle_is_in_the_next_page_and_no_request_fails_meanwhile(
    swapping: Swapping,
) -> None:
    assert swapping.page()["bundle"] is None
    with ThreadPoolExecutor(3) as readers:
        fitted = readers.submit(lambda: [swapping.fit().bundle_id for _ in range(3)])
        pages = []
        while not fitted.done():
            pages += list(readers.map(lambda _: swapping.page()["bundle"], range(2)))
    bundles = fitted.result()
    assert swapping.serves(bundles[-1])
    assert set(pages) <= {None, *bundles}
    assert swapping.ready()["parts"]["bundle"]["bundle"] == bundles[-1]


@pytest.mark.parametrize("damage", [flip, cut, edit, remove], ids=lambda d: d.__name__)
def test_a_damaged_bundle_is_refused_with_its_reason_and_the_one_before_stays(
    swapping: Swapping, damage: Callable[[Path], None]
) -> None:
    good = swapping.fit().bundle_id
    assert swapping.serves(good)
    bad = swapping.fit(publish=False).bundle_id
    damage(swapping.home.bundles / bad)
    swapping.publish(bad)

    assert swapping.page()["bundle"] == good
    assert bad in swapping.trouble()
    assert swapping.ready()["degraded"] == ["bundle"]
    assert swapping.page()["bundle"] == good
    assert swapping.page()["mode"] == "personalised"

    better = swapping.fit().bundle_id
    assert swapping.serves(better)
    assert swapping.ready()["degraded"] == []


@pytest.mark.parametrize("pointer", [b"{", b"[]", b'{"bundle": 1}', b"\xff", b""])
def test_a_pointer_that_cannot_be_read_is_refused_and_the_bundle_stays(
    swapping: Swapping, pointer: bytes
) -> None:
    good = swapping.fit().bundle_id
    assert swapping.serves(good)
    path = swapping.home.bundles / "live.json"
    path.write_bytes(pointer)
    assert swapping.page()["bundle"] == good
    assert "live.json" in swapping.trouble()
    path.unlink()
    assert swapping.page()["bundle"] == good
    deadline = monotonic() + 5
    while "gone" not in swapping.trouble():
        assert monotonic() < deadline


def test_a_service_that_starts_with_a_damaged_bundle_says_so_and_answers(
    swapping: Swapping,
) -> None:
    bad = swapping.fit().bundle_id
    flip(swapping.home.bundles / bad)
    service = Service(swapping.home, system_clock())
    with TestClient(make_app(service), base_url="http://127.0.0.1") as api:
        page = api.get("/v1/profiles/viewer1/page").json()
        assert (page["mode"], page["bundle"]) == ("unpersonalised", None)
        assert bad in api.get("/readyz").json()["parts"]["bundle"]["trouble"]


def test_a_snapshot_that_is_damaged_or_dropped_is_stepped_over(swapping: Swapping) -> None:
    first = swapping.page()
    assert first["snapshot"] == 1
    (path,) = swapping.home.snapshots.glob("*.safetensors")
    for content in (b"", b"x" * 50, path.read_bytes()[:-4]):
        path.write_bytes(content)
        service = Service(swapping.home, system_clock())
        with TestClient(make_app(service), base_url="http://127.0.0.1") as api:
            page = api.get("/v1/profiles/viewer1/page")
            assert page.status_code == 200
            assert page.json()["rows"]


def test_many_who_post_small_batches_while_pages_are_read_lose_nothing(
    swapping: Swapping,
) -> None:
    def post(thread: int) -> list[int]:
        make, answers = Events(NOW), []
        for _ in range(12):
            batch = [make.one("click", f"busy{thread % 4}", "f001", session_id=f"t{thread}")
                     for _ in range(3)]  # fmt: skip
            named = [{**e, "event_id": f"t{thread}-{e['event_id']}"} for e in batch]
            told = swapping.api.post("/v1/events", json={"events": named})
            answers += [told.status_code, told.json()["accepted"]]
            answers.append(swapping.api.get(f"/v1/profiles/busy{thread % 4}/page").status_code)
        return answers

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(8)))
    assert all(told == [200, 3, 200] * 12 for told in answers)
    for profile in range(4):
        events = swapping.api.get(f"/v1/profiles/busy{profile}/data").json()["events"]
        assert len({e["event_id"] for e in events}) == len(events) == 2 * 12 * 3
