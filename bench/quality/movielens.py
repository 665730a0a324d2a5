"""The ratings of a MovieLens folder, as our own importer reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bench.quality.split_file import Ratings
from frontrow.base.ids import shard_of
from frontrow.base.time import to_us
from frontrow.importers import Kept, movielens
from frontrow.viewers.dataset import GOOD_RATING

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
"""MovieLens may be read in place and not be shipped (its licence)."""

FOLDERS = {"ml-1m": SHARED / "ml-1m", "ml-latest-small": SHARED / "ml-latest-small"}

ENRICHED = SHARED / "movie-bridge" / "items_enriched.parquet"
"""What else is known of the films, for `import movielens --enrich`."""

NOW = datetime(2026, 11, 1, tzinfo=UTC)
"""When the import is said to happen: any moment after the last rating gives the same."""


def load_ratings(folder: Path) -> Ratings:
    """Everybody's ratings of the folder's films, which stand in the order of their ids."""
    titles: list[str] = []
    rows: list[tuple[str, str, int, float]] = []
    for record in movielens(folder).read(NOW):
        if not isinstance(record, Kept):
            raise AssertionError(
                f"{folder.name} has a row that the importer doesn't take: {record}"
            )
        titles += [title.title_id for title in record.titles]
        rows += [(e.profile_id, e.title_id or "", to_us(e.time), e.rating) for e in record.events]
    profiles, films, times, values = zip(*rows, strict=True)
    works = np.array(sorted(titles))
    place = {profile: i for i, profile in enumerate(sorted(set(profiles), key=_shard_and_id))}
    viewer = np.array([place[profile] for profile in profiles], dtype=np.int64)
    work = np.searchsorted(works, np.array(films)).astype(np.int32)
    order = np.lexsort((work, viewer))
    counts = np.bincount(viewer, minlength=len(place))
    rating = np.array(values, dtype=np.float32)[order]
    return Ratings(
        works=works,
        viewers=np.array(list(place)),
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        work=work[order],
        us=np.array(times, dtype=np.int64)[order],
        rating=rating,
        good=rating >= GOOD_RATING - 1e-6,
    )


def _shard_and_id(profile_id: str) -> tuple[int, str]:
    return shard_of(profile_id), profile_id
