"""The sequence model: what comes next, from what a viewer chose and in which order.

In: `Histories` and the works' content vectors. Out: a `Sequence`, a model as the others are. It is
fitted with jax, which only `network` imports, and only once a fit begins; scoring is plain numpy.
"""

from frontrow.models.sequence.dials import SequenceDials
from frontrow.models.sequence.fit import fit_sequence
from frontrow.models.sequence.sequence import Sequence

__all__ = ["Sequence", "SequenceDials", "fit_sequence"]
