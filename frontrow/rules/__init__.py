"""The operator's rules: editorial rows, boosts, floors, caps and pins, as one versioned document.

In: a document as JSON or TOML, the catalogue, the page's settings. Out: what is impossible about it,
or arrays over works that pages are built with (`BoundRules`). A rule never knows a viewer's history,
and nothing here chooses a title: building within the rules is the page's affair.
"""

from frontrow.rules.bound import (
    BoundBoost,
    BoundCap,
    BoundFloor,
    BoundRow,
    BoundRules,
    Push,
    bind_rules,
)
from frontrow.rules.check import check, possible_rules
from frontrow.rules.document import Dated, Rules
from frontrow.rules.reading import read_rules
from frontrow.rules.store import RulesStore, StoredRules

__all__ = [
    "BoundBoost",
    "BoundCap",
    "BoundFloor",
    "BoundRow",
    "BoundRules",
    "Dated",
    "Push",
    "Rules",
    "RulesStore",
    "StoredRules",
    "bind_rules",
    "check",
    "possible_rules",
    "read_rules",
]
