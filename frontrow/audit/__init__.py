"""Audits: what pages did to viewers, titles and suppliers, read from what was shown and what came of it.

In: decisions joined to outcomes, a catalogue, and, at audit time only, groups that somebody names from
outside. Out: findings with intervals and bounds. Nothing here is an input of a page or a model.
"""

from frontrow.audit.audit import Audit, audit
from frontrow.audit.exposures import Exposures, exposures_of
from frontrow.audit.findings import Finding

__all__ = ["Audit", "Exposures", "Finding", "audit", "exposures_of"]
