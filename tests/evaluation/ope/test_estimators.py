"""Estimators of another policy's worth: against slow formulae, enumeration and planted truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.evaluation.ope import (
    Choices,
    Given,
    Logged,
    Uniform,
    judge,
    learn_and_judge,
    learn_best_fixed,
    learn_greedy,
)
from frontrow.evaluation.ope.estimators import dr, ips, snips
from frontrow.evaluation.ope.evaluate import terms_of
from frontrow.evaluation.ope.reward_model import cross_fit
from frontrow.evaluation.ope.weighing import weigh
from tests.evaluation.ope.worlds import Planted, in_lists, log_of

SEEDS = st.integers(0, 2**32)


@settings(deadline=None, max_examples=15)
@given(SEEDS)
def test_fast_terms_are_those_of_the_slow_formulae(seed: int) -> None:
    choices, target, _ = log_of(seed, 60)
    weighed = weigh(choices, target, seed=seed)
    model = cross_fit(choices, seed)
    w, r = [], choices.reward
    for i in range(len(choices)):
        w.append(target.pi[i, choices.action[i]] / choices.probability[i])
    value = sum(w[i] * r[i] for i in range(60)) / sum(w)
    for i in range(len(choices)):
        q = [
            float(model.predict(np.array([i]), choices.context, np.array([a], dtype=np.int32))[0])
            for a in range(5)
        ]
        direct = sum(target.pi[i, a] * q[a] for a in range(5))
        assert ips(weighed).each[i] == pytest.approx(w[i] * r[i])
        assert snips(weighed).each[i] == pytest.approx(value + w[i] / np.mean(w) * (r[i] - value))
        rest = r[i] - q[choices.action[i]]
        assert dr(weighed).each[i] == pytest.approx(direct + w[i] * rest)


@settings(deadline=None, max_examples=15)
@given(SEEDS)
def test_listed_candidates_give_what_the_same_candidates_unlisted_give(seed: int) -> None:
    choices, target, _ = log_of(seed, 80)
    listed, _ = in_lists(choices, seed)
    plain, told = terms_of(weigh(choices, target)), terms_of(weigh(listed, target))
    for name in plain:
        assert told[name].each == pytest.approx(plain[name].each)


def test_ips_and_dr_are_right_on_average_over_every_log_that_could_have_been() -> None:
    # One context, three actions, logs of two choices: all nine, each as likely as it is.
    p, pi, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.2, 0.7]), np.array([0.3, 0.6, 0.9])
    found = {"ips": 0.0, "dr": 0.0}
    for first in range(3):
        for second in range(3):
            drawn = np.array([first, second], dtype=np.int32)
            choices = Choices(("a", "b", "c"), drawn, p[drawn], q[drawn], np.arange(2),
                              np.zeros((2, 0)))  # fmt: skip
            terms = terms_of(weigh(choices, Planted(np.tile(pi, (2, 1)))))
            for name in found:
                found[name] += p[first] * p[second] * float(terms[name].each.mean())
    assert found["ips"] == pytest.approx(pi @ q)
    assert found["dr"] == pytest.approx(pi @ q)


def test_the_logs_own_policy_is_worth_what_it_earned() -> None:
    choices, _, _ = log_of(1, 2_000)
    judged = judge(choices, Logged())
    assert set(judged.estimates) == {"ips", "snips"}
    for interval in judged.estimates.values():
        assert interval.value == pytest.approx(choices.reward.mean())
    assert judged.gains["snips"].value == pytest.approx(0.0, abs=1e-12)


@pytest.mark.slow
def test_planted_worth_lies_in_the_interval_about_as_often_as_claimed() -> None:
    held, asked = dict.fromkeys(["ips", "snips", "dr", "switch", "shrunk"], 0), 0
    for seed in range(60):
        choices, target, truth = log_of(seed, 1_000)
        judged = judge(choices, target)
        if not judged.refused:
            asked += 1
            for name in held:
                held[name] += judged.estimates[name].low <= truth <= judged.estimates[name].high
    assert asked >= 57  # good logs are refused seldom
    assert min(held.values()) >= 0.87 * asked  # at 95% by chance alone: once in a hundred times


def test_a_column_of_probabilities_gives_the_estimates_that_need_no_more() -> None:
    choices, target, _ = log_of(3, 2_000)
    drawn = target.pi[np.arange(2_000), choices.action]
    judged = judge(replace(choices, target=drawn), Given("column"))
    whole = judge(choices, target)
    assert set(judged.estimates) == {"ips", "snips"}
    assert judged.estimates["ips"] == whole.estimates["ips"]


def test_a_best_fixed_policy_always_draws_the_same_of_the_same_candidates() -> None:
    choices, _, _ = log_of(4, 3_000)
    target = learn_best_fixed(choices)
    block = next(choices.blocks())
    pi = target.of_pairs(choices, block).reshape(-1, 5)
    means = [choices.reward[choices.action == a].mean() for a in range(5)]
    assert (pi.argmax(axis=1) == int(np.argmax(means))).all()
    assert (pi.sum(axis=1) == 1).all()


@settings(deadline=None, max_examples=10)
@given(st.floats(0, 1))
def test_a_floor_is_shared_among_all_candidates(floor: float) -> None:
    choices, _, _ = log_of(5, 200)
    pi = learn_greedy(choices, floor).of_pairs(choices, next(choices.blocks())).reshape(-1, 5)
    assert pi.sum(axis=1) == pytest.approx(np.ones(200))
    assert pi.min() >= floor / 5 - 1e-12


def test_a_learned_policy_is_judged_on_viewers_it_was_not_learned_on() -> None:
    # Nothing is to be learned here: on its own viewers the best of 10 actions would look better.
    rng = np.random.default_rng(7)
    gains = []
    for _ in range(40):
        action = rng.integers(0, 10, 3_000).astype(np.int32)
        reward = (rng.random(3_000) < 0.3).astype(float)
        choices = Choices(tuple(map(str, range(10))), action, np.full(3_000, 0.1), reward,
                          np.arange(3_000), np.zeros((3_000, 0)))  # fmt: skip
        judged = learn_and_judge(choices, "best-fixed", floor=0.3)
        gains += [judged.gains["snips"].value] if not judged.refused else []
    assert len(gains) >= 30
    assert abs(np.mean(gains)) < 3 * np.std(gains) / np.sqrt(len(gains))


def test_viewers_who_repeat_widen_the_interval() -> None:
    choices, _, _ = log_of(6, 800)
    again = choices.take(np.repeat(np.arange(800), 4))
    alone = judge(choices, Uniform()).estimates["dr"]
    as_if_new = judge(replace(again, cluster=np.arange(3_200)), Uniform()).estimates["dr"]
    clustered = judge(again, Uniform()).estimates["dr"]
    assert clustered.error > 1.8 * as_if_new.error
    assert clustered.error == pytest.approx(alone.error, rel=0.15)
