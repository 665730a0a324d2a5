"""`frontrow evaluate`: the evaluation over an open home, with pages as the service would build them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from frontrow.base.files import write_whole
from frontrow.engine import engine_for
from frontrow.evaluation import Evaluation, evaluate, html_of
from frontrow.page import place_rows, view_of
from frontrow.ranking import Ranker
from frontrow.server.scenes import Scene
from frontrow.viewers import Dataset, fold

if TYPE_CHECKING:
    from frontrow.server import Service

_ROWS, _COLUMNS = 6, 10
"""The largest window that the page metrics look at."""


def evaluate_home(
    service: Service, *, seed: int, progress: Callable[[float, str], None]
) -> tuple[Evaluation, Path]:
    """The evaluation of a home, and where its report was written."""
    from frontrow.server.positions import examination_of

    catalogue = service.catalogue()
    sentences = None
    if service.texts is not None:
        progress(0.0, "reading texts")
        sentences = service.texts.read_catalogue(catalogue)

    def pages(ranker: Ranker, before: Dataset, viewers: Sequence[int]) -> list[list[list[int]]]:
        scene = Scene(
            catalogue, ranker.bind(catalogue), before.trends, service.settings, before.at_us
        )
        built = []
        for viewer in viewers:
            profile_id = before.profile_ids[viewer]
            events = service.log.read(profile_id).events
            view = view_of(fold(profile_id, events, until_us=before.at_us), catalogue)
            rows = place_rows(scene.stage(view, rows=_ROWS, columns=_COLUMNS), _ROWS)
            built.append([row.works[:_COLUMNS].tolist() for row in rows])
        return built

    evaluation = evaluate(
        service.log,
        catalogue,
        until_us=service.now_us(),
        seed=seed,
        settings=service.settings.service,
        sentences=sentences,
        progress=progress,
        pages=pages,
        looked_at=examination_of(service, _ROWS, _COLUMNS),
        engine=engine_for(service.log.count()),
    )
    report = service.home.reports / "evaluation.html"
    write_whole(report, html_of(evaluation).encode())
    return evaluation, report
