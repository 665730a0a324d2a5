"""Selectors: fields combine by and, the values of one field by or."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from frontrow.rules.document import Selector
from frontrow.rules.select import Selection
from tests.rules.shelf import NOW_US, catalogue_of, days_ago, film, shelf


def selected(select: dict[str, Any], *titles: dict[str, Any]) -> list[str]:
    catalogue = catalogue_of(*titles)
    chosen = Selection(catalogue, NOW_US).of(msgspec.convert(select, Selector))
    assert chosen.shape == (catalogue.n,)
    return [catalogue.works[i].work_id for i in np.flatnonzero(chosen)]


@pytest.mark.parametrize(
    ("select", "holds"),
    [
        ({"genres": ["Crime"]}, lambda i: i % 3 == 0),
        ({"genres": ["Crime", "Drama"]}, lambda i: i % 3 != 1),
        ({"genres": ["Crime"], "suppliers": ["South"]}, lambda i: i % 3 == 0 and i % 2 == 1),
        ({"themes": ["heist"]}, lambda i: i % 4 == 0),
        ({"people": ["Bo Kay"]}, lambda i: i % 3 == 1),
        ({"people": ["Ada Ley"]}, lambda i: True),  # who directs all of them
        ({"countries": ["FR"]}, lambda i: i % 3 == 0),
        ({"languages": ["fr"]}, lambda i: i % 3 == 0),  # `fr-CA` is French
        ({"languages": ["fr-BE", "en"]}, lambda i: True),
        ({"kinds": ["series"]}, lambda i: False),
        ({"kinds": ["movie"]}, lambda i: True),
        ({"released": {"from": 1990, "to": 1992}}, lambda i: 10 <= i <= 12),
        ({"released": {"to": 1981}}, lambda i: i <= 1),
        ({"added_days": 3}, lambda i: i < 3),
        ({"titles": ["f03", "f07"]}, lambda i: i in (3, 7)),
        ({"genres": ["Western"]}, lambda i: False),
        ({"suppliers": ["Nobody"]}, lambda i: False),
    ],
)
def test_a_selector_means_what_it_says(select: dict[str, Any], holds: Any) -> None:
    chosen = Selection(shelf(), NOW_US).of(msgspec.convert(select, Selector))
    assert np.flatnonzero(chosen).tolist() == [i for i in range(24) if holds(i)]


def test_a_work_is_meant_if_one_of_its_editions_is() -> None:
    cut = film("cut", work_id="w", supplier="North")
    dub = film("dub", work_id="w", supplier="South", countries=["CA"])

    assert selected({"suppliers": ["South"]}, cut, dub, film("other")) == ["w"]
    assert selected({"titles": ["dub"]}, cut, dub, film("other")) == ["w"]
    assert selected({"countries": ["CA"], "suppliers": ["North"]}, cut, dub) == ["w"]


def test_what_is_not_known_of_a_title_selects_nothing() -> None:
    plain = film("plain")
    for select in (
        {"released": {"to": 2100}}, {"added_days": 3_000}, {"languages": ["en"]},
        {"countries": ["US"]}, {"suppliers": ["North"]},
    ):  # fmt: skip
        assert selected(select, plain) == []


def test_a_title_of_tomorrow_was_not_added_yet() -> None:
    titles = [film("soon", added_at=days_ago(-1)), film("now", added_at=days_ago(0))]
    assert selected({"added_days": 7}, *titles) == ["now"]


def test_an_empty_catalogue_has_nothing_to_select() -> None:
    assert selected({"genres": ["Crime"], "kinds": ["movie"], "titles": ["x"]}) == []
