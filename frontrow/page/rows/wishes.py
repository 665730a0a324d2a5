"""`continue_watching` and `my_list`: the viewer's own, shown whole, in every mode."""

from __future__ import annotations

import numpy as np

from frontrow.page.stage import Proposal, Stage


class ContinueWatching:
    """What was begun and not finished nor put aside, latest first."""

    kind = "continue_watching"

    def propose(self, stage: Stage) -> list[Proposal]:
        works = [work for work, _ in stage.under_way]
        if not works:
            return []
        return [
            Proposal(
                self.kind,
                "",
                np.array(works, dtype=np.int32),
                ("row.continue_watching", {}),
                whole=True,
                min_length=1,
            )
        ]


class MyList:
    """What was put on the list, latest first."""

    kind = "my_list"

    def propose(self, stage: Stage) -> list[Proposal]:
        works = [work for work in stage.view.listed if stage.eligibility.mask[work]]
        if not works:
            return []
        return [
            Proposal(
                self.kind,
                "",
                np.array(works, dtype=np.int32),
                ("row.my_list", {}),
                whole=True,
                min_length=1,
            )
        ]
