"""Impossible rules are refused when set, each with its reason, at its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.shelf import catalogue_of, errors_of, film, row, shelf

EUROPEAN = {"countries": ["FR"]}  # a third of the shelf


def floor(
    key: str = "f", select: dict[str, Any] = EUROPEAN, share: float = 0.3, **more: Any
) -> Any:
    return {"key": key, "select": select, "share": share, **more}


def test_possible_rules_are_not_refused() -> None:
    document = {
        "rows": [
            row("a", place=1, countries=["DE"]),
            row("b", place=1, countries=["FR"]),
            row("c", place=3, until="2026-03-31"),
            row("d", place=3, **{"from": "2026-04-01"}),
            row("e", place=5, devices=["tv"]),
            row("g", place=5, devices=["web", "phone"]),
            row("h", select={"genres": ["Crime"]}),
        ],
        "boosts": [{"key": "a", "select": EUROPEAN, "strength": 0.5, "author": "ann"}],
        "floors": [floor()],
        "caps": [{"key": "c", "per": "supplier", "most": 12, "within": "page"}],
        "pins": [{"kind": "trending", "place": 2}, {"kind": "new", "place": 4}],
    }
    assert errors_of(document) == {}


def test_shares_that_fit_in_a_page_are_not_refused() -> None:
    north, south = ({"suppliers": [name]} for name in ("North", "South"))
    by_supplier = {"key": "few", "per": "supplier", "most": 3, "within": "page"}
    by_genre = {"key": "one", "per": "genre", "most": 1, "within": "page"}

    thirds = [floor("f"), floor("u", {"countries": ["US"]}, 0.6), floor("c", {"genres": ["Crime"]})]
    assert errors_of({"floors": thirds}) == {}
    halves = [floor("n", north, 0.5), floor("s", south, 0.5)]
    assert errors_of({"floors": halves, "caps": [by_supplier]}) == {}
    assert errors_of({"floors": [floor("n", north, 0.5)], "caps": [by_genre]}) == {}


@pytest.mark.parametrize(
    ("document", "pointer", "why"),
    [
        ({"rows": [row("a"), row("a")]}, "/rows/1/key", "key of /rows/0 too"),
        (
            {"pins": [{"kind": "new", "place": 2}, {"kind": "new", "place": 3}]},
            "/pins/1/kind",
            "pinned by /pins/0 already",
        ),
        (
            {"pins": [{"kind": "new", "place": 2}, {"kind": "top10", "place": 2}]},
            "/pins/1/place",
            "taken by /pins/0",
        ),
        (
            {"rows": [row("a", place=2), row("b", place=2)]},
            "/rows/1/place",
            "two rows can't both be row 2",
        ),
        (
            {"rows": [row(place=2, countries=["DE"])], "pins": [{"kind": "new", "place": 2}]},
            "/pins/0/place",
            "taken by /rows/0",
        ),
        (
            {
                "rows": [
                    row("a", place=2, countries=["DE", "AT"], until="2026-03-31"),
                    row("b", place=2, countries=["AT"], **{"from": "2026-03-31"}),
                ]
            },
            "/rows/1/place",
            "taken by /rows/0",
        ),
        ({"rows": [row(place=41)]}, "/rows/0/place", "beyond the page's 40 rows"),
        ({"pins": [{"kind": "new", "place": 41}]}, "/pins/0/place", "beyond the page's 40 rows"),
        (
            {"rows": [row(titles=["f00", "f01", "f02", "f03", "F04"])]},
            "/rows/0/titles/4",
            "is 'f04' meant?",
        ),
        ({"rows": [row(select={"genres": ["Crime", "comdy"]})]}, "/rows/0/select/genres/1", "'Comedy' meant"),
        ({"rows": [row(select={"themes": ["heists"]})]}, "/rows/0/select/themes/0", "'heist' meant"),
        ({"rows": [row(select={"people": ["Ada Lay"]})]}, "/rows/0/select/people/0", "'Ada Ley' meant"),
        (
            {"floors": [floor(select={"suppliers": ["Nroth"]})]},
            "/floors/0/select/suppliers/0",
            "'North' meant",
        ),
        (
            {"boosts": [{"key": "b", "select": {"genres": ["qqqq"]}, "strength": 0.1, "author": "a"}]},
            "/boosts/0/select/genres/0",
            "not among the catalogue's genres",
        ),
        ({"rows": [row(titles=["f00", "f01", "f02"])]}, "/rows/0/titles", "gives 3 titles; a row has"),
        (
            {"rows": [row(select={"released": {"to": 1981}})]},
            "/rows/0/select",
            "gives 2 titles",
        ),
        ({"floors": [floor(share=0.4)]}, "/floors/0/share", "needs 10 titles of a full page"),
    ],
)  # fmt: skip
def test_what_can_not_hold_is_refused_where_it_stands(
    document: Any, pointer: str, why: str
) -> None:
    found = errors_of(document)
    assert next(iter(found)) == pointer
    assert why in found[pointer]


def test_two_floors_that_are_more_than_a_page_together_are_refused() -> None:
    titles = [film(f"a{i}", genres=["A"]) for i in range(30)]
    titles += [film(f"b{i}", genres=["B"]) for i in range(30)]
    floors = [floor("a", {"genres": ["A"]}, 0.6), floor("b", {"genres": ["B"]}, 0.5)]
    shelf_of_two = catalogue_of(*titles)

    # Sixty titles are under a full page of ten rows of five.
    found = errors_of({"floors": floors}, shelf_of_two, row_length=5)

    assert list(found) == ["/floors/1/share"]
    assert "more than a page together" in found["/floors/1/share"]
    apart = [dict(floors[0], countries=["DE"]), dict(floors[1], countries=["FR"])]
    assert errors_of({"floors": apart}, shelf_of_two, row_length=5) == {}
    overlapping = [floors[0], floor("b", {"kinds": ["movie"]}, 0.5)]
    assert errors_of({"floors": overlapping}, shelf_of_two, row_length=5) == {}


def test_a_floor_is_judged_in_each_country_where_it_holds() -> None:
    here = [{"countries": ["DE"]}]
    gone = [{"countries": ["*"], "until": "2026-02-01"}]
    catalogue = catalogue_of(
        *(film(f"e{i}", genres=["E"], availability=here) for i in range(10)),
        *(film(f"g{i}", genres=["E"], availability=gone) for i in range(10)),
        *(film(f"o{i}", genres=["O"]) for i in range(20)),
    )
    wanted = floor(select={"genres": ["E"]}, share=0.3)

    everywhere = errors_of({"floors": [wanted]}, catalogue)
    germany = errors_of({"floors": [dict(wanted, countries=["DE"])]}, catalogue)

    assert (
        "needs 6 titles of a full page in countries that no window names, and 0"
        in (everywhere["/floors/0/share"])
    )
    assert germany == {}  # ten of thirty that are open there
    more = errors_of({"floors": [dict(wanted, countries=["DE"], share=0.4)]}, catalogue)
    assert "needs 12 titles of a full page in DE, and 10" in more["/floors/0/share"]


def test_a_floor_by_supplier_and_a_cap_on_that_supplier_contradict_each_other() -> None:
    document = {
        "floors": [floor(select={"suppliers": ["North"]}, share=0.5)],
        "caps": [{"key": "few", "per": "supplier", "most": 3, "within": "page"}],
    }
    titles = [film(f"n{i}", supplier="North") for i in range(12)]
    titles += [film(f"x{i}") for i in range(12)]  # of no supplier: no cap touches them

    found = errors_of(document, catalogue_of(*titles))

    assert list(found) == ["/floors/0/share"]
    assert "needs 8 titles of a page, and the cap 'few' lets 3" in found["/floors/0/share"]
    assert errors_of(document, shelf()) == {}  # three of North and three of South: half and half
    by_row = dict(document, caps=[dict(document["caps"][0], within="row")])
    assert errors_of(by_row, catalogue_of(*titles)) == {}  # ten rows hold three each


def test_many_unknown_names_are_all_named() -> None:
    found = errors_of({"rows": [row(titles=[f"none{i}" for i in range(60)])]})
    assert len([p for p in found if p.startswith("/rows/0/titles/")]) == 60


def test_what_is_wrong_by_itself_hides_nothing_that_is_wrong_beside_it() -> None:
    found = errors_of(
        {
            "pins": [
                {"kind": "trending", "place": 41},
                {"kind": "trending", "place": 2},
                {"kind": "editorial", "place": 99},
            ],
            "rows": [
                row(titles=["f00", "f01", "f02", "f03", "F04"], **{"from": "2026-03-01T10:00:00"}),
                row("s", select={"genres": ["Comdy"], "added_days": 0}),
            ],
            "boosts": [
                {"key": "b", "select": {"genres": ["Dramma"]}, "strength": 2, "author": "a"}
            ],
        }
    )

    assert {pointer: told.split(";")[0] for pointer, told in found.items()} == {
        "/pins/2/kind": "`kind` can't be editorial: an editorial row names its own `place`",
        "/pins/0/place": "is beyond the page's 40 rows (setting page.max_rows)",
        "/pins/1/kind": "is pinned by /pins/0 already",
        "/pins/2/place": "is beyond the page's 40 rows (setting page.max_rows)",
        "/rows/0/from": found["/rows/0/from"],
        "/rows/0/titles/4": "'F04' is not among the catalogue's titles",
        "/rows/1/select/added_days": "expected `int` >= 1",
        "/rows/1/select/genres/0": "'Comdy' is not among the catalogue's genres",
        "/boosts/0/strength": "expected `float` <= 0.5",
        "/boosts/0/select/genres/0": "'Dramma' is not among the catalogue's genres",
    }
    assert "neither a date nor" in found["/rows/0/from"]


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        # several things of one rule, and of one field
        (
            {"rows": [row(place=0, **{"from": "soon", "until": "later"})]},
            {"/rows/0/place", "/rows/0/from", "/rows/0/until"},
        ),
        (
            {"rows": [row(countries=["Germany", "DE", "France"], devices=["watch"])]},
            {"/rows/0/countries/0", "/rows/0/countries/2", "/rows/0/devices/0"},
        ),
        (
            {"rows": [row(select={"genre": ["Crime"], "kinds": ["film"], "countries": ["fr"]})]},
            {"/rows/0/select/genre", "/rows/0/select/kinds/0", "/rows/0/select/countries/0"},
        ),
        (
            {"rows": [row(select={"released": {"from": 1700, "to": 1800}})]},
            {"/rows/0/select/released/from", "/rows/0/select/released/to"},
        ),
        (
            {"rows": [row(place=99, select={"genres": ["Crime"]}, titles=["f00", "nine"])]},
            {"/rows/0", "/rows/0/place", "/rows/0/titles/1"},
        ),
        ({"floors": [floor(share=2, countries=["x"])]}, {"/floors/0/share", "/floors/0/countries/0"}),
        # rules beside each other
        (
            {"rows": [row("a b"), row("c", place=2), row("c", place=2)]},
            {"/rows/0/key", "/rows/2/key", "/rows/2/place"},
        ),
        ({"rows": [3, row(place=99)], "boosts": {}}, {"/rows/0", "/rows/1/place", "/boosts"}),
        ({"rows": [{}]}, {"/rows/0", "/rows/0/key", "/rows/0/name", "/rows/0/author"}),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_told_at_once(
    document: dict[str, Any], pointers: set[str]
) -> None:
    assert set(errors_of(document)) == pointers


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        # For whom, or when, is not known: they may never meet.
        ({"rows": [row("a", place=2), row("b", place=2, countries=["at"])]}, "/rows/1/countries/0"),
        ({"rows": [row("a", place=2), row("b", place=2, until="soon")]}, "/rows/1/until"),
        ({"rows": [row("a", place=2), row("b", place=2, contries=["AT"])]}, "/rows/1/contries"),
        # How many titles it selects is not known.
        ({"rows": [row(select={"genres": ["Crime"], "released": {"to": 19}})]}, "/rows/0/select/released/to"),
        ({"rows": [row(titles=["f00", "f01", "f 2"])]}, "/rows/0/titles/2"),
        ({"floors": [floor(select={"genres": ["Crime"], "x": 1}, share=0.9)]}, "/floors/0/select/x"),
        ({"floors": [floor(share=0.3), floor("g", share=3)]}, "/floors/1/share"),
        (
            {
                "floors": [floor(select={"suppliers": ["North"]}, share=0.5)],
                "caps": [{"key": "c", "per": "hat", "most": 1, "within": "page"}],
            },
            "/caps/0/per",
        ),
        ({"rows": [row("x"), {**row(), "key": 3}]}, "/rows/1/key"),
    ],
)  # fmt: skip
def test_nothing_is_judged_by_what_could_not_be_read(
    document: dict[str, Any], pointer: str
) -> None:
    assert set(errors_of(document)) == {pointer}


def test_what_is_over_takes_no_place_from_what_comes_after_it() -> None:
    """The deciding clock stands at 2026-03-01T12:00:00Z."""
    over = row("over", place=2, **{"from": "2020-01-01", "until": "2021-01-01"})
    ends_now = row("ends", place=2, until="2026-03-01T12:00:00Z")
    last_day = row("last", place=2, until="2026-03-01")
    undated, pin = row("new", place=2), {"kind": "new", "place": 2}

    for gone in (over, ends_now):
        assert errors_of({"rows": [gone, undated]}) == {}
        assert errors_of({"rows": [undated, gone]}) == {}
        assert errors_of({"rows": [gone], "pins": [pin]}) == {}
    assert set(errors_of({"rows": [last_day, undated]})) == {"/rows/1/place"}
    assert set(errors_of({"rows": [last_day], "pins": [pin]})) == {"/pins/0/place"}


_PIECES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3000) | st.sampled_from(["", "x", "DE", "soon", "f00"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["released", "from", "to", "a/b~c", "genres"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.data())
def test_whatever_stands_in_a_rule_the_others_are_judged(data: st.DataObject) -> None:
    right = row(place=3)
    fields = ["select", "titles", "from", "place", "countries", "names", "key", "x"]
    part = data.draw(st.sampled_from(["rows", "boosts", "floors", "caps", "pins"]))
    wrong: Any = {**right, **data.draw(st.dictionaries(st.sampled_from(fields), _PIECES))}
    wrong = data.draw(st.sampled_from([wrong, data.draw(_PIECES)]))
    document: dict[str, Any] = {"rows": [row("far", place=99)]}
    document.setdefault(part, []).append(wrong)

    found = errors_of(document)

    assert "beyond the page's 40 rows" in found["/rows/0/place"]
