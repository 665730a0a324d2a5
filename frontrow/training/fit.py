"""Fitting: from datasets to a `Ranker`, the same bytes for the same datasets and seed.

The scorers are fitted at several earlier moments; on what viewers then played the fusion learns
how far each kind of evidence can be trusted, and its values are calibrated on the latest of
those slices by a fusion that had not seen it. Then the scorers are fitted anew on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from frontrow.base.randomness import rng_for
from frontrow.catalog import Catalogue
from frontrow.models.content import Content, fit_content
from frontrow.models.ease import fit_ease
from frontrow.models.histories import GOOD, Floats, Histories, histories_of
from frontrow.models.ials import Dials, fit_ials
from frontrow.models.popularity import Popularity, all_time, fit_recent
from frontrow.models.scorer import same_works
from frontrow.models.transitions import fit_transitions
from frontrow.ranking.calibration import Calibration, fit_calibration, log_share, no_calibration
from frontrow.ranking.candidates import (
    COLD_TITLE_SHARE,
    COLD_VIEWER_SHARE,
    Drawn,
    as_cold_titles,
    colder,
    draw,
    join_lists,
    lists_of,
    some_of,
    take_drawn,
)
from frontrow.ranking.evidence import Evidence, Models, bind_models, matchers_of
from frontrow.ranking.features import PAIR, viewer_features
from frontrow.ranking.fusion import Fusion, Lists, fit_fusion, plain_fusion
from frontrow.ranking.ranker import BoundRanker, Ranker
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import Asked, ask
from frontrow.training.cuts import MAX_ASKED, Cuts
from frontrow.training.tune import Question, choose_ials
from frontrow.viewers import Dataset

Progress = Callable[[float, str], None]
"""Hears the share done, 0..1, and what is being done."""

MIN_LISTS = 20
"""With fewer the fusion is left out."""

VIEWERS_PER_BLOCK = 256
"""Viewers scored at a time: bounds memory."""

CALIBRATION_PAIRS = 1_000_000


def fit_ranker(
    datasets: Sequence[Dataset],
    cuts: Cuts,
    catalogue: Catalogue,
    *,
    seed: int,
    progress: Progress | None = None,
) -> Ranker:
    """The ranker of everything known at `cuts.at_us`.

    datasets: one at each of `cuts.moments`, in their order
    What there is too little data for is left out and named. One BLAS thread: most products are small,
    so a second one waits more than it works, and the bits don't depend on the machine's cores.
    """
    with threadpool_limits(limits=1):
        return _fit_ranker(datasets, cuts, catalogue, seed, progress)


def _fit_ranker(
    datasets: Sequence[Dataset],
    cuts: Cuts,
    catalogue: Catalogue,
    seed: int,
    progress: Progress | None,
) -> Ranker:
    hear = progress or _silence
    steps = len(cuts.slices) + 4
    visits, known = datasets[: len(cuts.slices)], datasets[len(cuts.slices) :]
    at = {dataset.at_us: dataset for dataset in known}
    whole = at[cuts.at_us]
    hear(0.0, "content")
    content = fit_content(catalogue, seed)
    worth = {moment: rewards(dataset, catalogue) for moment, dataset in at.items()}
    recent = fit_recent(
        [
            (at[cut.at_us].trends, _begun_between(at[cut.until_us], worth[cut.until_us], cut.at_us))
            for cut in cuts.slices
        ]
    )
    matchers = matchers_of(catalogue)
    questions: list[tuple[Dataset, Dataset, Floats, Dataset, Question]] = []
    for i, (cut, visit) in enumerate(zip(cuts.slices, visits, strict=True)):
        before, after, right = at[cut.at_us], at[cut.until_us], worth[cut.until_us]
        asked = ask(before, worth[cut.at_us], after, right, min_good=1)
        asked = _some(asked, rng_for(seed, "asked", str(i)))
        if len(asked.viewers):
            question = Question(histories_of(before, worth[cut.at_us]), asked)
            questions.append((before, after, right, visit, question))
    hear(1 / steps, "dials")
    dials = choose_ials([question for *_, question in questions], seed)
    seen: list[_Slice] = []
    for i, (before, after, right, visit, question) in enumerate(questions):
        hear((i + 2) / steps, "scorers of an earlier moment")
        models, _ = fit_models(question.histories, content, recent, dials, seed)
        evidence = bind_models(models, catalogue, same_works(catalogue.n), matchers)
        rng = rng_for(seed, "lists", str(i))
        mine = question.histories.take(question.asked.viewers)
        lists = [_lists_at(evidence, before, mine, question.asked, rng)]
        then = rewards(visit, catalogue)
        asked = ask(visit, then, after, right, min_good=1)
        if len(asked.viewers):
            back = histories_of(visit, then).take(asked.viewers)
            lists.append(_lists_at(evidence, visit, back, asked, rng))
        seen.append(_Slice(join_lists(lists), evidence, before, mine, question.asked))
    hear((steps - 2) / steps, "fusion")
    fusion, calibration, left_out = _fit_fusion(seen, seed)
    hear((steps - 1) / steps, "scorers")
    models, missing = fit_models(
        histories_of(whole, worth[cuts.at_us]), content, recent, dials, seed
    )
    hear(1.0, "done")
    work_ids = tuple(work.work_id for work in catalogue.works)
    return Ranker(work_ids, models, fusion, calibration, {**missing, **left_out})


def fit_models(
    histories: Histories, content: Content, recent: Popularity, dials: Dials, seed: int
) -> tuple[Models, dict[str, str]]:
    """The scorers at one moment, and why any is left out."""
    good = histories.work[histories.reward >= GOOD]
    plays = np.bincount(good, minlength=histories.n).astype(np.int32)
    some = len(good) > 0
    left_out = (
        {} if some else dict.fromkeys(("ease", "ials", "transitions"), "there is no good play yet")
    )
    models = Models(
        popularity=all_time(),
        recent=recent,
        content=content,
        ease=fit_ease(histories) if some else None,
        ials=fit_ials(histories, seed, dials) if some else None,
        transitions=fit_transitions(histories) if some else None,
        plays=plays,
    )
    return models, left_out


@dataclass(frozen=True)
class _Slice:
    """One slice as the fusion reads it, and what calibration needs to ask it whole."""

    lists: Lists
    evidence: Evidence
    before: Dataset
    histories: Histories
    asked: Asked


def _lists_at(
    evidence: Evidence,
    then: Dataset,
    histories: Histories,
    asked: Asked,
    rng: np.random.Generator,
) -> Lists:
    """Lists of the viewers asked, as they are, and some of them as colder viewers or of cold titles."""
    drawn = draw(asked, evidence.title(then.trends, None, then.at_us), rng)
    trend = then.trend[asked.viewers]
    warm = _featured(evidence, then, trend, histories, drawn)
    chosen = some_of(len(asked.viewers), COLD_VIEWER_SHARE, rng)
    cold = colder(histories.take(chosen), rng)
    of_cold = _featured(evidence, then, trend[chosen], cold, take_drawn(drawn, chosen))
    chosen = some_of(len(asked.viewers), COLD_TITLE_SHARE, rng)
    masked = Lists(warm.x[chosen], warm.target[chosen], warm.log_odds[chosen])
    masked = as_cold_titles(masked, evidence.nothing_played(then.trends))
    return join_lists([warm, of_cold, masked])


def _featured(
    evidence: Evidence,
    then: Dataset,
    trend: NDArray[np.int16],
    histories: Histories,
    drawn: Drawn,
) -> Lists:
    """The features of drawn works, in the order of the viewers; `trend` [l] says whose trends hold."""
    viewers = viewer_features(histories)
    order = np.argsort(trend, kind="stable")
    parts = []
    for number in np.unique(trend).tolist():
        trends = then.all_trends[number]
        title = evidence.title(trends, None, trends.at_us)
        mine = order[trend[order] == number]
        for start in range(0, len(mine), VIEWERS_PER_BLOCK):
            block = mine[start : start + VIEWERS_PER_BLOCK]
            some = histories.take(block)
            pair = evidence.pair(evidence.scores(some, trends, None), some)
            parts.append(lists_of(take_drawn(drawn, block), pair, title, viewers[block]))
    if not parts:
        nothing = np.zeros((len(PAIR), 0, histories.n), dtype=np.float32)
        return lists_of(drawn, nothing, evidence.title(then.trends, None, then.at_us), viewers)
    found = join_lists(parts)
    back = np.argsort(order, kind="stable")
    return Lists(found.x[back], found.target[back], found.log_odds[back])


def _fit_fusion(seen: Sequence[_Slice], seed: int) -> tuple[Fusion, Calibration, dict[str, str]]:
    lists = sum(len(s.asked.viewers) for s in seen)
    if lists < MIN_LISTS:
        why = f"{lists} viewers came back after an earlier moment; it needs {MIN_LISTS}"
        return plain_fusion(), no_calibration(), {"fusion": why, "calibration": why}
    fusion = fit_fusion(join_lists([s.lists for s in seen]), seed)
    latest, earlier = seen[0], seen[1:]
    if sum(len(s.asked.viewers) for s in earlier) < MIN_LISTS:
        why = "there is no slice of time that the fusion was not fitted on"
        return fusion, no_calibration(), {"calibration": why}
    blind = fit_fusion(join_lists([s.lists for s in earlier]), seed)
    return fusion, _calibrate(blind, latest), {}


def _calibrate(fusion: Fusion, later: _Slice) -> Calibration:
    """Over the whole catalogue, for some viewers of a slice that `fusion` was not fitted on."""
    n = later.evidence.catalogue.n
    b = min(len(later.asked.viewers), max(CALIBRATION_PAIRS // max(n, 1), MIN_LISTS))
    histories = later.histories.take(np.arange(b))
    ranker = BoundRanker(later.evidence, fusion, no_calibration())
    values = ranker.values(histories, later.before.trends, now_us=later.before.at_us)
    open_ = later.asked.seen[:b].toarray() == 0  # [b, n]
    good = later.asked.relevant[:b].toarray() > 0
    viewers = np.repeat(viewer_features(histories), open_.sum(axis=1), axis=0)
    return fit_calibration(log_share(values)[open_], viewers, good[open_])


def _some(asked: Asked, rng: np.random.Generator) -> Asked:
    if len(asked.viewers) <= MAX_ASKED:
        return asked
    chosen = np.sort(rng.choice(len(asked.viewers), MAX_ASKED, replace=False))
    return Asked(asked.viewers[chosen], asked.seen[chosen], asked.relevant[chosen])


def _begun_between(
    dataset: Dataset, reward: Floats, after_us: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """float64[n]: good plays of each work that began after a moment."""
    later = (reward >= GOOD) & (dataset.records.first_us > after_us)
    return np.bincount(dataset.records.work[later], minlength=dataset.n).astype(np.float64)


def _silence(share: float, what: str) -> None:
    """No one listens."""
