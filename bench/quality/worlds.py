"""A split's ratings as our own system sees them: a catalogue, and datasets at the moments it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bench.quality.movielens import ENRICHED, FOLDERS, NOW
from bench.quality.split_file import Ratings
from frontrow.base.time import to_us
from frontrow.catalog import Catalogue, StoredTitle, build_catalogue
from frontrow.importers import Kept, movielens
from frontrow.viewers import Dataset
from frontrow.viewers.dataset import Moment, Starts, trends_of
from frontrow.viewers.records import Records, blank_records


def catalogue_of(data: str, *, enrich: bool = False) -> Catalogue:
    """The films of a MovieLens folder, in the order of their ids as a split has them; `enrich` joins
    what else is known of them."""
    titles = [
        title
        for record in movielens(FOLDERS[data], ENRICHED if enrich else None).read(NOW)
        if isinstance(record, Kept)
        for title in record.titles
    ]
    titles.sort(key=lambda title: title.title_id)
    added = to_us(NOW)
    return build_catalogue(1, [StoredTitle(title, i, added) for i, title in enumerate(titles)])


def datasets_of(ratings: Ratings, moments: Sequence[Moment]) -> list[Dataset]:
    """What `build_datasets` gives of a log with these ratings."""
    nowhere = np.zeros(int(ratings.good.sum()), dtype=np.int16)
    starts = Starts(ratings.us[ratings.good], ratings.work[ratings.good], nowhere, ("*",))
    return [_dataset(ratings, starts, moment) for moment in moments]


def last_moments(ratings: Ratings) -> dict[str, int]:
    """Profile -> the time of its last rating."""
    last = np.maximum.reduceat(ratings.us, ratings.indptr[:-1])
    return dict(zip(ratings.viewers.tolist(), last.tolist(), strict=True))


def first_part(ratings: Ratings, share: float) -> NDArray[np.bool_]:
    """bool[m]: the ratings among each viewer's first `share`, rounded up, by (time, work)."""
    viewer = ratings.viewer
    order = np.lexsort((ratings.work, ratings.us, viewer))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - ratings.indptr[viewer[order]]
    counts = np.diff(ratings.indptr)
    found: NDArray[np.bool_] = place < np.ceil(counts * share - 1e-9)[viewer]
    return found


def _dataset(ratings: Ratings, starts: Starts, moment: Moment) -> Dataset:
    of_viewer = _times(ratings, moment)
    past = ratings.us <= of_viewer[ratings.viewer]
    kept = ratings.keep(past)
    here = np.flatnonzero(np.bincount(ratings.viewer[past], minlength=len(ratings.viewers)))
    all_trends, trend = trends_of(starts, ratings.n, of_viewer[here], moment)
    some = len(kept.work) > 0
    return Dataset(
        at_us=all_trends[-1].at_us,
        n=ratings.n,
        profile_ids=tuple(kept.viewers.tolist()),
        indptr=kept.indptr,
        records=_rated(kept),
        first_us=np.minimum.reduceat(kept.us, kept.indptr[:-1]) if some else kept.us,
        moment_us=of_viewer[here],
        offset_minutes=np.zeros(len(here), dtype=np.int16),
        country=np.zeros(len(here), dtype=np.int16),
        all_trends=all_trends,
        trend=trend,
    )


def _times(ratings: Ratings, moment: Moment) -> NDArray[np.int64]:
    if not isinstance(moment, Mapping):
        return np.full(len(ratings.viewers), moment, dtype=np.int64)
    return np.array([moment.get(v, -1) for v in ratings.viewers.tolist()], dtype=np.int64)


def _rated(ratings: Ratings) -> Records:
    blank = blank_records(ratings.work)
    return replace(blank, rating=ratings.rating, first_us=ratings.us, last_us=ratings.us)
