"""The viewers of a split as the page builder meets them: folded from their ratings, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bench.quality.ours import films_of, fitted
from bench.quality.split_file import Ratings, Split
from frontrow.base.settings import Settings
from frontrow.base.time import from_us
from frontrow.catalog import Catalogue
from frontrow.events import Event
from frontrow.events.log import Logged
from frontrow.page import PageInputs, Request, ViewerView, set_stage, view_of
from frontrow.page.stage import Stage
from frontrow.ranking.ranker import BoundRanker
from frontrow.viewers import Dataset, Trends, fold


@dataclass(frozen=True)
class Asked:
    """One viewer of a split, at the moment of the last rating."""

    place: int  # among the split's viewers asked
    profile_id: str
    view: ViewerView
    trends: Trends
    at_us: int


@dataclass(frozen=True)
class Viewers:
    """A split with the ranking that was fitted on its training side."""

    split: Split
    whole: Dataset
    bound: BoundRanker
    films: Catalogue

    @staticmethod
    def of(split: Split, seed: int) -> Viewers:
        films = films_of(split.name)
        whole, ranker = fitted(split, seed)
        return Viewers(split, whole, ranker.bind(films), films)

    def asked(self, places: NDArray[np.int64]) -> Iterator[Asked]:
        """Some of the viewers asked."""
        train = self.split.train
        for place in places.tolist():
            number = int(self.split.asked[place])
            profile_id = str(train.viewers[number])
            events = rating_events(train, number, profile_id)
            view = view_of(fold(profile_id, events), self.films)
            trend = int(self.whole.trend[self._index[profile_id]])
            at_us = max(event.time_us for event in events)
            yield Asked(place, profile_id, view, self.whole.all_trends[trend], at_us)

    def stage(self, asked: Asked, settings: Settings, device: str) -> Stage:
        """The viewer's ranking, before the first row."""
        inputs = PageInputs(self.films, self.bound, asked.trends, asked.view, settings)
        request = Request(
            asked.profile_id,
            asked.at_us,
            device=device,
            seed=asked.place,
            decide_us=asked.at_us,
        )
        return set_stage(inputs, request)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {profile_id: i for i, profile_id in enumerate(self.whole.profile_ids)}


def rating_events(ratings: Ratings, viewer: int, profile_id: str) -> list[Logged]:
    """A viewer's ratings as the log holds them."""
    found = []
    start, end = int(ratings.indptr[viewer]), int(ratings.indptr[viewer + 1])
    for number, k in enumerate(range(start, end), start=1):
        time_us = int(ratings.us[k])
        event = Event(
            event_id=str(k),
            type="rate",
            profile_id=profile_id,
            title_id=str(ratings.works[ratings.work[k]]),
            value=float(ratings.rating[k]),
            scale_min=0.0,
            scale_max=1.0,
            time=from_us(time_us),
        )
        found.append(Logged(number, "rate", time_us, time_us, event, {}))
    return found
