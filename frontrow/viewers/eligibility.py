"""Which works may stand on a page at all. Judged once; every later step works inside it.

A rule is a mask, so a score can't break it; and `why` asks the same masks which of them stopped a
title.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.settings import ServiceSettings
from frontrow.catalog import Catalogue
from frontrow.viewers.profile import Profile, languages_of
from frontrow.viewers.records import Records

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Eligibility:
    """The masks of one viewer at one moment; True lets through."""

    rules: dict[str, Bools]  # rule code -> bool[n], in the order in which they are asked
    mask: Bools  # [n], all rules together
    usable: Bools  # [units], that this viewer may see, windows aside
    playable: Bools  # [units], editions and episodes that this viewer may watch now


def judge(
    catalogue: Catalogue,
    profile: Profile,
    records: Records | None,
    *,
    country: str | None,
    at_us: int,
    settings: ServiceSettings,
) -> Eligibility:
    """The masks for a profile; `records` gives what it dismissed (None: nothing is known)."""
    n = catalogue.n
    wishes = profile.preferences
    availability = catalogue.availability
    open_now = availability.open_units(country, at_us)

    def allowed(limit: int | None, kids: bool, understood: tuple[str, ...] | None) -> Bools:
        return availability.allowed_units(
            maturity_limit=limit,
            kids_only=kids,
            understood=understood,
            unrated_is_adult=settings.unrated_is_adult,
        )

    understood: tuple[str, ...] | None = None
    if wishes.only_understood_languages:
        understood = languages_of(profile) or None
    limit = profile.maturity_limit
    usable = allowed(limit, profile.kids, understood)
    playable = usable & open_now
    everything = np.ones(len(open_now), dtype=bool)
    rules: dict[str, Bools] = {}
    rules["window"] = catalogue.available_works(everything, open_now)
    if limit is not None:
        rules["maturity"] = _any_edition(catalogue, allowed(limit, False, None))
    if profile.kids:
        rules["kids"] = _any_edition(catalogue, allowed(None, True, None))
    if understood is not None:
        rules["language"] = _any_edition(catalogue, allowed(None, False, understood))
    # Each rule may let another edition through; the work needs one edition that passes them all.
    several = len(rules) > 1
    rules["edition"] = catalogue.available_works(usable, playable) if several else rules["window"]
    dismissed = np.zeros(n, dtype=bool)
    if records is not None:
        dismissed[records.work[records.dismissed]] = True
    rules["dismissed"] = ~dismissed
    muted = np.zeros(n, dtype=bool)
    for title_id in wishes.muted_titles:
        work = catalogue.work_of_title.get(title_id)
        if work is not None:
            muted[work] = True
    rules["muted_title"] = ~muted
    in_muted_genre = np.zeros(n, dtype=bool)
    for genre in wishes.muted_genres:
        for term in _spelt_alike(catalogue, genre):
            in_muted_genre[catalogue.every_genre.works(term)] = True
    rules["muted_genre"] = ~in_muted_genre
    mask = np.ones(n, dtype=bool)
    for rule in rules.values():
        mask &= rule
    return Eligibility(rules, mask, usable, playable)


def _any_edition(catalogue: Catalogue, units: Bools) -> Bools:
    if catalogue.n == 0:
        return np.zeros(0, dtype=bool)
    found: Bools = np.logical_or.reduceat(units[catalogue.edition_units], catalogue.edition_starts)
    return found


def _spelt_alike(catalogue: Catalogue, genre: str) -> list[int]:
    folded = genre.casefold()
    return [i for i, name in enumerate(catalogue.every_genre.names) if name.casefold() == folded]
