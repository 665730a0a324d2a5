"""What the fusion sees of a viewer and a work: evidence of different kinds, each on a fixed scale.

Three groups, so that a page pays for each only as often as it changes: of the pair (the scorers and
the matches of taste), of the title at a moment (how popular it is lately, how old), and of the
viewer (how long here, how much watched). What can't be said is 0, and a column of the title or of
the viewer says so. Nothing here, and nothing that could come in here, says who the viewer is: no
age, no gender, no place but the country whose trends count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.time import US_PER_DAY, from_us
from frontrow.catalog import Catalogue
from frontrow.catalog.catalogue import Terms, age_days
from frontrow.models.histories import Floats, Histories
from frontrow.models.popularity import start_shares
from frontrow.viewers import HALF_LIVES_DAYS, Trends

SCORERS = ("ease", "ease_recent", "ials", "transitions", "content")
MATCHES = ("genres", "themes", "people")

PAIR = (*SCORERS, *MATCHES)
TITLE = (
    *(f"popularity_{'always' if np.isinf(h) else f'{h:g}d'}" for h in HALF_LIVES_DAYS),
    "days_since_added",
    "added_unknown",
    "years_since_release",
    "year_unknown",
    "is_series",
    "never_played",
)
VIEWER = (
    "days_since_first_event",
    "no_first_event",
    "works_in_history",
    "no_history",
    "days_since_last_event",
)

PRIOR_PLAYS = 3.0
"""Of how many plays the taste of a viewer without history is made: those of the catalogue."""

TASTE_HALF_LIFE_DAYS = 90.0
"""Age at which a play counts half for the matches of taste."""

CLIP = 8.0
"""A scorer's standardised score is kept within so many deviations."""

LEAST_DEVIATION = 1e-9
"""Below this a scorer gives every work the same."""

HOUR_US = US_PER_DAY // 24


@dataclass(frozen=True)
class Matcher:
    """Works by terms of one kind, each row of length 1, and how common each term is."""

    rows: sparse.csr_array  # float32[n, terms]
    base: Floats  # [n], what the catalogue's own mix of terms matches of each work

    @staticmethod
    def of(terms: Terms) -> Matcher:
        has = terms.has.astype(np.float32)
        count = np.maximum(np.diff(has.indptr), 1)
        scale = np.repeat(1 / np.sqrt(count), np.diff(has.indptr)).astype(np.float32)
        rows = sparse.csr_array((has.data * scale, has.indices, has.indptr), shape=has.shape)
        mix = rows.sum(axis=0) / max(has.shape[0], 1)
        return Matcher(rows, np.asarray(rows @ mix, dtype=np.float32))

    def match(self, weights: sparse.csr_array, out: Floats) -> None:
        """Into `out` float32[b, n]: how much more of a work's terms a history has than the catalogue.

        weights: float32[b, n], the history's rewards, decayed
        """
        if self.rows.nnz == 0:
            out[:] = 0
            return
        tastes = weights @ self.rows  # [b, terms]
        for b in range(weights.shape[0]):
            mine = weights.data[weights.indptr[b] : weights.indptr[b + 1]]
            here = slice(tastes.indptr[b], tastes.indptr[b + 1])
            taste = np.zeros(self.rows.shape[1], dtype=np.float32)
            taste[tastes.indices[here]] = tastes.data[here]
            out[b] = self.rows @ taste
            out[b] -= mine.sum() * self.base
            out[b] /= np.abs(mine).sum() + np.float32(PRIOR_PLAYS)


def decayed(histories: Histories) -> sparse.csr_array:
    """float32[b, n]: rewards, halved every `TASTE_HALF_LIFE_DAYS` since the viewer's latest play."""
    if len(histories.work) == 0:
        return histories.weighted(histories.reward)
    age = histories.age_days - latest_age(histories)[histories.viewer]
    return histories.weighted(
        (histories.reward * np.exp2(-age / TASTE_HALF_LIFE_DAYS)).astype(np.float32)
    )


def latest_age(histories: Histories) -> Floats:
    """float32[b]: days since the viewer's last event; nan without a history."""
    latest = np.full(histories.b, np.nan, dtype=np.float32)
    some = np.flatnonzero(np.diff(histories.indptr))
    if len(some):
        latest[some] = np.minimum.reduceat(histories.age_days, histories.indptr[some])
    return latest


def standardise(scores: Floats, out: Floats) -> None:
    """A scorer's scores in deviations from the viewer's own mean over the works; nan becomes 0.

    Both float32[b, n]. So a score means the same whatever the length of a history.
    """
    for row, to in zip(scores, out, strict=True):
        missing = np.isnan(row)
        lacking = int(np.count_nonzero(missing))
        if lacking == len(row):
            to[:] = 0
            continue
        if lacking:
            np.copyto(to, row)
            to[missing] = 0
            mean = to.sum() / (len(row) - lacking)
            to -= mean
            to[missing] = 0
        else:
            np.subtract(row, row.mean(), out=to)
        deviation = np.sqrt(np.dot(to, to) / (len(row) - lacking))
        to *= np.float32(1 / max(float(deviation), LEAST_DEVIATION))
        np.clip(to, -CLIP, CLIP, out=to)


def pair_features(
    scores: Mapping[str, Floats], matchers: Mapping[str, Matcher], histories: Histories
) -> Floats:
    """float32[len(PAIR), b, n]; a scorer that is missing, or can't say, gives 0."""
    found = np.empty((len(PAIR), histories.b, histories.n), dtype=np.float32)
    for i, name in enumerate(SCORERS):
        if name in scores:
            standardise(scores[name], found[i])
        else:
            found[i] = 0
    weights = decayed(histories)
    for i, name in enumerate(MATCHES, len(SCORERS)):
        matchers[name].match(weights, found[i])
    return found


def title_features(
    catalogue: Catalogue,
    trends: Trends,
    country: str | None,
    now_us: int,
    played: NDArray[np.bool_],
) -> Floats:
    """float32[n, len(TITLE)] at a moment, in whole hours.

    played: bool[n], works that the scorers know from good plays
    """
    now_us -= now_us % HOUR_US
    n = catalogue.n
    share = start_shares(trends, country)
    starts = trends.of_country(None).sum(axis=1)[:, None]  # [h, 1]
    lifted = np.log((share * starts + 1) / (starts / max(n, 1) + 1))  # [h, n], 0: as the mean work
    added = age_days(catalogue, now_us)
    now = from_us(now_us)
    years = now.year + now.timetuple().tm_yday / 366 - catalogue.year
    columns = [
        *lifted,
        np.log1p(np.maximum(np.nan_to_num(added), 0)),
        np.isnan(added),
        np.log1p(np.maximum(np.nan_to_num(years), 0)),
        np.isnan(years),
        catalogue.is_series,
        ~played,
    ]
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)


def viewer_features(histories: Histories) -> Floats:
    """float32[b, len(VIEWER)]."""
    first = histories.first_age_days
    works = np.diff(histories.indptr)
    columns = [
        np.log1p(np.nan_to_num(first)),
        np.isnan(first),
        np.log1p(works),
        works == 0,
        np.log1p(np.nan_to_num(latest_age(histories))),
    ]
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)
