"""The launch gate refuses what is worse beyond noise, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.evaluation.launch_gate import (
    LEAST_VIEWERS,
    Answers,
    K,
    Suppliers,
    Verdict,
    judge_launch,
    log_loss,
)
from frontrow.evaluation.pages import Ground

N, B, G = 300, 200, 6
RNG = rng_for(5, "gate")
RIGHT = np.sort(np.stack([RNG.permutation(N)[:5] for _ in range(B)]), axis=1)
RELEVANT = sparse.csr_array(
    (np.ones(B * 5, np.float32), RIGHT.ravel(), np.arange(0, B * 5 + 1, 5)), shape=(B, N)
)
NOTHING = sparse.csr_array((B, N), dtype=np.float32)
GENRES = sparse.csr_array(np.eye(G, dtype=np.float32)[np.arange(N) % G])
GROUND = Ground(RELEVANT, NOTHING, GENRES, np.ones(N, dtype=np.int64), B)


def answers(hits: float, *, seed: int, genres: int = G, sure: float = 0.1) -> Answers:
    """A ranking that finds a right title with some chance, and shows titles of some genres."""
    rng = rng_for(seed, "answers")
    lists = np.empty((B, K), dtype=np.int32)
    probability = np.full((B, N), 0.01, dtype=np.float32)
    pages = []
    pool = np.flatnonzero(np.arange(N) % G < genres)
    for b in range(B):
        found = RIGHT[b][rng.random(5) < hits]
        others = np.setdiff1d(rng.permutation(pool)[: K + 5], RIGHT[b])
        lists[b] = np.concatenate([found, others])[:K]
        probability[b, RIGHT[b]] = sure
        rest = rng.permutation(np.setdiff1d(pool, lists[b]))[:40]
        works = [*(w for w in lists[b].tolist() if w % G < genres), *rest.tolist()]
        pages.append([works[i : i + 10] for i in range(0, 60, 10)])
    return Answers(lists, probability, pages, np.full(B, 0.01), [])


def judged(candidate: Answers, live: Answers) -> Verdict:
    return judge_launch(candidate, live, RELEVANT, NOTHING, GROUND, seed=1)


def test_what_is_as_good_may_go_live() -> None:
    verdict = judged(answers(0.5, seed=1), answers(0.5, seed=2))
    assert verdict.passed, verdict.reasons
    assert verdict.viewers == B


def test_what_is_better_may_go_live_and_the_figures_say_by_how_much() -> None:
    verdict = judged(answers(0.7, seed=1), answers(0.4, seed=2))
    assert verdict.passed, verdict.reasons
    figure = verdict.figures[f"ndcg@{K}"]
    assert figure["candidate"] > figure["live"]
    assert figure["low"] > 0


def test_what_finds_less_beyond_noise_is_refused() -> None:
    verdict = judged(answers(0.3, seed=1), answers(0.5, seed=2))
    assert any(f"ndcg@{K}" in reason for reason in verdict.reasons)


def test_probabilities_that_fit_worse_are_refused() -> None:
    verdict = judged(answers(0.5, seed=1, sure=0.001), answers(0.5, seed=2))
    assert [reason for reason in verdict.reasons if "log loss" in reason] == verdict.reasons != []


def test_pages_of_one_kind_are_refused() -> None:
    verdict = judged(answers(0.5, seed=1, genres=1), answers(0.5, seed=2))
    assert any("less varied" in reason for reason in verdict.reasons)


def test_a_broken_rule_and_slow_pages_are_refused() -> None:
    live = answers(0.5, seed=2)
    broken = replace(answers(0.5, seed=1), broken=["a genre row repeats a work"] * 3)
    assert judged(broken, live).reasons == ["a genre row repeats a work"]
    slow = replace(answers(0.5, seed=1), seconds=np.full(B, 0.1))
    assert any("pages take" in reason for reason in judged(slow, live).reasons)


def starving(less: float, *, seed: int) -> tuple[Answers, Answers, Suppliers]:
    """Live pages and the same with a share of one supplier's tiles given to others."""
    rng = rng_for(seed, "starving")
    suppliers = Suppliers((np.arange(N) % 3).astype(np.int32), ("alone", "big", "small"))
    live = answers(0.5, seed=2)
    pages = []
    for page in live.pages:
        shown = {work for row in page for work in row}
        free = [int(w) for w in rng.permutation(N) if w not in shown and suppliers.index[w] != 0]
        pages.append(
            [
                [free.pop() if suppliers.index[w] == 0 and rng.random() < less else w for w in row]
                for row in page
            ]
        )
    return replace(live, pages=pages), live, suppliers


def test_a_supplier_that_would_starve_stops_a_launch_and_one_that_loses_a_little_does_not() -> None:
    for less, refused in ((0.2, True), (0.05, False), (0.0, False)):
        candidate, live, suppliers = starving(less, seed=4)
        verdict = judge_launch(
            candidate, live, RELEVANT, NOTHING, GROUND, seed=1, suppliers=suppliers
        )
        told = [reason for reason in verdict.reasons if "supplier" in reason]
        assert bool(told) == refused, verdict.reasons
        assert not any("big" in reason or "small" in reason for reason in told)
    assert verdict.figures["supplier alone"]["ratio"] == 1


def test_twenty_launches_of_the_same_pass() -> None:
    suppliers = starving(0, seed=1)[2]
    for seed in range(20):
        pair = answers(0.5, seed=2 * seed), answers(0.5, seed=2 * seed + 1)
        verdict = judge_launch(*pair, RELEVANT, NOTHING, GROUND, seed=seed, suppliers=suppliers)
        assert not [reason for reason in verdict.reasons if "supplier" in reason]


def test_with_too_few_viewers_nothing_is_launched() -> None:
    few = LEAST_VIEWERS - 1
    live = answers(0.5, seed=2)
    verdict = judge_launch(live, live, RELEVANT[:few], NOTHING[:few], GROUND, seed=1)
    assert not verdict.passed


def test_log_loss_is_of_titles_that_could_be_recommended() -> None:
    probability = np.array([[0.5, 0.25, 0.9]], dtype=np.float32)
    relevant = sparse.csr_array(np.array([[1, 0, 0]], dtype=np.float32))
    seen = sparse.csr_array(np.array([[0, 0, 1]], dtype=np.float32))
    expected = (-np.log(0.5) - np.log(0.75)) / 2
    assert np.isclose(log_loss(probability, relevant, seen), expected).all()
