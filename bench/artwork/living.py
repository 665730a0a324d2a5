"""Days of a service: its pages are examined, taken or passed over, and what is done comes back as events."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.artwork.world import (
    BAIT,
    CLUSTERS,
    LOOKS,
    OPENED,
    OPENED_BAIT,
    Kind,
    Planted,
    Viewer,
    past_of,
    plant,
    titles_of,
    viewer_of,
)
from frontrow.base.home import Home, init_home
from frontrow.base.randomness import rng_for
from frontrow.base.settings import ExplorationSettings
from frontrow.base.time import format_time
from frontrow.events import Event
from frontrow.page import Page, Row
from frontrow.page.choosing import FLOOR
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.service import Service
from frontrow.training.train import train

_FIRST = datetime(2026, 3, 2, 20, tzinfo=UTC)
_ROWS, _COLUMNS = 6, 8
_RUNTIME = 6_000.0

_ALIKE = ExplorationSettings().artwork_alike
_FREE = ("continue_watching", "my_list", "top10")
"""Kinds of rows that the rule of looks leaves alone."""


@dataclass(frozen=True)
class Plan:
    """How large, and for how long."""

    kind: Kind
    seed: int
    titles: int = 64
    viewers: int = 400  # at a time
    a_visit: int = 10  # tiles examined
    stays: int = 8  # days after which a viewer is followed by another of the same cluster
    days: int = 40


@dataclass
class Seen:
    """Every examined tile, in order: float64 chances of the four images, and which was shown."""

    day: list[int] = field(default_factory=list)
    viewer: list[int] = field(default_factory=list)
    cluster: list[int] = field(default_factory=list)
    title: list[int] = field(default_factory=list)
    image: list[int] = field(default_factory=list)
    chances: list[NDArray[np.float64]] = field(default_factory=list)
    held: list[float] = field(
        default_factory=list
    )  # under the oracle's image, floor and variety kept
    taken: list[bool] = field(default_factory=list)


def live(plan: Plan) -> Iterator[tuple[int, Seen, Planted]]:
    """Let the days pass; after each, all that was seen so far."""
    planted = plant(plan.kind, plan.titles, plan.seed)
    with tempfile.TemporaryDirectory() as folder:
        days = _Days(Path(folder) / "home", plan, planted)
        for day in range(plan.days):
            days.live(day)
            yield day, days.seen, planted
        days.service.close()


class _Days:
    def __init__(self, path: Path, plan: Plan, planted: Planted) -> None:
        home = Home(path)
        init_home(home)
        self._now = _FIRST
        self.service = Service(home, lambda: self._now)
        self._plan, self._planted, self.seen = plan, planted, Seen()
        self._place = {title_id: i for i, title_id in enumerate(planted.titles)}
        self._count = 0
        told = titles_of(planted)
        assert not self.service.titles.upsert(told, now=_FIRST - timedelta(days=90)).rejected
        self._met: set[int] = set()
        for number in range(plan.viewers):
            self._meet(number)
        service = self.service
        train(
            service.log, service.catalogue(), service.bundles, now_us=service.now_us(),
            seed=plan.seed, publish=True, keep=1, settings=service.settings.service,
        )  # fmt: skip
        self._pages = Pages(service)

    def live(self, day: int) -> None:
        plan = self._plan
        self._now = _FIRST + timedelta(days=day)
        self.service.fold_snapshot()
        events: list[Event] = []
        for place in range(plan.viewers):
            # They come and go in turns, so that there are old and new ones on every day.
            life = (day + place % plan.stays) // plan.stays
            number = place + life * plan.viewers
            self._meet(number)
            viewer = viewer_of(number, plan.kind, plan.seed)
            page = self._pages.page(viewer.profile_id, Asked(rows=_ROWS, columns=_COLUMNS))
            events += self._visit(viewer, number, page, day)
        self.service.log.append(events, now=self._now)
        self._now += timedelta(hours=3, minutes=10)  # before the night's last half hour
        self.service.fold_choices()

    def _meet(self, number: int) -> None:
        """A viewer comes with a past."""
        if number in self._met:
            return
        self._met.add(number)
        viewer = viewer_of(number, self._plan.kind, self._plan.seed)
        past = past_of(viewer, self._planted, self._plan.seed)
        events = []
        for ago, title in enumerate(past):
            when = self._now - timedelta(days=10 + 3 * ago)
            events += [
                self._event(viewer, title, "play", when, position_seconds=0.0),
                self._event(viewer, title, "complete", when, position_seconds=_RUNTIME),
            ]
        self.service.log.append(events, now=self._now)

    def _visit(self, viewer: Viewer, number: int, page: Page, day: int) -> list[Event]:
        rng = rng_for(self._plan.seed, "visit", viewer.profile_id, str(day))
        tiles = [
            (row.row_id, column, tile, image)
            for row in page.rows
            if row.kind not in ("continue_watching", "watch_again")
            for column, (tile, image) in enumerate(
                zip(row.tiles, self._of_oracle(viewer, row, day), strict=True)
            )
        ]
        order = rng.permutation(len(tiles))[: self._plan.a_visit]
        events: list[Event] = []
        for i in sorted(order.tolist()):
            row_id, column, tile, held = tiles[i]
            assert tile.artwork is not None
            title = self._place[tile.title_id]
            image = LOOKS.index(tile.artwork.artwork_id.split(".")[1])
            chances = self._planted.taken(title, viewer.cluster, viewer.own)
            placed: dict[str, Any] = {
                "artwork_id": tile.artwork.artwork_id, "page_id": page.page_id, "row_id": row_id,
                "position": column, "token": tile.token,
            }  # fmt: skip
            events.append(self._event(viewer, title, "impression", self._now, **placed))
            taken = bool(rng.random() < chances[image])
            bait = self._planted.kind == "clickbait" and image == BAIT
            opened = rng.random() < (OPENED_BAIT if bait else OPENED)
            if taken or opened:
                placed |= {"position_seconds": 0.0}
                events.append(self._event(viewer, title, "play", self._now, **placed))
                end = _RUNTIME if taken else 0.05 * _RUNTIME
                events.append(self._event(viewer, title, "stop", self._now, position_seconds=end))
            self._note(viewer, number, title, image, chances, float(chances[held]), taken, day)
        return events

    def _of_oracle(self, viewer: Viewer, row: Row, day: int) -> list[int]:
        """The images of a row by who knows every taste, but draws as many evenly and shows no more of one
        look side by side than the service does."""
        rng = rng_for(self._plan.seed, "oracle", viewer.profile_id, str(day), row.row_id)
        images: list[int] = []
        for tile in row.tiles:
            chances = self._planted.taken(self._place[tile.title_id], viewer.cluster, viewer.own)
            before = images[-_ALIKE:]
            if row.kind not in _FREE and len(before) == _ALIKE and len(set(before)) == 1:
                chances[before[0]] = 0.0  # each image of a title has a look of its own
            there = np.flatnonzero(chances)
            even = rng.random() < FLOOR
            images.append(int(rng.choice(there) if even else np.argmax(chances)))
        return images

    def _note(
        self, viewer: Viewer, number: int, title: int, image: int,
        chances: NDArray[np.float64], held: float, taken: bool, day: int,
    ) -> None:  # fmt: skip
        seen = self.seen
        seen.day.append(day)
        seen.viewer.append(number)
        seen.cluster.append(viewer.cluster)
        seen.title.append(title)
        seen.image.append(image)
        seen.chances.append(chances)
        seen.held.append(held)
        seen.taken.append(taken)

    def _event(self, viewer: Viewer, title: int, kind: str, when: datetime, **more: Any) -> Event:
        self._count += 1
        told = {
            "event_id": f"e{self._count}", "type": kind, "profile_id": viewer.profile_id,
            "title_id": self._planted.titles[title], "time": format_time(when), **more,
        }  # fmt: skip
        if "position_seconds" in more:
            told["runtime_seconds"] = _RUNTIME
        return msgspec.convert(told, Event)


assert len(LOOKS) == CLUSTERS
