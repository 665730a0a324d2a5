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
from frontrow.models.scorer import Scorer
from frontrow.models.transitions import Transitions
from frontrow.ranking.features import (
    MATCHES,
    SCORERS,
    TITLE,
    Matcher,
    pair_features,
    title_features,
)
from frontrow.viewers import Trends


@dataclass(frozen=True)
class Models:
    """The scorers of one fit, over the works of its catalogue; None: left out."""

    popularity: Popularity
    recent: Popularity
    content: Content
    ease: Ease | None
    ials: Ials | None
    transitions: Transitions | None
    plays: Ints  # [n], good plays of each work in the fit


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
    plays: Ints  # [n], 0 for works that the fit did not know
    matchers: Mapping[str, Matcher]

    @property
    def personal(self) -> list[Scorer]:
        """The scorers that read the history, in the order of the features."""
        found: dict[str, Scorer] = {"content": self.content}
        if self.ease is not None:
            found |= {"ease": self.ease, "ease_recent": self.ease.recent}
        if self.ials is not None:
            found["ials"] = self.ials
        if self.transitions is not None:
            found["transitions"] = self.transitions
        return [found[name] for name in SCORERS if name in found]

    def scores(
        self, histories: Histories, trends: Trends, country: str | None
    ) -> dict[str, Floats]:
        """Scorer -> float32[b, n], nan where it can't say."""
        return {s.name: s.score(histories, trends, country) for s in self.personal}

    def pair(self, scores: Mapping[str, Floats], histories: Histories) -> Floats:
        """float32[len(PAIR), b, n]."""
        return pair_features(scores, self.matchers, histories)

    def title(self, trends: Trends, country: str | None, now_us: int) -> Floats:
        """float32[n, len(TITLE)]."""
        return title_features(self.catalogue, trends, country, now_us, self.plays > 0)

    def nothing_played(self, trends: Trends) -> Floats:
        """float32[len(TITLE)]: the features of a title without a play, beside such trends."""
        starts = trends.of_country(None).sum(axis=1)
        found = np.zeros(len(TITLE), dtype=np.float32)
        found[: len(starts)] = -np.log(starts / max(self.catalogue.n, 1) + 1)
        return found


def matchers_of(catalogue: Catalogue) -> dict[str, Matcher]:
    """One matcher for each kind of term."""
    return {name: Matcher.of(getattr(catalogue, name)) for name in MATCHES}


def bind_models(
    models: Models, catalogue: Catalogue, to: Ints, matchers: Mapping[str, Matcher] | None = None
) -> Evidence:
    """The models over a catalogue; `to` int32[n fitted] says where each work of the fit is, -1: gone."""
    plays = np.zeros(catalogue.n, dtype=np.int32)
    plays[to[to >= 0]] = models.plays[to >= 0]
    return Evidence(
        catalogue=catalogue,
        popularity=models.popularity,
        recent=models.recent,
        content=models.content.bind(catalogue, to),
        ease=None if models.ease is None else models.ease.bind(catalogue, to),
        ials=None if models.ials is None else models.ials.bind(catalogue, to),
        transitions=None if models.transitions is None else models.transitions.bind(catalogue, to),
        plays=plays,
        matchers=matchers or matchers_of(catalogue),
    )


def same_places(before: tuple[str, ...], catalogue: Catalogue) -> NDArray[np.int32]:
    """int32[n fitted]: where each work id of the fit is in a catalogue; -1: gone."""
    return np.array([catalogue.index.get(work_id, -1) for work_id in before], dtype=np.int32)
