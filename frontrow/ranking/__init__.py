"""Ranking: what an interaction is worth, and one calibrated value per work from all evidence.

In: records, trends, a catalogue and the models. Out: a `Ranker`, bound to a catalogue a
`BoundRanker`, which gives each work the probability of a good play. Eligibility, rows and
exploration belong to the page; nothing of a viewer but what was watched and wished comes in here.
"""

from frontrow.ranking.ranker import BoundRanker, Ranker, Scored
from frontrow.ranking.reward import GOOD, is_good, reward_of, reward_of_one, rewards

__all__ = [
    "GOOD",
    "BoundRanker",
    "Ranker",
    "Scored",
    "is_good",
    "reward_of",
    "reward_of_one",
    "rewards",
]
