"""Churn: who is likely to cancel, why that seems so, and whom something would keep.

In: events of profiles. Out: probabilities of cancelling by week, what they rest on in codes, and, from a
randomised trial alone, what an approach changes. Nothing here decides anything about a viewer: no
price, no block, no message; whatever is listed is listed for a person.
"""

from frontrow.ranking.churn.drivers import Driver, drivers_of
from frontrow.ranking.churn.hazard import Hazard, fit_hazard
from frontrow.ranking.churn.landmarks import Landmarks, landmarks_of
from frontrow.ranking.churn.signals import SIGNALS, Timeline, signals_at, timeline_of

__all__ = [
    "SIGNALS",
    "Driver",
    "Hazard",
    "Landmarks",
    "Timeline",
    "drivers_of",
    "fit_hazard",
    "landmarks_of",
    "signals_at",
    "timeline_of",
]
