"""Whatever fails, there is a page within the deadline; it says what it is made of, and the rules hold."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontrow.base.errors import Unavailable
from frontrow.base.home import Home, init_home
from frontrow.base.settings import ServerSettings
from frontrow.base.time import monotonic, system_clock
from frontrow.ranking.ranker import BoundRanker
from frontrow.server import Service
from frontrow.server.admission import Admission
from frontrow.server.breaker import IN_A_ROW, Breaker
from frontrow.server.web import make_app
from frontrow.training.train import train
from tests.server.small_world import Events, lives, titles

pytestmark = pytest.mark.slow  # services started and fitted again and again

NOW = system_clock()()
DEADLINE_MS = 2_000
"""Long enough for a busy machine to build a small page within; what hangs, hangs for longer."""

HANGS_SECONDS = 60.0
GROWN_UP = [f"f{i:03d}" for i in range(30, 60)]


@dataclass
class Failing:
    """A service of which parts can be made to fail."""

    service: Service
    api: Any
    monkeypatch: pytest.MonkeyPatch
    let_go: threading.Event
    was_waited_for: bool = False  # a part hung to its end

    def page(self, profile_id: str, query: str = "") -> dict[str, Any]:
        answer = self.api.get(f"/v1/profiles/{profile_id}/page{query}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def hang(self, *_: Any, **__: Any) -> Any:
        self.was_waited_for |= not self.let_go.wait(HANGS_SECONDS)
        raise Unavailable("it hung")

    def break_database(self, how: Callable[..., Any]) -> None:
        self.monkeypatch.setattr(self.service.titles, "revision", how)
        self.monkeypatch.setattr(self.service.log, "read", how)

    def break_ranking(self, how: Callable[..., Any]) -> None:
        self.monkeypatch.setattr(BoundRanker, "score", how)

    def mend(self) -> None:
        self.let_go.set()
        self.monkeypatch.undo()


def away(*_: Any, **__: Any) -> Any:
    raise Unavailable("the database is away")


def broken(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was lived in, with a live bundle: every test gets a copy."""
    home = Home(tmp_path_factory.mktemp("fitted") / "home")
    init_home(home)
    service = Service(home, system_clock())
    with TestClient(make_app(service), base_url="http://127.0.0.1") as api:
        told = [
            {**title, "maturity": 18 if title["title_id"] in GROWN_UP else 6} for title in titles()
        ]
        api.post("/v1/titles", json={"titles": told})
        api.post("/v1/events", json={"events": lives(NOW)})
        train(service.log, service.catalogue(), service.bundles,
              now_us=service.now_us(), seed=0, publish=True, keep=5)  # fmt: skip
    return home.path


@pytest.fixture
def failing(fitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Failing]:
    shutil.copytree(fitted, tmp_path / "home", symlinks=True)
    service = Service(Home(tmp_path / "home"), system_clock())
    server = replace_part(service.settings.server, deadline_ms=DEADLINE_MS)
    service.settings = replace_part(service.settings, server=server)
    with TestClient(make_app(service), base_url="http://127.0.0.1") as api:
        found = Failing(service, api, monkeypatch, threading.Event())
        assert found.page("viewer1")["mode"] == "personalised"
        yield found
        found.mend()


def replace_part(part: Any, **changed: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(part, **changed)


def shown(page: dict[str, Any]) -> set[str]:
    return {tile["title_id"] for row in page["rows"] for tile in row["tiles"]}


@pytest.mark.parametrize("way", ["away", "hang"])
def test_with_the_database_away_a_known_viewer_gets_a_recent_page(
    failing: Failing, way: str
) -> None:
    before = failing.page("viewer1")
    failing.break_database(away if way == "away" else failing.hang)
    page = failing.page("viewer1")
    assert not failing.was_waited_for
    assert page["mode"] == "recent"
    assert [row["title"] for row in page["rows"]] == [row["title"] for row in before["rows"]]


def test_with_the_database_away_one_of_whom_nothing_is_known_is_taken_for_a_child(
    failing: Failing,
) -> None:
    failing.break_database(away)
    page = failing.page("stranger")
    assert page["mode"] in ("unpersonalised", "static")
    assert shown(page) == set()  # no title of this catalogue is made for children


@pytest.mark.parametrize("way", ["raises", "hangs"])
def test_with_a_ranking_that_fails_the_page_goes_by_what_everyone_starts(
    failing: Failing, way: str
) -> None:
    failing.break_ranking(broken if way == "raises" else failing.hang)
    page = failing.page("viewer1")
    assert not failing.was_waited_for
    assert page["mode"] == "unpersonalised"
    assert page["rows"]


def test_with_neither_database_nor_ranking_there_is_still_a_page(failing: Failing) -> None:
    failing.break_ranking(broken)
    failing.break_database(away)
    assert failing.page("viewer1")["mode"] == "unpersonalised"


@pytest.mark.parametrize("part", ["database", "ranking"])
def test_limits_hold_in_every_mode(failing: Failing, part: str) -> None:
    failing.api.put("/v1/profiles/viewer1", json={"maturity_limit": 12})
    assert shown(failing.page("viewer1")).isdisjoint(GROWN_UP)
    (failing.break_database if part == "database" else failing.break_ranking)(away)
    page = failing.page("viewer1", "?columns=75")
    assert page["mode"] != "personalised"
    assert shown(page)
    assert shown(page).isdisjoint(GROWN_UP)


@pytest.mark.parametrize("part", ["database", "ranking"])
def test_it_recovers_by_itself_and_readyz_tells_of_it(failing: Failing, part: str) -> None:
    (failing.break_database if part == "database" else failing.break_ranking)(failing.hang)
    for _ in range(IN_A_ROW):
        assert failing.page("viewer1")["mode"] != "personalised"
    told = failing.api.get("/readyz").json()
    assert ("reading" if part == "database" else "scoring") in told["degraded"]
    failing.mend()
    deadline = monotonic() + 30
    while failing.page("viewer1")["mode"] != "personalised":
        assert monotonic() < deadline
    assert failing.api.get("/readyz").json()["degraded"] == []


def test_a_page_that_stepped_down_says_so_on_record_and_is_rebuilt_to_the_byte(
    failing: Failing,
) -> None:
    failing.break_ranking(broken)
    without = failing.page("viewer1")
    failing.mend()
    failing.break_database(away)
    recent = failing.page("viewer1")
    failing.mend()
    failing.api.post(
        "/v1/events", json={"events": [Events(NOW).one("rate", "viewer1", "f003", value=2)]}
    )
    for page, left_out in ((without, ["scores"]), (recent, ["events"])):
        told = failing.api.get(f"/v1/pages/{page['page_id']}").json()
        assert told["decision"]["left_out"] == left_out
        assert told["decision"]["mode"] == page["mode"]
        assert told["rebuilt_to_the_byte"], told


def test_modes_are_counted(failing: Failing) -> None:
    failing.break_ranking(broken)
    failing.page("viewer1")
    told = failing.api.get("/metrics").text
    assert 'frontrow_pages_total{mode="unpersonalised"} 1.0' in told
    assert 'frontrow_pages_left_out_total{part="scores"} 1.0' in told


def test_events_are_refused_rather_than_pretended_with_the_database_away(failing: Failing) -> None:
    failing.monkeypatch.setattr(failing.service.log, "append", away)
    event = Events(NOW).one("play", "viewer1", "f001")
    answer = failing.api.post("/v1/events", json={"events": [event]})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_more_than_can_be_in_time_is_refused_at_once_and_room_comes_back() -> None:
    from frontrow.base.errors import Overloaded

    admission = Admission(turns=1, deadline_seconds=0.2)
    inside = [admission.enter() for _ in range(admission.most)]
    for one in inside:
        one.__enter__()
    with pytest.raises(Overloaded), admission.enter():
        pass
    assert admission.refused == 1
    inside[0].__exit__(None, None, None)
    with admission.enter():
        pass


def test_slow_pages_leave_room_for_fewer_and_never_for_none() -> None:
    admission = Admission(turns=2, deadline_seconds=0.2)
    before = admission.most
    for _ in range(200):
        admission.took(10.0)
    assert 2 <= admission.most < before


def test_a_breaker_lets_one_look_and_closes_when_it_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr("frontrow.server.breaker.monotonic", lambda: now[0])
    breaker = Breaker()
    for _ in range(IN_A_ROW):  # once is no sign
        assert breaker.may_try()
        breaker.failed()
    assert not breaker.may_try()
    now[0] += 0.6
    assert [breaker.may_try() for _ in range(3)] == [True, False, False]
    breaker.failed()
    now[0] += 0.6
    assert not breaker.may_try()  # twice as long
    now[0] += 0.6
    assert breaker.may_try()
    breaker.answered()
    assert breaker.may_try()
    assert not breaker.is_open


def test_the_deadline_is_a_setting() -> None:
    assert ServerSettings().deadline_ms == 200
