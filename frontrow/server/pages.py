"""Pages of an open home: built, continued, rebuilt, explained."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from frontrow.base.errors import FrontrowError
from frontrow.base.texts import negotiate
from frontrow.page import (
    BuiltPage,
    Dresser,
    Page,
    Row,
    Tile,
    build_page,
    place_rows,
    set_stage,
)
from frontrow.page.assembly import PlacedRow
from frontrow.page.continued import Further, continuation_of
from frontrow.page.likeness import likeness_to
from frontrow.page.record import decision_of
from frontrow.page.reference import read_page_id
from frontrow.page.scoring import score
from frontrow.page.search import search
from frontrow.page.stage import Proposal, Stage
from frontrow.page.starter import choose_starters, how_known
from frontrow.page.why import explain
from frontrow.server.continuing import go_on, judging_now
from frontrow.server.making import NOBODY, Asked, Made, PageMaker
from frontrow.server.service import Service

Served = Callable[[str | None, Sequence[Tile]], None]
"""Hears of tiles that were served: the key of the operator's row that they are in, if any, and they."""


def unheard(editorial: str | None, tiles: Sequence[Tile]) -> None:
    """Where nobody counts."""


class Pages:
    """The page calls of the API."""

    def __init__(self, service: Service, served: Served = unheard) -> None:
        self._service = service
        self._served = served
        self.maker = PageMaker(service)

    # -- the calls

    def page(self, profile_id: str, asked: Asked, *, record: bool = True) -> Page:
        """The homepage of a profile; its decision is queued."""
        forgets = self.forgets()  # before anything of the profile is read
        made = self.maker.make(profile_id, asked)
        return self.finish(made, forgets) if record else self.build(made).page

    def finish(
        self, made: Made, forgets: int, *, built: BuiltPage | None = None, write_now: bool = True
    ) -> Page:
        """The page of its parts, its decision queued.

        forgets: as they were before anything of the profile was read
        built: the page, if it is built already; write_now: whether the home can be written
        """
        built = built or self.build(made)
        self._record(built, forgets, write_now=made.hidden and write_now)
        self._count(made, built.page.rows)
        return built.page

    def warm(self) -> None:
        """Meet the catalogue and the bundle before anyone asks."""
        with contextlib.suppress(FrontrowError):  # the first page finds out, and says so
            self.maker.gather(NOBODY, Asked(personalised=False))

    def forgets(self) -> int:
        """How many forgets this process has followed."""
        return self._service.processes.generation

    def more(self, page_id: str, after_row: str, rows: int | None) -> dict[str, Any]:
        """The rows that follow a row of a page; their decision is queued."""
        forgets = self.forgets()
        made = self.maker.rebuild(read_page_id(page_id, self._service.secret), page_id)
        count = made.request.rows if rows is None else rows
        asked = Further(after_row=after_row, rows=count, columns=made.request.columns)
        return self._go_on(made, asked, forgets)

    def row(self, page_id: str, row: str, offset: int, columns: int | None) -> dict[str, Any]:
        """Further titles of a row of a page; their decision is queued."""
        forgets = self.forgets()
        made = self.maker.rebuild(read_page_id(page_id, self._service.secret), page_id)
        count = made.request.columns if columns is None else columns
        return self._go_on(made, Further(row_id=row, offset=offset, columns=count), forgets)

    def _go_on(self, made: Made, asked: Further, forgets: int) -> dict[str, Any]:
        service = self._service
        judging = judging_now(service, made)
        answer = go_on(made, asked, judging, service.secret)
        if made.inputs.rules is not None:
            for placed, _, tiles in answer.shown:
                self._served(placed.proposal.claims.get("editorial"), tiles)
        if answer.shown:
            record = continuation_of(
                answer, asked, judging.told, made.request, made.page_id, made.inputs.settings
            )
            self._queue(record, made.request.profile_id, forgets)
        return answer.content

    def why(self, profile_id: str, title_id: str, asked: Asked) -> dict[str, Any]:
        """Where a title stands for a profile."""
        made = self.maker.make(profile_id, asked)
        stage, placed = self._rows(made, made.inputs.settings.page.max_rows)
        told = explain(stage, placed, made.request.rows, title_id)
        return {**told, "language": negotiate(made.request.language)}

    def similar(self, title_id: str, profile_id: str | None, asked: Asked) -> dict[str, Any]:
        """Tiles like a title, inside the rules of a profile (or of nobody)."""
        if profile_id is None:
            profile_id, asked = NOBODY, replace(asked, personalised=False)
        made = self.maker.make(profile_id, asked)
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
            ("row.because_you_watched", {"title": title.name_in(made.request.language)}),
            {"title_ids": [title_id]},
        )
        return self._beside(made, stage, PlacedRow(255, proposal, works, None))

    def starter(self, profile_id: str, asked: Asked) -> dict[str, Any]:
        """Tiles for a new viewer to pick from, inside the rules of a profile."""
        made = self.maker.make(profile_id, asked)
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

    def search(self, profile_id: str, query: str, asked: Asked) -> dict[str, Any]:
        """What matches a query as typed so far, inside the rules of a profile."""
        made = self.maker.make(profile_id, asked)
        # What one looks for by name is put forward by nobody: no boost is in the order.
        stage = set_stage(replace(made.inputs, rules=None), made.request)
        names = self._service.names(stage.catalogue)
        found = search(stage, names, query, made.request.columns)
        proposal = Proposal("search", "", found.works, ("tile.name.own", {}), why=found.why)
        beside = self._beside(made, stage, PlacedRow(253, proposal, found.works, None))
        return {**beside, "people": found.people, "genres": found.genres}

    def _beside(self, made: Made, stage: Stage, placed: PlacedRow) -> dict[str, Any]:
        """A row that is on no page, as tiles; its order is its own, so no boost is in it."""
        stage = replace(stage, push=None)
        dresser = Dresser(stage, made.page_id, self._service.secret)
        return {"tiles": dresser.tiles(placed, 0, made.request.columns)[0]}

    def build(self, made: Made) -> BuiltPage:
        return build_page(made.inputs, made.request, made.page_id, self._service.secret)

    def _rows(self, made: Made, depth: int) -> tuple[Stage, list[PlacedRow]]:
        stage = set_stage(made.inputs, made.request)
        return stage, place_rows(stage, depth)

    def _count(self, made: Made, rows: list[Row]) -> None:
        """Tell of the tiles that the operator's rules had a hand in."""
        if made.inputs.rules is not None:
            for row in rows:
                self._served(row.reason.editorial or None, row.tiles)

    def _record(self, built: BuiltPage, forgets: int, *, write_now: bool) -> None:
        service = self._service
        profile_id = built.page.profile_id
        trends = built.stage.trends
        record = {
            **decision_of(built, service.settings),
            "trends": {
                "at_us": trends.at_us,
                "position": trends.position.marks,
                # An earlier version counted none, and the log may hold some.
                "counts_shown": trends.shown is not None,
            },
        }
        self._queue(record, profile_id, forgets)
        if write_now:  # the page id leaves the profile to the record: it must be there
            service.decisions.flush()

    def _queue(self, record: dict[str, Any], profile_id: str, forgets: int) -> None:
        service = self._service
        service.decisions.queue(
            {**record, "forgets": forgets, "reads_texts": service.texts is not None},
            key=service.forget_key(profile_id),
            generation=forgets,
        )
