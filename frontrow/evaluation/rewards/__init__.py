"""The reward workbench: what interactions earned under several definitions, and which of them tells, early
and from noisy experiments, what keeps viewers.

In: a log, or arms of experiments. Out: what each definition gives, and how its effects go with the
outcome's once the noise that both share is taken off. Nothing here is fitted on, and nothing is tuned.
"""

from frontrow.evaluation.rewards.arms import Arm, arm_of
from frontrow.evaluation.rewards.comparison import Compared, compare
from frontrow.evaluation.rewards.definitions import BUILT_IN, Reward, definitions
from frontrow.evaluation.rewards.earned import AMOUNTS, Earning, earnings_of, total_of
from frontrow.evaluation.rewards.ranked import Ranked, rank_policies

__all__ = [
    "AMOUNTS",
    "BUILT_IN",
    "Arm",
    "Compared",
    "Earning",
    "Ranked",
    "Reward",
    "arm_of",
    "compare",
    "definitions",
    "earnings_of",
    "rank_policies",
    "total_of",
]
