"""The contract of every scorer: one list below, and a new scorer inherits all of these."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from frontrow.catalog import Catalogue
from frontrow.models import (
    Content,
    Ease,
    Histories,
    Ials,
    Model,
    Popularity,
    Transitions,
    all_time,
    fit_content,
    fit_ease,
    fit_ials,
    fit_recent,
    fit_transitions,
    no_histories,
    same_works,
)
from frontrow.viewers import Dataset, count_trends, no_trends
from tests.models import small_world

Fit = Callable[[Catalogue, Histories], Model]

FITS: dict[str, tuple[Fit, type[Any]]] = {
    "popularity": (lambda catalogue, histories: all_time(), Popularity),
    "recent_popularity": (lambda catalogue, histories: fit_recent([]), Popularity),
    "ease": (lambda catalogue, histories: fit_ease(histories), Ease),
    "ials": (lambda catalogue, histories: fit_ials(histories, seed=1), Ials),
    "transitions": (lambda catalogue, histories: fit_transitions(histories), Transitions),
    "content": (lambda catalogue, histories: fit_content(catalogue, seed=1), Content),
}
PERSONAL = ("transitions", "ease", "ials", "content")

CATALOGUE = small_world.catalogue()
DATASET = small_world.everything(CATALOGUE)
HISTORIES = small_world.histories(CATALOGUE, DATASET)


@pytest.fixture(params=FITS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fitted(name: str) -> Model:
    return FITS[name][0](CATALOGUE, HISTORIES)


def scored(model: Model, histories: Histories = HISTORIES, dataset: Dataset = DATASET) -> Any:
    scorer = model.bind(CATALOGUE, same_works(CATALOGUE.n))
    return scorer.score(histories, dataset.trends)


def test_scores_are_float32_with_a_row_for_each_viewer_and_a_column_for_each_work(
    name: str,
) -> None:
    scores = scored(fitted(name))
    assert scores.shape == (HISTORIES.b, CATALOGUE.n)
    assert scores.dtype == np.float32


def test_a_score_is_a_number_or_nan_and_never_infinite(name: str) -> None:
    assert not np.isinf(scored(fitted(name))).any()


def test_works_that_were_played_well_have_a_score_for_every_viewer_with_a_history(
    name: str,
) -> None:
    played = np.unique(HISTORIES.work[HISTORIES.reward >= 0.5])
    assert np.isfinite(scored(fitted(name))[:, played]).all()


def test_the_same_fit_gives_the_same_bits(name: str) -> None:
    one, two = fitted(name), fitted(name)
    for key, array in one.arrays().items():
        assert array.tobytes() == two.arrays()[key].tobytes()
    assert scored(one).tobytes() == scored(two).tobytes()


def test_a_model_says_its_name(name: str) -> None:
    assert fitted(name).name == name


def test_a_stored_model_scores_the_same_bits(name: str, tmp_path: Path) -> None:
    model = fitted(name)
    save_file(model.arrays(), tmp_path / "model.safetensors")
    config = json.loads(json.dumps(model.config()))
    loaded = FITS[name][1].from_arrays(load_file(tmp_path / "model.safetensors"), config)
    assert scored(loaded).tobytes() == scored(model).tobytes()


def test_a_viewer_alone_is_scored_as_among_others(name: str) -> None:
    model = fitted(name)
    together = scored(model)
    for viewer in (0, 7, HISTORIES.b - 1):
        alone = scored(model, HISTORIES.take(np.array([viewer])))
        np.testing.assert_allclose(alone[0], together[viewer], rtol=1e-4, atol=1e-6)


def test_a_viewer_without_history_gets_nan_or_what_holds_for_everybody(name: str) -> None:
    scores = scored(fitted(name), no_histories(2, CATALOGUE.n, small_world.START_US))
    assert scores.shape == (2, CATALOGUE.n)
    assert np.isnan(scores).all() if name in PERSONAL else np.isfinite(scores).all()


def test_no_viewers_are_no_rows(name: str) -> None:
    nobody = HISTORIES.take(np.zeros(0, dtype=np.int64))
    assert scored(fitted(name), nobody).shape == (0, CATALOGUE.n)


def test_without_any_good_play_it_fits_and_says_nothing_personal(name: str) -> None:
    empty = no_histories(0, CATALOGUE.n, small_world.START_US)
    model = FITS[name][0](CATALOGUE, empty)
    scores = model.bind(CATALOGUE, same_works(CATALOGUE.n)).score(HISTORIES, no_trends(CATALOGUE.n))
    assert not np.isinf(scores).any()
    if name in ("ease", "ials"):
        assert np.isnan(scores).all()


def test_scores_move_with_their_works_into_another_catalogue(name: str) -> None:
    model = fitted(name)
    later = small_world.catalogue(70, first=5)  # five works gone, fifteen new
    to = np.array([later.index.get(w.work_id, -1) for w in CATALOGUE.works], dtype=np.int32)
    kept = np.flatnonzero(to >= 0)
    rows = small_world.choices(CATALOGUE.n)
    here = to[rows["work"]] >= 0
    moved = {k: v[here] for k, v in rows.items()}
    moved["work"] = to[moved["work"]]
    there = small_world.datasets(later, moved, [DATASET.at_us])[0]
    remaining = {k: v[here] for k, v in rows.items()}
    stayed = small_world.datasets(CATALOGUE, remaining, [DATASET.at_us])[0]
    before = scored(model, small_world.histories(CATALOGUE, stayed), stayed)
    after = model.bind(later, to).score(small_world.histories(later, there), there.trends)
    np.testing.assert_allclose(after[:, to[kept]], before[:, kept], rtol=1e-4, atol=1e-6)
    unknown = np.setdiff1d(np.arange(later.n), to)
    if name in ("ease", "ials"):
        assert np.isnan(after[:, unknown]).all()
    else:
        assert np.isfinite(after[:, unknown]).all()


def test_a_personal_scorer_ranks_what_a_viewer_likes_above_the_rest() -> None:
    liked = np.array([int(p) % 4 for p in DATASET.profile_ids])
    genre = np.arange(CATALOGUE.n) % 4
    for name in PERSONAL:
        scores = scored(fitted(name))
        mine = np.array([np.nanmean(s[genre == g]) for s, g in zip(scores, liked, strict=True)])
        other = np.array([np.nanmean(s[genre != g]) for s, g in zip(scores, liked, strict=True)])
        assert (mine > other).mean() > 0.95, name


def test_a_country_with_few_starts_is_ranked_as_everywhere() -> None:
    us = np.full(1_001, small_world.START_US)
    work = np.array([3] * 700 + [5] * 300 + [8], dtype=np.int32)
    country = np.array([0] * 1_000 + [1], dtype=np.int16)
    trends = count_trends(us, work, country, ("*", "AT"), CATALOGUE.n, small_world.START_US)
    one = no_histories(1, CATALOGUE.n, small_world.START_US)
    for where in ("AT", "XX", None):
        scores = all_time().score(one, trends, where)[0]
        assert np.argsort(-scores)[:2].tolist() == [3, 5]


def test_a_country_with_many_starts_is_ranked_by_its_own() -> None:
    us = np.full(2_000, small_world.START_US)
    work = np.array([3] * 1_000 + [8] * 1_000, dtype=np.int32)
    work[:100] = 5
    country = np.array([0] * 1_000 + [1] * 1_000, dtype=np.int16)
    trends = count_trends(us, work, country, ("*", "AT"), CATALOGUE.n, small_world.START_US)
    scores = all_time().score(no_histories(1, CATALOGUE.n, small_world.START_US), trends, "AT")[0]
    assert scores.argmax() == 8


def test_recent_popularity_takes_the_half_life_that_foretells_best() -> None:
    day = 86_400_000_000
    us = np.repeat(small_world.START_US + np.arange(30) * day, 20)
    work = np.repeat(np.arange(30) % CATALOGUE.n, 20).astype(np.int32)  # each day its own work
    where = np.zeros(len(us), dtype=np.int16)
    trends = count_trends(us, work, where, ("*",), CATALOGUE.n, small_world.START_US + 29 * day)
    fast = np.zeros(CATALOGUE.n)
    fast[29] = 100
    slow = np.bincount(work, minlength=CATALOGUE.n).astype(float)
    assert fit_recent([(trends, fast)]).half_life_days == 1.0
    assert fit_recent([(trends, slow)]).half_life_days == 90.0
