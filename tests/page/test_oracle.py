"""The oracle has teeth: a page builder with one rule taken out is found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from frontrow.page import builder
from frontrow.page.assembly import _Assembly
from frontrow.page.rows.editorial import Editorial
from frontrow.page.stage import Proposal, Stage
from frontrow.rules import BoundRow, Push
from tests.page.oracle import violations
from tests.page.test_rules import rich
from tests.worlds import asked_of, built_of

Patch = Callable[[pytest.MonkeyPatch], None]


def _rule_dropped(rule: str) -> Patch:
    whole = builder.judge

    def judge(*args: Any, **kwargs: Any) -> Any:
        found = whole(*args, **kwargs)
        rules = {code: mask for code, mask in found.rules.items() if code != rule}
        if rule == "edition":
            return replace(found, mask=np.ones_like(found.mask))
        return replace(found, mask=np.logical_and.reduce(list(rules.values())))

    return lambda patch: patch.setattr(builder, "judge", judge)


def _repeats_seen_together(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(_Assembly, "_seen_nearby", lambda self: np.zeros(self._n, dtype=bool))


def _history_read_without_profiling(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(builder, "without_history", lambda view, catalogue: view)


def _rules_for_everyone_at_all_times(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("frontrow.rules.bound.BoundRow.holds", lambda *_: True)
    patch.setattr("frontrow.rules.bound.BoundBoost.holds", lambda *_: True)


def _an_editorial_row_upside_down(patch: pytest.MonkeyPatch) -> None:
    whole = Editorial._of

    def of(self: Editorial, stage: Stage, row: BoundRow) -> Proposal:
        found = whole(self, stage, row)
        return replace(found, works=found.works[::-1])

    patch.setattr(Editorial, "_of", of)


def _boosts_without_bounds(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Push, "on", lambda self, value: value * self.factor * self.factor)


def _rows_swapped_wherever_they_stand(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("frontrow.page.swaps._may_swap", lambda *_: True)


def _a_swap_that_is_not_on_record(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("frontrow.page.swaps._bits", lambda swapped: "0" * len(swapped))


def _children_are_tried_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(builder, "is_swapped", lambda stage: True)


def _upside_down_ranking(patch: pytest.MonkeyPatch) -> None:
    whole = builder.best_first
    patch.setattr(builder, "best_first", lambda value, works: whole(-value, works))


@pytest.mark.parametrize(
    ("sabotage", "sentence"),
    [
        (_rule_dropped("dismissed"), "eligible"),
        (_rule_dropped("muted_genre"), "eligible"),
        (_rule_dropped("edition"), "eligible"),
        (_repeats_seen_together, "no_repeats"),
        (_history_read_without_profiling, "wishes"),
        (_upside_down_ranking, "head"),
        (_rules_for_everyone_at_all_times, "editorial"),
        (_rules_for_everyone_at_all_times, "boosts"),
        (_an_editorial_row_upside_down, "editorial"),
        (_boosts_without_bounds, "boosts"),
        (_rows_swapped_wherever_they_stand, "no_repeats"),
        (_rows_swapped_wherever_they_stand, "swaps"),
        (_a_swap_that_is_not_on_record, "swaps"),
        (_children_are_tried_on, "swaps"),
    ],
)
def test_a_broken_rule_is_found(
    sabotage: Patch, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sabotage(monkeypatch)

    def breaks(seed: int) -> bool:
        world, ask = rich(seed, 40)
        asked = asked_of(world, ask)
        found = violations(world, ask, asked, built_of(asked))
        return any(one.startswith(f"{sentence}:") for one in found)

    assert any(breaks(seed) for seed in range(60)), f"no page of sixty broke `{sentence}`"
