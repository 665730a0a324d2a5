"""`editorial`: the operator's own rows, in the editor's order or as a selection ranked for the viewer.

A fixed row may hold what this viewer watched or rated; a ranked one holds what may still be news. Both
leave out what stands in the viewer's own rows, and nothing in them passes a mask.
"""

from __future__ import annotations

from frontrow.page.stage import Proposal, Stage
from frontrow.rules import BoundRow


class Editorial:
    kind = "editorial"

    def propose(self, stage: Stage) -> list[Proposal]:
        if stage.rules is None:
            return []
        request = stage.request
        rows = stage.rules.rows_for(request.country, request.device, request.now_us)
        return [self._of(stage, row) for row in rows]

    def _of(self, stage: Stage, row: BoundRow) -> Proposal:
        if row.ranked:
            works = stage.best_of(row.works, 4 * stage.row_length)
        else:
            fit = stage.eligibility.mask & ~stage.own
            works = row.works[fit[row.works]]
        name = row.rule.name_in(stage.request.language)
        return Proposal(
            self.kind,
            row.key,
            works,
            ("row.editorial", {"name": name}),
            {"editorial": row.key},
            as_told=not row.ranked,
        )
