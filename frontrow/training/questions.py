"""From slices of time to lists for the fusion: who is asked, when, and the evidence that there was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.models.histories import Floats, Histories, histories_of
from frontrow.models.looks import looks_of
from frontrow.ranking.candidates import (
    COLD_TITLE_SHARE,
    COLD_VIEWER_SHARE,
    Drawn,
    as_cold_titles,
    colder,
    draw,
    lists_of,
    some_of,
    take_drawn,
)
from frontrow.ranking.closed import Closed
from frontrow.ranking.evidence import Evidence
from frontrow.ranking.features import PAIR, viewer_features
from frontrow.ranking.fusion import Lists, join_lists
from frontrow.ranking.reward import fatigue_of, rewards
from frontrow.ranking.slices import Asked, ask
from frontrow.training.cuts import MAX_ASKED, Cuts
from frontrow.viewers import Dataset, Trends

SOON = 5.0
"""Within a visit, the weight of what began right then, against what began days later: only so the fusion
learns what a session says. At its start, what came later says as much of what is liked."""

VIEWERS_PER_BLOCK = 256
"""Viewers scored at a time: bounds memory."""


@dataclass(frozen=True)
class Slice:
    """A stretch of the log: what was known before it, further moments at which viewers are asked,
    and what is known after it."""

    before: Dataset
    asked: tuple[Dataset, ...]  # at the start of visits, then within them
    after: Dataset
    most: int = MAX_ASKED  # viewers asked at each moment; of more, some are drawn


@dataclass(frozen=True)
class Question:
    """Some viewers at their moments: their histories, and what they then played well."""

    then: Dataset
    histories: Histories  # of the viewers asked
    asked: Asked


def slices_of(datasets: Sequence[Dataset], cuts: Cuts) -> tuple[Dataset, list[Slice]]:
    """The dataset of everything known, and the slices, the latest first.

    datasets: one at each of `cuts.moments`, in their order
    """
    rest = iter(datasets)
    visits = [tuple(next(rest) for _ in cut.visits) for cut in cuts.slices]
    at = {dataset.at_us: dataset for dataset in rest}
    slices = [
        Slice(at[cut.at_us], asked, at[cut.until_us])
        for cut, asked in zip(cuts.slices, visits, strict=True)
    ]
    return at[cuts.at_us], slices


def questions_of(
    piece: Slice, catalogue: Catalogue, closed: Closed, rng: np.random.Generator
) -> list[Question]:
    """At the slice's start, then at the further moments; without those that ask nobody."""
    right = rewards(piece.after, catalogue)
    found = []
    for place, then in enumerate((piece.before, *piece.asked)):
        soon = SOON if place > 1 else 1.0  # after the slice's start and visits' starts
        reward = rewards(then, catalogue)
        asked = ask(then, reward, piece.after, right, min_good=1, closed=closed, soon=soon)
        asked = _some(asked, piece.most, rng)
        if len(asked.viewers):
            histories = histories_of(then, reward, fatigue_of(then.records))
            found.append(Question(then, histories.take(asked.viewers), asked))
    return found


def lists_at(evidence: Evidence, question: Question, rng: np.random.Generator) -> Lists:
    """Lists of the viewers asked, as they are, and some of them as colder viewers or of cold titles."""
    then, histories, asked = question.then, question.histories, question.asked
    drawn = draw(asked, evidence.title(then.trends, None, then.at_us), rng)
    warm = _featured(evidence, then, asked.viewers, histories, drawn)
    chosen = some_of(len(asked.viewers), COLD_VIEWER_SHARE, rng)
    cold = colder(histories.take(chosen), rng)
    of_cold = _featured(evidence, then, asked.viewers[chosen], cold, take_drawn(drawn, chosen))
    chosen = some_of(len(asked.viewers), COLD_TITLE_SHARE, rng)
    some, rest = histories.take(chosen), take_drawn(drawn, chosen)
    masked = _featured(evidence, then, asked.viewers[chosen], some, rest, unknown=True)
    return join_lists([warm, of_cold, masked])


def _featured(
    evidence: Evidence,
    then: Dataset,
    asked: NDArray[np.int64],
    histories: Histories,
    drawn: Drawn,
    *,
    unknown: bool = False,
) -> Lists:
    """The features of drawn works, in the order of the viewers, each with the trends of its moment
    and country; `unknown`: as if no title had ever been played."""
    viewers = viewer_features(histories)
    names = then.trends.countries
    kind = then.trend[asked].astype(np.int64) * len(names) + then.country[asked]
    order = np.argsort(kind, kind="stable")
    parts = []
    for number in np.unique(kind).tolist():
        trends = then.all_trends[number // len(names)]
        country = names[number % len(names)] if number % len(names) else None
        title = evidence.title(trends, country, trends.at_us)
        if unknown:
            title = as_cold_titles(title, evidence.nothing_played(trends))
        mine = order[kind[order] == number]
        for start in range(0, len(mine), VIEWERS_PER_BLOCK):
            block = mine[start : start + VIEWERS_PER_BLOCK]
            pair = _pair(evidence, histories.take(block), trends, country, unknown)
            parts.append(lists_of(take_drawn(drawn, block), pair, title, viewers[block]))
    if not parts:
        nothing = np.zeros((len(PAIR), 0, histories.n), dtype=np.float32)
        return lists_of(drawn, nothing, evidence.title(then.trends, None, then.at_us), viewers)
    found = join_lists(parts)
    back = np.argsort(order, kind="stable")
    return Lists(found.x[back], found.target[back], found.finish[back], found.log_odds[back])


def _pair(
    evidence: Evidence, histories: Histories, trends: Trends, country: str | None, unknown: bool
) -> Floats:
    looks = looks_of(histories)
    if unknown:
        return evidence.pair_of_unknown(histories, looks, trends)
    return evidence.pair(evidence.scores(histories, looks, trends, country), histories, looks)


def _some(asked: Asked, most: int, rng: np.random.Generator) -> Asked:
    if len(asked.viewers) <= most:
        return asked
    chosen = np.sort(rng.choice(len(asked.viewers), most, replace=False))
    return asked.take(chosen)
