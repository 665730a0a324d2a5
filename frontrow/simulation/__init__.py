"""The demo's world: an invented service and invented viewers with planted truth.

In: a seed, sizes and `now`. Out: plain dicts in the formats of the API (titles, profiles,
events), the artwork as SVG, and the truth that was planted, which no model reads. Only
`frontrow.base` may come in here: this room never sees a catalogue, a page or a model, so
whatever learns from its events learns what a customer's system could learn.
"""

from frontrow.simulation.population import Population, invent_viewers
from frontrow.simulation.service import Service, invent_service

__all__ = ["Population", "Service", "invent_service", "invent_viewers"]
