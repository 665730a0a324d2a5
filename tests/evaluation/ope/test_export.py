"""Exported decisions: every choice with its probability and what came of it, in the promised columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from frontrow.base.home import Home, init_home
from frontrow.base.tile_tokens import page_tag
from frontrow.cli import main
from frontrow.evaluation.decisions import COLUMNS, KINDS
from tests.evaluation.ope.home import VIEWERS, drawn_of, served_home

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, Rows]]:
    return served_home(tmp_path_factory.mktemp("served"))


def exported(home: Home, to: Path, *options: str) -> Rows:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(home.path), "export", "decisions", "--to", str(to), *options])
    assert ended.value.code == 0
    with duckdb.connect() as duck:
        found = duck.execute(f"SELECT * REPLACE (epoch_us(time) AS time) FROM '{to}'")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_the_columns_are_those_promised(served: Any, tmp_path: Path) -> None:
    exported(served[0], tmp_path / "d.parquet")
    with duckdb.connect() as duck:
        told = duck.execute(f"DESCRIBE SELECT * FROM '{tmp_path / 'd.parquet'}'").fetchall()
    assert [row[0] for row in told] == [name for name, _, _ in COLUMNS]


def test_every_drawn_title_has_its_choice_with_what_came_of_it(served: Any, tmp_path: Path) -> None:
    home, pages = served
    rows = [row for row in exported(home, tmp_path / "d.parquet") if row["kind"] == "slot"]
    for viewer in VIEWERS:
        page = pages[viewer][0]
        mine = {(row["row"], row["column"]): row for row in rows
                if row["page"] == page_tag(page["page_id"]).hex()}  # fmt: skip
        drawn = drawn_of(page)
        assert drawn
        for place, (row, column, tile) in enumerate(drawn):
            told = mine[row, column]
            assert told["title_id"] == tile["title_id"]
            assert told["shown"]
            assert told["started"] is told["opened"] is (place == 0)
            assert told["quality"] is (place == 0 and viewer == VIEWERS[0])
            assert (told["reward"] > 0.5) is told["quality"]
            assert told["censored"]
    second = [row for row in rows if row["page"] == page_tag(pages[VIEWERS[0]][1]["page_id"]).hex()]
    assert second
    assert not any(row["shown"] for row in second)


def test_candidates_leave_out_what_was_drawn_before_and_hold_what_was_drawn(
    served: Any, tmp_path: Path
) -> None:
    rows = exported(served[0], tmp_path / "d.parquet")
    assert {row["kind"] for row in rows} <= set(KINDS)
    for row in rows:
        assert 0 < row["probability"] <= 1
        if row["candidates"] is not None:
            assert row["action"] in row["candidates"]
        assert not set(row["drawn_before"]) & set(row["candidates"] or ())
        if row["kind"] == "slot":
            assert len(row["drawn_before"]) == row["draw"]


def test_the_context_of_a_choice_is_an_object_that_other_tools_can_ask(
    served: Any, tmp_path: Path
) -> None:
    exported(served[0], tmp_path / "d.parquet")
    with duckdb.connect() as duck:
        begun = duck.execute(
            f"SELECT DISTINCT (context->>'begun')::INTEGER FROM '{tmp_path / 'd.parquet'}'"
            " WHERE kind = 'artwork'"
        ).fetchall()
    assert begun == [(1,)]  # each viewer had begun one film


def test_profiles_are_keyed_hashes_unless_their_ids_are_asked_for(
    served: Any, tmp_path: Path
) -> None:
    home, pages = served
    rows = exported(home, tmp_path / "d.parquet")
    whole = (tmp_path / "d.parquet").read_bytes()
    told = json.dumps(rows)
    for viewer in VIEWERS:
        assert viewer not in told
        assert viewer.encode() not in whole
        assert all(page["page_id"] not in told for page in pages[viewer])
    named = exported(home, tmp_path / "named.parquet", "--profile-ids")
    assert {row["profile"] for row in named} == set(VIEWERS)
    assert len({row["profile"] for row in rows}) == len(VIEWERS)


def test_events_that_name_a_tile_and_are_not_of_it_are_told_by_reason(
    served: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(served[0], tmp_path / "d.parquet", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["events_not_joined"] == {"forged": 2}
    assert told["profiles"] == 2
    assert told["pages"] == 4


def test_since_and_until_bound_when_pages_were_made(served: Any, tmp_path: Path) -> None:
    home, pages = served
    rows = exported(home, tmp_path / "d.parquet", "--until", pages[VIEWERS[0]][0]["generated_at"])
    assert rows == []
    later = exported(home, tmp_path / "l.parquet", "--since", pages[VIEWERS[1]][0]["generated_at"])
    assert {row["profile"] for row in later} != set()
    assert len(later) < len(exported(home, tmp_path / "d.parquet"))


def test_pages_are_counted_within_since_and_until(
    served: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, pages = served
    first = min(page["generated_at"] for viewer in VIEWERS for page in pages[viewer])
    exported(home, tmp_path / "d.parquet", "--until", first, "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["pages"], told["profiles"], told["choices"]) == (0, 0, {})
    exported(home, tmp_path / "d.parquet", "--until", first)
    assert "no page is on record of that time" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["export", "decisions"], ["choices"], ["audit"]])
def test_a_stretch_of_time_that_ends_before_it_begins_is_wrong_usage(
    served: Any, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    bounds = ["--since", "2026-03-02T00:00:00Z", "--until", "2026-03-01T00:00:00Z"]
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(served[0].path), *command, *bounds])
    assert ended.value.code == 2
    assert "--until: is not after --since" in capsys.readouterr().err


def test_nothing_is_written_into_the_home(served: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(served[0].path), "export", "decisions", "--to", str(served[0].reports)])
    assert ended.value.code == 2


@pytest.mark.parametrize("to", ["choices.txt", "folder", "nowhere/choices.parquet"])
def test_no_folder_is_made_of_what_was_meant_as_a_file(
    to: str, served: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(served[0].path), "export", "decisions", "--to", str(tmp_path / to)])
    assert ended.value.code == 2
    assert f"--to {tmp_path / to}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_into_a_folder_that_is_there_a_file_is_written(served: Any, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(served[0].path), "export", "decisions", "--to", str(tmp_path)])
    assert ended.value.code == 0
    assert [one.name for one in tmp_path.iterdir()] == ["decisions.parquet"]


def test_a_home_without_pages_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path / "home")
    init_home(home)
    assert exported(home, tmp_path / "d.parquet") == []
    assert "no page is on record yet" in capsys.readouterr().out


def test_one_profiles_own_data_is_taken_out_by_the_same_command(
    served: Any, tmp_path: Path
) -> None:
    to = tmp_path / "ann.json"
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(served[0].path), "export", "profile", VIEWERS[0], "--to", str(to)])
    assert ended.value.code == 0
    assert json.loads(to.read_text())["profile"]["profile_id"] == VIEWERS[0]
