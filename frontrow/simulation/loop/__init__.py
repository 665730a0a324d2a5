"""The closed loop: a population that a service can be judged on, through its public API alone.

In: a population's parameters, a seed, and a way to a service. Out: a run of every visit, its moments
beside public ones, and reports. What viewers like is planted and of another family than our models;
nothing here sees a model, a viewer's state or the log.
"""

from frontrow.simulation.loop.arranged import by_chance, by_oracle
from frontrow.simulation.loop.calling import Caller, OverHttp
from frontrow.simulation.loop.loop import FIRST_DAY, Part, Run, joined, live, served
from frontrow.simulation.loop.parameters import (
    MECHANISMS,
    POPULATIONS,
    Parameters,
    hash_of,
    population_named,
    without,
)

__all__ = [
    "FIRST_DAY",
    "MECHANISMS",
    "POPULATIONS",
    "Caller",
    "OverHttp",
    "Parameters",
    "Part",
    "Run",
    "by_chance",
    "by_oracle",
    "hash_of",
    "joined",
    "live",
    "population_named",
    "served",
    "without",
]
