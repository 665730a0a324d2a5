"""What `api.md` says is always true of a page, asked by brute force: slow, obvious, and on its own.

`violations` names every sentence that a page breaks, by the `Truth` of its world.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from frontrow.base.tile_tokens import read_token
from frontrow.catalog import Title
from frontrow.page import BuiltPage, Page, Row
from frontrow.page.record import decision_of
from tests.page.oracle_rules import boosts, caps, editorial, floors, pins
from tests.page.oracle_swaps import swaps
from tests.page.truth import Truth, zone
from tests.page.truth_titles import CHOOSABLE
from tests.strategies import Ask, World
from tests.worlds import SECRET, Asked

WHOLE = ("continue_watching", "my_list", "top10")
FOR_DONE = ("watch_again", "my_list", "top10", "continue_watching", "editorial")
VIEWPORT_ROWS = {"tv": 3, "web": 3, "phone": 3, "tablet": 3}


def violations(world: World, ask: Ask, asked: Asked, built: BuiltPage) -> list[str]:
    """Every sentence of the contract that a page, built to its full depth and width, breaks."""
    truth = Truth(world, ask)
    page = built.page
    found: list[str] = []
    for check in (
        _eligible, _no_repeats, _done, _lengths, _reasons, _wishes, _names, _resumes, _head,
        _draws, _mode, _ids, editorial, boosts, caps, floors, pins, swaps,
    ):  # fmt: skip
        name = check.__name__.lstrip("_")
        found.extend(f"{name}: {said}" for said in check(truth, page, built, asked))
    return found


def works_of(row: Row, truth: Truth) -> list[str]:
    return [truth.work_of[tile.title_id] for tile in row.tiles]


Broken = Iterator[str]


def _eligible(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    for row in page.rows:
        for tile in row.tiles:
            title = truth.by_id.get(tile.title_id)
            if title is None or title.kind not in CHOOSABLE:
                yield f"{tile.title_id} in {row.kind} is nothing that one chooses"
                continue
            work = truth.work_of[tile.title_id]
            if not truth.is_eligible(work):
                yield f"{tile.title_id} in {row.kind} may not be seen"
            elif tile.title_id != truth.edition_shown(work):
                yield f"{tile.title_id} in {row.kind}, not {truth.edition_shown(work)}"


def _no_repeats(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    rows = [(row.kind, works_of(row, truth)) for row in page.rows]
    seen: dict[str, str] = {}
    for kind, works in rows:
        if len(set(works)) < len(works):
            yield f"a work twice in {kind}"
        if kind in WHOLE:
            continue
        for work in works:
            if work in seen:
                yield f"{work} in {seen[work]} and {kind}"
            seen[work] = kind
    near = VIEWPORT_ROWS[truth.ask.device]
    for i, (kind, works) in enumerate(rows):
        for other, more in rows[i + 1 : i + near]:
            if set(works) & set(more):
                yield f"{set(works) & set(more)} within one viewport in {kind} and {other}"
    if len({row.row_id for row in page.rows}) < len(page.rows):
        yield "two rows with one id"


def _done(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    if not truth.ask.personalised:
        return
    for row in page.rows:
        if row.kind not in FOR_DONE:
            for work in works_of(row, truth):
                if truth.history[work].completed or truth.history[work].rated:
                    yield f"{work} is done, and in {row.kind}"


def _lengths(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    settings = truth.world.settings.page
    for row in page.rows:
        least = 1 if row.kind in ("continue_watching", "my_list") else settings.min_row_length
        if len(row.tiles) < least:
            yield f"{row.kind} has {len(row.tiles)} tiles"


def _reasons(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    tokens: set[str] = set()
    for at, row in enumerate(page.rows):
        if not row.title or not row.reason.text or not row.reason.code:
            yield f"{row.kind} has no name or reason"
        for column, tile in enumerate(row.tiles):
            tokens.add(tile.token)
            read = read_token(tile.token, SECRET)
            if read is None or read[1:] != (at, column):
                yield f"the token of {row.kind}[{column}] reads {read}"
            if not tile.reason.code or not tile.reason.text:
                yield f"{row.kind}[{column}] has no reason"
            yield from _evidence(truth, row, tile)
    if len(tokens) < sum(len(row.tiles) for row in page.rows):
        yield "two tiles with one token"


def _evidence(truth: Truth, row: Row, tile: Any) -> Broken:
    """What a tile's reason claims is so."""
    editions = truth.works[truth.work_of[tile.title_id]]
    said = tile.reason.evidence
    if "person" in said and not any(
        (p.name, p.role) == (said["person"], tile.reason.code) for e in editions for p in e.people
    ):
        yield f"{tile.title_id} in {row.kind} is not with {said['person']}"
    if "genre" in said and not any(said["genre"] in e.genres for e in editions):
        yield f"{tile.title_id} in {row.kind} is no {said['genre']}"


def _wishes(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    kinds = [row.kind for row in page.rows]
    hidden = truth.profile.preferences.hidden_rows
    for kind in hidden:
        if kind in kinds:
            yield f"{kind} is hidden"
    listed = [w for w in truth.works if truth.history[w].listed and truth.is_eligible(w)]
    going = [w for w in truth.works if truth.is_under_way(w) and truth.is_eligible(w)]
    days = truth.world.settings.page.abandoned_days
    oldest = asked.request.decide_us - days * 86_400_000_000
    going = [w for w in going if max(truth.history[w].last[0], truth.next_came(w)) > oldest]
    if not truth.ask.personalised:
        if "continue_watching" in kinds:
            yield "continue_watching without profiling"
        going = []
    by_kind = {row.kind: works_of(row, truth) for row in page.rows}
    if "continue_watching" not in hidden:
        shown = by_kind.get("continue_watching", [])
        # Pinned elsewhere, or below what repeats it, it may not be seen whole on a short page.
        pinned = bool((truth.world.rules or {}).get("pins"))
        if set(shown) - set(going) or (sorted(shown) != sorted(going) and not pinned):
            yield f"continue_watching shows {shown}, not {going}"
        yield from _going_on(truth, built, shown, asked)
    if "my_list" not in hidden:
        shown = by_kind.get("my_list", [])
        if set(shown) - set(listed):
            yield f"my_list shows {shown}, not {listed}"
        pinned = bool((truth.world.rules or {}).get("pins"))
        if sorted(shown) != sorted(listed) and not (set(listed) & set(going)) and not pinned:
            yield f"my_list shows {shown}, not {listed}"
        if set(listed) - set(going) and not shown and not pinned:
            yield f"my_list is missing: {listed}"


def _going_on(truth: Truth, built: BuiltPage, shown: list[str], asked: Asked) -> Broken:
    """The likeliest first, below the head of the ranking at most; latest first where nothing is inferred."""
    page = built.page
    last = [truth.history[work].last[0] for work in shown]
    kinds = [row.kind for row in page.rows]
    above = {"top_picks", *truth.profile.preferences.pinned_rows}
    if page.mode == "personalised":
        assert asked.inputs.policy is not None
        records = asked.inputs.view.records
        works = [asked.inputs.catalogue.index[work] for work in shown]
        chosen = records.take(np.searchsorted(records.work, works))
        last = asked.inputs.policy.resuming.probability(
            chosen, asked.inputs.catalogue, asked.request.decide_us
        ).tolist()
    else:
        above = set()
    rules = truth.world.rules or {}
    above |= {"editorial"} if any("place" in row for row in rules.get("rows", [])) else set()
    if rules.get("pins"):
        above = set(kinds)  # what is pinned may stand above, or keep it out of sight of itself
    if last != sorted(last, reverse=True):
        yield f"continue_watching is not in its order: {last}"
    if built.swaps is not None:
        return  # where it stands then is asked by `swaps`
    if shown and not set(kinds[: kinds.index("continue_watching")]) <= above:
        yield f"continue_watching stands below {kinds[: kinds.index('continue_watching')]}"


def _names(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    inputs = asked.inputs
    index = inputs.catalogue.index
    for row in page.rows:
        claims = row.reason
        works = works_of(row, truth)
        for work, tile in zip(works, row.tiles, strict=True):
            seen = truth.by_id[tile.title_id]
            if row.kind == "genre":
                (genre,) = claims.genres  # type: ignore[misc]
                if genre not in seen.genres:
                    yield f"{work} is no {genre}"
            if row.kind == "person" and claims.person not in {p.name for p in seen.people}:
                yield f"{work} is not with {claims.person}"
            if row.kind == "theme":
                yield from _theme(seen, claims)
            if row.kind == "watch_again" and not truth.history[work].completed:
                yield f"{work} was not watched to the end"
            if row.kind == "leaving_soon" and truth.is_there(work, _in_days(asked, claims.days)):
                yield f"{work} does not leave within {claims.days} days"
            if row.kind == "for_now" and not set(claims.genres or ()) & set(seen.genres):
                yield f"{work} is of no genre of {claims.genres}"
            if row.kind == "new" and not truth.is_new(work, int(claims.days), zone(truth)):  # type: ignore[arg-type]
                yield f"{work} is not new"
        if row.kind == "because_you_watched":
            (anchor,) = claims.title_ids  # type: ignore[misc]
            work = truth.work_of[anchor]
            history = truth.history[work]
            if not (history.played or history.rated):
                yield f"{anchor} was never watched"
            if work in works:
                yield f"the anchor {anchor} is in its own row"
            assert inputs.policy is not None
            moved = inputs.policy.moved_by(index[work])
            if not all(moved[index[w]] > 0 for w in works):
                yield f"{anchor} did not move all of its row"
        if row.kind == "top10":
            yield from _top10(truth, works, asked, claims.country or None)


def _in_days(asked: Asked, days: Any) -> int:
    return min(asked.request.now_us, asked.request.decide_us) + int(days) * 86_400_000_000


def _theme(seen: Title, claims: Any) -> Broken:
    """Whatever the row claims - theme, genre, length, decade - holds of the edition that is seen."""
    for genre in claims.genres or []:
        if genre not in seen.genres:
            yield f"{seen.title_id} is no {genre}"
    for theme in claims.themes or []:
        if theme not in seen.themes:
            yield f"{seen.title_id} is not of {theme}"
    if claims.minutes and not (seen.runtime_minutes or 1e9) < claims.minutes:
        yield f"{seen.title_id} is not under {claims.minutes} minutes"
    if claims.decade and not claims.decade <= (seen.year or 0) < claims.decade + 10:
        yield f"{seen.title_id} is of {seen.year}"
    if not (claims.genres or claims.themes):
        yield f"a theme that claims nothing: {claims}"


def _top10(truth: Truth, works: list[str], asked: Asked, told: str | None) -> Broken:
    """The ten most watched of the week that this viewer may see: in the country, else anywhere."""
    trends, country = asked.inputs.trends, asked.request.country
    names = [work.work_id for work in asked.inputs.catalogue.works]

    def best(place: int) -> list[str]:
        counts = trends.counts[place, 2]  # the half-life of seven days
        order = sorted(range(len(names)), key=lambda i: (-counts[i], i))
        return [names[i] for i in order if counts[i] > 0 and truth.is_eligible(names[i])][:10]

    everywhere, claimed = best(0), None
    wanted = everywhere
    if country in trends.countries:
        here = best(trends.countries.index(country))
        if len(here) >= len(everywhere):
            wanted, claimed = here, country
    if (works, told) != (wanted, claimed):
        yield f"top10 is {works} of {told}, not {wanted} of {claimed}"


def _resumes(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    for row in page.rows:
        for tile in row.tiles:
            work = truth.work_of[tile.title_id]
            wanted = truth.next_of(work) if truth.ask.personalised else None
            resume = tile.resume
            if (resume.title_id if resume else None) != wanted:
                yield f"{work} in {row.kind} resumes {resume}, not {wanted}"
            if resume is None:
                continue
            if not 0 <= resume.fraction <= 1 or resume.position_seconds < 0:
                yield f"{work} resumes at {resume}"
            title = truth.by_id[resume.title_id]
            numbers = (title.season, title.episode) if title.kind == "episode" else (None, None)
            said = tuple(None if x is msgspec.UNSET else x for x in (resume.season, resume.episode))
            if said != numbers:
                yield f"{work} resumes as {said}, not {numbers}"


def _head(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    """`top_picks` is the head of the ranking; only wishes take from it; drawn slots lie beyond 20."""
    rows = [row for row in page.rows if row.kind == "top_picks"]
    if not rows:
        return
    (row,) = rows
    rules = truth.world.rules or {}
    if rules.get("caps") or rules.get("floors") or rules.get("pins"):
        return  # they hold in this row too, or keep out of sight what is taken from it
    names = [work.work_id for work in asked.inputs.catalogue.works]
    value = built.stage.value
    taken = {
        work
        for other in page.rows
        if other.kind in ("continue_watching", "my_list")
        for work in works_of(other, truth)
    }
    ranking = [
        names[i]
        for i in sorted(range(len(names)), key=lambda i: (-value[i], i))
        if names[i] not in taken and truth.is_eligible(names[i]) and not _is_done(truth, names[i])
    ]
    works = works_of(row, truth)
    for place, (tile, work) in enumerate(zip(row.tiles, works, strict=True)):
        if tile.explore and place < 20:
            yield f"place {place} of top_picks is drawn"
        if not tile.explore and [work] != ranking[place : place + 1]:
            yield f"top_picks[{place}] is {work}, not {ranking[place : place + 1]}"
        if tile.explore and work in ranking[:20]:
            yield f"{work} was drawn from the head"


def _is_done(truth: Truth, work: str) -> bool:
    history = truth.history[work]
    return truth.ask.personalised and (history.completed or history.rated)


def _draws(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    decision = decision_of(built, truth.world.settings)
    settings = truth.world.settings.exploration
    drawn_works = [truth.work_of[t.title_id] for row in page.rows for t in row.tiles if t.explore]
    most = round(settings.budget * 2 * truth.profile.preferences.adventurousness)
    if len(drawn_works) > most or decision["drawn"]["titles"] != len(drawn_works):
        yield f"{len(drawn_works)} titles are drawn, {decision['drawn']}"
    if truth.ask.personalised:
        records = asked.inputs.view.records
        tired = (records.impressions >= settings.trials) & (records.first_us == 0)
        index = asked.inputs.catalogue.index
        for row in page.rows:
            works = {index[work] for work in works_of(row, truth)}
            if row.kind == "explore" and works & set(records.work[tired].tolist()):
                yield "explore tries again what was never opened"
    for choice in decision["evidence"]:
        row = next(row for row in page.rows if row.row_id == choice["row_id"])
        tile, p = row.tiles[choice["column"]], choice["propensity"]
        if (tile.title_id, tile.reason.code) != (choice["title_id"], choice["code"]):
            yield f"{tile.title_id} tells {tile.reason.code}, not {choice}"
        if choice["code"] not in choice["candidates"] or not 0 < p < 1:
            yield f"the reason of {tile.title_id} has {choice}"
    for row, entry in zip(page.rows, decision["rows"], strict=True):
        drawn = {d["work_id"]: d for d in entry.get("draw", {}).get("drawn", [])}
        for column, tile in enumerate(row.tiles):
            work = truth.work_of[tile.title_id]
            if tile.explore != (work in drawn):
                yield f"{work} in {row.kind} is drawn, and not on record"
            if tile.explore and not 0 < drawn[work]["propensity"] <= 1:
                yield f"{work} was drawn with {drawn[work]['propensity']}"
            if tile.explore and drawn[work]["position"] != column:
                yield f"{work} was drawn for {drawn[work]['position']}, not {column}"
            if tile.artwork is not None:
                images = {a.artwork_id for e in truth.works[work] for a in e.artwork}
                if tile.artwork.artwork_id not in images:
                    yield f"{work} shows another's image"
                chosen = decision["artwork"].get(tile.title_id)
                if (chosen is None) != (len(images) == 1):
                    yield f"the image of {work}, one of {len(images)}, has {chosen}"
                elif chosen is not None and abs(chosen["propensity"] - 1 / len(images)) > 1e-12:
                    yield f"the image of {work} has {chosen}"  # nothing is known: all are equal
            elif any(e.artwork for e in truth.works[work]):
                yield f"{work} has images and shows none"


def _mode(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    profiled = truth.ask.personalised and truth.profile.preferences.personalised
    profiled &= not truth.kids or truth.world.settings.service.profile_kids
    counts = asked.inputs.trends.counts
    if profiled and truth.world.policy is not None:
        wanted = "personalised"
    elif np.any(counts):
        wanted = "unpersonalised"
    else:
        wanted = "static"
    if page.mode != wanted:
        yield f"{page.mode}, not {wanted}"
    if wanted != "personalised":
        for row in page.rows:
            if row.kind in ("because_you_watched", "person", "for_now", "watch_again"):
                yield f"{row.kind} in a page that is {wanted}"


def _ids(truth: Truth, page: Page, built: BuiltPage, asked: Asked) -> Broken:
    import re

    if not re.fullmatch(r"[A-Za-z0-9._:@-]{1,128}", page.page_id):
        yield f"page_id {page.page_id!r}"
    for row in page.rows:
        if not re.fullmatch(r"[A-Za-z0-9._:@-]{1,128}", row.row_id):
            yield f"row_id {row.row_id!r}"
