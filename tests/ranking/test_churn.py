"""Cancelling: signals from the log, a calibrated hazard, reasons, and uplift from trials alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bench.churn.worlds import BEGIN_US, WEEK_US, planted_trial, subscribers
from frontrow.base.errors import BadInput
from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY, from_us
from frontrow.evaluation.churn import auc, judge_churn
from frontrow.events import Event
from frontrow.events.log import Logged
from frontrow.ranking.churn import (
    SIGNALS,
    drivers_of,
    fit_hazard,
    landmarks_of,
    signals_at,
    timeline_of,
)
from frontrow.ranking.churn.hazard import Hazard
from frontrow.ranking.churn.uplift import Trial, judge_uplift, kept_by, why_not

AT = {name: i for i, name in enumerate(SIGNALS)}


def life(*told: tuple[str, float, dict[str, Any]]) -> list[Logged]:
    """Events on days from the beginning."""
    found = []
    for number, (kind, day, more) in enumerate(told, start=1):
        us = BEGIN_US + int(day * US_PER_DAY)
        event = Event(event_id=f"e{number}", type=kind, profile_id="ann", time=from_us(us), **more)  # type: ignore[arg-type]
        found.append(Logged(number, kind, us, us, event, {}))
    return found


def at_day(events: list[Logged], day: float) -> dict[str, float]:
    timeline = timeline_of("ann", events)
    assert timeline is not None
    begin = timeline.periods[-1][0]
    x = signals_at(timeline, np.array([BEGIN_US + int(day * US_PER_DAY)]), begin)[0]
    return dict(zip(SIGNALS, x.tolist(), strict=True))


STOP = {"runtime_seconds": 3_600.0}


def test_signals_count_what_came_before_the_moment_and_nothing_after() -> None:
    events = life(
        ("subscribe", 0, {}), ("play", 1, {"title_id": "a"}),
        ("stop", 1.05, {"title_id": "a", "seconds_watched": 3_600.0, "position_seconds": 3_600.0, **STOP}),
        ("play", 10, {"title_id": "b"}), ("play", 10.5, {"title_id": "b", "autoplay": True}),
        ("stop", 10.6, {"title_id": "b", "seconds_watched": 300.0, "position_seconds": 300.0, **STOP}),
        ("impression", 12, {"title_id": "c"}), ("search", 12, {"query": "x"}),
        ("rate", 13, {"title_id": "b", "value": -1}), ("dismiss", 13, {"title_id": "d"}),
        ("dismiss", 13, {"title_id": "e", "scope": "continue_watching"}), ("play", 20, {"title_id": "z"}),
    )  # fmt: skip
    found = at_day(events, 14)
    assert np.expm1(found["silent"]) == pytest.approx(4)
    assert np.expm1([found["starts_7"], found["starts_28"]]) == pytest.approx([1, 2])
    assert np.expm1([found["hours_7"], found["hours_28"]]) == pytest.approx(
        [300 / 3600, 3900 / 3600]
    )
    assert found["finished"] == pytest.approx(2 / 4)
    assert found["left_early"] == pytest.approx(1.5 / 4)
    assert np.expm1([found["searches"], found["disliked"]]) == pytest.approx([1, 2])
    assert found["empty_visits"] == pytest.approx((1 + 0.5) / (3 + 2))
    assert np.expm1(found["tenure"]) == pytest.approx(2)
    assert at_day(events[:-1], 14) == found


def test_a_subscription_goes_from_subscribe_to_cancel_and_may_begin_again() -> None:
    def periods(*told: tuple[str, float, dict[str, Any]]) -> list[tuple[float, float | None]]:
        timeline = timeline_of("ann", life(*told))
        assert timeline is not None
        return [((b - BEGIN_US) / US_PER_DAY, None if e is None else (e - BEGIN_US) / US_PER_DAY)
                for b, e in timeline.periods]  # fmt: skip

    assert periods(("play", 2, {"title_id": "a"}), ("cancel", 9, {})) == [(2, 9)]
    assert periods(("play", 1, {"title_id": "a"}), ("subscribe", 2, {}), ("cancel", 9, {}),
                   ("cancel", 10, {}), ("subscribe", 30, {})) == [(2, 9), (30, None)]  # fmt: skip
    assert periods(("cancel", 4, {}), ("subscribe", 5, {})) == [(5, None)]


def test_a_look_knows_whether_it_ended_only_as_far_as_time_went() -> None:
    events = life(("subscribe", 0, {}), ("play", 1, {"title_id": "a"}), ("cancel", 60, {}))
    timeline = timeline_of("ann", events)
    assert timeline is not None
    whole = landmarks_of([timeline], BEGIN_US + 100 * US_PER_DAY)
    days = (whole.moment_us - BEGIN_US) / US_PER_DAY
    assert (np.diff(days) == 28).all()
    assert (whole.moment_us < BEGIN_US + 60 * US_PER_DAY).all()
    assert whole.ended.all()
    assert whole.days == pytest.approx(60 - days)
    assert whole.weeks.tolist() == np.ceil((60 - days) / 7).astype(int).tolist()
    early = landmarks_of([timeline], BEGIN_US + 50 * US_PER_DAY)
    assert not early.ended.any()
    assert early.days == pytest.approx(50 - (early.moment_us - BEGIN_US) / US_PER_DAY)
    assert not early.known_for(50).any()


def test_chances_add_up_over_weeks_and_days() -> None:
    k = len(SIGNALS)
    hazard = Hazard(np.zeros(k), np.ones(k), np.full(13, -3.0), np.full(k, 0.1), np.full(k, 0.2))
    x = rng_for(1, "x").normal(size=(7, k))
    weekly = hazard.weekly(x)
    assert hazard.within(x, 7) == pytest.approx(weekly[:, 0])
    assert hazard.within(x, 28) == pytest.approx(1 - (1 - weekly[:, :4]).prod(axis=1))
    ahead = np.stack([hazard.within(x, days) for days in (1, 7, 10, 30, 60, 90, 91)])
    assert (np.diff(ahead, axis=0) > 0).all()


def test_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    rng = rng_for(2, "auc")
    score, left = rng.integers(0, 5, 60).astype(np.float64), rng.random(60) < 0.4
    pairs = [(a > b) + 0.5 * (a == b) for a in score[left] for b in score[~left]]
    assert auc(score, left) == pytest.approx(np.mean(pairs))
    assert np.isnan(auc(score, np.zeros(60, dtype=bool)))


def test_reasons_name_what_stands_out_in_both_languages() -> None:
    k = len(SIGNALS)
    lasting = np.zeros(k)
    lasting[[AT["silent"], AT["empty_visits"], AT["tenure"]]] = 0.8, 0.5, -0.3
    hazard = Hazard(np.zeros(k), np.ones(k), np.zeros(13), lasting, np.zeros(k))
    x = np.zeros(k)
    x[AT["silent"]], x[AT["empty_visits"]], x[AT["tenure"]] = np.log1p(19), 0.6, np.log1p(30)
    found = drivers_of(hazard, x)
    assert [driver.code for driver in found] == ["silent", "nothing_found"]
    assert found[0].words("en") == "Has started nothing for 19 days"
    assert "19 Tagen" in found[0].words("de")
    assert "60%" in found[1].words("en")
    assert drivers_of(hazard, np.zeros(k)) == []


@pytest.mark.slow
def test_planted_cancelling_is_foreseen_nearly_as_well_as_can_be_and_in_proportion() -> None:
    world = subscribers(2_000, 52, seed=5)
    hazard, figures = judge_churn(world.timelines, world.until_us, rng_for(5, "churn"))
    assert figures.auc > 0.75
    assert figures.calibration_error < 0.02
    assert all(figures.brier[days] < figures.brier_of_base[days] for days in (30, 60, 90))
    effect = hazard.effect(4)
    assert effect[AT["silent"]] > 0


def test_too_few_cancellations_say_nothing() -> None:
    world = subscribers(30, 20, seed=1)
    with pytest.raises(BadInput, match="are needed"):
        judge_churn(world.timelines, BEGIN_US + 20 * WEEK_US, rng_for(1, "churn"))


def judged(trial: Trial, seed: int) -> Any:
    rng = rng_for(seed, "half")
    half = rng.random(len(trial.x)) < 0.5
    return judge_uplift(trial, half, rng), half


def test_uplift_names_those_who_can_be_kept_and_not_those_who_leave_when_approached() -> None:
    trial, truth = planted_trial(8_000, seed=3)
    assert why_not(trial) == []
    found, half = judged(trial, 3)
    truth = truth[half]
    assert found.by_uplift.interval[0] > 0
    assert found.difference_interval[0] > 0
    best, riskiest = (np.argsort(-by)[:800] for by in (found.keeps, found.risk))
    assert truth[best].sum() > 0 > truth[riskiest].sum()
    later, of_later = planted_trial(4_000, seed=4)
    named = np.argsort(-kept_by(trial, later.x))[:800]
    assert of_later[named].sum() > 0.7 * np.sort(of_later)[-800:].sum()


def test_an_approach_that_changes_nothing_keeps_nobody() -> None:
    wrong = 0
    for seed in range(20):
        found, _ = judged(planted_trial(2_000, seed=seed, keeps=False)[0], seed)
        wrong += found.by_uplift.interval[0] > 0
    assert wrong <= 3  # one in forty, by chance; 4 of 20 would be one in a thousand


def test_a_qini_is_what_approaching_in_that_order_truly_keeps() -> None:
    trial, truth = planted_trial(40_000, seed=6)
    found, half = judged(trial, 6)
    truth = truth[half]
    order = np.argsort(-found.keeps, kind="stable")
    gain = np.concatenate([[0], np.cumsum(truth[order])]) / len(truth)
    share = np.linspace(0, 1, len(gain))
    true = np.trapezoid(gain - share * gain[-1], share)
    low, high = found.by_uplift.interval
    assert low - 0.001 < true < high + 0.001


@pytest.mark.parametrize(
    ("spoil", "told"),
    [(lambda t: t.treated & (np.arange(len(t.treated)) < 300), "were approached"),
     (lambda t: t.x[:, AT["silent"]] > 0, "depends on what they did"),
     (lambda t: np.zeros(len(t.treated), dtype=bool), "are needed")],
)  # fmt: skip
def test_without_a_draw_by_chance_nothing_is_recommended(spoil: Any, told: str) -> None:
    trial, _ = planted_trial(6_000, seed=9)
    chosen = Trial(trial.x, spoil(trial), trial.ended, trial.chance)
    assert any(told in reason for reason in why_not(chosen))


def test_certain_approaches_and_few_who_left_are_refused() -> None:
    trial, _ = planted_trial(2_000, seed=9)
    certain = Trial(trial.x, trial.treated, trial.ended, np.ones(2_000))
    assert any("no trial" in reason for reason in why_not(certain))
    few = Trial(trial.x, trial.treated, np.zeros(2_000, dtype=bool), trial.chance)
    assert any("left" in reason for reason in why_not(few))


@pytest.mark.parametrize("weeks", [13, 26])
def test_a_constant_hazard_is_found_as_it_is_however_short_the_history(weeks: int) -> None:
    rng = rng_for(4, "constant")
    timelines = []
    for number in range(3_000):
        ends = BEGIN_US + int(7 * US_PER_DAY * rng.exponential(1 / -np.log(0.98)))
        told = [("subscribe", 0.0, {}), ("play", 0.5, {"title_id": "a"})]
        if ends < BEGIN_US + weeks * WEEK_US:
            told.append(("cancel", (ends - BEGIN_US) / US_PER_DAY, {}))
        timeline = timeline_of(f"p{number}", life(*told))
        assert timeline is not None
        timelines.append(timeline)
    looks = landmarks_of(timelines, BEGIN_US + weeks * WEEK_US)
    hazard = fit_hazard(looks)
    assert hazard.within(looks.x, 28).mean() == pytest.approx(1 - 0.98**4, abs=0.006)
    assert hazard.weekly(looks.x).max(axis=1).mean() < 0.05
