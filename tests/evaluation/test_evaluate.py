"""The evaluation asks honestly, and says so where it can't ask."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from rich.console import Console

from frontrow.evaluation import Evaluation, evaluate_datasets, html_of, table_of
from frontrow.evaluation.split import split_between
from frontrow.ranking.reward import rewards
from frontrow.viewers import Dataset
from tests.models import small_world

pytestmark = pytest.mark.slow  # services started and fitted again and again

CATALOGUE = small_world.catalogue()
ROWS = small_world.choices(CATALOGUE.n, viewers=160, each=18)
END = small_world.START_US + small_world.DAYS * 86_400_000_000


def build(moments: Sequence[int]) -> list[Dataset]:
    return small_world.datasets(CATALOGUE, ROWS, moments)


def found(viewers: int = 1_000, **how: object) -> Evaluation:
    rows = {k: v[ROWS["viewer"] < viewers] for k, v in ROWS.items()}
    return evaluate_datasets(
        lambda moments: small_world.datasets(CATALOGUE, rows, moments),
        CATALOGUE,
        END,
        seed=1,
        **how,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return found()


def test_every_scorer_and_the_whole_system_are_judged(evaluation: Evaluation) -> None:
    document = json.loads(json.dumps(evaluation.to_json()))
    names = {
        "popularity", "recent_popularity", "ease", "ease_week", "ease_recent", "ials", "transitions",
        "content", "content_recent", "content_now", "full",
    }  # fmt: skip
    assert set(document["models"]) == names
    assert document["n_viewers"] > 50
    for name in names:
        for metric in ("recall@20", "ndcg@20"):
            low, high = document["intervals"][name][metric]
            assert low <= document["models"][name][metric] <= high
    full = document["models"]["full"]["ndcg@20"]
    assert full > document["models"]["popularity"]["ndcg@20"]


def test_the_same_evaluation_twice_gives_the_same_document(evaluation: Evaluation) -> None:
    assert found().to_json() == evaluation.to_json()


def test_nobody_is_asked_for_what_was_seen_and_nothing_after_the_moment_is_known() -> None:
    middle = small_world.START_US + 25 * 86_400_000_000
    before, after = build([middle, END])
    worth = [rewards(dataset, CATALOGUE) for dataset in (before, after)]
    split = split_between(before, worth[0], after, worth[1])
    assert len(split.asked.viewers)
    assert (split.asked.relevant.multiply(split.asked.seen)).nnz == 0
    assert before.records.last_us.max() <= middle
    known = set(before.records.work[worth[0] >= 0.5].tolist())
    assert set(split.asked.relevant.indices.tolist()) <= known
    good = np.add.reduceat(worth[0] >= 0.5, before.indptr[:-1])
    assert good[split.asked.viewers].min() >= 5


def test_with_too_few_viewers_it_says_so_instead_of_a_number() -> None:
    evaluation = found(viewers=3)
    assert evaluation.models == {}
    assert "it takes" in evaluation.notes[0]


def test_an_empty_log_says_so() -> None:
    evaluation = found(viewers=0)
    assert evaluation.n_viewers == 0
    assert "no good play" in evaluation.notes[0]
    assert "no good play" in html_of(evaluation)


def test_pages_are_judged_by_who_builds_them() -> None:
    asked: list[int] = []

    def pages(ranker: object, dataset: Dataset, viewers: Sequence[int]) -> list[list[list[int]]]:
        asked.extend(viewers)
        return [[[0, 1, 2], [3, 4]] for _ in viewers]

    evaluation = found(pages=pages)
    assert len(asked) == evaluation.n_viewers
    document = json.loads(json.dumps(evaluation.to_json()))
    assert set(document["page"]) == {
        "recall@3x4", "recall@6x10", "ndcg2d", "attended", "diversity", "genre_coverage",
        "calibration_kl", "novelty", "serendipity", "ecs",
    }  # fmt: skip
    assert document["page"]["ecs"] == 5.0
    for name, (low, high) in document["page_intervals"].items():
        assert low - 1e-9 <= document["page"][name] <= high + 1e-9
    assert "calibration kl" in html_of(evaluation)


def test_the_report_is_one_page_without_script_or_anything_from_elsewhere(
    evaluation: Evaluation,
) -> None:
    html = html_of(evaluation)
    assert "<svg" in html
    assert "<script" not in html
    assert "style=" not in html
    assert "src=" not in html
    assert 'href="http' not in html


def test_the_table_names_every_scorer_and_the_number_of_viewers(evaluation: Evaluation) -> None:
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(table_of(evaluation))
    text = console.export_text()
    console.file.close()
    for name in evaluation.models:
        assert name.replace("_", " ") in text
    assert f"{evaluation.n_viewers:,} viewers" in text
