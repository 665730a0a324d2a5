"""Fitting: from datasets to a `Ranker`, the same bytes for the same datasets and seed.

The scorers are fitted at several earlier moments; on what viewers then played the fusion learns
how far each kind of evidence can be trusted, and its values are calibrated on the latest of
those slices by a fusion that had not seen it. Then the scorers are fitted anew on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from frontrow.base.memory import freed_memory_is_kept
from frontrow.base.randomness import rng_for
from frontrow.base.settings import ServiceSettings
from frontrow.catalog import Catalogue
from frontrow.models.content import Content, fit_content
from frontrow.models.ease import Ease, Gram
from frontrow.models.histories import FINISHED, GOOD, Floats, Histories, histories_of
from frontrow.models.ials import fit_ials
from frontrow.models.popularity import Popularity, all_time, fit_recent
from frontrow.models.scorer import same_works
from frontrow.models.sequence import Sequence as SequenceModel
from frontrow.models.sequence import fit_sequence
from frontrow.models.text import Sentences
from frontrow.models.transitions import fit_transitions
from frontrow.ranking.calibration import Calibration
from frontrow.ranking.closed import Closed
from frontrow.ranking.evidence import Evidence, Models, bind_models
from frontrow.ranking.fusion import Fusion, Lists, fit_fusion, join_lists, plain_fusion
from frontrow.ranking.matches import matchers_of
from frontrow.ranking.ranker import Ranker
from frontrow.ranking.resuming import Resuming, fit_resuming
from frontrow.ranking.reward import fatigue_of, rewards
from frontrow.training.calibrating import MIN_LISTS, NOT_CALIBRATED, calibrate
from frontrow.training.cuts import Cuts
from frontrow.training.foresight import Foresight, fit_foresight, foreseen_rewards
from frontrow.training.questions import Question, Slice, lists_at, questions_of, slices_of
from frontrow.training.search import search_dials
from frontrow.training.tune import FitDials, choose_dials
from frontrow.viewers import Dataset

Progress = Callable[[float, str], None]
"""Hears the share done, 0..1, and what is being done."""

LEAST_TO_READ = 10_000
"""Interactions below which the sequence model is left out: it would learn them by heart."""


def fit_ranker(
    datasets: Sequence[Dataset],
    cuts: Cuts,
    catalogue: Catalogue,
    *,
    seed: int,
    settings: ServiceSettings | None = None,
    sentences: Sentences | None = None,
    dials: FitDials | None = None,
    trials: int = 0,
    progress: Progress | None = None,
) -> Ranker:
    """The ranker of everything known at `cuts.at_us`.

    datasets: one at each of `cuts.moments`, in their order
    settings: of the service: its country, and what an unrated title is; None: the defaults
    sentences: the catalogue's texts as a sentence model read them; None: it did not
    dials:    None: chosen on the slices
    trials:   of a search for better ones, see `search`
    What there is too little data for is left out and named. One BLAS thread: most products are small,
    so a second one waits more than it works, and the bits don't depend on the machine's cores.
    """
    hear = progress or _silence
    whole, slices = slices_of(datasets, cuts)
    with threadpool_limits(limits=1), freed_memory_is_kept():
        prepared = prepare(
            whole,
            slices,
            catalogue,
            seed=seed,
            settings=settings,
            sentences=sentences,
            dials=dials,
            trials=trials,
            progress=lambda share, what: hear(0.9 * share, what),
        )
        hear(0.9, "fusion")
        ranker = prepared.ranker()
    hear(1.0, "done")
    return ranker


@dataclass(frozen=True)
class Seen:
    """One slice as the fusion reads it, and what calibration needs to ask the latest whole."""

    lists: Lists
    evidence: Evidence | None  # of the latest
    question: Question


@dataclass(frozen=True)
class Prepared:
    """A fit but for its fusion, which can be fitted on all of the evidence or on some of it."""

    work_ids: tuple[str, ...]
    models: Models  # of everything known
    missing: dict[str, str]  # part -> why it is not there
    seen: list[Seen]  # the latest first
    worth: tuple[float, float]  # mean reward of a good play that is not finished, and of a finish
    resuming: Resuming
    seed: int

    def ranker(self, without: Collection[str] = ()) -> Ranker:
        """The ranker; `without`: names of features that the fusion is not shown."""
        fusion, calibrations, left_out = _fit_fusion(self.seen, self.seed, without)
        missing = {**self.missing, **left_out}
        return Ranker(
            self.work_ids, self.models, fusion, calibrations, self.worth, missing, self.resuming
        )


def prepare(
    whole: Dataset,
    slices: Sequence[Slice],
    catalogue: Catalogue,
    *,
    seed: int,
    settings: ServiceSettings | None = None,
    sentences: Sentences | None = None,
    dials: FitDials | None = None,
    trials: int = 0,
    reads_order: bool = True,
    foresees: bool = True,
    progress: Progress | None = None,
) -> Prepared:
    """Everything before the fusion: dials, the scorers of each slice and what they say there, and
    the scorers of everything known. Without `reads_order` there is no sequence model; without
    `foresees` open starts stay undecided to the models."""
    hear = progress or _silence
    steps = len(slices) + 3
    hear(0.0, "content")
    content = fit_content(catalogue, seed, sentences=sentences)
    closed = Closed(catalogue, settings)
    recent = fit_recent([(piece.before.trends, _begun_in(piece, catalogue)) for piece in slices])
    asked = [
        questions_of(piece, catalogue, closed, rng_for(seed, "asked", str(i)))
        for i, piece in enumerate(slices)
    ]
    some = [i for i, questions in enumerate(asked) if questions]
    moments = [then for piece in slices for then in (piece.before, *piece.asked)]
    foresight, no_foresight = fit_foresight(moments if foresees else [], whole, catalogue)
    known = {i: _histories(slices[i].before, catalogue, foresight) for i in some}
    hear(1 / steps, "dials")
    questions = [(known[i], asked[i]) for i in some]
    if trials:

        def searching(share: float, what: str) -> None:
            hear((1 + share) / steps, what)

        dials, _ = search_dials(questions, content.vectors, seed, trials, searching, LEAST_TO_READ)
    dials = dials or choose_dials(questions, seed)
    if not reads_order:
        dials = replace(dials, sequence=None)
    matchers = matchers_of(catalogue)
    seen: list[Seen] = []
    sequence: SequenceModel | None = None
    for step, i in enumerate(reversed(some)):  # each sequence model goes on from the one before
        hear((step + 2) / steps, "scorers of an earlier moment")
        models, _ = fit_models(known.pop(i), content, recent, dials, seed, sequence)
        sequence = models.sequence
        evidence = bind_models(models, catalogue, same_works(catalogue.n), matchers)
        lists = [
            lists_at(evidence, question, rng_for(seed, "lists", str(i), str(j)))
            for j, question in enumerate(asked[i])
        ]
        seen = [
            Seen(join_lists(lists), evidence, asked[i][0]),
            *(replace(s, evidence=None) for s in seen),
        ]
        del models, evidence
    hear((steps - 1) / steps, "scorers")
    if seen and sequence is None:  # the fusion has not seen it, and could not weigh it
        dials = replace(dials, sequence=None)
    models, missing = fit_models(
        _histories(whole, catalogue, foresight), content, recent, dials, seed, sequence
    )
    if foresight is None:
        missing["foresight"] = no_foresight
    return Prepared(
        work_ids=tuple(work.work_id for work in catalogue.works),
        models=models,
        missing=missing,
        seen=seen,
        worth=_worth(rewards(whole, catalogue)),
        resuming=fit_resuming(
            [(then, piece.after) for piece in slices for then in (piece.before, *piece.asked)],
            catalogue,
            rng_for(seed, "resuming"),
        ),
        seed=seed,
    )


def fit_models(
    histories: Histories,
    content: Content,
    recent: Popularity,
    dials: FitDials,
    seed: int,
    earlier: SequenceModel | None = None,
) -> tuple[Models, dict[str, str]]:
    """The scorers at one moment, and why any is left out; `earlier` is a sequence model to go on
    from."""
    good = histories.work[histories.reward >= GOOD]
    plays = np.bincount(good, minlength=histories.n).astype(np.int32)
    some = len(good) > 0
    why = "there is no good play yet"
    left_out = {} if some else dict.fromkeys(("ease", "ials", "transitions", "sequence"), why)
    sequence = None
    if some and dials.sequence is None:
        left_out["sequence"] = f"no slice had {LEAST_TO_READ} interactions before it"
    elif some and len(histories.work) < LEAST_TO_READ:
        left_out["sequence"] = f"{len(histories.work)} interactions; it needs {LEAST_TO_READ}"
    elif some:
        sequence = fit_sequence(histories, content.vectors, seed, dials.sequence, earlier)
    models = Models(
        popularity=all_time(),
        recent=recent,
        content=content,
        ease=_ease(histories, dials.ease) if some else None,
        ials=fit_ials(histories, seed, dials.ials) if some else None,
        transitions=fit_transitions(histories) if some else None,
        sequence=sequence,
        plays=plays,
    )
    return models, left_out


def _worth(reward: Floats) -> tuple[float, float]:
    part = reward[(reward >= GOOD) & (reward < FINISHED)]
    whole = reward[reward >= FINISHED]
    return (
        float(part.mean()) if len(part) else GOOD,
        float(whole.mean()) if len(whole) else FINISHED,
    )


def _fit_fusion(
    seen: Sequence[Seen], seed: int, without: Collection[str]
) -> tuple[Fusion, tuple[Calibration, ...], dict[str, str]]:
    """Fitted on all slices; calibrated by one that was fitted on all but the latest, on the latest."""
    lists = sum(len(s.question.asked.viewers) for s in seen)
    if lists < MIN_LISTS:
        why = f"{lists} viewers came back after an earlier moment; it needs {MIN_LISTS}"
        return plain_fusion(), NOT_CALIBRATED, {"fusion": why, "calibration": why}
    fusion = fit_fusion([s.lists for s in seen], seed, without=without)
    latest, earlier = seen[0], seen[1:]
    if sum(len(s.question.asked.viewers) for s in earlier) < MIN_LISTS:
        why = "there is no slice of time that the fusion was not fitted on"
        return fusion, NOT_CALIBRATED, {"calibration": why}
    blind = fit_fusion([s.lists for s in earlier], seed, without=without)
    if latest.evidence is None:
        raise AssertionError("the latest slice keeps its evidence")
    return fusion, calibrate(blind, latest.evidence, latest.question), {}


def _ease(histories: Histories, share: float) -> Ease:
    gram = Gram.of(histories)
    return gram.solve(gram.default * share)


def _histories(dataset: Dataset, catalogue: Catalogue, foresight: Foresight | None) -> Histories:
    """What the models learn from at a moment."""
    reward = foreseen_rewards(dataset, catalogue, foresight)
    known = histories_of(dataset, reward, fatigue_of(dataset.records))
    teachers = dataset.teachers
    return known if len(teachers) == dataset.b else known.take(teachers)


def _begun_in(piece: Slice, catalogue: Catalogue) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """float64[n]: good plays of each work that began in a slice."""
    reward: Floats = rewards(piece.after, catalogue)
    later = (reward >= GOOD) & (piece.after.records.first_us > piece.before.at_us)
    return np.bincount(piece.after.records.work[later], minlength=piece.after.n).astype(np.float64)


def _silence(share: float, what: str) -> None:
    """No one listens."""
