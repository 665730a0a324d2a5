"""Lists of candidates for fitting the fusion: what was played well next, among what was not.

A list holds a viewer's later good plays, works that were shown and passed over, and works drawn from the
rest, half of them evenly and half by popularity, so that the fit sees both the whole catalogue and its
hard cases; how likely the viewer came upon each is taken out (`exposure`). Some lists come
again as the list of a colder viewer (the history's later part taken away) or of cold titles
(nothing known from plays), so that missing evidence is something the fusion has seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.models.histories import Floats, Histories
from frontrow.ranking.exposure import log_chance_unshown
from frontrow.ranking.features import TITLE
from frontrow.ranking.fusion import Lists
from frontrow.ranking.slices import Asked

DRAWN = 300
MAX_PASSED = 100
"""Works of a list that were shown and passed over; of more, some are drawn."""

MAX_PLAYED = 40
"""Good plays of a list; of more, some are drawn."""

COLD_VIEWER_SHARE = 0.3
COLD_VIEWER_PAIRS = (0, 1, 3, 5)
COLD_TITLE_SHARE = 0.1

_ALWAYS = TITLE.index("popularity_always")
_NEVER_PLAYED = TITLE.index("never_played")


@dataclass(frozen=True)
class Drawn:
    """Works of `l` lists, `c` places each."""

    work: NDArray[np.int64]  # [l, c]
    target: Floats  # [l, c], see `Lists`
    finish: Floats  # [l, c], see `Lists`
    log_odds: Floats  # [l, c], see `Lists`


def draw(asked: Asked, title: Floats, rng: np.random.Generator) -> Drawn:
    """Candidates of every viewer asked; `title` float32[n, len(TITLE)] are the moment's features."""
    n, b = len(title), len(asked.viewers)
    popular = np.exp(title[:, _ALWAYS].astype(np.float64))
    odds = 0.5 / n + 0.5 * popular / popular.sum()
    upto = np.cumsum(odds)
    unshown = log_chance_unshown(asked.shown, asked.relevant, asked.seen)
    most = min(int(np.diff(asked.shown.indptr).max(initial=0)), MAX_PASSED)
    work = np.zeros((b, MAX_PLAYED + DRAWN + most), dtype=np.int64)
    target = np.zeros(work.shape, dtype=np.float32)
    finish = np.zeros(work.shape, dtype=np.float32)
    log_odds = np.full(work.shape, np.inf, dtype=np.float32)
    for i in range(b):
        right, weights = _row(asked.relevant, i), _values(asked.relevant, i)
        out = np.zeros(n, dtype=bool)
        out[right] = True
        out[_row(asked.seen, i)] = True
        played = right if len(right) <= MAX_PLAYED else rng.choice(right, MAX_PLAYED, replace=False)
        drawn = np.minimum(np.searchsorted(upto, rng.random(DRAWN) * upto[-1]), n - 1)
        k = len(played)
        weight = weights[np.searchsorted(right, played)]
        work[i, :k] = played
        target[i, :k] = weight / weight.sum()
        log_odds[i, :k] = np.log(k / len(right))
        shown = np.zeros(n, dtype=bool)
        shown[_row(asked.shown, i)] = True
        met = np.where(shown, 0.0, unshown if shown.any() else 0.0)  # log chance to come upon each
        log_odds[i, :k] -= met[played]
        finished = weight * np.isin(played, _row(asked.finished, i))
        finish[i, :k] = finished / max(float(finished.sum()), 1e-9)
        rest = slice(MAX_PLAYED, MAX_PLAYED + DRAWN)
        work[i, rest] = drawn
        log_odds[i, rest] = np.log(DRAWN * odds[drawn]) - met[drawn]
        log_odds[i, rest][out[drawn] | shown[drawn]] = np.inf
        passed = np.flatnonzero(shown & ~out)
        some = passed if len(passed) <= most else rng.choice(passed, most, replace=False)
        last = slice(MAX_PLAYED + DRAWN, MAX_PLAYED + DRAWN + len(some))
        work[i, last] = some
        log_odds[i, last] = np.log(len(some) / max(len(passed), 1)) if len(some) else 0.0
    return Drawn(work, target, finish, log_odds)


def _row(matrix: sparse.csr_array, i: int) -> NDArray[np.int32]:
    found: NDArray[np.int32] = matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]]
    return found


def _values(matrix: sparse.csr_array, i: int) -> Floats:
    found: Floats = matrix.data[matrix.indptr[i] : matrix.indptr[i + 1]]
    return found


def lists_of(drawn: Drawn, pair: Floats, title: Floats, viewer: Floats) -> Lists:
    """The features of drawn candidates.

    pair: float32[len(PAIR), l, n], title: float32[n, len(TITLE)], viewer: float32[l, len(VIEWER)]
    """
    rows, c = drawn.work.shape
    of_pair = np.take_along_axis(pair, drawn.work[None], axis=2)  # [p, l, c]
    x = np.concatenate(
        [
            np.moveaxis(of_pair, 0, 2),
            title[drawn.work],
            np.broadcast_to(viewer[:, None, :], (rows, c, viewer.shape[1])),
        ],
        axis=2,
    )
    return Lists(
        np.ascontiguousarray(x, dtype=np.float32), drawn.target, drawn.finish, drawn.log_odds
    )


def take_drawn(drawn: Drawn, chosen: NDArray[np.int64]) -> Drawn:
    """Some of the lists."""
    return Drawn(
        drawn.work[chosen], drawn.target[chosen], drawn.finish[chosen], drawn.log_odds[chosen]
    )


def colder(histories: Histories, rng: np.random.Generator) -> Histories:
    """The viewers as they were after 0, 1, 3 or 5 works."""
    return oldest(histories, rng.choice(COLD_VIEWER_PAIRS, histories.b))


def oldest(histories: Histories, few: NDArray[np.int64]) -> Histories:
    """Each viewer with so many of the works only, int64[b]: the oldest are kept."""
    order = np.lexsort((histories.work, -histories.age_days, histories.viewer))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - histories.indptr[histories.viewer]
    return histories.keep(rank < few[histories.viewer])


def as_cold_titles(title: Floats, nothing_played: Floats) -> Floats:
    """float32[n, len(TITLE)]: titles as if none had ever been played.

    nothing_played: float32[len(TITLE)], the features of a title without a play at that moment
    """
    found = title.copy()
    for i, name in enumerate(TITLE):
        if name.startswith("popularity"):
            found[:, i] = nothing_played[i]
    found[:, _NEVER_PLAYED] = 1
    return found


def some_of(count: int, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """A share of `count` places, ascending."""
    found: NDArray[np.int64] = np.flatnonzero(rng.random(count) < share)
    return found
