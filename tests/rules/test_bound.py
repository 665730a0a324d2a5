"""The document over a catalogue: which rows and boosts hold for whom, when, and how much they push."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frontrow.base.time import US_PER_DAY
from frontrow.rules import BoundRules, bind_rules, read_rules
from tests.rules.shelf import NOW_US, catalogue_of, film, row, shelf


def bound(**parts: Any) -> BoundRules:
    return bind_rules(3, read_rules(parts), shelf(), NOW_US)


def boost(key: str, select: dict[str, Any], strength: float = 0.2, **more: Any) -> dict[str, Any]:
    return {"key": key, "select": select, "strength": strength, "author": "ann", **more}


def test_a_row_has_its_works_in_the_editors_order_each_once() -> None:
    catalogue = catalogue_of(
        film("a"), film("b1", work_id="b"), film("b2", work_id="b"), film("c"), film("d")
    )
    rules = read_rules({"rows": [row(titles=["c", "b2", "gone", "a", "b1", "c"])]})

    (found,) = bind_rules(1, rules, catalogue, NOW_US).rows

    assert [catalogue.works[w].work_id for w in found.works] == ["c", "b", "a"]
    assert not found.ranked


@pytest.mark.parametrize(
    ("more", "asked", "holds"),
    [
        ({}, (None, "web", NOW_US), True),
        ({"countries": ["DE"]}, ("DE", "web", NOW_US), True),
        ({"countries": ["DE"]}, ("FR", "web", NOW_US), False),
        ({"countries": ["DE"]}, (None, "web", NOW_US), False),
        ({"devices": ["tv", "web"]}, (None, "web", NOW_US), True),
        ({"devices": ["tv"]}, (None, "web", NOW_US), False),
        ({"until": "2026-03-01"}, (None, "web", NOW_US), True),
        ({"until": "2026-03-01"}, (None, "web", NOW_US + US_PER_DAY // 2 - 1), True),
        ({"until": "2026-03-01"}, (None, "web", NOW_US + US_PER_DAY // 2), False),
        ({"from": "2026-03-01T12:00:00Z"}, (None, "web", NOW_US), True),
        ({"from": "2026-03-01T12:00:00Z"}, (None, "web", NOW_US - 1), False),
    ],
)
def test_a_row_holds_for_whom_and_when_it_is_meant(
    more: dict[str, Any], asked: tuple[str | None, str, int], holds: bool
) -> None:
    assert bool(bound(rows=[row(**more)]).rows_for(*asked)) == holds


def test_of_several_boosts_of_a_title_the_strongest_counts_and_of_equals_the_first() -> None:
    rules = bound(
        boosts=[
            boost("all", {"kinds": ["movie"]}, 0.1),
            boost("crime", {"genres": ["Crime"]}, 0.3),
            boost("crime too", {"genres": ["Crime"]}, 0.3) | {"key": "again"},
            boost("away", {"kinds": ["movie"]}, 0.5, countries=["FR"]),
        ]
    )

    push = rules.push_for("DE", NOW_US)

    assert push is not None
    assert [push.of(i).key for i in range(4)] == ["crime", "all", "all", "crime"]  # type: ignore[union-attr]
    value = np.full(24, 0.5, dtype=np.float32)
    np.testing.assert_allclose(push.on(value)[:3], [0.65, 0.55, 0.55], rtol=1e-6)
    french = rules.push_for("FR", NOW_US)
    assert french is not None
    assert french.of(0).key == "away"  # type: ignore[union-attr]


def test_a_push_never_lifts_a_value_above_one_nor_touches_what_it_does_not_select() -> None:
    push = bound(boosts=[boost("b", {"genres": ["Crime"]}, 0.5)]).push_for(None, NOW_US)
    assert push is not None
    value = np.linspace(0, 1.2, 24, dtype=np.float32)

    pushed = push.on(value)

    crime = np.arange(24) % 3 == 0
    assert np.array_equal(pushed[~crime], value[~crime])
    assert np.all(pushed[crime] >= value[crime])
    assert np.all(pushed[crime & (value <= 1)] <= 1)
    assert push.of(1) is None


def test_a_boost_that_is_over_pushes_nothing() -> None:
    rules = bound(boosts=[boost("b", {"kinds": ["movie"]}, until="2026-02-28")])
    assert rules.push_for(None, NOW_US) is None
    assert rules.push_for(None, NOW_US - 2 * US_PER_DAY) is not None


def test_a_cap_knows_the_groups_of_each_title() -> None:
    caps = [
        {"key": f"c{per}", "per": per, "most": 2, "within": "page"}
        for per in ("person", "genre", "supplier")
    ]
    person, genre, supplier = bound(caps=caps).caps

    def of(cap: Any, work: int) -> set[str]:
        return {cap.names[g] for g in cap.groups[[work]].toarray().ravel().nonzero()[0]}

    assert of(person, 0) == {"Ada Ley"}  # who acts in it and directs it, once
    assert of(person, 1) == {"Ada Ley", "Bo Kay"}
    assert of(genre, 1) == {"Comedy"}
    assert of(supplier, 1) == {"South"}
    assert person.groups.dtype == bool
    assert genre.groups.dtype == bool
    assert supplier.groups.shape == (24, 2)


def test_floors_and_pins_are_as_the_document_says() -> None:
    rules = bound(
        floors=[
            {"key": "eu", "select": {"countries": ["FR"]}, "share": 0.3},
            {"key": "de", "select": {"kinds": ["movie"]}, "share": 0.1, "countries": ["DE"]},
        ],
        pins=[{"kind": "trending", "place": 4}],
    )

    assert [floor.key for floor in rules.floors_for("FR")] == ["eu"]
    assert [floor.key for floor in rules.floors_for("DE")] == ["eu", "de"]
    assert rules.floors[0].works.tolist() == [i % 3 == 0 for i in range(24)]
    assert rules.pins == {4: "trending"}


def test_rules_over_an_empty_catalogue_are_bound_all_the_same() -> None:
    document = {
        "rows": [row(), row("s", select={"genres": ["Crime"]})],
        "boosts": [boost("b", {"people": ["Ada Ley"]})],
        "caps": [{"key": p, "per": p, "most": 1, "within": "row"} for p in ("person", "genre", "supplier")],
    }  # fmt: skip
    rules = bind_rules(1, read_rules(document), catalogue_of(), NOW_US)
    assert [len(r.works) for r in rules.rows] == [0, 0]
    assert rules.push_for(None, NOW_US) is not None
