"""Titles on trial: new ones of which too little is known to rank them, and when that ends.

A ranking knows of a new title what its content says, and shows it to nobody; so nothing more becomes known.
Pages try such titles: `explore` comes as far up as it is looked at while there are any, and half of what it
draws are of them, in proportion to their value for the viewer. A
trial ends, for everyone, as soon as enough is known: it pleased often enough for the ranking to go on from
there; it surely pleases less than half as often as titles do; or it had its impressions and did not
please as often as they do. What is counted are trials as the record of choices has them: a viewer, a
title, a day; of newcomers only as many as settled accounts bear out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr

from frontrow.base.time import US_PER_DAY
from frontrow.catalog.catalogue import UNKNOWN_TIME
from frontrow.page.choice_values import ChoiceValues
from frontrow.page.scoring import PERSONAL
from frontrow.page.stage import Stage, Works
from frontrow.page.tried import tried_on

Bools = NDArray[np.bool_]
Doubles = NDArray[np.float64]

ENOUGH = 20.0
"""Trials that pleased after which a title stands on its own feet: the models know it by then."""

_POOR = 0.5
"""Share of what is usual below which a title is not worth more trials."""

_SURELY = 0.05
"""Chance that a title at that share would have pleased so seldom, below which it is held to be there."""

_SHARE = 0.5
"""Of an explored row's draws that go to titles on trial; the others widen what this viewer sees."""

_AT_ONCE = 10
"""Titles on trial that share it. With fewer it is as much less, so that no title is tried faster than the
count of its trials can follow."""


@dataclass(frozen=True)
class Known:
    """What is known of some titles, by trials of everyone."""

    tried: Doubles  # [m]
    pleased: Doubles  # [m]
    usual: float  # pleased of a trial, over all titles

    @property
    def is_settled(self) -> Bools:
        """Which pleased often enough to stand on their own feet."""
        return self.pleased >= ENOUGH

    @property
    def is_poor(self) -> Bools:
        """Which surely please less than half as often as is usual."""
        chance = pdtr(np.floor(self.pleased), _POOR * self.usual * self.tried)
        return np.asarray((self.tried > 0) & (chance < _SURELY))

    def is_spent(self, most: float) -> Bools:
        """Which had `most` trials and more, and pleased no better than is usual."""
        return (self.tried >= most) & (self.pleased <= self.usual * self.tried)


def known_of(choices: ChoiceValues | None, works: Works) -> Known:
    """What the record of choices knows of some works."""
    if choices is None:
        return Known(np.zeros(len(works)), np.zeros(len(works)), 0.0)
    usual = float(choices.pleased.sum()) / max(float(choices.tried.sum()), 1.0)
    return Known(choices.tried[works], choices.pleased[works], usual)


def is_young(stage: Stage, works: Works) -> Bools:
    """Which works were added so lately that they may be on trial."""
    added = stage.catalogue.added_us[works]
    days = stage.settings.exploration.trial_days
    known = (added != UNKNOWN_TIME) & (added <= stage.request.decide_us)
    return np.asarray(known & (stage.request.decide_us - added < days * US_PER_DAY))


def has_failed(stage: Stage, works: Works) -> Bools:
    """Which works are drawn no more, for anyone: poor, or new and spent."""
    known = known_of(stage.choices, works)
    spent = known.is_spent(stage.settings.exploration.trial_impressions)
    return known.is_poor | (is_young(stage, works) & spent)


def on_trial(stage: Stage) -> Works:
    """The works that this viewer's pages may try, best first."""
    works = stage.ranked[is_young(stage, stage.ranked)]
    works = works[~has_failed(stage, works) & ~known_of(stage.choices, works).is_settled]
    return works[~tried_on(stage)[works]]


def trial_row(stage: Stage) -> int | None:
    """Row, from 0, by which this viewer's page shows what is on trial; None: it tries nothing."""
    row = stage.settings.exploration.trial_row
    return row - 1 if row and stage.mode in PERSONAL else None


def share_of_trials(titles: int) -> float:
    """Share of the draws that go to so many titles on trial."""
    return _SHARE * min(titles / _AT_ONCE, 1.0)
