"""The small things that everything stands on: time, chance, ids, settings, files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.database import open_database
from frontrow.base.errors import BadBundle, BadHome, BadInput, Unavailable
from frontrow.base.files import arrays_to_bytes, map_arrays, write_whole
from frontrow.base.home import Home, init_home
from frontrow.base.ids import SHARDS, shard_of
from frontrow.base.randomness import rng_for, seed_of
from frontrow.base.settings import describe_settings
from frontrow.base.settings_file import settings_file
from frontrow.base.settings_read import load_settings
from frontrow.base.time import format_time, from_us, frozen_now, parse_time, to_us
from frontrow.base.validation import escape

INSTANTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)).map(  # noqa: DTZ001  # hypothesis asks for naive bounds
    lambda instant: instant.replace(tzinfo=UTC)
)


@given(INSTANTS)
def test_an_instant_survives_its_integer_and_its_text(instant: datetime) -> None:
    assert from_us(to_us(instant)) == instant
    assert parse_time(format_time(instant)) == instant
    assert format_time(instant).endswith("Z")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_at_the_edge_of_the_calendar_can_still_be_said(text: str) -> None:
    assert format_time(datetime.fromisoformat(text)) == text


@pytest.mark.parametrize("text", ["", "yesterday", "2026-03-01", "2026-03-01T12:00:00", "12:00Z"])
def test_a_time_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="RFC 3339"):
        parse_time(text)


def test_the_frozen_clock_is_named_when_it_can_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTROW_NOW", "soon")
    with pytest.raises(BadInput, match="FRONTROW_NOW"):
        frozen_now()


@given(st.integers(0, 2**63), st.lists(st.text(max_size=5), max_size=3))
def test_chance_by_request_is_the_same_whenever_it_is_asked(seed: int, keys: list[str]) -> None:
    assert rng_for(seed, *keys).random() == rng_for(seed, *keys).random()
    assert 0 <= seed_of(seed, *keys) < 2**53


def test_keys_do_not_run_into_each_other() -> None:
    assert seed_of(1, "ab", "c") != seed_of(1, "a", "bc") != seed_of(1, "abc")
    assert seed_of(1, "2") != seed_of(12)


@given(st.text(max_size=20))
def test_every_profile_has_a_shard(profile_id: str) -> None:
    assert 0 <= shard_of(profile_id) < SHARDS


def test_every_setting_says_what_it_means_and_the_file_shows_its_default() -> None:
    assert all(meaning for _, _, _, meaning in describe_settings())
    uncommented = settings_file().replace('# country = ""\n', "")
    lines = [line.removeprefix("# ") for line in uncommented.splitlines() if " = " in line]
    assert len(lines) == len(list(describe_settings())) - 1


def test_the_environment_lies_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.toml"
    path.write_text("[page]\nrows = 5\ncolumns = 7\n", "utf-8")
    found = load_settings(path, {"FRONTROW_PAGE_ROWS": "9"})
    assert (found.page.rows, found.page.columns) == (9, 7)


def test_what_kubernetes_puts_beside_them_is_no_setting() -> None:
    links = {
        "FRONTROW_SERVICE_HOST": "10.0.0.1",
        "FRONTROW_SERVICE_PORT": "80",
        "FRONTROW_SERVICE_PORT_HTTP": "80",
        "FRONTROW_PORT": "tcp://10.0.0.1:80",
        "FRONTROW_PORT_80_TCP_ADDR": "10.0.0.1",
        "FRONTROW_SERVER_PORT": "tcp://10.0.0.1:80",
        "FRONTROW_SERVER_SERVICE_HOST": "10.0.0.1",
    }
    assert load_settings(None, links) == load_settings(None, {})
    for near in ({"FRONTROW_SERVER_PORT": "80"}, {"FRONTROW_SERVICE_HOSTS": "10.0.0.1"}):
        with pytest.raises(BadInput, match="no setting is called"):
            load_settings(None, near)


def test_an_editor_may_mark_the_file_as_utf8(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.toml"
    path.write_text("[page]\nrows = 5\n", "utf-8-sig")
    assert load_settings(path, {}).page.rows == 5


@pytest.mark.parametrize(
    "text", ["[page]\nrow = 5", "[pages]\nrows = 5", "[page]\nrows = 0", "rows ="]
)
def test_a_setting_that_does_not_exist_or_fit_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "frontrow.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput):
        load_settings(path, {})


def test_an_unknown_variable_of_a_part_is_refused() -> None:
    with pytest.raises(BadInput, match="FRONTROW_PAGE_ROW"):
        load_settings(None, {"FRONTROW_PAGE_ROW": "5"})


def test_a_wrong_value_is_told_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "frontrow.toml"
    path.write_text("[page]\nrows = 5\ncolumns = 0\n", "utf-8")
    with pytest.raises(BadInput) as in_file:
        load_settings(path, {"FRONTROW_PAGE_ROWS": "4"})
    assert in_file.value.where == str(path)
    with pytest.raises(BadInput, match="columns") as in_environment:
        load_settings(path, {"FRONTROW_PAGE_COLUMNS": "none"})
    assert in_environment.value.where == "FRONTROW_PAGE_COLUMNS"


@pytest.mark.parametrize("lost", [None, b"", b"half a key"])
def test_a_home_without_its_whole_secret_signs_nothing_and_says_what_to_do(
    tmp_path: Path, lost: bytes | None
) -> None:
    home = Home(tmp_path / "home")
    init_home(home)
    home.secret_path.unlink()
    if lost is not None:
        home.secret_path.write_bytes(lost)
    for ask in (home.secret, lambda: init_home(home)):
        with pytest.raises(BadHome, match="Put it back from a backup"):
            ask()
    assert home.secret_path.exists() == (lost is not None), "no new one is made behind one's back"


def test_a_home_made_again_is_left_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    init_home(home)
    secret = home.secret()
    home.settings_path.write_text("[page]\nrows = 5\n", "utf-8")
    init_home(home)
    assert home.secret() == secret
    assert home.settings().page.rows == 5


def test_a_new_home_is_for_its_owner_only_and_one_that_is_there_stays_as_it_is(
    tmp_path: Path,
) -> None:
    init_home(Home(tmp_path / "new" / "home"))
    assert (tmp_path / "new" / "home").stat().st_mode & 0o777 == 0o700
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o750)
    init_home(Home(shared))
    assert shared.stat().st_mode & 0o777 == 0o750


def test_a_folder_with_other_things_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear aunt", "utf-8")
    with pytest.raises(BadHome):
        init_home(Home(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")
    with pytest.raises(TypeError):
        write_whole(path, "no bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_arrays_come_back_as_they_were_and_a_cut_file_is_refused(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6, dtype=np.int32).reshape(2, 3), "none": np.zeros((0, 4))}
    content = arrays_to_bytes(arrays, {"told": "{}"})
    path = tmp_path / "arrays.safetensors"
    write_whole(path, content)
    found, metadata = map_arrays(path)
    assert metadata == {"told": "{}"}
    assert {k: (v.dtype, v.tolist()) for k, v in found.items()} == {
        k: (v.dtype, v.tolist()) for k, v in arrays.items()
    }
    for end in (0, 4, 20, len(content) - 1):
        write_whole(path, content[:end])
        with pytest.raises(BadBundle):
            map_arrays(path)


def test_a_pointer_escapes_its_own_signs() -> None:
    assert escape("a/b~c") == "a~1b~0c"


def test_a_database_that_can_not_answer_is_told_in_its_own_words(tmp_path: Path) -> None:
    database = open_database(tmp_path / "home.db")
    with (
        pytest.raises(Unavailable, match=r"can't answer \(no such table: nowhere\)$"),
        database.read() as connection,
    ):
        connection.exec_driver_sql("SELECT 1 FROM nowhere")
    database.close()
