"""Matches of taste: what is liked lifts its like, and what a viewer says of it counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from frontrow.models import Histories, no_histories
from frontrow.models.looks import looks_of
from frontrow.ranking import matches
from frontrow.ranking.matches import MATCHES, matchers_of, matches_of
from frontrow.viewers.corrections import Corrections, corrections_on
from frontrow.viewers.vocabulary import vocabulary_of
from tests.models import small_world

CATALOGUE = small_world.catalogue()
DATASET = small_world.everything(CATALOGUE)
HISTORIES = small_world.histories(CATALOGUE, DATASET)
MATCHERS = matchers_of(CATALOGUE)


def matched(histories: Histories, corrections: Corrections | None = None) -> dict[str, np.ndarray]:
    out = np.empty((len(MATCHES), histories.b, histories.n), dtype=np.float32)
    matches_of(MATCHERS, histories, looks_of(histories), corrections, out)
    return dict(zip(MATCHES, out, strict=True))


def two_films() -> Histories:
    return replace(
        no_histories(1, CATALOGUE.n, small_world.START_US),
        indptr=np.array([0, 2]),
        work=np.array([0, 4], dtype=np.int32),
        reward=np.array([1, 0.5], dtype=np.float32),
        first_us=np.full(2, small_world.START_US),
        last_us=np.full(2, small_world.START_US),
    )


def test_taste_matches_works_that_share_more_terms_than_the_catalogue_does() -> None:
    found = matched(HISTORIES)["genres"]
    for viewer in range(HISTORIES.b):
        liked = int(DATASET.profile_ids[viewer]) % 4
        assert found[viewer, liked::4].min() > 0
        assert found[viewer, (liked + 1) % 4 :: 4].max() < 0


def test_taste_by_hand() -> None:
    found = matched(two_films())["genres"]  # four genres, one for each film: 1/4 of the catalogue
    usual = matches.PRIOR_PLAYS / 4 + matches.DOUBT
    assert np.isclose(found[0, 8], np.log((1.5 + usual) / (1.5 / 4 + usual)), atol=1e-5)
    assert np.isclose(found[0, 9], np.log((0 + usual) / (1.5 / 4 + usual)), atol=1e-5)


@pytest.mark.parametrize("kind", MATCHERS)
def test_many_terms_and_few_are_matched_alike(kind: str) -> None:
    weights = np.stack([HISTORIES.reward, HISTORIES.reward**2])
    dense = MATCHERS[kind]
    sparse = replace(dense, dense=None)
    one, two = (m.tastes(HISTORIES, weights) for m in (dense, sparse))
    np.testing.assert_allclose(one, two, atol=1e-5)
    out, other = (np.empty((2, CATALOGUE.n), dtype=np.float32) for _ in range(2))
    dense.match(one[:, 0], out)
    sparse.match(one[:, 0], other)
    np.testing.assert_allclose(out, other, atol=1e-5)


def test_a_muted_genre_lifts_nothing_and_a_wished_one_does() -> None:
    genres = [
        int(CATALOGUE.genres.has[[work]].indices[0]) for work in (0, 1)
    ]  # of both, of neither
    liked, other = (CATALOGUE.genres.names[g] for g in genres)
    by_genre = [CATALOGUE.genres.works(g) for g in genres]
    said = corrections_on({"genres": {liked: 0.0, other: 1.0}}, vocabulary_of(CATALOGUE))
    plain, told = matched(two_films()), matched(two_films(), said)
    for name in ("genres", "genres_recent", "genres_now"):
        assert plain[name][0, by_genre[0]].min() > 0 > plain[name][0, by_genre[1]].max()
        assert np.allclose(told[name][0, by_genre[0]], 0)
        assert told[name][0, by_genre[1]].min() > 0
