"""The network against its definition, and what it learns."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.models.histories import Floats
from frontrow.ranking import candidates
from frontrow.ranking.candidates import as_cold_titles, colder, draw
from frontrow.ranking.features import PAIR, TITLE, VIEWER
from frontrow.ranking.fusion import (
    HEADS_WEIGHT,
    Fusion,
    Lists,
    _gradients,
    fit_fusion,
    plain_fusion,
)
from frontrow.ranking.slices import ask
from tests.models import small_world

F = len(PAIR) + len(TITLE) + len(VIEWER)
EASE = PAIR.index("ease")


def planted(lists: int = 80, c: int = 40) -> Lists:
    """Lists on which the work of the highest EASE score is always the right one."""
    rng = rng_for(5, "planted")
    x = rng.standard_normal((lists, c, F)).astype(np.float32)
    target = np.zeros((lists, c), dtype=np.float32)
    target[np.arange(lists), x[:, :, EASE].argmax(axis=1)] = 1
    return Lists(
        x, target, target * (x[:, :, :1].sum(axis=2) > 0), np.zeros((lists, c), dtype=np.float32)
    )


def loss(weights: list[Floats], lists: Lists) -> float:
    w1, bias, out = (w.astype(np.float64) for w in weights)
    total = 0.0
    for head, target, weight in zip(out, (lists.target, lists.finish), HEADS_WEIGHT, strict=True):
        logits = np.maximum(lists.x @ w1 + bias, 0) @ head - lists.log_odds
        logits = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        total -= weight * (target * np.where(target > 0, logits, 0)).sum() / len(lists)
    return float(total)


def test_the_gradient_is_that_of_the_listwise_loss() -> None:
    lists = planted(6, 9)
    rng = rng_for(1, "gradient")
    weights = [rng.standard_normal(s).astype(np.float32) for s in ((F, 5), (5,), (2, 5))]
    targets = np.stack([lists.target, lists.finish])
    found = _gradients(weights, lists.x, targets, lists.log_odds)
    for i, place in ((0, (3, 2)), (0, (EASE, 0)), (1, (4,)), (2, (0, 1)), (2, (1, 3))):
        step = 1e-3
        ends = []
        for sign in (1, -1):
            moved = [w.astype(np.float64) for w in weights]
            moved[i][place] += sign * step
            ends.append(loss(moved, lists))
        slope = (ends[0] - ends[1]) / (2 * step)
        assert np.isclose(found[i][place], slope, rtol=2e-2, atol=1e-4)


def test_it_learns_which_evidence_can_be_trusted() -> None:
    fusion = fit_fusion([planted()], seed=1, epochs=40)
    fresh = rng_for(6, "fresh").standard_normal((F, 200)).astype(np.float32)
    p, t = len(PAIR), len(PAIR) + len(TITLE)
    value = fusion.value(fresh[:p], fusion.title_part(fresh[p:t].T), fresh[t:, 0])[0]
    assert np.corrcoef(value, fresh[EASE])[0, 1] > 0.8


def test_the_same_lists_and_seed_give_the_same_bits() -> None:
    one, two = (fit_fusion([planted()], seed=1, epochs=2) for _ in range(2))
    assert all(one.arrays()[k].tobytes() == v.tobytes() for k, v in two.arrays().items())


def test_lists_in_parts_fit_like_all_in_one() -> None:
    whole = planted()
    parts = [
        Lists(*(getattr(whole, field.name)[part] for field in fields(Lists)))
        for part in (slice(0, 23), slice(23, 24), slice(24, None))
    ]
    one, two = fit_fusion([whole], seed=1, epochs=2), fit_fusion(parts, seed=1, epochs=2)
    assert all(np.allclose(one.arrays()[k], v, atol=1e-5) for k, v in two.arrays().items())


def test_a_feature_that_is_not_shown_has_no_weight_and_does_not_matter() -> None:
    lists = planted()
    x = lists.x.copy()
    x[:, :, EASE] = 0
    blind = fit_fusion([lists], seed=1, epochs=2, without=["ease"])
    assert (blind.of_pair[:, EASE] == 0).all()
    other = fit_fusion([replace(lists, x=x)], seed=1, epochs=2)
    assert all(np.allclose(blind.arrays()[k], v, atol=1e-5) for k, v in other.arrays().items())


def test_a_column_that_never_varied_has_no_weight() -> None:
    lists = planted()
    x = lists.x.copy()
    x[:, :, 4] = 3.0
    fusion = fit_fusion([replace(lists, x=x)], seed=1, epochs=2)
    assert (fusion.of_pair[:, 4] == 0).all()


def test_scoring_in_blocks_equals_the_network_work_by_work() -> None:
    fusion = fit_fusion([planted()], seed=1, epochs=2)
    rng = rng_for(2, "blocks")
    n = 5_000
    pair = rng.standard_normal((len(PAIR), n)).astype(np.float32)
    title = rng.standard_normal((n, len(TITLE))).astype(np.float32)
    viewer = rng.standard_normal(len(VIEWER)).astype(np.float32)
    fast = fusion.value(pair, fusion.title_part(title), viewer)
    for w in (0, 2_047, 2_048, n - 1):
        hidden = (
            fusion.of_pair @ pair[:, w]
            + fusion.of_title @ title[w]
            + fusion.of_viewer @ viewer
            + fusion.bias
        )
        assert np.allclose(fast[:, w], fusion.out @ np.maximum(hidden, 0), rtol=1e-4, atol=1e-5)


def test_before_there_is_a_fit_popular_works_come_first() -> None:
    fusion = plain_fusion()
    title = np.zeros((3, len(TITLE)), dtype=np.float32)
    title[1, TITLE.index("popularity_14d")] = 2
    pair = np.zeros((len(PAIR), 3), dtype=np.float32)
    value = fusion.value(pair, fusion.title_part(title), np.zeros(len(VIEWER), np.float32))
    assert value[0].argmax() == 1


CATALOGUE = small_world.catalogue()
MIDDLE = small_world.START_US + 20 * 86_400_000_000
ROWS = small_world.choices(CATALOGUE.n)
BEFORE, AFTER = small_world.datasets(CATALOGUE, ROWS, [MIDDLE, MIDDLE * 2])


def asked_in_the_middle() -> candidates.Asked:
    reward = (2 * BEFORE.records.rating - 1).astype(np.float32)
    later = (2 * AFTER.records.rating - 1).astype(np.float32)
    return ask(BEFORE, reward, AFTER, later, min_good=1)


def test_no_candidate_was_seen_before_and_none_that_was_drawn_is_right() -> None:
    asked = asked_in_the_middle()
    title = np.zeros((CATALOGUE.n, len(TITLE)), dtype=np.float32)
    drawn = draw(asked, title, rng_for(1, "draw"))
    for i in range(len(asked.viewers)):
        seen = asked.seen[[i]].indices
        right = asked.relevant[[i]].indices
        counted = drawn.work[i][np.isfinite(drawn.log_odds[i])]
        played = drawn.work[i][drawn.target[i] > 0]
        assert not np.isin(counted, seen).any()
        assert sorted(played) == sorted(right)
        assert not np.isin(counted[len(played) :], right).any()
        assert np.isclose(drawn.target[i].sum(), 1)


def test_the_odds_of_the_drawing_make_up_for_it() -> None:
    asked = asked_in_the_middle()
    title = np.zeros((CATALOGUE.n, len(TITLE)), dtype=np.float32)
    title[:, TITLE.index("popularity_always")] = np.linspace(-2, 2, CATALOGUE.n)
    drawn = draw(asked, title, rng_for(1, "draw"))
    there = np.isfinite(drawn.log_odds) & (drawn.target == 0)
    estimated = np.exp(-drawn.log_odds[there]).sum() / len(asked.viewers)
    open_ = CATALOGUE.n - np.diff(asked.seen.indptr) - np.diff(asked.relevant.indptr)
    assert np.isclose(estimated, open_.mean(), rtol=0.05)


def test_a_colder_viewer_keeps_the_oldest_works_only() -> None:
    histories = small_world.histories(CATALOGUE, AFTER)
    cold = colder(histories, rng_for(1, "cold"))
    for b in range(histories.b):
        kept = cold.age_days[cold.indptr[b] : cold.indptr[b + 1]]
        whole = np.sort(histories.age_days[histories.indptr[b] : histories.indptr[b + 1]])[::-1]
        assert len(kept) in candidates.COLD_VIEWER_PAIRS
        np.testing.assert_array_equal(np.sort(kept)[::-1], whole[: len(kept)])


def test_a_title_that_nobody_has_played_has_no_popularity_and_says_so() -> None:
    title = rng_for(4, "titles").standard_normal((7, len(TITLE))).astype(np.float32)
    cold = as_cold_titles(title, np.full(len(TITLE), -3, dtype=np.float32))
    changed = (cold != title).any(axis=0)
    names = {name for name, moved in zip(TITLE, changed, strict=True) if moved}
    assert names == {n for n in TITLE if n.startswith("popularity")} | {"never_played"}
    assert (cold[:, TITLE.index("popularity_7d")] == -3).all()
    assert (cold[:, TITLE.index("never_played")] == 1).all()


def test_a_fusion_of_fewer_evidences_reads_those_it_knows_by_name() -> None:
    whole = plain_fusion()
    few = ("content", "genres", "gone")
    arrays = whole.arrays() | {"of_pair": np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)}
    read = Fusion.from_arrays(arrays, {"pair": few, "title": TITLE, "viewer": VIEWER})
    assert read.of_pair.shape == (2, len(PAIR))
    assert read.of_pair[:, PAIR.index("content")].tolist() == [1, 4]
    assert read.of_pair[:, PAIR.index("genres")].tolist() == [2, 5]
    assert read.of_pair.sum() == 12
