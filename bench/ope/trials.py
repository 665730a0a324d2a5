"""One trial of one seed: what the processes of the bench run."""

from __future__ import annotations

from bench.ope.worlds import SPOILT, World, make
from frontrow.evaluation.ope import judge


def covered(world: World, seed: int) -> tuple[tuple[str, ...], float, dict[str, tuple[bool, bool]]]:
    """Why a log was refused; its effective sample; and for each estimate whether our interval, and the
    plain normal one, holds the truth."""
    choices, target, truth = make(world, seed)
    judged = judge(choices, target)
    assert judged.support is not None
    held = {
        name: (one.low <= truth <= one.high, abs(one.value - truth) <= 1.96 * one.error)
        for name, one in judged.estimates.items()
    }
    return tuple(one.code for one in judged.refused), judged.support.effective, held


def spoilt(name: str, seed: int) -> tuple[str, ...]:
    """Why a log that can't tell was refused."""
    world, spoil = SPOILT[name]
    choices, target, _ = make(world, seed)
    return tuple(one.code for one in judge(*spoil(choices, target, seed)).refused)
