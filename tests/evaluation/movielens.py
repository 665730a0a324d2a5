"""MovieLens 1M as a catalogue and datasets in memory: the quick way past the log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.viewers import Dataset
from tests.models import small_world

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "ml-1m"

needs_movielens = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"{FOLDER} is missing: MovieLens 1M can't be shipped"
)


def titles() -> list[Title]:
    """Films with their genres; the year stands at the end of the name."""
    rows = duckdb.sql(f"SELECT item_id, title, genres FROM '{FOLDER}/movies.parquet'").fetchall()
    made = []
    for item_id, name, genres in rows:
        year = re.search(r"\((\d{4})\)\s*$", name)
        made.append(
            Title(
                title_id=str(item_id),
                kind="movie",
                name=re.sub(r"\s*\(\d{4}\)\s*$", "", name) or name,
                release_year=int(year.group(1)) if year else None,
                genres=genres.split("|"),
            )
        )
    return made


def catalogue() -> Catalogue:
    return build_catalogue(1, [StoredTitle(title, i, 0) for i, title in enumerate(titles())])


@lru_cache(maxsize=1)
def ratings() -> dict[str, Any]:
    """user_id, item_id, rating, timestamp as arrays, by time."""
    found: dict[str, Any] = duckdb.sql(
        f"SELECT * FROM '{FOLDER}/ratings_known.parquet' ORDER BY timestamp, user_id, item_id"
    ).fetchnumpy()
    return found


def end_us() -> int:
    """The last rating's time."""
    return int(ratings()["timestamp"].max()) * 1_000_000


def datasets(catalogue: Catalogue, moments_us: Sequence[int], *, one_in: int = 1) -> list[Dataset]:
    """What `build_datasets` gives of the same ratings, or of those of one viewer in so many."""
    rows = ratings()
    if one_in > 1:
        rows = {name: column[rows["user_id"] % one_in == 0] for name, column in rows.items()}
    works = [catalogue.work_of_title[str(i)] for i in rows["item_id"].tolist()]
    return small_world.datasets(
        catalogue,
        {
            "viewer": np.asarray(rows["user_id"]),
            "work": np.array(works, dtype=np.int32),
            "us": np.asarray(rows["timestamp"], dtype=np.int64) * 1_000_000,
            "rating": ((np.asarray(rows["rating"], dtype=np.float64) - 1) / 4).astype(np.float32),
        },
        moments_us,
    )
