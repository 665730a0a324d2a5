"""Evidence: the scorers bound to a catalogue, and what the fusion reads of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.models.content import Content
from frontrow.models.ease import Ease
from frontrow.models.histories import Floats, Histories, Ints
from frontrow.models.ials import Ials
from frontrow.models.popularity import Popularity
from frontrow.models.sequence import Sequence
from frontrow.models.text import Reader
from frontrow.models.transitions import Transitions
from frontrow.ranking.features import (
    DOUBT_WORKS,
    PAIR,
    SCORERS,
    TITLE,
    as_long,
    log_lengths,
    scorer_features,
    tired_of,
    title_features,
    trust_in,
)
from frontrow.ranking.matches import MATCHES, Matcher, matchers_of, matches_of
from frontrow.ranking.understood import Understood
from frontrow.viewers import Trends
from frontrow.viewers.corrections import Corrections

EASE_LOOKS = {"ease": "always", "ease_week": "week", "ease_recent": "recent"}
CONTENT_LOOKS = {"content": "always", "content_recent": "recent", "content_now": "now"}
"""Name of the evidence -> how the history is looked at."""


@dataclass(frozen=True)
class Models:
    """The scorers of one fit, over the works of its catalogue; None: left out."""

    popularity: Popularity
    recent: Popularity
    content: Content
    ease: Ease | None
    ials: Ials | None
    transitions: Transitions | None
    sequence: Sequence | None
    plays: Ints  # [n], good plays of each work in the fit
    doubt: float = DOUBT_WORKS  # works; 0 in bundles of before there was any


@dataclass(frozen=True)
class Evidence:
    """Everything that scores works of one catalogue, before the fusion."""

    catalogue: Catalogue
    popularity: Popularity
    recent: Popularity
    content: Content
    ease: Ease | None
    ials: Ials | None
    transitions: Transitions | None
    sequence: Sequence | None
    plays: Ints  # [n], 0 for works that the fit did not know
    matchers: Mapping[str, Matcher]
    log_length: Floats  # [n], see `log_lengths`
    understood: Understood
    doubt: float = DOUBT_WORKS  # see `Models`

    def scores(
        self,
        histories: Histories,
        looks: Mapping[str, Floats],
        trends: Trends,
        country: str | None,
    ) -> dict[str, Floats]:
        """Scorer -> float32[b, n], nan where it can't say; in the order of the features."""
        found: dict[str, Floats] = _looking(self.content, CONTENT_LOOKS, histories, looks)
        if self.ease is not None:
            found |= _looking(self.ease, EASE_LOOKS, histories, looks)
        for scorer in (self.ials, self.transitions, self.sequence):
            if scorer is not None:
                found[scorer.name] = scorer.score(histories, trends, country)
        return {name: found[name] for name in SCORERS if name in found}

    def pair(
        self,
        scores: Mapping[str, Floats],
        histories: Histories,
        looks: Mapping[str, Floats],
        corrections: Corrections | None = None,
    ) -> Floats:
        """float32[len(PAIR), b, n]."""
        return self._features(scores, histories, looks, corrections=corrections)

    def pair_of_unknown(
        self, histories: Histories, looks: Mapping[str, Floats], trends: Trends
    ) -> Floats:
        """float32[len(PAIR), b, n] as if no work had ever been played: what content alone says."""
        found: dict[str, Floats] = _looking(self.content, CONTENT_LOOKS, histories, looks)
        by: dict[str, Floats] = {}
        if self.sequence is not None:
            name = self.sequence.name
            by[name] = self.sequence.score(histories, trends)
            found[name] = self.sequence.by_content(self.content.vectors).score(histories, trends)
        return self._features(found, histories, looks, by=by)

    def _features(
        self,
        scores: Mapping[str, Floats],
        histories: Histories,
        looks: Mapping[str, Floats],
        *,
        corrections: Corrections | None = None,
        by: Mapping[str, Floats] | None = None,
    ) -> Floats:
        found, upto = (
            np.empty((len(PAIR), histories.b, histories.n), dtype=np.float32),
            len(SCORERS),
        )
        scorer_features(scores, found[:upto], by or {}, trust_in(histories, self.doubt))
        upto += len(MATCHES)
        matches_of(self.matchers, histories, looks, corrections, found[len(SCORERS) : upto])
        as_long(self.log_length, histories, looks["now"], found[upto])
        self.understood.by_all(histories, found[upto + 1])
        tired_of(histories, found[upto + 2])
        return found

    def title(self, trends: Trends, country: str | None, now_us: int) -> Floats:
        """float32[n, len(TITLE)]."""
        return title_features(self.catalogue, trends, country, now_us, self.plays > 0)

    def nothing_played(self, trends: Trends) -> Floats:
        """float32[len(TITLE)]: the features of a title without a play, beside such trends."""
        starts = trends.of_country(None).sum(axis=1)
        found = np.zeros(len(TITLE), dtype=np.float32)
        found[: len(starts)] = -np.log(starts / max(self.catalogue.n, 1) + 1)
        return found


def _looking(
    model: Ease | Content,
    names: Mapping[str, str],
    histories: Histories,
    looks: Mapping[str, Floats],
) -> dict[str, Floats]:
    weights = np.stack([looks[look] for look in names.values()])
    return dict(zip(names, model.looking(histories, weights), strict=True))


def bind_models(
    models: Models,
    catalogue: Catalogue,
    to: Ints,
    matchers: Mapping[str, Matcher] | None = None,
    reader: Reader | None = None,
) -> Evidence:
    """The models over a catalogue; `to` int32[n fitted] says where each work of the fit is, -1: gone;
    `reader` reads texts that came after the fit."""
    plays = np.zeros(catalogue.n, dtype=np.int32)
    plays[to[to >= 0]] = models.plays[to >= 0]
    content = models.content.bind(catalogue, to, reader)
    return Evidence(
        catalogue=catalogue,
        popularity=models.popularity,
        recent=models.recent,
        content=content,
        ease=None if models.ease is None else models.ease.bind(catalogue, to),
        ials=None if models.ials is None else models.ials.bind(catalogue, to),
        transitions=None if models.transitions is None else models.transitions.bind(catalogue, to),
        sequence=None
        if models.sequence is None
        else models.sequence.bind(catalogue, to, content.vectors),
        plays=plays,
        matchers=matchers or matchers_of(catalogue),
        log_length=log_lengths(catalogue),
        understood=Understood(catalogue),
        doubt=models.doubt,
    )


def same_places(before: tuple[str, ...], catalogue: Catalogue) -> NDArray[np.int32]:
    """int32[n fitted]: where each work id of the fit is in a catalogue; -1: gone."""
    return np.array([catalogue.index.get(work_id, -1) for work_id in before], dtype=np.int32)
