"""A page that goes on: the answers to `more` and to row continuation, made now or again from their record.

Rows and titles are those of the page, settled when it was made. Who may see what is judged again, by what
is acknowledged at the time of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from frontrow.base.errors import NotFound
from frontrow.base.settings import ServiceSettings
from frontrow.base.time import parse_time, to_us
from frontrow.catalog import Catalogue, Title
from frontrow.page import Dresser, ViewerView, set_stage, view_of
from frontrow.page.builder import settled_rows
from frontrow.page.continued import Continued, Further, Judged, find_row, further_rows
from frontrow.page.stage import Bools
from frontrow.server.making import Made
from frontrow.server.service import Service
from frontrow.server.viewer_cache import fold_whole
from frontrow.viewers import WISHES, Viewer
from frontrow.viewers.eligibility import Eligibility, judge


@dataclass(frozen=True)
class Judging:
    """What says who may see what at the time of an answer."""

    catalogue: Catalogue
    view: ViewerView
    at_us: int  # of the answer
    settings: ServiceSettings

    @property
    def told(self) -> Judged:
        return Judged(self.catalogue.revision, self.view.viewer.number, self.at_us)


def judging_now(service: Service, made: Made) -> Judging:
    """By what is acknowledged now; of a page whose clock was moved, by the events until then."""
    catalogue, request = service.catalogue(), made.request
    if request.at:
        view = _view(service, made, catalogue, up_to=None)
    else:
        viewers = service.viewers if request.personalised else service.wishes
        view = viewers.view(request.profile_id, catalogue)
    return Judging(catalogue, view, service.now_us(), service.settings.service)


def judging_then(service: Service, made: Made, record: dict[str, Any]) -> Judging:
    """By what was acknowledged at the time of an answer, of its record. Raises `NotFound` where the
    catalogue of then is not known."""
    settings = made.inputs.settings.service
    told = record["judged"]
    catalogue = service.catalogue(int(told["catalogue_revision"]), settings)
    number = int(told["viewer_position"])
    if number:
        view = _view(service, made, catalogue, up_to=number)
    else:  # one of whom nothing was known then
        view = view_of(Viewer(profile_id=made.request.profile_id), catalogue)
    at_us = to_us(parse_time(record["answered_at"]))
    return Judging(catalogue, view, at_us, settings)


def _view(service: Service, made: Made, catalogue: Catalogue, *, up_to: int | None) -> ViewerView:
    """The viewer of a page as folded whole, of what was acknowledged up to a position (None: now)."""
    request = made.request
    viewer = fold_whole(
        service.log,
        request.profile_id,
        catalogue,
        until_us=request.now_us if request.at else None,
        up_to=up_to,
        kinds=None if request.personalised else WISHES,
    )
    return view_of(viewer, catalogue)


def go_on(made: Made, asked: Further, judging: Judging, secret: bytes) -> Continued:
    """An answer that goes on with a page. Raises `NotFound` where it has no such row."""
    stage = set_stage(made.inputs, made.request)
    assembled, swaps = settled_rows(stage, made.inputs.settings.page.max_rows)
    named = asked.after_row if asked.row_id is None else asked.row_id
    found = find_row(assembled.rows, str(named))
    if found is None:
        raise NotFound("the page has no such row", where=str(named))
    judged = judge(
        judging.catalogue,
        judging.view.profile,
        judging.view.records,
        country=made.request.country,
        at_us=made.request.now_us if made.request.at else judging.at_us,
        settings=judging.settings,
    )
    if judging.catalogue.revision != stage.catalogue.revision:
        judged = _on_earlier(judged, judging.catalogue, stage.catalogue)
    stage = replace(stage, eligibility=judged)
    dresser = Dresser(stage, made.page_id, secret, still=judged.mask, playable=judged.playable)
    if asked.row_id is None:
        shown, rows, more = further_rows(assembled.rows, dresser, asked, found)
        return Continued(stage, dresser, shown, {"rows": rows, "more": more}, swaps)
    tiles, more = dresser.tiles(found, asked.offset, asked.columns)
    columns = dresser.columns(found, asked.offset, asked.columns)
    part = [(found, columns, tiles)] if tiles else []
    return Continued(stage, dresser, part, {"tiles": tiles, "more": more}, swaps)


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
