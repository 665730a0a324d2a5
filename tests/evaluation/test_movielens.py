"""MovieLens 1M, split by time: our own reference values, and the system beside its best part."""

from __future__ import annotations

from typing import Any

import pytest

from frontrow.catalog import Catalogue
from frontrow.evaluation import evaluate_datasets
from frontrow.evaluation.split import TRAIN_SHARE, split_between
from frontrow.models import fit_ease, histories_of
from frontrow.ranking.list_metrics import recall, top
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import begun_us, moment_at
from tests.evaluation import movielens

pytestmark = [pytest.mark.needs_data, movielens.needs_movielens]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return movielens.catalogue()


@pytest.mark.slow
def test_ease_reaches_its_reference_value(catalogue: Catalogue) -> None:
    (whole,) = movielens.datasets(catalogue, [movielens.end_us()])
    reward = rewards(whole, catalogue)
    moment = moment_at(TRAIN_SHARE, begun_us(whole, reward))
    (before,) = movielens.datasets(catalogue, [moment])
    known = rewards(before, catalogue)
    split = split_between(before, known, whole, reward)
    assert len(split.asked.viewers) == 1_080
    histories = histories_of(before, known)
    scores = fit_ease(histories, 500.0).score(histories.take(split.asked.viewers), before.trends)
    found = recall(top(scores, split.asked.seen, 20), split.asked.relevant, 20).mean()
    assert found == pytest.approx(0.221, abs=0.003)


@pytest.mark.slow
@pytest.mark.timeout(1_200)  # a fit of half of MovieLens 1M, its sequence model included
def test_the_whole_system_is_better_than_its_best_part(catalogue: Catalogue) -> None:
    found = evaluate_datasets(
        lambda moments: movielens.datasets(catalogue, moments, one_in=2),
        catalogue,
        movielens.end_us(),
        seed=1,
    )
    models: dict[str, Any] = found.models
    assert found.n_viewers == 540
    assert models["popularity"]["recall@20"] == pytest.approx(0.194, abs=0.003)
    for metric in ("ndcg@20", "recall@20"):
        best = max(m[metric] for name, m in models.items() if name != "full")
        assert models["full"][metric] > 1.08 * best
