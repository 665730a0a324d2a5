"""The rules' document: what it takes, and what each refusal says, where."""

from __future__ import annotations

from typing import Any

import pytest

from frontrow.base.errors import BadInput
from frontrow.base.time import parse_time, to_us
from frontrow.rules import read_rules
from frontrow.rules.document import ALWAYS_FROM, ALWAYS_UNTIL
from tests.rules.shelf import row

ACTION = {"genres": ["Crime"]}


def refused(document: Any) -> dict[str, str]:
    with pytest.raises(BadInput) as refusal:
        read_rules(document)
    return {error.pointer: error.detail for error in refusal.value.errors}


def test_an_empty_document_rules_nothing() -> None:
    assert read_rules({}).is_empty
    assert read_rules({"rows": [], "pins": []}).is_empty
    assert not read_rules({"pins": [{"kind": "new", "place": 2}]}).is_empty


def test_a_whole_document_is_read() -> None:
    rules = read_rules(
        {
            "rows": [row("r", names={"de": "Reihe"}, place=2, countries=["DE"], devices=["tv"])],
            "boosts": [{"key": "b", "select": ACTION, "strength": 0.2, "author": "ann"}],
            "floors": [{"key": "f", "select": {"countries": ["FR"]}, "share": 0.3}],
            "caps": [{"key": "c", "per": "supplier", "most": 5, "within": "page"}],
            "pins": [{"kind": "trending", "place": 4}],
        }
    )

    assert rules.rows[0].names == {"de": "Reihe"}
    assert rules.boosts[0].strength == 0.2
    assert rules.floors[0].share == 0.3
    assert (rules.caps[0].per, rules.pins[0].place) == ("supplier", 4)


@pytest.mark.parametrize(
    ("document", "pointer", "why"),
    [
        ([], "", "expected `object`"),
        ({"rules": []}, "/rules", "not a field known here"),
        ({"rows": 3}, "/rows", "expected `array`"),
        ({"rows": [row(colour="red")]}, "/rows/0/colour", "not a field known here"),
        ({"rows": [row(), {"key": "x"}]}, "/rows/1/author", "is missing"),
        ({"rows": [row(author="")]}, "/rows/0/author", "length >= 1"),
        ({"rows": [row(key="a b")]}, "/rows/0/key", "1-128 characters"),
        ({"rows": [row(select=ACTION, titles=["f01"])]}, "/rows/0", "one of them"),
        ({"rows": [{"key": "x", "name": "X", "author": "a"}]}, "/rows/0", "one of them"),
        ({"rows": [row(select={})]}, "/rows/0/select", "selects nothing"),
        ({"rows": [row(select={"genres": []})]}, "/rows/0/select", "selects nothing"),
        ({"rows": [row(select={"genre": ["a"]})]}, "/rows/0/select/genre", "not a field"),
        ({"rows": [row(place=0)]}, "/rows/0/place", ">= 1"),
        ({"rows": [row(until="soon")]}, "/rows/0/until", "neither a date nor"),
        ({"rows": [row(**{"from": "2026-03-01T10:00:00"})]}, "/rows/0/from", "neither a date"),
        (
            {"rows": [row(**{"from": "2026-03-02", "until": "2026-03-01"})]},
            "/rows/0/until",
            "is not after `from`",
        ),
        (
            {"rows": [row(select={"released": {"from": 2000, "to": 1990}})]},
            "/rows/0/select/released/to",
            "is before `from`",
        ),
        ({"rows": [row(select={"released": {}})]}, "/rows/0/select/released", "needs `from`"),
        (
            {"boosts": [{"key": "b", "select": ACTION, "strength": 0.51, "author": "a"}]},
            "/boosts/0/strength",
            "<= 0.5",
        ),
        (
            {"boosts": [{"key": "b", "select": ACTION, "strength": 0, "author": "a"}]},
            "/boosts/0/strength",
            "> 0",
        ),
        (
            {"floors": [{"key": "f", "select": ACTION, "share": 0.95}]},
            "/floors/0/share",
            "<= 0.9",
        ),
        (
            {"caps": [{"key": "c", "per": "person", "most": 0, "within": "row"}]},
            "/caps/0/most",
            ">= 1",
        ),
        ({"pins": [{"kind": "editorial", "place": 1}]}, "/pins/0/kind", "its own `place`"),
        ({"pins": [{"kind": "best", "place": 1}]}, "/pins/0/kind", "must be one of "),
    ],
)
def test_what_can_not_be_meant_is_refused_where_it_stands(
    document: Any, pointer: str, why: str
) -> None:
    found = refused(document)
    assert pointer in found, found
    assert why in found[pointer]


def test_every_wrong_field_of_every_rule_is_named_at_once() -> None:
    found = refused(
        {"rows": [row(place=0), row(x=1), row()], "pins": [{"kind": "new", "place": 999}], "y": 1}
    )
    assert set(found) == {"/rows/0/place", "/rows/1/x", "/pins/0/place", "/y"}


def test_dates_are_read_as_the_windows_of_titles_are() -> None:
    first, second, third = read_rules(
        {
            "rows": [
                row("a"),
                row("b", **{"from": "2026-03-01", "until": "2026-03-01"}),
                row("c", until="9999-12-31"),
            ]
        }
    ).rows

    assert (first.start_us, first.until_us) == (ALWAYS_FROM, ALWAYS_UNTIL)
    assert second.start_us == to_us(parse_time("2026-03-01T00:00:00Z"))
    assert second.until_us == to_us(parse_time("2026-03-02T00:00:00Z"))  # that whole day
    assert third.until_us == ALWAYS_UNTIL
