"""What the fusion sees of a viewer and a work: evidence of different kinds, each on a fixed scale.

Three groups, so that a page pays for each only as often as it changes: of the pair (the scorers and
the matches of taste), of the title at a moment (how popular it is lately, how old), and of the
viewer (how long here, how much watched, at which hour). What can't be said is 0, and a column of the
title or of the viewer says so. Nothing here, and nothing that could come in here, says who the
viewer is: no age, no gender, no place but the country whose trends count.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from frontrow.base.time import US_PER_DAY, from_us
from frontrow.catalog import Catalogue
from frontrow.catalog.catalogue import age_days
from frontrow.models.histories import Floats, Histories
from frontrow.models.looks import in_session, is_weekend, latest_age, local_hours
from frontrow.models.popularity import start_shares
from frontrow.ranking.matches import MATCHES
from frontrow.viewers import HALF_LIVES_DAYS, Trends
from frontrow.viewers.hours import DAYPARTS

SCORERS = (
    "ease",
    "ease_week",
    "ease_recent",
    "ials",
    "transitions",
    "sequence",
    "content",
    "content_recent",
    "content_now",
)

OTHERS = ("running_time_now", "understood", "fatigue")

PAIR = (*SCORERS, *MATCHES, *OTHERS)
TITLE = (
    *(f"popularity_{'always' if np.isinf(h) else f'{h:g}d'}" for h in HALF_LIVES_DAYS),
    "days_since_added",
    "added_unknown",
    "years_since_release",
    "year_unknown",
    "running_time",
    "running_time_unknown",
    "is_series",
    "never_played",
)
VIEWER = (
    "days_since_first_event",
    "no_first_event",
    "works_in_history",
    "no_history",
    "days_since_last_event",
    "works_in_session",
    *DAYPARTS,
    "weekend",
)

CLIP = 8.0
"""A scorer's standardised score is kept within so many deviations."""

DOUBT_WORKS = 5.0
"""Works that a history is read with beside its own, of which the scorers say nothing: of the deviations
that one work calls for a sixth is believed, of those that twenty call for four fifths. Without it a
scorer is as loud after one work as after a hundred (cf. the shrinkage of Efron, Morris 1973)."""

LEAST_DEVIATION = 1e-9
"""Below this a scorer gives every work the same."""

FATIGUE_SCALE = 16.0
"""What is taken off for endless showing (up to -.19) becomes up to -3."""

USUAL_LENGTHS = 3.0
"""Plays of the catalogue's usual running time that a history is read with."""

HOUR_US = US_PER_DAY // 24


def trust_in(histories: Histories, doubt: float) -> Floats:
    """float32[b]: how far scorers are believed about each viewer, 0..1; see `DOUBT_WORKS`."""
    works = np.diff(histories.indptr).astype(np.float32)
    return np.asarray(works / np.maximum(works + np.float32(doubt), 1), dtype=np.float32)


def standardise(
    scores: Floats, out: Floats, by: Floats | None = None, trust: Floats | None = None
) -> None:
    """A scorer's scores in deviations from the viewer's own mean over the works; nan becomes 0.

    All float32[b, n]. So a score means the same whichever scorer gave it. The mean and the deviation
    are those of `by`, of the scores themselves where it is not given; `trust` float32[b] is what
    they are then multiplied by.
    """
    believed = np.ones(len(scores), dtype=np.float32) if trust is None else trust
    every = zip(scores, out, scores if by is None else by, believed.tolist(), strict=True)
    for row, to, like, share in every:
        known, missing, total = len(like), None, like.sum()
        if known == 0 or np.isnan(total):
            missing = np.isnan(like)
            known -= int(np.count_nonzero(missing))
            if known == 0:
                to[:] = 0
                continue
            np.copyto(to, like)
            np.copyto(to, 0, where=missing)
            total = to.sum()
        mean = total / np.float32(known)
        np.subtract(like, mean, out=to)
        if missing is not None:
            np.copyto(to, 0, where=missing)
        deviation = float(np.sqrt(np.dot(to, to) / known))
        if like is not row:
            np.subtract(row, mean, out=to)
            np.copyto(to, 0, where=np.isnan(to))
        to *= np.float32(share / max(deviation, LEAST_DEVIATION))
        most = np.float32(CLIP * share)
        np.maximum(to, -most, out=to)  # two plain passes are faster than one of `clip`
        np.minimum(to, most, out=to)


def scorer_features(
    scores: Mapping[str, Floats], out: Floats, by: Mapping[str, Floats], trust: Floats
) -> None:
    """Into `out` float32[len(SCORERS), b, n]; a scorer that is missing, or can't say, gives 0.

    by: scorer -> scores that its own are measured by, trust: float32[b]; see `standardise`
    """
    for name, to in zip(SCORERS, out, strict=True):
        if name in scores:
            standardise(scores[name], to, by.get(name), trust)
        else:
            to[:] = 0


def tired_of(histories: Histories, out: Floats) -> None:
    """Into `out` float32[b, n]: below 0 where a work was shown again and again, and passed over."""
    out[:] = 0
    tired = histories.tired
    for b in range(histories.b):
        mine = slice(tired.indptr[b], tired.indptr[b + 1])
        out[b, tired.indices[mine]] = tired.data[mine] * np.float32(FATIGUE_SCALE)


def log_lengths(catalogue: Catalogue) -> Floats:
    """float32[n]: logarithm of the running time less its mean; 0 where it is not known."""
    known = catalogue.runtime_minutes > 0
    found = np.log(np.where(known, catalogue.runtime_minutes, 1.0))
    mean = float(found[known].mean()) if known.any() else 0.0
    return np.where(known, found - mean, 0.0).astype(np.float32)


def as_long(log_length: Floats, histories: Histories, now: Floats, out: Floats) -> None:
    """Into `out` float32[b, n]: minus how far a work's length is from what is watched at this hour."""
    weight = now * np.maximum(histories.reward, 0)
    b = histories.b
    total = np.bincount(histories.viewer, weight, minlength=b) + USUAL_LENGTHS
    mean = np.bincount(histories.viewer, weight * log_length[histories.work], minlength=b) / total
    np.abs(log_length - mean.astype(np.float32)[:, None], out=out)
    np.negative(out, out=out)


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
        log_lengths(catalogue),
        ~(catalogue.runtime_minutes > 0),
        catalogue.is_series,
        ~played,
    ]
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)


def viewer_features(histories: Histories) -> Floats:
    """float32[b, len(VIEWER)]."""
    first = histories.first_age_days
    works = np.diff(histories.indptr)
    hours = local_hours(histories.moment_us, histories.offset_minutes)
    columns = [
        np.log1p(np.nan_to_num(first)),
        np.isnan(first),
        np.log1p(works),
        works == 0,
        np.log1p(np.nan_to_num(latest_age(histories))),
        np.log1p(np.bincount(histories.viewer[in_session(histories)], minlength=histories.b)),
        *(hours % 24 // (24 // len(DAYPARTS)) == part for part in range(len(DAYPARTS))),
        is_weekend(hours),
    ]
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)
