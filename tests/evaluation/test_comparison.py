"""Pages made in two ways, compared viewer by viewer."""

from __future__ import annotations

import numpy as np
import pytest

from frontrow.evaluation.comparison import Laid, figures_of, kept_figures, kept_of
from frontrow.evaluation.side_by_side import Example, ShownRow, ShownTile, side_by_side
from tests.evaluation.test_pages import ground


def laid(*rows: list[int]) -> Laid:
    return Laid(tuple(f"row{i}" for i in range(len(rows))), list(rows))


def test_differences_are_paired_by_viewer_and_only_of_whom_both_can_be_said() -> None:
    against = ground([[1], [2], []])
    as_is = [laid([1, 5]), laid([5, 6]), laid([5])]
    changed = [laid([1, 5]), laid([2, 6]), laid([6])]
    found = figures_of(as_is, changed, against, seed=1)
    recall = found["recall@3x4"]
    assert (recall.as_is, recall.changed, recall.difference) == (0.5, 1.0, 0.5)
    assert recall.viewers == 2  # the third played nothing later
    assert recall.difference_interval is not None
    low, high = recall.difference_interval
    assert low <= 0.5 <= high
    assert found["ecs"].difference_interval is not None
    assert found["ecs"].difference == pytest.approx(found["ecs"].changed - found["ecs"].as_is)  # type: ignore[operator]


def test_pages_that_are_the_same_differ_by_nothing() -> None:
    against = ground([[1], [2]])
    pages = [laid([1, 5]), laid([5, 6])]
    found = figures_of(pages, pages, against, seed=1)
    assert all(f.difference == 0 for f in found.values())
    assert all(f.difference_interval == (0.0, 0.0) for f in found.values())
    kept = kept_figures(kept_of(pages, pages), seed=1)
    assert {f.as_is for f in kept.values()} == {1.0}


def test_without_a_change_there_is_no_difference_to_tell() -> None:
    found = figures_of([laid([1])], None, ground([[1]]), seed=1)
    assert {(f.changed, f.difference) for f in found.values()} == {(None, None)}


def test_how_much_of_a_page_stays() -> None:
    one, two = laid([0, 1], [2, 3]), Laid(("row1", "other"), [[0, 9], [8, 3]])
    kept = kept_of([one], [two])
    assert kept["row_stability"].tolist() == [0.5]
    assert kept["work_stability"].tolist() == [0.5]
    assert np.isfinite(kept_figures(kept, seed=1)["work_stability"].as_is)


def test_the_side_by_side_marks_what_differs_escapes_names_and_needs_nothing_from_elsewhere() -> (
    None
):
    against = ground([[1], [2]])
    as_is, changed = [laid([1, 5]), laid([5, 6])], [laid([1, 5]), laid([2, 6])]
    tile = ShownTile("<b>Sea & Sand</b>", only_here=True, explore=False)
    example = Example("v1", "changed most", (ShownRow("Drama", True, (tile,)),), ())
    html = side_by_side(
        headline="2 viewers",
        changes=["page.redundancy=0"],
        notes=["a note"],
        figures=figures_of(as_is, changed, against, seed=1),
        kept=kept_figures(kept_of(as_is, changed), seed=1),
        examples=[example],
    )
    assert "&lt;b&gt;Sea &amp; Sand&lt;/b&gt;" in html
    assert 'class="new' in html
    for never in ("<script", "style=", "src=", 'href="'):
        assert never not in html
