"""What was tried on one viewer often enough."""

from __future__ import annotations

import numpy as np

from frontrow.page.stage import Bools, Stage


def tried_on(stage: Stage) -> Bools:
    """bool[n]: what was shown to this viewer often enough, and never opened."""
    tried = np.zeros(stage.catalogue.n, dtype=bool)
    records = stage.view.records
    often = records.impressions >= stage.settings.exploration.trials
    tried[records.work[often & (records.first_us == 0)]] = True
    return tried
