"""`page = build(catalogue, bundle, snapshot, viewer, request, seed)`: the whole way, in order.

Eligible, score, rank, propose, assemble, explore, dress, record. Pure: the same arguments give the
same bytes; nothing here reads a clock, a file or a database.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from frontrow.base.settings import Settings
from frontrow.base.texts import say
from frontrow.base.time import US_PER_DAY, format_time, from_us
from frontrow.catalog import Catalogue
from frontrow.catalog.catalogue import UNKNOWN_TIME
from frontrow.page.adventure import MIDDLE, novelty_factor
from frontrow.page.artwork import ArtworkChoice, Taken
from frontrow.page.assembly import Assembled, PlacedRow, assemble
from frontrow.page.balance import (
    LOOKED_THROUGH,
    Doubles,
    head_of_interests,
    interests_of,
    lean,
    wanted_by,
)
from frontrow.page.choice_values import ChoiceValues
from frontrow.page.dressing import Dresser
from frontrow.page.evidence import ReasonChoice
from frontrow.page.page import GaveWay, Page
from frontrow.page.policy import BoundPolicy
from frontrow.page.request import Request
from frontrow.page.rows import SOURCES
from frontrow.page.scoring import PERSONAL, score
from frontrow.page.screen import screen_of
from frontrow.page.spread import spread_value, strength_of
from frontrow.page.stage import Bools, Floats, Stage, Works, best_first
from frontrow.page.swaps import Swaps, is_swapped, rows_ahead, swap_places
from frontrow.page.view import ViewerView, without_history
from frontrow.rules import BoundRules
from frontrow.viewers import Trends
from frontrow.viewers.eligibility import judge
from frontrow.viewers.resume import Resume, under_way
from frontrow.viewers.taste import taste_of


@dataclass(frozen=True)
class PageInputs:
    """What a page is made of, beside the request."""

    catalogue: Catalogue
    policy: BoundPolicy | None
    trends: Trends
    view: ViewerView
    settings: Settings
    bundle_id: str | None = None
    rules: BoundRules | None = None
    choices: ChoiceValues | None = None  # of the record of choices in force; None: nothing is known


def set_stage(inputs: PageInputs, request: Request) -> Stage:
    """Masks, scores and ranking of one viewer at one moment: everything before the first row."""
    catalogue, settings = inputs.catalogue, inputs.settings
    view = inputs.view if request.personalised else without_history(inputs.view, catalogue)
    eligibility = judge(
        catalogue,
        view.profile,
        view.records,
        country=request.country,
        at_us=request.now_us,
        settings=settings.service,
    )
    reward = view.reward_at(catalogue, request.decide_us)
    mode, scored = score(catalogue, inputs.policy, view, request, inputs.trends, settings.service)
    going = under_way(view.begun, view.groups, catalogue, eligibility.playable, request.language)
    going = [(work, resume) for work, resume in going if eligibility.mask[work]]
    going, likely = _likeliest_first(going, inputs, view, request, mode)
    own = _held_by_wishes(catalogue.n, view, going)
    free = eligibility.mask & ~view.done & ~own
    candidates = np.flatnonzero(free).astype(np.int32)
    wanted = wanted_by(catalogue, view.records.work, reward)
    if mode not in PERSONAL:
        wanted = np.zeros_like(wanted)
    rules = inputs.rules
    push = None if rules is None else rules.push_for(request.country, request.now_us)
    screen = screen_of(
        request.device,
        settings.screens,
        settings.page,
        None if inputs.policy is None else inputs.policy.positions,
    )
    if mode in PERSONAL and len(candidates):
        value = _led(scored.value, inputs, view, request.country, wanted, candidates)
        value = _headed(value, inputs, wanted, candidates, screen.columns)
        scored = replace(scored, value=value)
    if push is not None:
        scored = replace(scored, value=push.on(scored.value))
    ranked = best_first(scored.value[candidates], candidates)
    place = np.full(catalogue.n, len(ranked), dtype=np.int32)
    place[ranked] = np.arange(len(ranked), dtype=np.int32)
    page = settings.page
    return Stage(
        catalogue=catalogue,
        request=request,
        settings=settings,
        view=view,
        eligibility=eligibility,
        mode=mode,
        policy=inputs.policy if mode in PERSONAL else None,
        scored=scored,
        trends=inputs.trends,
        reward=reward,
        taste=taste_of(view.records, reward, catalogue, request.decide_us, view.habits),
        wanted=wanted,
        under_way=going,
        going_on=likely,
        own=own,
        open=free,
        ranked=ranked,
        place=place,
        row_length=row_length(len(ranked), page.row_length, page.min_row_length),
        screen=screen,
        rules=rules,
        push=push,
        choices=inputs.choices,
    )


def _held_by_wishes(n: int, view: ViewerView, going: list[tuple[int, Resume]]) -> Bools:
    """bool[n]: what the rows of the viewer's own hold; a hidden row holds nothing."""
    hidden = view.profile.preferences.hidden_rows
    own = np.zeros(n, dtype=bool)
    if "continue_watching" not in hidden:
        own[[work for work, _ in going]] = True
    if "my_list" not in hidden:
        own[view.listed] = True
    return own


def _led(
    value: Floats,
    inputs: PageInputs,
    view: ViewerView,
    country: str | None,
    wanted: Doubles,
    candidates: Works,
) -> Floats:
    """float32[n]: values led to where this viewer wants to go: as far from the well known as the
    preference says, away from what everyone is shown, and towards the mix of genres of the own past."""
    bold, strength = view.profile.preferences.adventurousness, inputs.settings.page.calibration
    if bold != MIDDLE:
        value = np.minimum(value * novelty_factor(inputs.trends, bold), np.float32(1))
    spread, shown = strength_of(inputs.settings.page.spread, bold), inputs.trends.shown_in(country)
    if spread and shown is not None:
        value = spread_value(value, shown, candidates, spread)
    if strength and wanted.any():
        factor = lean(inputs.catalogue.genres, wanted, value, candidates, strength)
        value = np.minimum(value * factor, np.float32(1))
    return value


def _headed(
    value: Floats, inputs: PageInputs, wanted: Doubles, candidates: Works, places: int
) -> Floats:
    """float32[n]: values of which the first `places` show the viewer's interests. What is brought forward
    for that is worth a trace more than the best that it was brought before."""
    strength = inputs.settings.page.interests
    interests = interests_of(inputs.catalogue, inputs.trends, wanted)
    if not (strength and interests.any()):
        return value
    ranked = best_first(value[candidates], candidates, LOOKED_THROUGH)
    head = head_of_interests(inputs.catalogue.genres, interests, value, ranked, places, strength)
    passed = ranked[~np.isin(ranked, head)]
    if not len(passed):
        return value
    value, least = value.copy(), value[passed[0]]
    for work in head[::-1].tolist():
        if value[work] <= least:
            least = value[work] = np.nextafter(least, np.float32(np.inf))
    return value


def _likeliest_first(
    going: list[tuple[int, Resume]],
    inputs: PageInputs,
    view: ViewerView,
    request: Request,
    mode: str,
) -> tuple[list[tuple[int, Resume]], Floats]:
    """What is under way and not abandoned, with the chance that each is gone on with, falling; of
    equals, and where nothing is inferred, what was touched last comes first, as it came."""
    records = view.records
    idle_us = inputs.settings.page.abandoned_days * US_PER_DAY
    place = np.searchsorted(records.work, [work for work, _ in going])
    came_us = [_came_us(inputs.catalogue, work, resume) for work, resume in going]
    touched_us = np.maximum(records.last_touch_us[place], np.array(came_us, dtype=np.int64))
    fresh = touched_us > request.decide_us - idle_us
    going = [one for one, kept in zip(going, fresh.tolist(), strict=True) if kept]
    if inputs.policy is None or mode not in PERSONAL:
        return going, np.ones(len(going), dtype=np.float32)
    touched = records.take(place[fresh])
    likely = inputs.policy.resuming.probability(touched, inputs.catalogue, request.decide_us)
    order = np.argsort(-likely, kind="stable")
    return [going[i] for i in order.tolist()], likely[order]


def _came_us(catalogue: Catalogue, work: int, resume: Resume) -> int:
    """When a next, unbegun episode came: it brings its series back, however long that was left."""
    place = catalogue.episode_of_title.get(resume.title_id)
    if resume.begun or place is None:
        return UNKNOWN_TIME
    return catalogue.works[work].episodes[place[1]].came_us


_ROWS_TO_FILL = 12
"""A small catalogue is shared among about so many rows; otherwise the first would hold all of it."""


def row_length(n_open: int, longest: int, shortest: int) -> int:
    """Titles settled in a ranked row of a catalogue with `n_open` titles to choose from."""
    return min(longest, max(2 * shortest, n_open // _ROWS_TO_FILL))


def place_rows(stage: Stage, depth: int) -> list[PlacedRow]:
    """The first `depth` rows, settled."""
    return settled_rows(stage, depth)[0].rows


def settled_rows(stage: Stage, depth: int) -> tuple[Assembled, Swaps | None]:
    """The first `depth` rows, and which places were swapped, if this is such a page."""
    proposals = [proposal for source in SOURCES for proposal in source.propose(stage)]
    if not is_swapped(stage):
        return assemble(stage, proposals, depth), None
    found = assemble(stage, proposals, rows_ahead(stage, depth))
    placed, swaps = swap_places(stage, found.rows)
    gave_way = [one for one in found.gave_way if one.depth <= depth]
    return Assembled(placed[:depth], gave_way), swaps


@dataclass(frozen=True)
class BuiltPage:
    """A page with what was decided on the way."""

    page: Page
    stage: Stage
    placed: list[PlacedRow]  # of the page, further rows not included
    artwork: dict[str, ArtworkChoice]  # title id -> what was chosen, and how likely
    evidence: dict[tuple[int, int], ReasonChoice]  # (row, column) -> the reason told, of several
    taken: Taken  # what these choices rest on
    swaps: Swaps | None = None  # which places changed, on a page of the share that learns of them


def build_page(inputs: PageInputs, request: Request, page_id: str, secret: bytes) -> BuiltPage:
    """The homepage that a request asks for."""
    stage = set_stage(inputs, request)
    most = inputs.settings.page.max_rows
    asked = min(request.rows, most)
    assembled, swaps = settled_rows(stage, min(asked + 1, most))
    placed = assembled.rows
    dresser = Dresser(stage, page_id, secret)
    page = Page(
        page_id=page_id,
        profile_id=request.profile_id,
        generated_at=format_time(from_us(request.now_us)),
        mode=stage.mode,
        bundle=inputs.bundle_id,
        snapshot=request.snapshot,
        seed=request.seed,
        experiments={},
        rows=dresser.rows(placed[:asked], request.columns),
        more=len(placed) > asked,
        gave_way=[
            GaveWay(one.rule, say(request.language, *one.text)) for one in assembled.gave_way
        ],
    )
    return BuiltPage(
        page, stage, placed[:asked], dresser.artwork, dresser.evidence, dresser.taken, swaps
    )
