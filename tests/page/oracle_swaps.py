"""What a page with swapped places must be: the page as it would be without, its recorded pairs swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msgspec import structs

from frontrow.page import BuiltPage, Page
from frontrow.page.record import decision_of
from tests.page.truth import Truth
from tests.worlds import Asked, built_of

OWN_ORDER = ("continue_watching", "my_list", "top10", "top_picks", "explore")
"""Rows within which nothing is swapped: their order is a promise, or their titles were drawn."""


def swaps(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Iterator[str]:
    """Pairs are disjoint, adjacent, of one parity, and on record; nothing else moved."""
    told = decision_of(built, truth.world.settings).get("swaps")
    nobody = not truth.ask.personalised or truth.kids or not truth.profile.preferences.personalised
    if told is None:
        may = not nobody and not (truth.world.rules or {}).get("floors")
        if may and truth.world.settings.exploration.swap_share == 1:
            yield "every page is to be swapped, and this one isn't"
        return
    if nobody:
        yield "places are swapped where nothing is tried"
    if (told["chance"], told["share"]) != (0.5, truth.world.settings.exploration.swap_share):
        yield f"the record says {told['chance']} and {told['share']}"
    settings = asked.inputs.settings
    calm = structs.replace(
        settings, exploration=structs.replace(settings.exploration, swap_share=0.0)
    )
    before = built_of(replace(asked, inputs=replace(asked.inputs, settings=calm))).page
    rows = [(row.row_id, [tile.title_id for tile in row.tiles]) for row in before.rows]
    kinds = {row.row_id: row for row in before.rows}
    pairs = list(zip(told["rows"]["first"], told["rows"]["swapped"], strict=True))
    if len({first % 2 for first, _ in pairs}) > 1:
        yield f"pairs of rows are of two parities: {pairs}"
    for first, swapped in pairs:
        if any(_is_fast(kinds[row_id].kind, truth) for row_id, _ in rows[first : first + 2]):
            yield f"rows {first} and the next may be swapped, of which one stands fast"
        if swapped == "1" and first + 1 < len(rows):
            rows[first], rows[first + 1] = rows[first + 1], rows[first]
    for place, of in told["columns"].items():
        if int(place) >= len(rows):
            yield f"row {place} has swaps, and is not on the page"
            continue
        row_id, tiles = rows[int(place)]
        row = kinds[row_id]
        editorial = {r["key"] for r in (truth.world.rules or {}).get("rows", []) if "titles" in r}
        if row.kind in OWN_ORDER or row.reason.editorial in editorial:
            yield f"titles are swapped within {row.kind}"
        for i, swapped in enumerate(of["swapped"]):
            at = of["first"] + 2 * i
            if at + 1 >= len(tiles):
                yield f"{row.kind} has a pair at {at}, and {len(tiles)} titles"
            elif swapped == "1":
                tiles[at], tiles[at + 1] = tiles[at + 1], tiles[at]
    shown = [(row.row_id, [tile.title_id for tile in row.tiles]) for row in page.rows]
    if shown != rows:
        yield f"{shown} is not {rows} with {told}"
    if page.gave_way != before.gave_way:
        yield f"{page.gave_way} gave way, not {before.gave_way}"


def _is_fast(kind: str, truth: Truth) -> bool:
    rules = truth.world.rules or {}
    pinned = {pin["kind"] for pin in rules.get("pins", [])}
    pinned |= set(truth.profile.preferences.pinned_rows)
    return kind in pinned
