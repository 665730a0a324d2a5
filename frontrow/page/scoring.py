"""Where the value of a work comes from, and what the page says of that: its `mode`.

`personalised` by the published ranking; `recent` by it too, from an earlier position of the viewer, where
the newest events could not be read; `unpersonalised` by what everyone starts; `static` by the
catalogue alone. Each is a value over all works, so that every later step is the same.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from frontrow.base.settings import ServiceSettings
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue
from frontrow.catalog.catalogue import age_days
from frontrow.page.policy import BoundPolicy, Scored
from frontrow.page.request import Request
from frontrow.page.view import ViewerView
from frontrow.viewers import Profile, Trends
from frontrow.viewers.trends import HALF_LIVES_DAYS

Mode = Literal["personalised", "recent", "unpersonalised", "static"]
PERSONAL = frozenset({"personalised", "recent"})
"""Modes in which scores are this viewer's own."""

_WEEK = HALF_LIVES_DAYS.index(7.0)
_ALL_TIME = HALF_LIVES_DAYS.index(float("inf"))

_DAYS_PER_YEAR = 365.25

_STARTS_OF_ALL = 50.0
"""Starts of all countries, by their shares, that are added to a country's own."""


def may_be_inferred(profile: Profile, settings: ServiceSettings) -> bool:
    """Whether anything may be inferred of a profile at all: its viewer lets it, and it is no child's."""
    if profile.kids and not settings.profile_kids:
        return False
    return profile.preferences.personalised


def is_profiled(profile: Profile, request: Request, settings: ServiceSettings) -> bool:
    """Whether inference is allowed for this request: asked for, and allowed of the profile."""
    return request.personalised and may_be_inferred(profile, settings)


def score(
    catalogue: Catalogue,
    policy: BoundPolicy | None,
    view: ViewerView,
    request: Request,
    trends: Trends,
    settings: ServiceSettings,
) -> tuple[Mode, Scored]:
    """The mode of the page and every work's value in it."""
    if policy is not None and is_profiled(view.profile, request, settings):
        history = view.history_at(catalogue, request.decide_us)
        said = view.habits.corrections
        mode: Mode = "recent" if "events" in request.left_out else "personalised"
        return mode, policy.score(history, trends, request.country, said)
    if trends.of_country(None).any():
        return "unpersonalised", Scored(_by_starts(catalogue, trends, request), {})
    return "static", Scored(_by_catalogue(catalogue, request), {})


def _by_starts(catalogue: Catalogue, trends: Trends, request: Request) -> NDArray[np.float32]:
    """What is started most in the country, this week's half and all time's half, where few watch with
    what is started elsewhere; the catalogue breaks ties."""
    counts = trends.of_country(request.country)
    if request.country in trends.countries:
        everywhere = trends.of_country(None)
        total = np.maximum(everywhere.sum(axis=1, keepdims=True), 1e-9)
        counts = counts + _STARTS_OF_ALL * everywhere / total
    week, ever = np.log1p(counts[_WEEK]), np.log1p(counts[_ALL_TIME])
    popular = week / max(float(week.max()), 1e-9) + ever / max(float(ever.max()), 1e-9)
    value = 0.45 * popular + 0.1 * _by_catalogue(catalogue, request)
    return np.asarray(value, dtype=np.float32)


def _by_catalogue(catalogue: Catalogue, request: Request) -> NDArray[np.float32]:
    """Newer titles of the service first, then younger works; half a year and ten years are half."""
    # What is dated ahead is as new as what came today: feeds write `2099` where they don't know.
    added_days = np.maximum(np.nan_to_num(age_days(catalogue, request.decide_us), nan=1e6), 0.0)
    added = np.exp2(-added_days / 180.0)
    this_year = 1970 + request.decide_us / US_PER_DAY / _DAYS_PER_YEAR
    age = np.maximum(this_year - np.nan_to_num(catalogue.year, nan=this_year - 30.0), 0.0)
    return np.asarray(0.5 * added + 0.5 * np.exp2(-age / 10.0), dtype=np.float32)
