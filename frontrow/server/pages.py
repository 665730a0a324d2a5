"""Pages of an open home: built, continued, rebuilt, explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from frontrow.base.errors import BadBundle, Gone, NotFound
from frontrow.base.settings import Settings
from frontrow.catalog import Catalogue, Title
from frontrow.page import (
    BuiltPage,
    Dresser,
    Page,
    PageInputs,
    Request,
    Row,
    Tile,
    ViewerView,
    build_page,
    place_rows,
    set_stage,
    view_of,
)
from frontrow.page.assembly import PlacedRow
from frontrow.page.builder import row_id
from frontrow.page.likeness import likeness_to
from frontrow.page.record import decision_of
from frontrow.page.reference import PageReference, bundle_mark, read_page_id, sign_page
from frontrow.page.request import epoch_start, seed_for, shift_us
from frontrow.page.scoring import score
from frontrow.page.stage import Bools, Proposal, Stage
from frontrow.page.starter import choose_starters, how_known
from frontrow.page.why import explain
from frontrow.server.service import Service
from frontrow.server.viewer_cache import fold_whole
from frontrow.viewers import Profile, Trends, Viewer, no_trends
from frontrow.viewers.eligibility import Eligibility, judge

_NOBODY = "/"
"""Stands where no profile is asked for: no caller can have it, `/` is not in the ids' alphabet."""

_RELOAD = "load a new page"

_TRIES = 3
"""Looks for a snapshot while another process drops old ones."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks of a page; None is what the profile or the settings say."""

    device: str = "web"
    country: str | None = None
    language: str | None = None
    rows: int | None = None
    columns: int | None = None
    personalised: bool = True
    at_us: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Made:
    """Everything that a page of a reference is made of."""

    inputs: PageInputs
    request: Request
    page_id: str


Served = Callable[[str | None, Sequence[Tile]], None]
"""Hears of tiles that were served: the key of the operator's row that they are in, if any, and they."""


def unheard(editorial: str | None, tiles: Sequence[Tile]) -> None:
    """Where nobody counts."""


class Pages:
    """The page calls of the API."""

    def __init__(self, service: Service, served: Served = unheard) -> None:
        self._service = service
        self._served = served

    # -- the calls

    def page(self, profile_id: str, asked: Asked, *, record: bool = True) -> Page:
        """The homepage of a profile; its decision is queued."""
        forgets = self._service.processes.generation  # before anything of the profile is read
        made, hidden = self._make(profile_id, asked)
        built = self.build(made)
        if record:
            self._record(built, forgets, write_now=hidden)
            self._count(made, built.page.rows)
        return built.page

    def more(self, page_id: str, after_row: str, rows: int | None) -> dict[str, Any]:
        """The rows that follow a row of a page."""
        made = self.rebuild(read_page_id(page_id, self._service.secret), page_id)
        most = made.inputs.settings.page.max_rows
        stage, placed = self._rows(made, most)
        start = self._find(placed, after_row).row + 1
        count = made.request.rows if rows is None else rows
        window = placed[start : start + count]
        dresser = self._dresser_now(made, stage)
        shown = [row for row in dresser.rows(window, made.request.columns) if row.tiles]
        self._count(made, shown)
        return {"rows": shown, "more": start + count < len(placed)}

    def row(self, page_id: str, row: str, offset: int, columns: int | None) -> dict[str, Any]:
        """Further titles of a row of a page."""
        made = self.rebuild(read_page_id(page_id, self._service.secret), page_id)
        stage, placed = self._rows(made, made.inputs.settings.page.max_rows)
        found = self._find(placed, row)
        count = made.request.columns if columns is None else columns
        tiles, more = self._dresser_now(made, stage).tiles(found, offset, count)
        if made.inputs.rules is not None:
            self._served(found.proposal.claims.get("editorial"), tiles)
        return {"tiles": tiles, "more": more}

    def why(self, profile_id: str, title_id: str, asked: Asked) -> dict[str, Any]:
        """Where a title stands for a profile."""
        made, _ = self._make(profile_id, asked)
        stage, placed = self._rows(made, made.inputs.settings.page.max_rows)
        return explain(stage, placed, made.request.rows, title_id)

    def similar(self, title_id: str, profile_id: str | None, asked: Asked) -> dict[str, Any]:
        """Tiles like a title, inside the rules of a profile (or of nobody)."""
        if profile_id is None:
            profile_id, asked = _NOBODY, replace(asked, personalised=False)
        made, _ = self._make(profile_id, asked)
        stage = set_stage(made.inputs, made.request)
        work = stage.catalogue.work_index(title_id)
        likeness = likeness_to(made.inputs.policy, stage.catalogue, work)
        fit = stage.eligibility.mask & np.isfinite(likeness) & (likeness > 0)
        fit[work] = False
        works = np.flatnonzero(fit).astype(np.int32)
        works = works[np.argsort(-likeness[works], kind="stable")][: made.request.columns]
        title = stage.catalogue.works[work].title
        proposal = Proposal(
            "similar",
            title_id,
            works,
            ("row.because_you_watched", {"title": title.name}),
            {"title_ids": [title_id]},
        )
        return self._beside(made, stage, PlacedRow(255, proposal, works, None))

    def starter(self, profile_id: str, asked: Asked) -> dict[str, Any]:
        """Tiles for a new viewer to pick from, inside the rules of a profile."""
        made, _ = self._make(profile_id, asked)
        inputs, request = made.inputs, made.request
        stage = set_stage(inputs, request)
        catalogue = stage.catalogue
        _mode, unpersonal = score(
            catalogue, None, stage.view, request, stage.trends, stage.settings.service
        )
        works = choose_starters(
            how_known(stage.trends, request.country, unpersonal.value),
            stage.eligibility.mask & ~stage.view.done,
            lambda work: likeness_to(inputs.policy, catalogue, work),
            request.columns,
        )
        proposal = Proposal("starter", "", works, ("tile.starter", {}))
        return self._beside(made, stage, PlacedRow(254, proposal, works, None))

    def _beside(self, made: Made, stage: Stage, placed: PlacedRow) -> dict[str, Any]:
        """A row that is on no page, as tiles; its order is its own, so no boost is in it."""
        stage = replace(stage, push=None)
        dresser = Dresser(stage, made.page_id, self._service.secret)
        return {"tiles": dresser.tiles(placed, 0, made.request.columns)[0]}

    # -- how they are made

    def rebuild(
        self,
        reference: PageReference,
        page_id: str,
        settings: Settings | None = None,
        catalogue: Catalogue | None = None,
        trends: Trends | None = None,
    ) -> Made:
        """The parts of a page that was made before; None: as they are kept under its reference.
        Raises `Gone` where one no longer is."""
        service = self._service
        settings = settings or service.settings
        profile_id = reference.profile_id
        if profile_id is None:
            try:
                profile_id = str(service.decisions.read(page_id)["profile_id"])
            except NotFound:
                raise Gone("this page's record is no longer kept", mend=_RELOAD) from None
        catalogue = catalogue or service.catalogue(reference.revision)
        viewer = Viewer(profile_id=profile_id)  # one of whom nothing was known then
        if reference.incarnation:
            until = reference.now_us if reference.at else None
            viewer = fold_whole(
                service.log, profile_id, catalogue, until_us=until, up_to=reference.number
            )
        if viewer.incarnation[:6] != reference.incarnation:
            raise Gone("this page's viewer was forgotten", mend=_RELOAD)
        policy = None
        if reference.bundle is not None:
            policy = service.policy_marked(reference.bundle)
            if policy is None:
                raise Gone("this page's bundle is no longer kept", mend=_RELOAD)
        view = view_of(viewer, catalogue)
        inputs = PageInputs(
            catalogue=catalogue,
            policy=None if policy is None else service.bound(policy, catalogue),
            trends=trends or service.trends(reference.snapshot, catalogue),
            view=view,
            settings=settings,
            bundle_id=None if policy is None else policy.bundle_id,
        )
        request = self._request(reference, profile_id, view.profile, settings)
        return Made(self._ruled(inputs, reference, request), request, page_id)

    def inputs(self, view: ViewerView, catalogue: Catalogue, trends: Trends) -> PageInputs:
        """The live parts that a page is made of."""
        service = self._service
        policy = service.policy()
        return PageInputs(
            catalogue=catalogue,
            policy=None if policy is None else service.bound(policy, catalogue),
            trends=trends,
            view=view,
            settings=service.settings,
            bundle_id=None if policy is None else policy.bundle_id,
        )

    def _make(self, profile_id: str, asked: Asked) -> tuple[Made, bool]:
        """The parts of a new page, and whether its id had no room for the profile's."""
        service, settings = self._service, self._service.settings
        catalogue = service.catalogue()
        now_us = service.now_us()
        if asked.at_us is None:
            view = service.viewers.view(profile_id, catalogue)
        else:
            viewer = fold_whole(service.log, profile_id, catalogue, until_us=asked.at_us)
            view = view_of(viewer, catalogue)
        minutes = settings.page.snapshot_minutes
        shift = shift_us(profile_id, minutes) if asked.personalised else 0
        snapshot, trends = self._trends_at(epoch_start(now_us, shift, minutes), catalogue)
        inputs = self.inputs(view, catalogue, trends)
        profile = view.profile
        reference = PageReference(
            profile_id=profile_id,
            now_us=now_us if asked.at_us is None else asked.at_us,
            device=asked.device,
            country=asked.country or profile.country or settings.service.country,
            language=asked.language or profile.language or settings.service.language,
            rows=min(asked.rows or settings.page.rows, settings.page.max_rows),
            columns=asked.columns or settings.page.columns,
            personalised=asked.personalised,
            at=asked.at_us is not None,
            seed=asked.seed,
            revision=catalogue.revision,
            bundle=None if inputs.bundle_id is None else bundle_mark(inputs.bundle_id),
            snapshot=snapshot,
            number=view.viewer.number,
            incarnation=view.viewer.incarnation[:6],
            rules=service.rules.revision(),
        )
        page_id, hidden = sign_page(reference, service.secret)
        request = self._request(reference, profile_id, profile, settings)
        inputs = self._ruled(inputs, reference, request)
        return Made(inputs, request, page_id), hidden

    def _ruled(self, inputs: PageInputs, reference: PageReference, request: Request) -> PageInputs:
        """The same with the operator's rules that a reference names."""
        rules = self._service.bound_rules(reference.rules, inputs.catalogue, request.decide_us)
        return inputs if rules is None else replace(inputs, rules=rules)

    def _trends_at(self, at_us: int, catalogue: Catalogue) -> tuple[int | None, Trends]:
        """The snapshot of an epoch and its trends; (None, nothing) where none can be read."""
        for _ in range(_TRIES):
            number = self._service.snapshot_at(at_us)
            try:
                return number, self._service.trends(number, catalogue)
            except (Gone, BadBundle):  # dropped or damaged since it was found: look again
                continue
        return None, no_trends(catalogue.n)

    def _request(
        self, reference: PageReference, profile_id: str, profile: Profile, settings: Settings
    ) -> Request:
        """The request that a reference stands for: the same for the first and every later answer."""
        minutes = settings.page.snapshot_minutes
        shift = shift_us(profile_id, minutes) if reference.personalised else 0
        seed = reference.seed
        if seed is None:
            seed = seed_for(
                profile,
                reference.now_us,
                personalised=reference.personalised,
                device=reference.device,
                country=reference.country,
                language=reference.language,
                minutes=settings.page.seed_minutes,
            )
        return Request(
            profile_id=profile_id,
            now_us=reference.now_us,
            device=reference.device,
            country=reference.country,
            language=reference.language,
            rows=reference.rows,
            columns=reference.columns,
            personalised=reference.personalised,
            at=reference.at,
            seed=seed,
            decide_us=epoch_start(reference.now_us, shift, minutes),
            snapshot=reference.snapshot,
        )

    def build(self, made: Made) -> BuiltPage:
        return build_page(made.inputs, made.request, made.page_id, self._service.secret)

    def _rows(self, made: Made, depth: int) -> tuple[Stage, list[PlacedRow]]:
        stage = set_stage(made.inputs, made.request)
        return stage, place_rows(stage, depth)

    def _dresser_now(self, made: Made, stage: Stage) -> Dresser:
        """A dresser that judges eligibility again, by what is acknowledged now."""
        service = self._service
        catalogue = service.catalogue()
        now_us = made.request.now_us if made.request.at else service.now_us()
        view = service.viewers.view(made.request.profile_id, catalogue)
        judged = judge(
            catalogue,
            view.profile,
            view.records,
            country=made.request.country,
            at_us=now_us,
            settings=service.settings.service,
        )
        if catalogue.revision != stage.catalogue.revision:
            judged = _on_earlier(judged, catalogue, stage.catalogue)
        stage = replace(stage, eligibility=judged)
        return Dresser(
            stage, made.page_id, service.secret, still=judged.mask, playable=judged.playable
        )

    def _count(self, made: Made, rows: list[Row]) -> None:
        """Tell of the tiles that the operator's rules had a hand in."""
        if made.inputs.rules is not None:
            for row in rows:
                self._served(row.reason.editorial or None, row.tiles)

    def _find(self, placed: list[PlacedRow], wanted: str) -> PlacedRow:
        for row in placed:
            if row_id(row) == wanted:
                return row
        raise NotFound("the page has no such row", where=wanted)

    def _record(self, built: BuiltPage, forgets: int, *, write_now: bool) -> None:
        service = self._service
        profile_id = built.page.profile_id
        trends = built.stage.trends
        service.decisions.queue(
            {
                **decision_of(built, service.settings),
                "trends": {"at_us": trends.at_us, "position": trends.position.marks},
                "forgets": forgets,
                "reads_texts": service.texts is not None,
            },
            key=service.forget_key(profile_id),
            generation=forgets,
        )
        if write_now:  # the page id leaves the profile to the record: it must be there
            service.decisions.flush()


def _on_earlier(judged: Eligibility, now: Catalogue, earlier: Catalogue) -> Eligibility:
    """Masks of today's catalogue over the works and units of an earlier one; what has left it since
    is not let through."""

    def moved(mask: Bools, places: list[int]) -> Bools:
        return np.asarray(np.append(mask, False)[np.array(places, dtype=np.int64)])

    unit_of = {title.title_id: unit for title, unit in _units(now)}
    works = [now.index.get(work.work_id, -1) for work in earlier.works]
    units = [-1] * len(earlier.availability.maturity)
    for title, unit in _units(earlier):
        units[unit] = unit_of.get(title.title_id, -1)
    return Eligibility(
        rules={code: moved(mask, works) for code, mask in judged.rules.items()},
        mask=moved(judged.mask, works),
        usable=moved(judged.usable, units),
        playable=moved(judged.playable, units),
    )


def _units(catalogue: Catalogue) -> Iterator[tuple[Title, int]]:
    for work in catalogue.works:
        for edition in (*work.editions, *(e for ep in work.episodes for e in ep.editions)):
            yield edition.title, edition.unit
