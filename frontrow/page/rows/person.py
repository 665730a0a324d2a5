"""`person`: more with someone whom this viewer's good plays share."""

from __future__ import annotations

import numpy as np

from frontrow.page.stage import Proposal, Stage

_MOST = 8
"""People who may have a row."""

_MIN_WORKS = 2
"""Good plays with a person before it is a liking and no chance."""


class Person:
    kind = "person"

    def propose(self, stage: Stage) -> list[Proposal]:
        if stage.policy is None:
            return []
        people = stage.catalogue.people
        good = stage.view.records.work[stage.reward >= 0.5]
        if len(good) == 0 or not people.names:
            return []
        shared = np.bincount(people.of(good)[1], minlength=len(people.names))
        liked = np.flatnonzero((shared >= _MIN_WORKS) & (stage.taste.people > 0))
        sure = stage.catalogue.sure_people
        enough = np.diff(sure.by_term.indptr)[liked] >= stage.settings.page.min_row_length
        liked = liked[enough]
        liked = liked[np.argsort(-stage.taste.people[liked], kind="stable")]
        found: dict[str, Proposal] = {}
        for term in liked:
            role, name = people.names[term].split(":", 1)
            if name in found:
                continue
            works = stage.best_of(sure.works(int(term)), 4 * stage.row_length)
            if len(works) < stage.settings.page.min_row_length:
                continue
            found[name] = Proposal(
                self.kind,
                f"{role}:{name}",
                works,
                (f"row.person.{role}", {"person": name}),
                {"person": name},
            )
            if len(found) == _MOST:
                break
        return list(found.values())
