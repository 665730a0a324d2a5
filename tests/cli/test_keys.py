"""`frontrow keys`: shown once, listed without their secret, revoked by id or by text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Frontrow


@pytest.fixture
def ready(frontrow: Frontrow) -> Frontrow:
    assert frontrow("init").code == 0
    return frontrow


def created(ready: Frontrow, *words: str) -> Any:
    ran = ready("keys", "create", *words, "--json")
    assert ran.code == 0, ran.err
    return ran.json()


def test_a_key_is_shown_once_and_listed_without_its_secret(ready: Frontrow, here: Path) -> None:
    assert "no keys" in ready("keys", "list").out
    key = created(ready, "--scope", "pages,ingest", "--name", "the app", "--expires", "30d")
    assert key["scopes"] == ["ingest", "pages"]
    assert key["expires_at"] == "2026-03-31T20:00:00Z"
    told = ready("keys", "list", "--json")
    (listed,) = told.json()["keys"]
    assert listed == {name: value for name, value in key.items() if name != "key"}
    assert key["key"] not in told.out
    line = ready("keys", "list").out
    assert (key["key_id"] in line, "the app" in line, "in force" in line) == (True, True, True)
    plain = ready("keys", "create", "--scope", "admin").out.splitlines()
    assert plain[0].startswith("fk_")
    assert "once" in plain[1]


@pytest.mark.parametrize("by", ["key_id", "key"])
def test_a_key_is_revoked_for_good(ready: Frontrow, by: str) -> None:
    key = created(ready, "--scope", "admin")
    ran = ready("keys", "revoke", key[by])
    assert (ran.code, ran.out) == (0, f"key {key['key_id']} is revoked\n")
    (listed,) = ready("keys", "list", "--json").json()["keys"]
    assert listed["state"] == "revoked"
    first = listed["revoked_at"]
    assert ready("keys", "revoke", key[by], "--json").json()["revoked_at"] == first


def test_an_unknown_key_is_no_wrong_usage_and_says_where_to_look(ready: Frontrow) -> None:
    ran = ready("keys", "revoke", "nothing")
    assert ran.code == 1
    assert "keys list" in ran.err


@pytest.mark.parametrize(
    "words",
    [["--scope", "root"], ["--scope", ""], [], ["--scope", "pages", "--expires", "soon"],
     ["--scope", "pages", "--expires", "2026-02-28"], ["--scope", "pages", "--expires", "0d"],
     ["--scope", "pages", "--name", "two\nlines"]],
)  # fmt: skip
def test_a_key_that_cannot_be_meant_is_wrong_usage(ready: Frontrow, words: list[str]) -> None:
    assert ready("keys", "create", *words).code == 2
    assert ready("keys", "list", "--json").json() == {"keys": []}
