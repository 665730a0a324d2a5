"""A log that can't tell is refused: by each cause, with the figure, the bound, and what is needed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from frontrow.base.errors import BadInput
from frontrow.evaluation.ope import Choices, Given, Judged, Uniform, judge, learn_and_judge
from frontrow.evaluation.ope.support import not_reproducible
from tests.evaluation.ope.worlds import Planted, in_lists, log_of


def codes(judged: Judged) -> set[str]:
    return {one.code for one in judged.refused}


def uniform_log(n: int, actions: int = 4, rate: float = 0.3, seed: int = 1) -> Choices:
    rng = np.random.default_rng(seed)
    return Choices(
        tuple(f"a{i}" for i in range(actions)),
        rng.integers(0, actions, n).astype(np.int32),
        np.full(n, 1 / actions),
        (rng.random(n) < rate).astype(float),
        np.arange(n),
        np.zeros((n, 0)),
    )


def always(action: int, choices: Choices) -> Planted:
    pi = np.zeros((len(choices), len(choices.actions)))
    pi[:, action] = 1.0
    return Planted(pi)


def test_a_good_log_is_not_refused_and_not_warned_of() -> None:
    judged = judge(uniform_log(4_000), Uniform())
    assert not judged.refused
    assert not judged.warnings
    assert judged.best == "dr"


def test_a_refusal_holds_no_number_and_says_what_is_needed() -> None:
    judged = judge(uniform_log(200), always(0, uniform_log(200)))
    assert judged.refused
    assert not judged.estimates
    assert not judged.gains
    assert judged.best is None
    for one in judged.refused:
        assert one.what
        assert one.needed


def test_too_small_an_effective_sample_is_refused() -> None:
    log = uniform_log(300, rate=0.9)
    found = next(r for r in judge(log, always(0, log)).refused if r.code == "effective_sample")
    assert found.figure < found.bound == 100
    assert "such choices" in found.needed


@pytest.mark.parametrize(("viewers", "of_one"), [(3, 0.0), (9, 0.0), (2_000, 0.5)])
def test_too_few_viewers_or_one_who_outweighs_are_refused(viewers: int, of_one: float) -> None:
    log = uniform_log(4_000)
    cluster = np.where(np.arange(4_000) < 4_000 * of_one, 0, np.arange(4_000) % viewers)
    found = judge(replace(log, cluster=cluster), Uniform()).refused
    assert {one.code for one in found} == {"viewers"}
    assert found[0].figure < found[0].bound == 10


def test_below_30_viewers_there_is_a_warning() -> None:
    log = uniform_log(4_000)
    judged = judge(replace(log, cluster=np.arange(4_000) % 20), Uniform())
    assert not judged.refused
    assert "20.0 viewers" in judged.warnings[0]


def test_too_few_positives_are_refused() -> None:
    judged = judge(uniform_log(4_000, rate=0.01), Uniform())
    assert codes(judged) == {"positives"}
    assert judged.refused[0].figure < judged.refused[0].bound == 50


def test_one_weight_that_outweighs_is_refused() -> None:
    log = uniform_log(4_000)
    probability = log.probability.copy()
    probability[7] = 0.25 / 400
    judged = judge(replace(log, probability=probability), Uniform())
    assert "largest_weight" in codes(judged)


def test_weights_whose_mean_is_not_1_are_refused() -> None:
    log = uniform_log(4_000)
    rng = np.random.default_rng(2)
    wrong = log.probability * rng.uniform(1.1, 1.5, 4_000)
    assert codes(judge(replace(log, probability=wrong), Uniform())) == {"mean_weight"}


def test_what_the_log_never_drew_is_refused_and_named() -> None:
    log = uniform_log(8_000)
    seldom = log.take(np.flatnonzero(log.action != 2))
    seldom = replace(seldom, probability=np.full(len(seldom), 1 / 3))
    judged = judge(seldom, Uniform())
    found = next(r for r in judged.refused if r.code == "unsupported")
    assert found.figure == pytest.approx(0.25, abs=0.01)
    assert "a2" in found.what


@pytest.mark.slow
def test_a_large_catalogue_of_which_many_were_never_drawn_by_chance_is_not_refused() -> None:
    log = uniform_log(6_000, actions=3_000)
    assert (np.bincount(log.action, minlength=3_000) == 0).sum() > 300
    assert not judge(log, Uniform()).refused


def test_what_the_log_says_it_hardly_ever_draws_is_refused_in_the_contexts_where_it_is_so() -> None:
    choices, _, _ = log_of(1, 3_000, floor=0.0, sharp=2.5)
    listed, _ = in_lists(choices)
    for log in (choices, listed):
        judged = judge(log, Uniform())
        assert "unsupported" in codes(judged)


@pytest.mark.parametrize(
    ("value", "code"),
    [(np.nan, "propensities_missing"), (0.0, "propensities_zero"),
     (-0.1, "propensities_zero"), (1.2, "propensities_not_reproducible")],
)  # fmt: skip
def test_a_probability_that_is_none_is_refused(value: float, code: str) -> None:
    log = uniform_log(4_000)
    probability = log.probability.copy()
    probability[3] = value
    judged = judge(replace(log, probability=probability), Uniform())
    assert codes(judged) == {code}
    assert judged.support is None


@pytest.mark.parametrize("spoil", [lambda pi: pi * 0.9, lambda pi: pi * [[1, -1, 1, 1]],
                                   lambda pi: pi * np.nan, lambda pi: pi * np.inf])  # fmt: skip
def test_a_policy_whose_probabilities_are_none_is_refused(spoil: Any) -> None:
    log, even = uniform_log(4_000), np.full((4_000, 4), 0.25)
    even[7] = spoil(even[7])
    found = judge(log, Planted(even)).refused
    assert len(found) == 1
    assert found[0].code in ("target_no_probability", "target_missing")
    assert "choice 8" in found[0].what


def test_a_policy_that_could_take_one_thing_only_takes_it() -> None:
    listed, _ = in_lists(uniform_log(4_000))
    assert listed.candidates is not None
    indptr = np.concatenate([[0, 1], np.arange(8, 4 * 4_000 + 1, 4)])  # the first has one candidate
    candidates = np.concatenate([listed.action[:1], listed.candidates[4:]])
    one = replace(listed, candidates=candidates, indptr=indptr, target=np.full(4_000, 0.25))
    assert codes(judge(one, Given("theirs"))) == {"target_no_probability"}
    one.target[0] = 1.0
    assert not judge(one, Given("theirs")).refused


def test_a_reward_that_is_no_number_is_refused() -> None:
    log = uniform_log(4_000)
    log.reward[7] = np.inf
    for asked in (partial(judge, log, Uniform()), partial(learn_and_judge, log, "greedy")):
        with pytest.raises(BadInput, match="the first is choice 8"):
            asked()


def test_candidates_whose_probabilities_do_not_sum_to_1_are_refused() -> None:
    choices, target, _ = log_of(2, 2_000)
    assert choices.chances is not None
    off = replace(choices, chances=choices.chances * 0.9)
    assert codes(judge(off, target)) == {"propensities_not_reproducible"}


def test_a_replay_that_differs_is_a_refusal() -> None:
    against = [not_reproducible(3, 20, "differ from those of a replay")]
    judged = judge(uniform_log(4_000), Uniform(), not_ours=against)
    assert codes(judged) == {"propensities_not_reproducible"}


def test_below_500_effective_choices_there_is_a_warning() -> None:
    log = uniform_log(1_600)
    judged = judge(log, always(1, log))
    assert not judged.refused
    assert "effective sample" in judged.warnings[0]
