"""The launch gate: a candidate beside the live ranking, on the newest slice of time that neither has seen.

In: what both say of the same viewers, lists and pages. Out: figures, paired by viewer, and the reasons why
the candidate must not go live. What can't be told from chance is no reason; what is worse beyond noise is.

Everything that a candidate is held to is one family of tests: one-sided, of paired differences over
viewers, corrected by Holm (1979, "A simple sequentially rejective multiple test procedure"), so that one
that is just as good is refused with a chance of `launch.error` at most, whatever the number of suppliers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from frontrow.base.bounds import LaunchSettings
from frontrow.base.randomness import rng_for
from frontrow.evaluation.guards import (
    Suppliers,
    Taken,
    first_screens,
    genres_shown,
    left_early,
    looked_at,
    new_genres,
)
from frontrow.evaluation.intervals import compare
from frontrow.evaluation.pages import Ground, Page, measure_pages
from frontrow.models.histories import Floats, Ints
from frontrow.ranking.list_metrics import ndcg

K = 20
LEAST_VIEWERS = 30
"""With fewer viewers to ask hardly anything could be told from chance, and nothing is launched."""

_LEAST_SUPPLIED = 0.02
"""Share of all that is looked at from which on a supplier's exposure can be told at all."""

_LEAST_PROBABILITY = 1e-7

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """What one ranking makes of the `b` viewers asked; pages are of the first of them, and of others."""

    lists: Ints  # [b, K]
    probability: Floats  # [b, n], of a good play
    pages: Sequence[Page]
    seconds: Values  # [pages], to build each
    broken: Sequence[str]  # rules that a page broke, in words


@dataclass(frozen=True)
class Verdict:
    """Figures, candidate beside live, and why it must not go live; empty: it may."""

    viewers: int
    figures: dict[str, dict[str, float]]
    reasons: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class Held:
    """One thing that a candidate is held to."""

    name: str
    ours: Values  # [b], nan where it can't be said
    theirs: Values  # [b]
    harm: Values  # [b], above 0: worse than is allowed
    words: str  # with {candidate}, {live} and {less}

    @property
    def p(self) -> float:
        """How likely harm as large is where nothing is worse than allowed (Student 1908, one-sided)."""
        harm = self.harm[~np.isnan(self.harm)]
        if len(harm) < LEAST_VIEWERS or harm.mean() <= 0:
            return 1.0
        spread = float(harm.std(ddof=1))
        t = float(harm.mean()) / max(spread / len(harm) ** 0.5, 1e-12)
        return float(stats.t.sf(t, len(harm) - 1))


def judge_launch(
    candidate: Answers,
    live: Answers,
    relevant: sparse.csr_array,
    seen: sparse.csr_array,
    ground: Ground,
    *,
    seed: int,
    suppliers: Suppliers | None = None,
    taken: Taken | None = None,
    bounds: LaunchSettings | None = None,
) -> Verdict:
    """The verdict on the same viewers.

    relevant: [b, n], what each then played well; seen: [b, n], what could not be recommended
    ground: for the pages, of the viewers that have them
    suppliers: whose exposure must hold; None: nobody's
    taken: how titles are taken; None: what is left early is not told
    """
    b = relevant.shape[0]
    if b < LEAST_VIEWERS:
        return Verdict(
            b, {}, [f"only {b} viewers of the newest slice can be asked; it takes {LEAST_VIEWERS}"]
        )
    bounds = bounds or LaunchSettings()
    held = [
        *_of_lists(candidate, live, relevant, seen),
        *_of_pages(candidate, live, ground, bounds, suppliers, taken),
    ]
    corrected = holm([one.p for one in held])
    figures, reasons = {}, []
    for one, p in zip(held, corrected, strict=True):
        figures[one.name] = of = {**_figure(one.ours, one.theirs, seed), "p": p}
        if p < bounds.error:
            less = 1 - of["candidate"] / of["live"] if of["live"] else 0.0
            told = one.words.format(candidate=of["candidate"], live=of["live"], less=less)
            reasons.append(f"{told}, beyond noise")
    reasons += sorted(set(candidate.broken))
    figures["milliseconds"] = slower = {
        "candidate": float(np.median(candidate.seconds)) * 1e3,
        "live": float(np.median(live.seconds)) * 1e3,
    }
    if slower["candidate"] > bounds.latency * slower["live"]:
        reasons.append(f"pages take {slower['candidate']:.1f} ms after {slower['live']:.1f} ms")
    return Verdict(b, figures, reasons)


def holm(p: Sequence[float]) -> list[float]:
    """Values of p corrected for their number by Holm's steps, each as high as the one before."""
    order, found, most = np.argsort(p, kind="stable"), [1.0] * len(p), 0.0
    for step, at in enumerate(order.tolist()):
        most = max(most, min(1.0, (len(p) - step) * p[at]))
        found[at] = most
    return found


def _of_lists(
    candidate: Answers, live: Answers, relevant: sparse.csr_array, seen: sparse.csr_array
) -> Iterator[Held]:
    """What is found, and how well probabilities fit."""
    ours, theirs = (ndcg(of.lists, relevant, K) for of in (candidate, live))
    name = f"ndcg@{K}"
    yield Held(
        name, ours, theirs, theirs - ours, name + " falls from {live:.4f} to {candidate:.4f}"
    )
    ours, theirs = (log_loss(of.probability, relevant, seen) for of in (candidate, live))
    words = "its probabilities fit worse: log loss rises from {live:.5f} to {candidate:.5f}"
    yield Held("log_loss", ours, theirs, ours - theirs, words)


def _of_pages(
    candidate: Answers,
    live: Answers,
    ground: Ground,
    bounds: LaunchSettings,
    suppliers: Suppliers | None,
    taken: Taken | None,
) -> Iterator[Held]:
    """What pages hold and lead to."""
    ours, theirs = (measure_pages(of.pages, ground) for of in (candidate, live))
    seen, others = (looked_at(of.pages) for of in (candidate, live))

    def kept(name: str, mine: Values, live_s: Values, share: float, words: str) -> Held:
        return Held(name, mine, live_s, share * live_s - mine, words)

    yield kept(
        "recall@6x10", ours["recall@6x10"], theirs["recall@6x10"], 1.0,
        "recall@6x10 falls from {live:.4f} to {candidate:.4f}",
    )  # fmt: skip
    yield kept(
        "diversity", ours["diversity"], theirs["diversity"], bounds.diversity,
        "pages are less varied: {candidate:.3f} after {live:.3f}",
    )  # fmt: skip
    far, before = ours["calibration_kl"], theirs["calibration_kl"]
    yield Held(
        "calibration_kl", far, before, far - before - bounds.calibration,
        "pages lie further from what viewers play: {candidate:.3f} nats after {live:.3f}",
    )  # fmt: skip
    if ground.genres.shape[1]:
        yield kept(
            "genres_shown",
            genres_shown(seen, ground.genres),
            genres_shown(others, ground.genres),
            bounds.entropy,
            "pages narrow: {candidate:.2f} genres, effectively, after {live:.2f}",
        )
        yield kept(
            "new_genres",
            new_genres(seen, ground.history, ground.genres),
            new_genres(others, ground.history, ground.genres),
            bounds.new_genres,
            "viewers are led to new genres less: {candidate:.1%} of what is looked at after {live:.1%}",
        )
    if taken is not None:
        left, live_left = (left_early(first_screens(of.pages), taken) for of in (candidate, live))
        yield Held(
            "left_early", left, live_left, left - bounds.left_early * live_left,
            "more of what is started would be left early: {candidate:.1%} after {live:.1%}",
        )  # fmt: skip
    if suppliers is not None:
        mine, theirs_ = (suppliers.looked_at(windows) for windows in (seen, others))
        for number, name in enumerate(suppliers.names):
            if theirs_[:, number].mean() >= _LEAST_SUPPLIED:
                name = f"supplier {name}"
                words = name.replace("{", "{{").replace("}", "}}") + " is looked at {less:.0%} less"
                yield kept(name, mine[:, number], theirs_[:, number], bounds.exposure, words)


def log_loss(probability: Floats, relevant: sparse.csr_array, seen: sparse.csr_array) -> Values:
    """float64[b]: of each viewer, the mean over titles that could be recommended; lower is better."""
    p = np.clip(probability.astype(np.float64), _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    loss = -np.log1p(-p)
    row = np.repeat(np.arange(len(p)), np.diff(relevant.indptr))
    at = row, relevant.indices
    loss[at] = -np.log(p[at])
    out = np.repeat(np.arange(len(p)), np.diff(seen.indptr)), seen.indices
    loss[out] = 0
    left = p.shape[1] - np.diff(seen.indptr)
    return np.asarray(loss.sum(axis=1) / np.maximum(left, 1))


def _figure(ours: Values, theirs: Values, seed: int) -> dict[str, float]:
    """Means and the paired difference's interval, over viewers of whom both can be said."""
    said = ~np.isnan(ours) & ~np.isnan(theirs)
    if not said.any():
        return {"candidate": 0.0, "live": 0.0, "difference": 0.0, "low": 0.0, "high": 0.0}
    paired = compare(ours[said], theirs[said], rng_for(seed, "bootstrap"))
    low, high = paired.difference_interval
    return {
        "candidate": float(ours[said].mean()),
        "live": float(theirs[said].mean()),
        "difference": paired.difference,
        "low": low,
        "high": high,
    }
