"""`frontrow audit` over pages that were served and seen."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from frontrow.base.home import open_home
from frontrow.base.time import format_time
from frontrow.cli.app import chosen_home
from frontrow.events import Event
from frontrow.server import Asked, Pages, Service
from tests.cli.conftest import NOW, Frontrow


@pytest.fixture
def looked_at(lived_in: Frontrow) -> tuple[Frontrow, int]:
    """Every viewer's page, of which the first tiles were seen and one in five was played well."""
    assert lived_in("train").code == 0
    service = Service(open_home(chosen_home()), lambda: NOW)
    events = []
    for profile in service.log.profiles():
        page = Pages(service).page(profile, Asked(rows=4, columns=6))
        for number, tile in enumerate(t for row in page.rows for t in row.tiles[:5]):
            kinds = ["impression"] + (["play", "stop"] if number % 5 == 0 else [])
            events += [
                {"event_id": f"{page.rows[0].row_id}{kind}{number}", "type": kind, "profile_id": profile,
                 "title_id": tile.title_id, "token": tile.token, "time": format_time(NOW),
                 **({"position_seconds": 5_900.0, "runtime_seconds": 6_000.0} if kind == "stop" else {})}
                for kind in kinds
            ]  # fmt: skip
    service.decisions.flush()
    service.log.append(msgspec.convert(events, list[Event]), now=NOW)
    service.close()
    return lived_in, sum(event["type"] == "impression" for event in events)


def test_what_was_seen_is_audited_and_reported(
    looked_at: tuple[Frontrow, int], tmp_path: Path
) -> None:
    frontrow, shown = looked_at
    groups = tmp_path / "groups.csv"
    rows = [f"viewer{i},{'even' if i % 2 == 0 else 'odd'}" for i in range(40)]
    groups.write_text("profile_id,group\n" + "\n".join(rows) + "\n")
    report = tmp_path / "audit.html"
    ran = frontrow("audit", "--groups", str(groups), "--html", str(report), "--json")
    assert ran.err == ""
    told = ran.json()
    assert told["tiles"] == shown
    assert ran.code == (0 if told["passed"] else 1)
    found = {(f["name"], f["part"]): f for f in told["findings"]}
    assert told["groups"] == {"read": 40, "seen": 40}
    for group in ("even", "odd"):
        assert found["group", group]["value"] == pytest.approx(1, abs=0.5)
    assert "Audit" in report.read_text()
    home = Path(str(chosen_home()))
    assert not [p for p in home.rglob("*") if p.is_file() and b"viewer0,even" in p.read_bytes()]
    later = frontrow("audit", "--since", format_time(NOW.replace(year=NOW.year + 1)))
    assert later.code == 1
    assert "no tile" in later.err


def test_without_pages_and_with_other_files_it_says_so(lived_in: Frontrow, tmp_path: Path) -> None:
    assert "no tile of a page on record was seen" in lived_in("audit").err
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    ran = lived_in("audit", "--groups", str(other))
    assert ran.code == 1
    assert "It needs profile_id, group" in ran.err
    other.write_text("profile_id,group\nann,a\nbob,b\nann,b\n")
    ran = lived_in("audit", "--groups", str(other))
    assert ran.code == 1
    assert "row 4 has ann in another group than a row before" in ran.err
