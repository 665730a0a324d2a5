"""The fusion: a small network from all evidence to two values per work, of a good play and of a finish.

One hidden layer of rectified units for both (Caruana 1997, "Multitask Learning"): what viewers finish
says more of less, and each helps the other. The loss of each is listwise softmax (Cao et al. 2007,
"Learning to Rank: From Pairwise Approach to Listwise Approach", the top-one form), over what a viewer
played well in a later slice of time against works drawn from the rest of the catalogue, with the
drawing's odds taken out (Bengio, Senecal 2008), so that the values hold over the whole catalogue. The
first layer is a sum of a part of the pair, of the title and of the viewer.

More evidence of a pair never lowers its value (a monotonic network after Sill 1998): loving a title
can't push its neighbours down, and a reason that names a liked genre or person speaks of a push up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.models.histories import Floats
from frontrow.models.scorer import Arrays
from frontrow.ranking.features import PAIR, SCORERS, TITLE, VIEWER

HEADS = ("good_play", "finish")

HEADS_WEIGHT = np.array([1.0, 0.5], dtype=np.float32)
"""In the loss; what is not finished is told by the first alone."""

UNITS = 32
EPOCHS = 16
LISTS_PER_STEP = 16
LEARNING_RATE = 0.003
WEIGHT_DECAY = 1.0
"""Best by far on an inner split of MovieLens 1M by time, and within 1% of the best by viewers."""

BETAS = (0.9, 0.999)
LEAST_SPREAD = 1e-3

LISTS_PER_BLOCK = 256
"""Lists whose features are summed at a time: bounds memory."""

WORKS_PER_BLOCK = 2_048
"""Works scored at a time: 32 units of them stay in the second-level cache."""


@dataclass(frozen=True)
class Lists:
    """`l` lists of `c` candidates for fitting: played works first, then drawn ones."""

    x: Floats  # [l, c, f], features in the order PAIR, TITLE, VIEWER
    target: Floats  # [l, c], share of the list's good plays; 0 for drawn works
    finish: Floats  # [l, c], the same of those that were finished; 0 where none was
    log_odds: Floats
    """[l, c], log of how often a work was drawn, less that of how likely it was come upon; +inf where the
    place is empty."""

    def __len__(self) -> int:
        return len(self.x)

    @property
    def width(self) -> int:
        return int(self.target.shape[1])

    def widened(self, width: int) -> Lists:
        """The same lists with empty places at their ends."""
        missing = width - self.width
        if missing == 0:
            return self
        ends = [(0, 0), (0, missing)]
        return Lists(
            np.pad(self.x, [*ends, (0, 0)]),
            np.pad(self.target, ends),
            np.pad(self.finish, ends),
            np.pad(self.log_odds, ends, constant_values=np.inf),
        )


def join_lists(parts: Sequence[Lists]) -> Lists:
    """Lists one after the other, as wide as the widest."""
    most = max((part.width for part in parts), default=0)
    wide = [part.widened(most) for part in parts]
    return Lists(
        *(np.concatenate([getattr(part, field.name) for part in wide]) for field in fields(Lists))
    )


@dataclass(frozen=True)
class Fusion:
    """The network, with the inputs' scales folded into its first layer."""

    of_pair: Floats  # [units, len(PAIR)]
    of_title: Floats  # [units, len(TITLE)]
    of_viewer: Floats  # [units, len(VIEWER)]
    bias: Floats  # [units]
    out: Floats  # [len(HEADS), units]

    def value(self, pair: Floats, title_part: Floats, viewer: Floats) -> Floats:
        """float32[len(HEADS), n] of one viewer: higher is better; differences are log odds of being next.

        pair: float32[len(PAIR), n], title_part: float32[units, n] from `title_part`,
        viewer: float32[len(VIEWER)]
        """
        n = pair.shape[1]
        of_viewer = self.of_viewer @ viewer + self.bias  # [units]
        # relu(x + v) = max(x, -v) + v: the viewer's part costs no pass over the works.
        floor, constant = -of_viewer[:, None], (self.out @ of_viewer)[:, None]
        found = np.empty((len(self.out), n), dtype=np.float32)
        for start in range(0, n, WORKS_PER_BLOCK):
            works = slice(start, start + WORKS_PER_BLOCK)
            hidden = self.of_pair @ pair[:, works]  # [units, n]
            hidden += title_part[:, works]
            np.maximum(hidden, floor, out=hidden)
            found[:, works] = self.out @ hidden
        found += constant
        return found

    def title_part(self, title: Floats) -> Floats:
        """float32[units, n]: what titles bring to the first layer; the same for all viewers.

        title: float32[n, len(TITLE)]
        """
        found: Floats = self.of_title @ title.T
        return found

    def arrays(self) -> Arrays:
        return {
            "of_pair": self.of_pair,
            "of_title": self.of_title,
            "of_viewer": self.of_viewer,
            "bias": self.bias,
            "out": self.out,
        }

    @staticmethod
    def from_arrays(
        arrays: Mapping[str, NDArray[Any]], features: Mapping[str, Sequence[str]] | None = None
    ) -> Fusion:
        """`features` names the inputs that it was fitted on; what it didn't know moves nothing."""
        found = Fusion(**dict(arrays))
        if found.out.ndim == 1:  # a bundle of before there was a second value
            found = replace(found, out=np.stack([found.out] * len(HEADS)))
        if features is None:
            return found
        return replace(
            found,
            of_pair=_by_name(found.of_pair, features["pair"], PAIR),
            of_title=_by_name(found.of_title, features["title"], TITLE),
            of_viewer=_by_name(found.of_viewer, features["viewer"], VIEWER),
        )


def _by_name(weights: Floats, names: Sequence[str], now: Sequence[str]) -> Floats:
    """float32[units, len(now)]: the weights where they belong today."""
    if tuple(names) == tuple(now):
        return weights
    found = np.zeros((len(weights), len(now)), dtype=np.float32)
    for i, name in enumerate(names):
        if name in now:
            found[:, now.index(name)] = weights[:, i]
    return found


def plain_fusion() -> Fusion:
    """What is used before there is enough to fit: recent popularity, moved by taste. The weights are
    set by hand so that a strong match weighs about as much as being three times as popular."""
    of_pair = np.array([0.3 if name in SCORERS else 1.0 for name in PAIR], dtype=np.float32)
    of_title = np.array([float(name == "popularity_14d") for name in TITLE], dtype=np.float32)
    both = np.array([1.0, -1.0], dtype=np.float32)  # relu(x) - relu(-x) = x
    return Fusion(
        np.outer(both, of_pair).astype(np.float32),
        np.outer(both, of_title).astype(np.float32),
        np.zeros((2, len(VIEWER)), dtype=np.float32),
        np.zeros(2, dtype=np.float32),
        np.stack([both] * len(HEADS)),
    )


def fit_fusion(
    parts: Sequence[Lists],
    seed: int,
    *,
    without: Collection[str] = (),
    epochs: int = EPOCHS,
    learning_rate: float = LEARNING_RATE,
    weight_decay: float = WEIGHT_DECAY,
    units: int = UNITS,
    progress: Callable[[float], None] | None = None,
) -> Fusion:
    """Fit by Adam (Kingma, Ba 2015) with decoupled decay; the mean of the last third's weights.

    parts:   lists that are read where they are: joined they would take the memory twice
    without: names of features that it is not shown
    """
    rng = rng_for(seed, "fusion")
    names = (*PAIR, *TITLE, *VIEWER)
    f, n_lists = len(names), sum(len(part) for part in parts)
    center, scale = _spread(parts)
    scale[scale < LEAST_SPREAD] = np.inf  # a column that never varied says nothing
    scale[[names.index(name) for name in without]] = np.inf
    middle, shrink = center.astype(np.float32), (1 / scale).astype(np.float32)
    weights = [
        (rng.standard_normal((f, units)) * np.sqrt(2 / f)).astype(np.float32),
        np.zeros(units, dtype=np.float32),
        (rng.standard_normal((1, units)) * np.sqrt(1 / units)).astype(np.float32).repeat(2, axis=0),
    ]
    sense = np.sign(weights[2][0])
    _keep_monotone(weights, sense)
    first = [np.zeros_like(w) for w in weights]
    second = [np.zeros_like(w) for w in weights]
    mean = [np.zeros_like(w) for w in weights]
    averaged = 0
    steps = -(-n_lists // LISTS_PER_STEP)
    step = 0
    for epoch in range(epochs):
        order = rng.permutation(n_lists)
        rate = learning_rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
        for start in range(0, n_lists, LISTS_PER_STEP):
            lists = _some_of(parts, order[start : start + LISTS_PER_STEP])
            x = lists.x - middle
            x *= shrink
            targets = np.stack([lists.target, lists.finish])
            gradients = _gradients(weights, x, targets, lists.log_odds)
            step += 1
            for w, g, m, v in zip(weights, gradients, first, second, strict=True):
                m += (1 - BETAS[0]) * (g - m)
                v += (1 - BETAS[1]) * (g * g - v)
                move = (m / (1 - BETAS[0] ** step)) / (np.sqrt(v / (1 - BETAS[1] ** step)) + 1e-8)
                w -= np.float32(rate) * (move + np.float32(weight_decay) * w).astype(np.float32)
            _keep_monotone(weights, sense)
            if step > steps * epochs * 2 // 3:
                averaged += 1
                for total, w in zip(mean, weights, strict=True):
                    total += (w - total) / averaged
        if progress is not None:
            progress((epoch + 1) / epochs)
    return _unscaled(mean if averaged else weights, center, scale)


def _unscaled(
    weights: list[Floats], center: NDArray[np.float64], scale: NDArray[np.float64]
) -> Fusion:
    """The network with the inputs' scales folded into its first layer."""
    w1, bias, out = weights
    scaled = (w1 / scale[:, None]).astype(np.float32)
    p, t = len(PAIR), len(PAIR) + len(TITLE)
    layer = np.ascontiguousarray(scaled.T)
    return Fusion(
        np.ascontiguousarray(layer[:, :p]),
        np.ascontiguousarray(layer[:, p:t]),
        np.ascontiguousarray(layer[:, t:]),
        (bias - center @ scaled).astype(np.float32),
        out.astype(np.float32),
    )


def _some_of(parts: Sequence[Lists], chosen: NDArray[np.int64]) -> Lists:
    """Some of the lists, counted through all parts, as wide as the widest of their parts."""
    starts = np.cumsum([0, *(len(part) for part in parts)])
    which = np.searchsorted(starts, chosen, side="right") - 1
    k, width = len(chosen), max(parts[i].width for i in which)
    found = Lists(
        np.zeros((k, width, parts[0].x.shape[2]), dtype=np.float32),
        np.zeros((k, width), dtype=np.float32),
        np.zeros((k, width), dtype=np.float32),
        np.full((k, width), np.inf, dtype=np.float32),
    )
    for place, (of, at) in enumerate(
        zip(which.tolist(), (chosen - starts[which]).tolist(), strict=True)
    ):
        part = parts[of]
        found.x[place, : part.width] = part.x[at]
        found.target[place, : part.width] = part.target[at]
        found.finish[place, : part.width] = part.finish[at]
        found.log_odds[place, : part.width] = part.log_odds[at]
    return found


def _spread(parts: Sequence[Lists]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """float64[f] each: mean and deviation of every feature over the candidates, some lists at a time."""
    f = parts[0].x.shape[2]
    count, total, squares = 0, np.zeros(f), np.zeros(f)
    for lists in parts:
        for start in range(0, len(lists), LISTS_PER_BLOCK):
            block = slice(start, start + LISTS_PER_BLOCK)
            there = lists.x[block][np.isfinite(lists.log_odds[block])].astype(np.float64)
            count += len(there)
            total += there.sum(axis=0)
            squares += (there**2).sum(axis=0)
    mean = total / max(count, 1)
    return mean, np.sqrt(np.maximum(squares / max(count, 1) - mean**2, 0))


def _keep_monotone(weights: list[Floats], sense: Floats) -> None:
    """Project onto networks in which more evidence of the pair never lowers a value: a unit that
    raises the value rises with each of them, a unit that lowers it falls."""
    w1, _, out = weights
    pair = w1[: len(PAIR)]
    pair *= sense
    np.maximum(pair, 0, out=pair)
    pair *= sense
    out *= sense
    np.maximum(out, 0, out=out)
    out *= sense


def _gradients(weights: list[Floats], x: Floats, targets: Floats, log_odds: Floats) -> list[Floats]:
    """Of the listwise losses, mean over lists; targets float32[len(HEADS), l, c]."""
    w1, bias, out = weights
    flat = x.reshape(-1, x.shape[2])
    hidden = flat @ w1  # [l c, units]
    hidden += bias
    np.maximum(hidden, 0, out=hidden)
    logits = (out @ hidden.T).reshape(targets.shape)  # [heads, l, c]
    logits -= log_odds
    logits -= logits.max(axis=2, keepdims=True)
    share = np.exp(logits, out=logits)
    share *= targets.sum(axis=2, keepdims=True) / share.sum(axis=2, keepdims=True)
    share -= targets
    share /= len(x)
    error = share.reshape(len(out), -1)  # [heads, l c]
    error *= HEADS_WEIGHT[:, None]
    back = error.T @ out  # [l c, units]
    back *= hidden > 0
    return [flat.T @ back, back.sum(axis=0), error @ hidden]
