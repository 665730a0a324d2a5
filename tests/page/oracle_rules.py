"""What the operator's rules ask of a page, read from the document as sent: slow and obvious."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from frontrow.page import BuiltPage, Page, Row, set_stage
from frontrow.page.record import decision_of
from tests.page.truth import Truth
from tests.worlds import Asked

OWN_ORDER = ("continue_watching", "my_list", "top10", "watch_again")
"""Rows in which a boost moves nothing."""

DAY = timedelta(days=1)

Broken = Iterator[str]


def holds(rule: dict[str, Any], truth: Truth) -> bool:
    """Whether a rule is meant for this viewer now."""
    now = datetime.fromtimestamp(truth.now_us // 1_000_000, UTC)
    now += timedelta(microseconds=truth.now_us % 1_000_000)
    if "from" in rule and now < _moment(rule["from"]):
        return False
    if "until" in rule and rule["until"] != "9999-12-31":
        end = _moment(rule["until"]) + (DAY if len(rule["until"]) == 10 else 0 * DAY)
        if now >= end:
            return False
    if rule.get("countries") and truth.country not in rule["countries"]:
        return False
    return not rule.get("devices") or truth.ask.device in rule["devices"]


def selects(select: dict[str, Any], work: str, truth: Truth, asked: Asked) -> bool:
    """Whether a selector means a work: every field, by one of its values, in one of its editions."""
    editions = truth.works[work]
    values: dict[str, set[Any]] = {
        "titles": {title for title, of in truth.work_of.items() if of == work},
        "genres": {g for e in editions for g in e.genres},
        "themes": {t for e in editions for t in e.themes},
        "people": {p.name for e in editions for p in e.people},
        "suppliers": {e.supplier for e in editions},
        "countries": {c for e in editions for c in e.countries},
        "kinds": {editions[0].kind},
    }
    catalogue = asked.inputs.catalogue
    index = catalogue.index[work]
    for field, wanted in select.items():
        if field == "released":
            year = editions[0].year
            if year is None or not wanted.get("from", 0) <= year <= wanted.get("to", 9999):
                return False
        elif field == "added_days":
            age = asked.request.decide_us - int(catalogue.added_us[index])
            if not 0 <= age < wanted * 86_400_000_000:
                return False
        elif field == "languages":
            original = editions[0].original_language
            if original is None or original[:2] not in {tag[:2] for tag in wanted}:
                return False
        elif not values[field] & set(wanted):
            return False
    return True


def editorial(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    """An editorial row is one of the document's that holds, with its name and its titles."""
    rules = {rule["key"]: rule for rule in (truth.world.rules or {}).get("rows", [])}
    shown = [(row, [truth.work_of[tile.title_id] for tile in row.tiles]) for row in page.rows]
    everywhere = {work for _, works in shown for work in works}
    for row, works in shown:
        if row.kind != "editorial":
            continue
        rule = rules[str(row.reason.editorial)]
        if not holds(rule, truth):
            yield f"{rule['key']} is not for this viewer now"
        if row.title != _name(rule, truth.language):
            yield f"{rule['key']} is named {row.title!r}"
        if any(tile.reason.code != "editorial" for tile in row.tiles):
            yield f"{rule['key']} has tiles with another reason"
        if "select" in rule:
            for work in works:
                if not selects(rule["select"], work, truth, asked):
                    yield f"{work} in {rule['key']} is not selected"
            continue
        chosen = list(dict.fromkeys(truth.work_of.get(title) for title in rule["titles"]))
        if works != [work for work in chosen if work in works]:
            yield f"{rule['key']} shows {works}, not in the order of {chosen}"
        told = truth.world.rules or {}
        limited = told.get("caps") or told.get("floors") or told.get("pins")
        full = truth.world.settings.page.row_length
        if len(works) < full and not limited:  # else the head may let titles go
            for work in chosen:
                free = work is not None and truth.is_eligible(work) and work not in everywhere
                if free and not built.stage.own[asked.inputs.catalogue.index[work]]:
                    yield f"{work} of {rule['key']} may be seen, and is nowhere"


def boosts(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    """The strongest boost that holds multiplies a title's value; its tiles and the record say so."""
    there = [b for b in (truth.world.rules or {}).get("boosts", []) if holds(b, truth)]
    plain = set_stage(replace(asked.inputs, rules=None), asked.request).value
    strongest: dict[str, dict[str, Any] | None] = {}
    for work in truth.works:
        of = [b for b in there if selects(b["select"], work, truth, asked)]
        boost = strongest[work] = max(of, key=lambda b: b["strength"], default=None)
        before = float(plain[asked.inputs.catalogue.index[work]])
        after = before if boost is None else min(before * (1 + boost["strength"]), max(before, 1.0))
        value = float(built.stage.value[asked.inputs.catalogue.index[work]])
        if abs(value - after) > 1e-5:
            yield f"{work} is worth {value}, not {after}"
    told: dict[str, list[str]] = {}
    for row in page.rows:
        for tile in row.tiles:
            boost = strongest[truth.work_of[tile.title_id]]
            wanted = None if boost is None or row.kind in OWN_ORDER else boost["key"]
            if tile.reason.evidence.get("boost") != wanted:
                yield f"{tile.title_id} in {row.kind} says {tile.reason.evidence}, not {wanted}"
            if wanted is not None:
                told.setdefault(wanted, []).append(tile.title_id)
    decision = decision_of(built, truth.world.settings)
    if decision["boosts"] != told:
        yield f"the record says {decision['boosts']}, not {told}"
    if decision["rules_revision"] != (None if truth.world.rules is None else 7):
        yield f"the record is of rules {decision['rules_revision']}"


UNLIMITED = ("continue_watching", "my_list", "top10")


def _limited(truth: Truth, page: Page) -> Iterator[tuple[Row, list[str]]]:
    """The rows that caps and floors hold over, with their works."""
    fixed = {r["key"] for r in (truth.world.rules or {}).get("rows", []) if "titles" in r}
    for row in page.rows:
        if row.kind not in UNLIMITED and row.reason.editorial not in fixed:
            yield row, [truth.work_of[tile.title_id] for tile in row.tiles]


def _groups(per: str, work: str, truth: Truth) -> set[str]:
    editions = truth.works[work]
    if per == "genre":
        return {genre for e in editions for genre in e.genres}
    if per == "person":
        return {person.name for e in editions for person in e.people}
    return {e.supplier for e in editions if e.supplier is not None}


def caps(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    """No group has more titles than its cap: in a row that isn't named after it, or on the page."""
    for cap in (truth.world.rules or {}).get("caps", []):
        on_page: Counter[str] = Counter()
        for row, works in _limited(truth, page):
            in_row = Counter(g for work in works for g in _groups(cap["per"], work, truth))
            on_page += in_row
            named = {*(row.reason.genres or []), row.reason.person}
            for group, count in in_row.items():
                if cap["within"] == "row" and group not in named and count > cap["most"]:
                    yield f"{count} of {group} in {row.kind}, over {cap}"
        if cap["within"] == "page" and any(count > cap["most"] for count in on_page.values()):
            yield f"{on_page} on the page, over {cap}"


def floors(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    """At the end of every row the share is reached, over all titles and over what is seen at once; or the
    page says that the floor gave way, which is said of no other."""
    gave_way = {one.rule for one in page.gave_way}
    columns = built.stage.screen.columns
    for floor in (truth.world.rules or {}).get("floors", []):
        if not holds(floor, truth):
            continue
        fails = []
        for width in (None, columns):
            own = titles = 0
            for row, works in _limited(truth, page):
                shown = works[:width]
                titles += len(shown)
                own += sum(selects(floor["select"], work, truth, asked) for work in shown)
                if own < floor["share"] * titles - 1e-6:
                    fails.append(f"{own} of {titles} after {row.kind}, under {floor} ({width})")
        if floor["key"] not in gave_way:
            yield from fails
        elif not fails:
            yield f"{floor} was kept, and is said to have given way"


def pins(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    """What is pinned to a place of the page stands there, or is said to have given way."""
    rules, gave_way = truth.world.rules or {}, {one.rule for one in page.gave_way}
    wanted: dict[int, list[tuple[str, str | None]]] = {}
    for pin in rules.get("pins", []):
        wanted.setdefault(pin["place"], []).append((pin["kind"], None))
    for row in rules.get("rows", []):
        if "place" in row and holds(row, truth):
            wanted.setdefault(row["place"], []).append(("editorial", row["key"]))
    for place, pinned in wanted.items():
        kind, key = pinned[0]
        if place > len(page.rows) or (key or kind) in gave_way or len(pinned) > 1:
            continue  # two on one place are refused when they are set
        there = page.rows[place - 1]
        if there.kind != kind or (key is not None and there.reason.editorial != key):
            yield f"{there.kind} stands at {place}, not {key or kind}"


def _name(rule: dict[str, Any], language: str) -> str:
    names: dict[str, str] = rule.get("names", {})
    if language in names:
        return names[language]
    alike = [name for tag, name in names.items() if tag[:2] == language[:2]]
    return alike[-1] if alike else str(rule["name"])


def _moment(text: str) -> datetime:
    if len(text) == 10:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return datetime.fromisoformat(text)
