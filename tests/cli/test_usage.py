"""Exit 0 done, 1 failed, 2 wrong usage; a message says what is wrong and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Frontrow, lines
from tests.server.small_world import titles

COMMANDS = (
    ["init"], ["demo", "--no-serve"], ["import", "movielens", "x"],
    ["import", "movielens", "x", "--enrich", "y"], ["import", "titles", "x"],
    ["import", "events", "x"], ["import", "viewing-history", "x", "--profile", "ann"],
    ["import", "jellyfin", "http://x"], ["train"], ["evaluate"], ["page", "ann"],
    ["why", "ann", "f001"], ["serve"], ["replay", "x"], ["forget", "ann"],
    ["verify"], ["backup", "x"],
)  # fmt: skip
NEED_A_HOME = [c for c in COMMANDS if c[0] not in ("init", "demo")]


def name(words: list[str]) -> str:
    return " ".join(words)


@pytest.mark.parametrize("words", COMMANDS, ids=name)
def test_an_unknown_option_is_wrong_usage_of_every_command(
    frontrow: Frontrow, here: Path, words: list[str]
) -> None:
    ran = frontrow(*words, "--colour", "red")
    assert (ran.code, ran.out) == (2, "")
    assert "--colour" in ran.err
    assert not here.exists()


@pytest.mark.parametrize("words", NEED_A_HOME, ids=name)
def test_a_missing_home_names_the_command_that_makes_one(
    frontrow: Frontrow, here: Path, words: list[str]
) -> None:
    ran = frontrow(*words)
    assert (ran.code, ran.out) == (1, "")
    assert f"frontrow --home {here} init" in ran.err
    assert not here.exists()


WRONG = (
    ["nonsense"], ["page"], ["page", "two words"], ["page", "ann", "bob"], ["why", "ann"],
    ["why", "ann", "no title"], ["forget", "a/b"], ["forget"], ["replay"],
    ["page", "ann", "--device", "watch"], ["page", "ann", "--country", "Germany"],
    ["page", "ann", "--rows", "0"], ["page", "ann", "--rows", "many"],
    ["page", "ann", "--columns", "1000"], ["page", "ann", "--at", "yesterday"],
    ["page", "ann", "--at", "1950-01-01T00:00:00Z"], ["page", "ann", "--seed", "-1"],
    ["why", "ann", "f001", "--at", "9999-12-31T00:00:00Z"],
    ["train", "--publish", "always"], ["train", "--seed", "-1"],
    ["serve", "--port", "0"], ["serve", "--port", "99999"], ["serve", "--workers", "0"],
    ["serve", "--host", "0.0.0.0"], ["import", "titles"], ["import", "titles", "x", "--map", "a"],
    ["import", "viewing-history", "x"], ["backup"], ["restore"],
    ["import", "viewing-history", "x", "--profile", "two words"],
)  # fmt: skip


@pytest.mark.parametrize("words", WRONG, ids=name)
def test_an_argument_that_cannot_be_meant_is_wrong_usage(
    frontrow: Frontrow, words: list[str]
) -> None:
    assert frontrow("init").code == 0
    ran = frontrow(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    assert ran.err.strip()


@pytest.mark.parametrize("command", [["page", "ann"], ["why", "ann", "f001"]], ids=name)
def test_an_option_that_is_refused_says_what_may_be_given(
    frontrow: Frontrow, command: list[str]
) -> None:
    assert frontrow("init").code == 0
    for option, value, told in (
        ("--device", "watch", "must be one of phone, tablet, tv, web"),
        ("--country", "Germany", "must be two capital letters, as DE (ISO 3166-1 alpha-2)"),
        ("--language", "d", "must be the tag of a language, as de or pt-BR (BCP 47)"),
    ):
        assert f"{option}: {told}" in frontrow(*command, option, value).err


FAILS = (
    ["replay", "made-up"], ["import", "jellyfin", "http://x"], ["import", "titles", "/nowhere.csv"],
    ["import", "movielens", "/nowhere"], ["import", "events", "/nowhere.csv"],
    ["import", "viewing-history", "/nowhere.csv", "--profile", "ann"],
)  # fmt: skip


@pytest.mark.parametrize("words", FAILS, ids=name)
def test_what_can_be_meant_but_not_done_fails_with_a_reason(
    frontrow: Frontrow, words: list[str]
) -> None:
    assert frontrow("init").code == 0
    ran = frontrow(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("frontrow: ")
    assert "Traceback" not in ran.err


def test_a_setting_that_does_not_exist_is_refused_by_its_name(
    frontrow: Frontrow, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert frontrow("init").code == 0
    with monkeypatch.context() as outside:
        outside.setenv("FRONTROW_PAGE_COLUMN", "3")
        ran = frontrow("page", "ann")
        assert (ran.code, ran.out) == (1, "")
        assert "FRONTROW_PAGE_COLUMN" in ran.err
    (here / "frontrow.toml").write_text("[page]\ncolumn = 3\n")
    for words in (["page", "ann"], ["serve", "--port", "1"]):
        ran = frontrow(*words)
        assert (ran.code, ran.out) == (1, "")
        assert "column" in ran.err
        assert "frontrow.toml" in ran.err


def test_a_clock_that_cannot_be_read_is_named(
    frontrow: Frontrow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert frontrow("init").code == 0
    monkeypatch.setenv("FRONTROW_NOW", "noon")
    ran = frontrow("page", "ann")
    assert ran.code == 1
    assert "FRONTROW_NOW" in ran.err


def test_help_names_every_command_of_the_contract(frontrow: Frontrow) -> None:
    told = frontrow("--help", home=None)
    assert told.code == 0
    for command in ("init", "demo", "import", "train", "evaluate", "page", "why", "serve", "replay",
                    "forget"):  # fmt: skip
        assert command in told.out
        own = frontrow(command, "--help", home=None)
        assert own.code == 0
        assert "Usage: frontrow" in own.out
    sources = frontrow("import", "--help", home=None).out
    for source in ("movielens", "viewing-history", "jellyfin", "titles", "events"):
        assert source in sources


def test_help_says_of_every_command_what_it_does(frontrow: Frontrow) -> None:
    told = frontrow("--help", home=None).out
    groups = ("import", "export", "bundles", "churn", "keys", "positions", "rewards", "rules")
    for listed in (told, *(frontrow(group, "--help", home=None).out for group in groups)):
        assert re.findall(r"^│ ([a-z-]+) +│$", listed, re.MULTILINE) == []


def test_init_makes_a_home_in_a_new_or_empty_folder_and_leaves_an_existing_home(
    frontrow: Frontrow, here: Path
) -> None:
    here.mkdir()
    assert frontrow("init", "--json").json() == {"home": str(here), "made": True}
    secret, settings = (here / "secret.key").read_bytes(), (here / "frontrow.toml").read_text()
    (here / "frontrow.toml").write_text(settings + "\n[page]\nrows = 4\n")

    again = frontrow("init", "--json")

    assert (again.code, again.json()["made"]) == (0, False)
    assert (here / "secret.key").read_bytes() == secret
    assert (here / "frontrow.toml").read_text().endswith("rows = 4\n")
    deeper = here.parent / "a" / "b"
    assert frontrow("init", home=deeper).code == 0
    assert (deeper / "frontrow.toml").exists()


def test_init_touches_no_folder_that_holds_other_things(frontrow: Frontrow, here: Path) -> None:
    here.mkdir()
    (here / "thesis.txt").write_text("mine")
    ran = frontrow("init")
    assert (ran.code, ran.out) == (1, "")
    assert [p.name for p in here.iterdir()] == ["thesis.txt"]
    here.joinpath("thesis.txt").unlink()
    here.rmdir()
    here.write_text("a file")
    assert frontrow("init").code == 1


def test_an_import_fails_only_if_nothing_could_be_kept_and_the_second_changes_nothing(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    assert frontrow("init").code == 0
    good, bad = titles(1)[0], {"title_id": "no good", "kind": "movie", "name": "X"}
    some = lines(tmp_path / "some.jsonl", [good, bad])
    none = lines(tmp_path / "none.jsonl", [bad])

    first, second = frontrow("import", "titles", some, "--json"), frontrow("import", "titles", some)
    third = frontrow("import", "titles", some, "--json")
    nothing = frontrow("import", "titles", none, "--json")

    assert (first.code, second.code, third.code, nothing.code) == (0, 0, 0, 1)
    told, again = first.json(), third.json()
    assert (told["read"], told["kept"], told["rejected"]) == (2, 1, 1)
    assert Path(told["rejected_file"]).exists()
    assert (again["titles_stored"], again["kept"], again["duplicates"]) == (0, 0, 1)
    assert nothing.json()["kept"] == 0
    assert first.err == ""
