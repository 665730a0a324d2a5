"""The ranker: scorers, fusion and calibration as one thing that can be stored, bound and asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.models.content import Content
from frontrow.models.ease import Ease
from frontrow.models.histories import Floats, Histories, Ints, no_histories
from frontrow.models.ials import Ials
from frontrow.models.looks import looks_of
from frontrow.models.popularity import Popularity
from frontrow.models.scorer import Arrays, Config, part
from frontrow.models.sequence import Sequence
from frontrow.models.text import Reader
from frontrow.models.transitions import Transitions
from frontrow.ranking import reward
from frontrow.ranking.calibration import Calibration
from frontrow.ranking.evidence import Evidence, Models, bind_models, same_places
from frontrow.ranking.features import HOUR_US, PAIR, TITLE, VIEWER, viewer_features
from frontrow.ranking.fusion import HEADS, Fusion
from frontrow.ranking.positions import Positions
from frontrow.ranking.resuming import FEATURES as RESUMING
from frontrow.ranking.resuming import Resuming
from frontrow.viewers import Trends
from frontrow.viewers.corrections import Corrections

SURE_PLAYS = 20.0
"""Good plays from which the company that a title keeps says as much of it as its content."""

LIKENESS = 8.0
"""Deviations of EASE that a likeness of content of 1 is worth as evidence."""

MOVES = 5.0
"""Evidence from which a good play is said to move a title's score up: taken away, the score falls more
often than not by far (`bench.pages.evidence`, on inner splits of MovieLens)."""

SURELY = 6.0
"""Above that, evidence from which the score falls nearly always: a tile may give it as its reason."""

KEPT_MOMENTS = 8
"""Moments (snapshot, country, hour) whose titles' share of the fusion is kept."""


@dataclass(frozen=True)
class Scored:
    """Every work's value for one viewer at one moment."""

    value: Floats  # [n], expected reward, 0..1
    scores: dict[str, Floats]  # scorer -> [n], on its own scale; nan: it can't say


@dataclass(frozen=True)
class Ranker:
    """A ranking as fitted, over the works of the catalogue then."""

    work_ids: tuple[str, ...]
    models: Models
    fusion: Fusion
    calibrations: tuple[Calibration, ...]  # of HEADS
    worth: tuple[float, float]  # mean reward of a good play that is not finished, and of a finish
    left_out: dict[str, str] = field(default_factory=dict)  # part -> why it is not there
    resuming: Resuming = field(default_factory=Resuming)
    positions: Positions = field(default_factory=Positions)

    def bind(self, catalogue: Catalogue, reader: Reader | None = None) -> BoundRanker:
        """The ranking over a catalogue's works; titles that it never saw get what can be said, by
        their texts too where a `reader` is there."""
        to = same_places(self.work_ids, catalogue)
        evidence = bind_models(self.models, catalogue, to, reader=reader)
        return BoundRanker(
            evidence, self.fusion, self.calibrations, self.worth, self.resuming, self.positions
        )

    def arrays(self) -> Arrays:
        """Every array, by `part/name`."""
        found: Arrays = {"plays": self.models.plays}
        parts = {
            "content": self.models.content,
            "ease": self.models.ease,
            "ials": self.models.ials,
            "transitions": self.models.transitions,
            "sequence": self.models.sequence,
            "fusion": self.fusion,
            "resuming": self.resuming if self.resuming.fitted else None,
            "positions": self.positions,
            **{f"calibration_{head}": c for head, c in zip(HEADS, self.calibrations, strict=True)},
        }
        for name, one in parts.items():
            if one is not None:
                found |= {f"{name}/{key}": value for key, value in one.arrays().items()}
        return found

    def config(self) -> Config:
        """What JSON holds: dials, names, and the order of the features."""
        models = self.models
        return {
            "reward_version": reward.VERSION,
            "reward_hash": reward.definition_hash(),
            "features": {"pair": PAIR, "title": TITLE, "viewer": VIEWER, "resuming": RESUMING},
            "left_out": self.left_out,
            "worth": self.worth,
            "doubt_works": models.doubt,
            "popularity": models.popularity.config(),
            "recent_popularity": models.recent.config(),
            "content": models.content.config(),
            "ease": None if models.ease is None else models.ease.config(),
            "ials": None if models.ials is None else models.ials.config(),
            "transitions": None if models.transitions is None else models.transitions.config(),
            "sequence": None if models.sequence is None else models.sequence.config(),
            "positions": self.positions.config(),
            "work_ids": list(self.work_ids),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config) -> Ranker:
        """The ranker that gave `arrays` and `config`."""
        ease, ials = config["ease"], config["ials"]
        next_, sequence = config.get("transitions"), config.get("sequence")  # not in those of 0.1
        return Ranker(
            work_ids=tuple(config["work_ids"]),
            models=Models(
                popularity=Popularity.from_arrays({}, config["popularity"]),
                recent=Popularity.from_arrays({}, config["recent_popularity"]),
                content=Content.from_arrays(part(arrays, "content"), config["content"]),
                ease=None if ease is None else Ease.from_arrays(part(arrays, "ease"), ease),
                ials=None if ials is None else Ials.from_arrays(part(arrays, "ials"), ials),
                transitions=None
                if next_ is None
                else Transitions.from_arrays(part(arrays, "transitions"), next_),
                sequence=None
                if sequence is None
                else Sequence.from_arrays(part(arrays, "sequence"), sequence),
                plays=arrays["plays"],
                doubt=config.get("doubt_works", 0.0),  # before: scorers were believed at once
            ),
            fusion=Fusion.from_arrays(part(arrays, "fusion"), config["features"]),
            calibrations=tuple(
                Calibration.from_arrays(
                    part(arrays, name) or part(arrays, "calibration"), config["features"]["viewer"]
                )
                for name in (f"calibration_{head}" for head in HEADS)
            ),
            worth=tuple(config.get("worth", (1.0, 1.0))),  # before the second: the probability
            left_out=dict(config["left_out"]),
            resuming=Resuming.from_arrays(
                part(arrays, "resuming"), config["features"].get("resuming", ())
            ),
            positions=Positions.from_arrays(part(arrays, "positions"), config.get("positions")),
        )


def expected_reward(probabilities: Floats, worth: tuple[float, float]) -> Floats:
    """float32[..., n] of float32[len(HEADS), ..., n]; a finish is a good play that went on."""
    good, finish = probabilities
    of_good, of_finish = (np.float32(w) for w in worth)
    found: Floats = of_good * good
    found += (of_finish - of_good) * np.minimum(finish, good)
    return found


@dataclass(frozen=True)
class _Moment:
    """What is the same for every viewer while snapshot, country and hour are."""

    trends: Trends  # kept, so that its identity stays its own
    title_part: Floats  # [units, n]
    scores: dict[str, Floats]  # [n]


class BoundRanker:
    """A ranker on one catalogue: all arrays are over that catalogue's works."""

    def __init__(
        self,
        evidence: Evidence,
        fusion: Fusion,
        calibrations: tuple[Calibration, ...],
        worth: tuple[float, float],
        resuming: Resuming | None = None,
        positions: Positions | None = None,
    ) -> None:
        self.evidence, self.fusion = evidence, fusion
        self.calibrations, self.worth = calibrations, worth
        self.resuming = resuming or Resuming()
        self.positions = positions or Positions()
        self._moments: dict[tuple[int, str | None, int], _Moment] = {}

    def score(
        self,
        history: Histories,
        trends: Trends,
        country: str | None,
        corrections: Corrections | None = None,
    ) -> Scored:
        """Score all works for the one viewer of a history, at its moment."""
        moment = self._moment(trends, country, int(history.moment_us[0]))
        looks = looks_of(history)
        scores = self.evidence.scores(history, looks, trends, country)
        pair = self.evidence.pair(scores, history, looks, corrections)
        viewers = viewer_features(history)
        found = self._calibrated(self._fused(pair, viewers, moment), viewers)
        return Scored(
            value=expected_reward(found, self.worth)[0],
            scores={**moment.scores, **{name: found[0] for name, found in scores.items()}},
        )

    def values(
        self, histories: Histories, trends: Trends, *, country: str | None = None, now_us: int
    ) -> Floats:
        """float32[b, n]: expected rewards, as in `score`."""
        found = self.probabilities(histories, trends, country=country, now_us=now_us)
        return expected_reward(found, self.worth)

    def probabilities(
        self, histories: Histories, trends: Trends, *, country: str | None = None, now_us: int
    ) -> Floats:
        """float32[len(HEADS), b, n]: of a good play, and of a finish."""
        found = self.heads(histories, trends, country=country, now_us=now_us)
        return self._calibrated(found, viewer_features(histories))

    def heads(
        self, histories: Histories, trends: Trends, *, country: str | None = None, now_us: int
    ) -> Floats:
        """float32[len(HEADS), b, n]: the fusion's values, before calibration."""
        looks = looks_of(histories)
        scores = self.evidence.scores(histories, looks, trends, country)
        pair = self.evidence.pair(scores, histories, looks)
        moment = self._moment(trends, country, now_us)
        return self._fused(pair, viewer_features(histories), moment)

    def fused(self, pair: Floats, histories: Histories, trends: Trends, *, now_us: int) -> Floats:
        """float32[b, n]: expected rewards from the evidence of the pairs, float32[len(PAIR), b, n]."""
        viewers = viewer_features(histories)
        found = self._fused(pair, viewers, self._moment(trends, None, now_us))
        return expected_reward(self._calibrated(found, viewers), self.worth)

    def moved_by(self, anchor: int) -> Floats:
        """float32[n]: how much a good play of `anchor` adds to every work; see `moved_among`."""
        every = np.arange(self.evidence.catalogue.n, dtype=np.int32)
        found: Floats = self.moved_among(np.array([anchor], dtype=np.int32), every)[0]
        return found

    def moved_among(self, anchors: Ints, works: Ints) -> Floats:
        """float32[a, w]: how surely a good play of each anchor moves the score of each work up; > 0 where
        it may be said.

        The anchor's row of EASE in its own deviations, and the likeness of content, less `MOVES`; where
        EASE can't speak, content alone.
        """
        vectors = self.evidence.content.vectors
        alike: Floats = vectors[anchors] @ vectors[works].T
        found: Floats = alike * np.float32(2 * LIKENESS)
        if self.evidence.ease is not None:
            company = np.full_like(found, np.nan)
            self.evidence.ease.moved(anchors, works, company)
            known = np.isfinite(company)
            found[known] = company[known] + np.float32(LIKENESS) * alike[known]
        found -= np.float32(MOVES)
        found[anchors[:, None] == works] = -np.float32(MOVES)
        return found

    def near(self, groups: sparse.csr_array, works: Ints) -> Floats:
        """float32[g, w]: cosine of works to the weighted sums of groups float32[g, n], by content."""
        vectors = self.evidence.content.vectors
        sums = groups @ vectors
        sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        found: Floats = sums @ vectors[works].T
        return found

    def similar(self, work: int) -> Floats:
        """float32[n]: likeness of every work to one: by the company it keeps as far as both are
        known from good plays, by content for the rest."""
        content = self.evidence.content.similar(work)
        ials = self.evidence.ials
        if ials is None or not np.isfinite(ials.factors[work, 0]):
            return content
        factors = np.nan_to_num(ials.factors)
        length = np.maximum(np.sqrt((factors**2).sum(axis=1)), 1e-9)
        company = (factors @ factors[work]) / (length * length[work])
        sure = np.sqrt(self.evidence.plays / (self.evidence.plays + SURE_PLAYS))
        weight = (sure * sure[work]).astype(np.float32)
        found: Floats = weight * company + (1 - weight) * content
        return found

    def _fused(self, pair: Floats, viewers: Floats, moment: _Moment) -> Floats:
        """float32[len(HEADS), b, n] of pairs float32[len(PAIR), b, n] and float32[b, len(VIEWER)]."""
        found = np.empty((len(HEADS), *pair.shape[1:]), dtype=np.float32)
        for b, viewer in enumerate(viewers):
            found[:, b] = self.fusion.value(pair[:, b], moment.title_part, viewer)
        return found

    def _calibrated(self, values: Floats, viewers: Floats) -> Floats:
        """In the place of the values."""
        for head, calibration in zip(values, self.calibrations, strict=True):
            for value, viewer in zip(head, viewers, strict=True):
                value[:] = calibration.probability(value, viewer)
        return values

    def _moment(self, trends: Trends, country: str | None, now_us: int) -> _Moment:
        key = (id(trends), country, now_us // HOUR_US)
        found = self._moments.get(key)
        if found is None:
            title = self.evidence.title(trends, country, now_us)
            one = no_histories(1, self.evidence.catalogue.n, trends.at_us)
            scores = {
                scorer.name: scorer.score(one, trends, country)[0]
                for scorer in (self.evidence.popularity, self.evidence.recent)
            }
            found = _Moment(trends, self.fusion.title_part(title), scores)
            while len(self._moments) >= KEPT_MOMENTS:
                self._moments.pop(next(iter(self._moments)), None)
            self._moments[key] = found
        return found
