"""The launch gate refuses what is worse beyond noise, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from frontrow.base.bounds import LaunchSettings
from frontrow.base.randomness import rng_for
from frontrow.evaluation.guards import Suppliers, Taken
from frontrow.evaluation.launch_gate import (
    LEAST_VIEWERS,
    Answers,
    Held,
    K,
    Verdict,
    holm,
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
    assert verdict.figures["supplier alone"]["difference"] == 0


@pytest.mark.slow
def test_twenty_launches_of_the_same_pass() -> None:
    suppliers = starving(0, seed=1)[2]
    for seed in range(20):
        pair = answers(0.5, seed=2 * seed), answers(0.5, seed=2 * seed + 1)
        verdict = judge_launch(*pair, RELEVANT, NOTHING, GROUND, seed=seed, suppliers=suppliers)
        assert not [reason for reason in verdict.reasons if "supplier" in reason]


def test_the_more_is_asked_the_surer_each_must_be() -> None:
    assert holm([]) == []
    assert holm([0.04]) == [0.04]
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])  # Holm's own steps
    assert holm([0.5, 0.9]) == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_correction_changes_no_order_and_lets_nothing_be_surer(p: list[float]) -> None:
    found = holm(p)
    assert all(after >= before for before, after in zip(p, found, strict=True))
    order = np.argsort(p, kind="stable")
    assert (np.diff(np.array(found)[order]) >= 0).all()


def test_chance_alone_refuses_as_seldom_as_is_set() -> None:
    rng = rng_for(9, "chance")
    refused = 0
    for _ in range(500):
        harms = rng.standard_normal((12, 80))
        p = [Held("", harm, harm, harm, "").p for harm in harms]
        refused += min(holm(p)) < 0.02
    assert refused <= 20  # 10 are expected of 500; more than 20 would be seen once in 500 times


def with_pages(of: Answers, change: Callable[[int, list[list[int]]], list[list[int]]]) -> Answers:
    return replace(of, pages=[change(b, [list(r) for r in p]) for b, p in enumerate(of.pages)])


def test_pages_that_leave_out_what_is_new_to_a_viewer_are_refused_as_a_bubble() -> None:
    played = sparse.csr_array(
        (np.ones(2 * B, np.float32), np.array([(b % G, G + b % G) for b in range(B)]).ravel(),
         np.arange(0, 2 * B + 1, 2)), shape=(B, N),
    )  # fmt: skip
    ground = replace(GROUND, history=played)
    live = answers(0.5, seed=2)

    def own_alone(b: int, page: list[list[int]]) -> list[list[int]]:
        own = [w for w in range(N) if w % G == b % G]
        flat = [w for row in page for w in row]
        kept = [w for i, w in enumerate(flat) if w % G == b % G or i % 3 == 0]
        more = [w for w in own if w not in kept][: 60 - len(kept)]
        whole = kept + more
        return [whole[i : i + 10] for i in range(0, 60, 10)]

    verdict = judge_launch(with_pages(live, own_alone), live, RELEVANT, NOTHING, ground, seed=1)
    told = " ".join(verdict.reasons)
    assert "pages narrow" in told
    assert "led to new genres less" in told
    assert judge_launch(live, live, RELEVANT, NOTHING, ground, seed=1).passed


def test_pages_of_what_is_started_and_left_are_refused_as_bait() -> None:
    live = answers(0.5, seed=2)
    bait = np.arange(N) % 10 == 3
    taken = Taken(np.where(bait, 0.2, 0.1), np.where(bait, 0.8, 0.3))

    def baited(b: int, page: list[list[int]]) -> list[list[int]]:
        shown = {w for row in page for w in row}
        free = [w for w in np.flatnonzero(bait).tolist() if w not in shown]
        return [[free.pop() if j == 1 and free else w for j, w in enumerate(row)] for row in page]

    verdict = judge_launch(
        with_pages(live, baited), live, RELEVANT, NOTHING, GROUND, seed=1, taken=taken
    )
    assert any("left early" in reason for reason in verdict.reasons), verdict.reasons
    same = judge_launch(live, live, RELEVANT, NOTHING, GROUND, seed=1, taken=taken)
    assert same.passed
    assert 0.3 < same.figures["left_early"]["live"] < 0.5


def test_bounds_are_the_operators() -> None:
    candidate, live, suppliers = starving(0.2, seed=4)
    for exposure, refused in ((0.85, True), (0.5, False)):
        verdict = judge_launch(
            candidate, live, RELEVANT, NOTHING, GROUND, seed=1, suppliers=suppliers,
            bounds=LaunchSettings(exposure=exposure),
        )  # fmt: skip
        assert any("supplier" in reason for reason in verdict.reasons) == refused


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
