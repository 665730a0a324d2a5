"""`frontrow rules`: shown, checked, set and looked back on, from JSON and TOML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Frontrow

ROW = {"key": "week", "name": "Our week", "author": "ann",
       "titles": ["f042", "f007", "f013", "f021"]}  # fmt: skip


def written(path: Path, document: Any) -> str:
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def test_rules_are_set_from_a_file_and_shown(lived_in: Frontrow, tmp_path: Path) -> None:
    assert "no rules were ever set" in lived_in("rules", "show").out
    file = written(tmp_path / "r.json", {"rows": [ROW]})

    assert "possible" in lived_in("rules", "check", file).out
    assert lived_in("rules", "show", "--json").json()["revision"] == 0
    ran = lived_in("rules", "set", file, "--author", "ann")

    assert (ran.code, ran.out) == (0, "revision 1 of the rules is in force\n")
    assert lived_in("rules", "show", "--json").json() == {
        "revision": 1, "at": "2026-03-01T20:00:00Z", "author": "ann", "rules": {"rows": [ROW]},
    }  # fmt: skip
    shown = lived_in("rules", "show").out
    assert "revision 1, 2026-03-01T20:00:00Z, by ann" in shown
    assert '"Our week"' in shown


def test_toml_may_write_dates_as_dates(lived_in: Frontrow, tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text(
        '[[rows]]\nkey = "r"\nname = "R"\nauthor = "a"\nselect = { genres = ["Drama"] }\n'
        "from = 2026-03-01\nuntil = 2026-03-02T10:00:00Z\n"
    )
    assert lived_in("rules", "set", str(file)).code == 0
    (row,) = lived_in("rules", "show", "--json").json()["rules"]["rows"]
    assert (row["from"], row["until"]) == ("2026-03-01", "2026-03-02T10:00:00+00:00")


def test_an_editor_may_mark_the_file_as_utf8(lived_in: Frontrow, tmp_path: Path) -> None:
    for name, text in (("r.json", '{"rows": []}'), ("r.toml", "rows = []\n")):
        (tmp_path / name).write_text(text, "utf-8-sig")
        assert lived_in("rules", "check", str(tmp_path / name)).code == 0


def test_impossible_rules_exit_with_1_and_every_pointer(lived_in: Frontrow, tmp_path: Path) -> None:
    wrong = {"rows": [{**ROW, "place": 99}], "pins": [{"kind": "nothing", "place": 1}]}
    file = written(tmp_path / "r.json", wrong)
    ran = lived_in("rules", "check", file)
    assert ran.code == 1
    assert "/pins/0/kind" in ran.err
    impossible = {"rows": [{**ROW, "place": 99, "titles": [*ROW["titles"], "f0042"]}]}
    for command in ("check", "set"):
        ran = lived_in("rules", command, written(tmp_path / "r.json", impossible))
        assert ran.code == 1
        assert "/rows/0/place is beyond the page's 40 rows" in ran.err
        assert "/rows/0/titles/4 'f0042' is not among the catalogue's titles; is 'f042'" in ran.err
    assert lived_in("rules", "show", "--json").json()["revision"] == 0


def test_a_file_that_is_neither_json_nor_toml_says_so(lived_in: Frontrow, tmp_path: Path) -> None:
    for name in ("r.json", "r.toml"):
        (tmp_path / name).write_text("{rows", "utf-8")
        ran = lived_in("rules", "set", str(tmp_path / name))
        assert ran.code == 1
        assert name in ran.err
    ran = lived_in("rules", "set", str(tmp_path / "none.json"))
    assert ran.code == 1
    assert "none.json: there is no such file. Check the path" in ran.err
    assert "is a folder" in lived_in("rules", "check", str(tmp_path)).err


def test_what_show_wrote_knows_the_version_that_it_was_made_from(
    lived_in: Frontrow, tmp_path: Path
) -> None:
    lived_in("rules", "set", written(tmp_path / "r.json", {"rows": [ROW]}))
    told = lived_in("rules", "show", "--json").json()
    lived_in("rules", "set", written(tmp_path / "none.json", {}), "--author", "bo")
    told["rules"]["rows"][0]["name"] = "Another name"
    mine = written(tmp_path / "mine.json", told)

    ran = lived_in("rules", "set", mine)

    assert ran.code == 1
    assert "at revision 2, not 1" in ran.err
    assert lived_in("rules", "set", mine, "--revision", "2").code == 0
    history = lived_in("rules", "history", "--json").json()["history"]
    assert [v["revision"] for v in history] == [3, 2, 1]
    lines = lived_in("rules", "history").out.splitlines()
    assert "no rules" in lines[1]
    assert "rows 1" in lines[2]


def test_why_says_what_a_boost_does(lived_in: Frontrow, tmp_path: Path) -> None:
    boost = {"key": "push", "select": {"titles": ["f003"]}, "strength": 0.1, "author": "bo"}
    lived_in("rules", "set", written(tmp_path / "r.json", {"boosts": [boost]}))
    assert "raised by 10 % by the operator's boost push" in lived_in("why", "viewer1", "f003").out
    assert "boost" not in lived_in("why", "viewer1", "f004").out
