"""The launch gate: a candidate beside the live ranking, on the newest slice of time that neither has seen.

In: what both say of the same viewers, lists and pages. Out: figures, paired by viewer, and the reasons why
the candidate must not go live. What can't be told from chance is no reason; what is worse beyond noise is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.catalog import Catalogue
from frontrow.evaluation.intervals import compare
from frontrow.evaluation.pages import Ground, Page, by_default, measure_pages
from frontrow.models.histories import Floats, Ints
from frontrow.ranking.list_metrics import ndcg

K = 20
LEAST_VIEWERS = 30
"""With fewer viewers to ask hardly anything could be told from chance, and nothing is launched."""

LEAST_DIVERSITY = 0.9
"""Share of the live pages' variety below which a candidate is refused."""

MOST_LATENCY = 1.5
"""Times the live pages' build time above which a candidate is refused."""

LEAST_EXPOSURE = 0.85
"""Share of what a supplier's titles are looked at on the live pages below which a candidate is refused."""

_LEAST_SUPPLIED = 0.02
"""Share of all that is looked at from which on a supplier's exposure can be told at all."""

_LEAST_PROBABILITY = 1e-7

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Suppliers:
    """Who supplied each work: index into `names`, -1 where nobody is named."""

    index: NDArray[np.int32]
    names: tuple[str, ...]

    def looked_at(self, page: Page) -> Values:
        """float64[names]: each supplier's share of all that is looked at on a page."""
        total = np.zeros(len(self.names) + 1)
        most = max((len(row) for row in page), default=0)
        weight = by_default(max(len(page), 1), max(most, 1))
        for of_row, row in zip(weight, page, strict=False):
            np.add.at(total, self.index[np.asarray(row, dtype=np.int64)], of_row[: len(row)])
        return np.asarray(total[:-1] / max(total.sum(), 1e-12))


def suppliers_of(catalogue: Catalogue) -> Suppliers:
    """The suppliers that a catalogue names."""
    named = [work.title.supplier for work in catalogue.works]
    names = tuple(sorted({name for name in named if name is not None}))
    place = {name: i for i, name in enumerate(names)}
    index = np.array([-1 if name is None else place[name] for name in named], dtype=np.int32)
    return Suppliers(index, names)


@dataclass(frozen=True)
class Answers:
    """What one ranking makes of the `b` viewers asked; pages are of the first of them."""

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


def judge_launch(
    candidate: Answers,
    live: Answers,
    relevant: sparse.csr_array,
    seen: sparse.csr_array,
    ground: Ground,
    *,
    seed: int,
    suppliers: Suppliers | None = None,
) -> Verdict:
    """The verdict on the same viewers.

    relevant: [b, n], what each then played well; seen: [b, n], what could not be recommended
    ground: for the pages, of the viewers that have them
    suppliers: whose exposure must hold; None: nobody's
    """
    b = relevant.shape[0]
    if b < LEAST_VIEWERS:
        return Verdict(
            b, {}, [f"only {b} viewers of the newest slice can be asked; it takes {LEAST_VIEWERS}"]
        )
    ours, theirs = (measure_pages(of.pages, ground) for of in (candidate, live))
    pairs = {
        f"ndcg@{K}": tuple(ndcg(of.lists, relevant, K) for of in (candidate, live)),
        "recall@6x10": (ours["recall@6x10"], theirs["recall@6x10"]),
        "log_loss": tuple(log_loss(of.probability, relevant, seen) for of in (candidate, live)),
        "diversity": (ours["diversity"], theirs["diversity"]),
        "calibration_kl": (ours["calibration_kl"], theirs["calibration_kl"]),
    }
    figures = {name: _figure(mine, others, seed) for name, (mine, others) in pairs.items()}
    reasons = [
        f"{name} falls from {of['live']:.4f} to {of['candidate']:.4f}, beyond noise"
        for name, of in figures.items()
        if name in (f"ndcg@{K}", "recall@6x10") and of["high"] < 0
    ]
    loss = figures["log_loss"]
    if loss["low"] > 0:
        reasons.append(
            f"its probabilities fit worse: log loss rises from {loss['live']:.5f} to"
            f" {loss['candidate']:.5f}, beyond noise"
        )
    variety = figures["diversity"]
    if variety["candidate"] < LEAST_DIVERSITY * variety["live"] and variety["high"] < 0:
        reasons.append(
            f"pages are less varied: {variety['candidate']:.3f} after {variety['live']:.3f}"
        )
    if suppliers is not None:
        exposure = _exposures(candidate.pages, live.pages, suppliers, seed)
        figures |= exposure
        reasons += [
            f"{name} is looked at {1 - of['ratio']:.0%} less, beyond noise"
            for name, of in exposure.items()
            if of["ratio"] < LEAST_EXPOSURE and of["high"] < 0
        ]
    reasons += sorted(set(candidate.broken))
    figures["milliseconds"] = {
        "candidate": float(np.median(candidate.seconds)) * 1e3,
        "live": float(np.median(live.seconds)) * 1e3,
    }
    slower = figures["milliseconds"]
    if slower["candidate"] > MOST_LATENCY * slower["live"]:
        reasons.append(f"pages take {slower['candidate']:.1f} ms after {slower['live']:.1f} ms")
    return Verdict(b, figures, reasons)


def _exposures(
    ours: Sequence[Page], theirs: Sequence[Page], suppliers: Suppliers, seed: int
) -> dict[str, dict[str, float]]:
    """How much each supplier's titles are looked at, of all that is, candidate beside live."""
    shares = [np.stack([suppliers.looked_at(page) for page in pages]) for pages in (ours, theirs)]
    found = {}
    for number, name in enumerate(suppliers.names):
        mine, others = (share[:, number] for share in shares)
        if others.mean() >= _LEAST_SUPPLIED:
            figure = _figure(mine, others, seed)
            found[f"supplier {name}"] = {**figure, "ratio": float(mine.mean() / others.mean())}
    return found


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
