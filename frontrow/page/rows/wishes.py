"""`continue_watching` and `my_list`: the viewer's own, shown whole, in every mode."""

from __future__ import annotations

import numpy as np

from frontrow.page.stage import Proposal, Stage


class ContinueWatching:
    """What was begun and not finished, put aside nor abandoned, the likeliest to be gone on with first."""

    kind = "continue_watching"

    def propose(self, stage: Stage) -> list[Proposal]:
        return _whole(self.kind, [work for work, _ in stage.under_way])


class MyList:
    """What was put on the list, latest first."""

    kind = "my_list"

    def propose(self, stage: Stage) -> list[Proposal]:
        return _whole(
            self.kind, [work for work in stage.view.listed if stage.eligibility.mask[work]]
        )


def _whole(kind: str, works: list[int]) -> list[Proposal]:
    """A row of the viewer's own: one title is enough, and none is left out."""
    if not works:
        return []
    titles = np.array(works, dtype=np.int32)
    return [Proposal(kind, "", titles, (f"row.{kind}", {}), whole=True, min_length=1)]
