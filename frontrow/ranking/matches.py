"""Matches: how much more a work has of what a history has - genres, themes, people, running time.

A taste is the log of how much more there is of a term in a history than the catalogue's own mix would
give, after some plays of that mix, so that a viewer who watches what everybody is offered matches
nothing, and a work's terms add up as odds do (naive Bayes). What viewers say themselves of
their taste stands in the place of what was inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from frontrow.catalog import Catalogue
from frontrow.models.histories import Floats, Histories
from frontrow.models.looks import summed
from frontrow.viewers.corrections import Corrections
from frontrow.viewers.vocabulary import vocabulary_of

PRIOR_PLAYS = 8.0
"""Of how many plays the taste of a viewer without history is made: those of the catalogue."""


DOUBT = 0.5
"""Plays that a term has beside what is counted and what is expected: who was seen once is not yet liked."""

TOLD = 1.5
"""What a correction of 1 is in a taste: about that of a viewer who watches little else."""

FEW_TERMS = 64
"""Up to so many terms a dense product is faster than a sparse one."""

MATCHES: Mapping[str, tuple[str, str]] = {
    "genres": ("genres", "quarter"),
    "genres_recent": ("genres", "recent"),
    "genres_now": ("genres", "now"),
    "genres_session": ("genres", "session"),
    "themes": ("themes", "quarter"),
    "people": ("people", "quarter"),
    "people_recent": ("people", "recent"),
    "languages": ("languages", "quarter"),
    "kinds": ("kinds", "quarter"),
    "eras": ("eras", "quarter"),
}
"""Name of a match -> kind of term, and the look at the history."""


@dataclass(frozen=True)
class Matcher:
    """Works by terms of one kind, each row of length 1, and how common each term is."""

    rows: sparse.csr_array  # float32[n, terms]
    dense: Floats | None  # the same where there are few terms
    mix: Floats  # [terms], mean of the rows

    @staticmethod
    def of(has: sparse.csr_array) -> Matcher:
        """`has` float32[n, terms], 0 or 1."""
        count = np.maximum(np.diff(has.indptr), 1)
        scale = np.repeat(1 / np.sqrt(count), np.diff(has.indptr)).astype(np.float32)
        rows = sparse.csr_array((has.data * scale, has.indices, has.indptr), shape=has.shape)
        mix = np.asarray(rows.sum(axis=0), dtype=np.float32) / np.float32(max(has.shape[0], 1))
        few = has.shape[1] <= FEW_TERMS
        return Matcher(rows, np.asarray(rows.toarray(), np.float32) if few else None, mix)

    def tastes(self, histories: Histories, weights: Floats) -> Floats:
        """float32[k, b, terms]: of each history under each of float32[k, m] weightings."""
        found = self._sums(histories, weights)
        usual = self.mix * np.float32(PRIOR_PLAYS) + np.float32(DOUBT)
        for b in range(histories.b):
            mine = weights[:, histories.indptr[b] : histories.indptr[b + 1]]
            plays = np.abs(mine).sum(axis=1, keepdims=True)
            expected = usual + plays * self.mix
            found[:, b] = np.log((np.maximum(found[:, b], 0) + usual) / expected)
        return found

    def match(self, tastes: Floats, out: Floats) -> None:
        """Into `out` float32[k, n]: what works have of tastes float32[k, terms]."""
        if self.dense is not None:
            np.dot(tastes, self.dense.T, out=out)
            return
        for taste, to in zip(tastes, out, strict=True):
            to[:] = self.rows @ taste

    def _sums(self, histories: Histories, weights: Floats) -> Floats:
        if self.dense is not None:
            return summed(histories, weights, self.dense)
        rows, (k, terms) = self.rows, (len(weights), self.rows.shape[1])
        found = np.zeros((k, histories.b, terms), dtype=np.float32)
        counts = np.diff(rows.indptr)[histories.work]
        starts = rows.indptr[histories.work] - (np.cumsum(counts) - counts)
        places = np.repeat(starts, counts) + np.arange(counts.sum())
        cell = np.repeat(histories.viewer.astype(np.int64), counts) * terms + rows.indices[places]
        for look in range(k):
            values = np.repeat(weights[look], counts) * rows.data[places]
            sums = np.bincount(cell, values, minlength=histories.b * terms)
            found[look] = sums.reshape(histories.b, terms)
        return found


def matchers_of(catalogue: Catalogue) -> dict[str, Matcher]:
    """One matcher for each kind of term."""
    vocabulary = vocabulary_of(catalogue)
    kinds = dict.fromkeys(kind for kind, _ in MATCHES.values())
    return {kind: Matcher.of(vocabulary.works_by(kind)) for kind in kinds}


def matches_of(
    matchers: Mapping[str, Matcher],
    histories: Histories,
    looks: Mapping[str, Floats],
    corrections: Corrections | None,
    out: Floats,
) -> None:
    """Into `out` float32[len(MATCHES), b, n]; `corrections` are of the one viewer asked for."""
    names = list(MATCHES)
    for kind, matcher in matchers.items():
        mine = [i for i, name in enumerate(names) if MATCHES[name][0] == kind]
        if matcher.rows.nnz == 0:
            out[mine] = 0
            continue
        weights = np.stack([looks[MATCHES[names[i]][1]] * histories.reward for i in mine])
        tastes = matcher.tastes(histories, weights)
        if corrections is not None:
            said = corrections.of(kind)
            told = np.isfinite(said)
            tastes[:, :, told] = said[told] * np.float32(TOLD)
        found = np.empty((len(mine), histories.n), dtype=np.float32)
        for b in range(histories.b):
            matcher.match(tastes[:, b], found)
            out[mine, b] = found
