"""Content: likeness of titles that nobody has played yet."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from frontrow.catalog import Credit, StoredTitle, Title, build_catalogue
from frontrow.models import fit_content, same_works
from tests.models import small_world

TITLES = Path(__file__).parents[3] / "shared" / "data" / "streaming-titles" / "titles.parquet"


def test_the_likest_titles_share_genre_and_people() -> None:
    catalogue = small_world.catalogue()
    model = fit_content(catalogue, seed=1)
    for work in range(8):
        alike = model.similar(work)
        alike[work] = -1
        assert {int(i) % 4 for i in np.argsort(-alike)[:5]} == {work % 4}


def test_a_title_added_after_the_fit_has_its_place_among_its_like() -> None:
    model = fit_content(small_world.catalogue(), seed=1)
    later = small_world.catalogue(64)
    bound = model.bind(later, same_works(60))
    alike = bound.similar(63)
    alike[63] = -1
    assert {int(i) % 4 for i in np.argsort(-alike)[:5]} == {63 % 4}


def test_a_title_that_shares_nothing_has_no_length_and_is_like_nothing() -> None:
    model = fit_content(small_world.catalogue(), seed=1)
    odd = Title(title_id="odd", kind="live", name="Zzz")
    catalogue = build_catalogue(1, [StoredTitle(odd, 0, 0)])
    bound = model.bind(catalogue, same_works(60))
    assert (bound.vectors == 0).all()
    assert np.isfinite(bound.similar(0)).all()


def test_an_empty_catalogue_and_a_single_title_fit() -> None:
    for n in (0, 1):
        model = fit_content(small_world.catalogue(n), seed=1)
        assert model.vectors.shape[0] == n
        assert np.isfinite(model.vectors).all()


@pytest.mark.needs_data
@pytest.mark.skipif(not TITLES.exists(), reason=f"{TITLES} is missing")
@pytest.mark.slow
def test_of_twenty_thousand_real_titles_the_likest_are_of_the_same_kind() -> None:
    stored = []
    columns = 'type, title, description, release_year, listed_in, "cast", director'
    rows = duckdb.sql(f"SELECT {columns} FROM '{TITLES}'").fetchall()
    for i, (kind, name, synopsis, year, genres, cast, directors) in enumerate(rows):
        people = [Credit(name=p[:100], role="actor") for p in (cast or []) if p]
        people += [Credit(name=p[:100], role="director") for p in (directors or []) if p]
        title = Title(
            title_id=f"t{i}",
            kind="movie" if kind == "Movie" else "series",
            name=name or "-",
            synopsis=synopsis,
            release_year=year,
            genres=list(genres or []),
            people=people,
        )
        stored.append(StoredTitle(title, i, 0))
    catalogue = build_catalogue(1, stored)
    model = fit_content(catalogue, seed=1)
    named = {work.title.name: i for i, work in enumerate(catalogue.works)}
    alike = model.similar(named["Stranger Things"])
    likest = [catalogue.works[i].title.name for i in np.argsort(-alike)[:10]]
    assert "Beyond Stranger Things" in likest
