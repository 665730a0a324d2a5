"""Invented rules of an operator at their oddest, as the API spells them: rows, boosts, caps, floors, pins.

They need not be possible: a catalogue changes under rules that once were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.dice import Dice, chance, pick, some

DEVICES = ("tv", "web", "phone", "tablet")
PINNED = (
    "trending",
    "genre",
    "new",
    "top_picks",
    "continue_watching",
    "my_list",
    "top10",
    "explore",
)
_DAYS = ("from", "until")


@dataclass(frozen=True)
class Words:
    """What a world's titles may be of."""

    ids: Sequence[str]
    genres: Sequence[str]
    themes: Sequence[str]
    people: Sequence[str]
    suppliers: Sequence[str]
    countries: Sequence[str]
    languages: Sequence[str]
    names: Sequence[str]


def make_rules(dice: Dice, words: Words, window: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A document of some rows and boosts; `window` gives dates around now."""
    rows = [_row(dice, words, window, f"row{i}") for i in range(1 + dice.below(3))]
    boosts = [_boost(dice, words, window, f"boost{i}") for i in range(dice.below(3))]
    rules: dict[str, Any] = {"rows": rows, "boosts": boosts}
    if chance(dice, 40):
        rules["caps"] = [_cap(dice, f"cap{i}") for i in range(1 + dice.below(2))]
    if chance(dice, 40):
        rules["floors"] = [_floor(dice, words, f"floor{i}") for i in range(1 + dice.below(2))]
    if chance(dice, 40):
        places = {1 + dice.below(9) for _ in range(2)} - {row.get("place") for row in rows}
        kinds = some(dice, PINNED, 2)
        rules["pins"] = [
            {"kind": kind, "place": place}
            for kind, place in zip(kinds, sorted(places), strict=False)
        ]
    return rules


def _cap(dice: Dice, key: str) -> dict[str, Any]:
    per, within = pick(dice, ("person", "genre", "supplier")), pick(dice, ("row", "page"))
    return {"key": key, "per": per, "within": within, "most": pick(dice, (1, 2, 5))}


def _floor(dice: Dice, words: Words, key: str) -> dict[str, Any]:
    told = {"key": key, "select": _selector(dice, words), "share": pick(dice, (0.1, 0.3, 0.7))}
    return told | ({"countries": some(dice, words.countries, 2)} if chance(dice, 25) else {})


def _row(
    dice: Dice, words: Words, window: Callable[[], dict[str, Any]], key: str
) -> dict[str, Any]:
    row: dict[str, Any] = {"key": key, "name": pick(dice, words.names), "author": "ann"}
    if chance(dice, 60):
        ids = [*words.ids, "gone"]
        row["titles"] = [pick(dice, ids) for _ in range(1 + dice.below(len(ids)))]
    else:
        row["select"] = _selector(dice, words)
    if chance(dice, 30):
        row["names"] = {pick(dice, words.languages): pick(dice, words.names)}
    if chance(dice, 40):
        row["place"] = 1 + dice.below(8)
    if chance(dice, 25):
        row["devices"] = some(dice, DEVICES, 3)
    return row | _for_whom(dice, words, window)


def _boost(
    dice: Dice, words: Words, window: Callable[[], dict[str, Any]], key: str
) -> dict[str, Any]:
    strength = pick(dice, (0.1, 0.5, 0.01))
    boost = {"key": key, "select": _selector(dice, words), "strength": strength, "author": "bo"}
    return boost | _for_whom(dice, words, window)


def _for_whom(dice: Dice, words: Words, window: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if chance(dice, 35):
        told |= {name: day for name, day in window().items() if name in _DAYS}
    if chance(dice, 25):
        told["countries"] = some(dice, words.countries, 2)
    return told


def _selector(dice: Dice, words: Words) -> dict[str, Any]:
    """One or two fields; sometimes of nothing that the catalogue has."""
    field = pick(
        dice,
        ("genres", "kinds", "suppliers", "people", "themes", "titles", "released", "added_days",
         "countries", "languages"),
    )  # fmt: skip
    select: dict[str, Any] = {"kinds": ["movie", "series"]}
    if field == "kinds":
        select["kinds"] = [pick(dice, ("movie", "series", "special", "live"))]
    elif field == "released":
        first = 1950 + dice.below(60)
        select["released"] = pick(dice, ({"from": first}, {"from": first, "to": first + 20}))
    elif field == "added_days":
        select["added_days"] = pick(dice, (30, 2))
    else:
        known: Sequence[str] = getattr(words, "ids" if field == "titles" else field)
        select[field] = [pick(dice, known), *some(dice, known, 3)]
    if chance(dice, 50) and field != "kinds":
        del select["kinds"]
    return select
