"""The page builder: rows of titles chosen, ordered, explored, illustrated and explained for a viewer.

In: a catalogue, a ranking (`Policy`), trends, a viewer, a request. Out: a `Page` and its decision
record. Pure: nothing here reads a clock, a file, a database or a global generator. The files stand
in the order of the way: eligibility, view, scoring, stage, rows, assembly, exploration, artwork,
reasons, dressing, builder, record.
"""

from frontrow.page.builder import BuiltPage, PageInputs, build_page, place_rows, set_stage
from frontrow.page.dressing import Dresser
from frontrow.page.page import Page, Row, Tile
from frontrow.page.policy import BoundPolicy, Policy, Scored
from frontrow.page.request import Request
from frontrow.page.view import ViewerView, view_of

__all__ = [
    "BoundPolicy",
    "BuiltPage",
    "Dresser",
    "Page",
    "PageInputs",
    "Policy",
    "Request",
    "Row",
    "Scored",
    "Tile",
    "ViewerView",
    "build_page",
    "place_rows",
    "set_stage",
    "view_of",
]
