"""Models: each gives every work a value for every viewer, by one idea in one file.

In: `Histories` (rewarded works by viewer) and `Trends`; content reads the catalogue. Out: a `Model`,
which is arrays and numbers that can be stored, and bound to a catalogue a `Scorer`. Plain numpy;
no event, no clock and no page comes in here, and no model knows another.
"""

from frontrow.models.content import Content, fit_content
from frontrow.models.ease import Ease, fit_ease
from frontrow.models.histories import Histories, histories_of, history_of, no_histories
from frontrow.models.ials import Ials, fit_ials
from frontrow.models.popularity import Popularity, all_time, fit_recent
from frontrow.models.scorer import Model, Scorer, same_works
from frontrow.models.transitions import Transitions, fit_transitions

__all__ = [
    "Content",
    "Ease",
    "Histories",
    "Ials",
    "Model",
    "Popularity",
    "Scorer",
    "Transitions",
    "all_time",
    "fit_content",
    "fit_ease",
    "fit_ials",
    "fit_recent",
    "fit_transitions",
    "histories_of",
    "history_of",
    "no_histories",
    "same_works",
]
