"""Folds: what the log says of one profile (`Viewer`), of the service (`Trends`), of everyone (`Dataset`).

In: events and a catalogue. Out: records and counts, the facts; what they are worth is said by
`frontrow.ranking`. Nothing here reads a clock, and a late event folds to the same bits.
"""

from frontrow.viewers.dataset import Dataset, build_datasets
from frontrow.viewers.fold import WISHES, extend, fold
from frontrow.viewers.forgets import fold_on
from frontrow.viewers.profile import Preferences, Profile, languages_of
from frontrow.viewers.records import Records, records_of
from frontrow.viewers.trends import HALF_LIVES_DAYS, Trends, count_trends, no_trends
from frontrow.viewers.viewer import TitleRecord, Viewer

__all__ = [
    "HALF_LIVES_DAYS",
    "WISHES",
    "Dataset",
    "Preferences",
    "Profile",
    "Records",
    "TitleRecord",
    "Trends",
    "Viewer",
    "build_datasets",
    "count_trends",
    "extend",
    "fold",
    "fold_on",
    "languages_of",
    "no_trends",
    "records_of",
]
