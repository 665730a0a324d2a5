"""`train --tune`: each scorer's dials drawn at random and tried on the latest slices, within a budget.

Random search (Bergstra, Bengio 2012, "Random Search for Hyper-Parameter Optimization"): trials go round
the scorers; each keeps its best, and the dials that hold without a search are every scorer's first trial.
The sequence model is tried on the latest slice only: its fits take most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.models.ease import Gram
from frontrow.models.histories import Floats
from frontrow.models.ials import fit_ials
from frontrow.models.sequence import SequenceDials, fit_sequence
from frontrow.training.tune import MAX_SLICES, MOST_WORKS, FitDials, Known, choose_dials, gains_of

SCORERS = ("ease", "ials", "sequence")

EASE_RANGE = (0.05, 4.0)
UNOBSERVED_RANGE = (0.03, 3.0)
REGULARIZATION_RANGE = (0.001, 0.1)
RATE_RANGE = (0.0007, 0.005)
"""Logarithms are drawn evenly."""

FACTORS = (16, 32, 64)
AHEAD = (1, 2, 3, 5, 8)
EPOCHS = (5, 10, 15, 20)
DROPOUT = (0.0, 0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Trial:
    """One scorer under some dials, and the nDCG@20 that it reached alone."""

    scorer: str
    dials: FitDials
    reached: float


def search_dials(
    known: Sequence[Known],
    content: Floats,
    seed: int,
    trials: int,
    hear: Callable[[float, str], None],
    least_to_read: int,
) -> tuple[FitDials, list[Trial]]:
    """The best dials of so many trials beside those that are chosen anyway, and all trials.

    content: float32[n, dc], the works' content vectors
    """
    some = known[:MAX_SLICES]
    best = choose_dials(known, seed)
    if not some:
        return best, []
    scorers = [s for s in SCORERS if _can_be_tried(s, some, least_to_read)]
    first = [_try(scorer, best, some, content, seed) for scorer in scorers]
    found = list(first)
    reached = {trial.scorer: trial.reached for trial in first}
    rng = rng_for(seed, "search")
    for number in range(trials if scorers else 0):
        scorer = scorers[number % len(scorers)]
        hear(
            number / trials,
            f"trial {number + 1} of {trials}: {scorer} (best {reached[scorer]:.4f})",
        )
        trial = _try(scorer, _drawn(scorer, best, rng), some, content, seed)
        found.append(trial)
        if trial.reached > reached[scorer]:
            reached[scorer] = trial.reached
            best = replace(best, **{scorer: getattr(trial.dials, scorer)})
    return best, found


def _can_be_tried(scorer: str, known: Sequence[Known], least_to_read: int) -> bool:
    histories, _ = known[0]
    if scorer == "ease":
        return len(np.unique(histories.work)) <= MOST_WORKS
    return scorer == "ials" or len(histories.work) >= least_to_read


def _drawn(scorer: str, dials: FitDials, rng: np.random.Generator) -> FitDials:
    def even(low: float, high: float) -> float:
        return float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.3g}")

    if scorer == "ease":
        return replace(dials, ease=even(*EASE_RANGE))
    if scorer == "ials":
        drawn = replace(
            dials.ials,
            factors=int(rng.choice(FACTORS)),
            unobserved=even(*UNOBSERVED_RANGE),
            regularization=even(*REGULARIZATION_RANGE),
        )
        return replace(dials, ials=drawn)
    sequence = replace(
        dials.sequence or SequenceDials(),
        learning_rate=even(*RATE_RANGE),
        ahead=int(rng.choice(AHEAD)),
        epochs=int(rng.choice(EPOCHS)),
        dropout=float(rng.choice(DROPOUT)),
    )
    return replace(dials, sequence=sequence)


def _try(scorer: str, dials: FitDials, known: Sequence[Known], content: Floats, seed: int) -> Trial:
    gains = []
    for histories, questions in known[:1] if scorer == "sequence" else known:
        if scorer == "ease":
            gram = Gram.of(histories)
            gains.append(gains_of(gram.solve(gram.default * dials.ease), questions))
        elif scorer == "ials":
            gains.append(gains_of(fit_ials(histories, seed, dials.ials), questions))
        else:
            model = fit_sequence(histories, content, seed, dials.sequence)
            gains.append(gains_of(model, questions))
    return Trial(scorer, dials, float(np.concatenate(gains).mean()))
