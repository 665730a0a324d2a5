"""Names as people type them: an index over every name of a catalogue, made once a revision.

In: the names of titles, episodes, people and genres. Out: how well each of them matches what was typed so
far. Who may see what, and what is worth more, is decided elsewhere.
"""

from frontrow.catalog.names.index import Groups, Names, names_of
from frontrow.catalog.names.matching import NONE, Tier, tier_of

__all__ = ["NONE", "Groups", "Names", "Tier", "names_of", "tier_of"]
