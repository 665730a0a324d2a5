"""Importers: files of titles, ratings, events and viewing histories, made into titles and events.

In: a path, and at most a few words about its columns. Out: a `Source`, whose rows `bring_in`
writes into the catalogue and the log, with an `ImportReport` of what was read, kept, known before,
left out on purpose and rejected. Ids are derived from the content, so importing again changes
nothing. Nothing here knows what is made of titles and events later on: no viewer, model or page.
"""

from frontrow.importers.artwork import bring_in_artwork
from frontrow.importers.bringing_in import bring_in
from frontrow.importers.event_files import events
from frontrow.importers.jellyfin import jellyfin
from frontrow.importers.movielens import movielens
from frontrow.importers.rejected import forget_rejected
from frontrow.importers.report import ImportReport, Tally
from frontrow.importers.source import Kept, LeftOut, Refused, Source
from frontrow.importers.title_files import titles
from frontrow.importers.viewing_history import viewing_history

__all__ = [
    "ImportReport",
    "Kept",
    "LeftOut",
    "Refused",
    "Source",
    "Tally",
    "bring_in",
    "bring_in_artwork",
    "events",
    "forget_rejected",
    "jellyfin",
    "movielens",
    "titles",
    "viewing_history",
]
