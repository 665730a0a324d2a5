"""A profile's own data: whole, and enough to be the same viewer elsewhere."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from frontrow.base.errors import BadInput, Conflict
from frontrow.base.home import Home, init_home
from frontrow.base.schema import metadata
from frontrow.importers.profile_file import bring_in_profile, read_profile_file
from frontrow.server import Profiles
from tests.server.small_world import lives, series, titles
from tests.server.test_pages import Opened, open_home, without_stamps

__all__ = ["open_home"]  # a fixture

IN_EXPORT = {
    "profile": "profile",
    "event": "events",
    "decision": "decisions",
    "continuation": "decisions",
    "checkpoint": "checkpoint",
}
"""Table -> the part of a profile's data that tells what stands there of it."""

ANN = "ann-who-is-in-no-other-text"


def live(world: Opened, profile: str = ANN) -> None:
    """A life with everything that a profile may say, at a clock that is not UTC."""
    zone = timezone(timedelta(hours=9))
    events = [{**e, "profile_id": profile} for e in lives(world.clock.now, 1)]
    for i, event in enumerate(events):
        moment = world.clock.now - timedelta(days=i % 30, hours=i % 24)
        event["time"] = moment.astimezone(zone).isoformat()
    half = len(events) // 2
    api = world.api
    put = api.put(f"/v1/profiles/{profile}", json={"country": "DE", "maturity_limit": 16})
    assert put.status_code == 200
    assert api.post("/v1/events", json={"events": events[:half]}).status_code == 200
    api.patch(f"/v1/profiles/{profile}/taste", json={"genres": {"Drama": -1}})
    assert api.post("/v1/events", json={"events": events[half:]}).status_code == 200
    make = world.make
    world.tell(
        make.one("play", profile, "s1-1x1"), make.one("list_add", profile, "f005"),
        make.one("dismiss", profile, "f006"), make.one("forget_title", profile, "f007"),
    )  # fmt: skip
    api.patch(f"/v1/profiles/{profile}", json={"preferences": {"adventurousness": 0.8}})


@pytest.fixture
def elsewhere(tmp_path: Path) -> Any:
    """Opens another home with the same titles, whose clock stands at the same moment."""
    from starlette.testclient import TestClient

    from tests.server.closed import make_app

    home = Home(tmp_path / "elsewhere")
    init_home(home)
    opened = Opened(home)
    with TestClient(make_app(opened.service), base_url="http://127.0.0.1") as api:
        opened.api = api
        api.post("/v1/titles", json={"titles": titles() + series()})
        yield opened


def export(world: Opened, folder: Path) -> Path:
    path = folder / "ann.json"
    path.write_bytes(msgspec.json.encode(Profiles(world.service).data(ANN)))
    return path


@pytest.mark.parametrize("starts_again", [False, True])
def test_brought_into_an_empty_home_a_profile_gets_the_same_page(
    open_home: Opened, elsewhere: Opened, tmp_path: Path, starts_again: bool
) -> None:
    live(open_home)
    if starts_again:
        assert open_home.api.post(f"/v1/profiles/{ANN}/reset").status_code == 200
        open_home.clock.now += timedelta(minutes=5)
        open_home.tell(open_home.make.one("play", ANN, "f011"))
    elsewhere.clock.now = open_home.clock.now
    now = elsewhere.service.clock()
    before = elsewhere.page(ANN, "rows=40")
    data = read_profile_file(export(open_home, tmp_path), profile_id=None, now=now)
    assert bring_in_profile(data, elsewhere.service.log, now=now) == len(data.facts)

    for service in (open_home.service, elsewhere.service):
        service.fold_snapshot()
    one, other = (world.page(ANN, "rows=40&seed=3") for world in (open_home, elsewhere))
    assert without_stamps(one) == without_stamps(other)
    assert without_stamps(before)["rows"] != without_stamps(other)["rows"]
    assert open_home.get(f"/v1/profiles/{ANN}/taste") == elsewhere.get(f"/v1/profiles/{ANN}/taste")
    told, again = (world.get(f"/v1/profiles/{ANN}/data") for world in (open_home, elsewhere))
    for part in ("profile", "events", "offsets_minutes"):
        assert told[part] == again[part]
    assert bring_in_profile(data, elsewhere.service.log, now=now) == 0


def test_an_import_that_was_cut_short_is_gone_on_with(
    open_home: Opened, elsewhere: Opened, tmp_path: Path
) -> None:
    live(open_home)
    now = elsewhere.service.clock()
    data = read_profile_file(export(open_home, tmp_path), profile_id=None, now=now)
    log = elsewhere.service.log
    part = type(data)(data.profile_id, data.facts[: len(data.facts) // 2])
    bring_in_profile(part, log, now=now)
    assert bring_in_profile(data, log, now=now) == len(data.facts) - len(part.facts)
    assert log.read(ANN).stable == len(data.facts)


def test_a_profile_that_is_known_otherwise_is_not_mixed(
    open_home: Opened, elsewhere: Opened, tmp_path: Path
) -> None:
    live(open_home)
    elsewhere.tell(elsewhere.make.one("play", ANN, "f001"))
    now = elsewhere.service.clock()
    path = export(open_home, tmp_path)
    with pytest.raises(Conflict):
        bring_in_profile(
            read_profile_file(path, profile_id=None, now=now), elsewhere.service.log, now=now
        )
    other = read_profile_file(path, profile_id="bob", now=now)
    bring_in_profile(other, elsewhere.service.log, now=now)
    assert elsewhere.get("/v1/profiles/bob")["profile_id"] == "bob"
    assert elsewhere.get("/v1/profiles/bob")["country"] == "DE"


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"profile": {"profile_id": "a b"}}', '{"profile": {"profile_id": "a"}, "events": [{}]}',
     '{"profile": {"profile_id": "a"}, "notes": [{"type": "play"}]}', '{"profile": {}, "events": 1}'],
)  # fmt: skip
def test_another_file_is_refused_before_anything_is_stored(
    open_home: Opened, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "file.json"
    path.write_text(content)
    with pytest.raises(BadInput):
        read_profile_file(path, profile_id=None, now=open_home.service.clock())


def test_every_table_that_names_a_profile_is_in_its_data(open_home: Opened) -> None:
    named = {t.name for t in metadata.tables.values() if "profile_id" in t.columns}
    assert named == set(IN_EXPORT), "a table that names profiles has no part in their data"

    live(open_home)
    service = open_home.service
    open_home.api.patch(f"/v1/profiles/{ANN}", json={"maturity_limit": None})
    page = open_home.page(ANN)
    open_home.get(
        f"/v1/pages/{page['page_id']}/rows/{page['rows'][0]['row_id']}?offset=0&columns=3"
    )
    view = service.viewers.view(ANN, service.catalogue())
    from frontrow.viewers.checkpoints import Checkpoint

    service.checkpoints.save(Checkpoint(view.viewer, service.titles.revision()))
    service.checkpoints.flush()
    service.decisions.flush()
    data = open_home.get(f"/v1/profiles/{ANN}/data")
    with service.database.read() as connection:
        tables = sa.inspect(connection).get_table_names()
        for table in tables:
            rows = connection.execute(sa.text(f'SELECT * FROM "{table}"')).fetchall()
            holding = [row for row in rows if ANN in str(tuple(row)) or ANN.encode() in _bytes(row)]
            if holding:
                assert table in IN_EXPORT, f"{table} holds a profile's id and is in no export"
                assert data[IN_EXPORT[table]], table
            if table == "event":
                assert len(holding) == len(data["events"]) + len(data["notes"])
            if table == "decision":
                assert len(holding) == len(data["decisions"])
            if table == "continuation":
                assert (
                    len(holding) == sum(len(d.get("continued", ())) for d in data["decisions"]) > 0
                )


def _bytes(row: Any) -> bytes:
    return b"".join(value for value in row if isinstance(value, bytes))
