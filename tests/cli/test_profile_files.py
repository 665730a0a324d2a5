"""One profile as a file, and back, by command."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec

from tests.cli.conftest import Frontrow


def test_a_profile_goes_into_a_file_that_only_its_owner_reads_and_comes_back(
    lived_in: Frontrow, tmp_path: Path
) -> None:
    path = tmp_path / "v0.json"
    ran = lived_in("export", "profile", "viewer0", "--to", str(path), "--json")
    assert (ran.code, ran.err) == (0, "")
    told = ran.json()
    assert told["events"] == len(msgspec.json.decode(path.read_bytes())["events"]) > 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lived_in("export", "profile", "viewer0", "--to", str(path)).code == 1

    back = lived_in("import", "profile", str(path), "--profile", "copy", "--json")
    assert back.json() == {"profile_id": "copy", "events": told["events"], "new": told["events"]}
    assert "0 new" in lived_in("import", "profile", str(path), "--profile", "copy").out


def test_who_is_unknown_or_forgotten_stays_out(lived_in: Frontrow, tmp_path: Path) -> None:
    assert lived_in("export", "profile", "nobody").code == 1
    assert lived_in("export", "profile", "a b").code == 2
    path = tmp_path / "v1.json"
    assert lived_in("export", "profile", "viewer1", "--to", str(path)).code == 0
    assert lived_in("forget", "viewer1").code == 0
    ran = lived_in("import", "profile", str(path))
    assert ran.code == 1
    assert "asked to be forgotten" in ran.err
