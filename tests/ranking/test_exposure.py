"""A title that nobody was shown is not held to be bad."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.models.histories import Floats
from frontrow.ranking.candidates import DRAWN, MAX_PASSED, MAX_PLAYED, draw, lists_of
from frontrow.ranking.exposure import LEAST_CHANCE, log_chance_unshown, shown_since
from frontrow.ranking.features import PAIR, TITLE, VIEWER
from frontrow.ranking.fusion import fit_fusion, join_lists
from frontrow.ranking.slices import Asked
from tests.models import small_world

ALWAYS = TITLE.index("popularity_always")


def matrix(rows: list[list[int]], n: int) -> sparse.csr_array:
    found = np.zeros((len(rows), n), dtype=np.float32)
    for i, row in enumerate(rows):
        found[i, row] = 1
    return sparse.csr_array(found)


def asked_of(shown: list[list[int]], played: list[list[int]], n: int) -> Asked:
    none = matrix([[] for _ in shown], n)
    return Asked(
        np.arange(len(shown)), none, matrix(played, n), none, matrix(shown, n).astype(bool)
    )


def title_of(popularity: NDArray[np.float64]) -> Floats:
    title = np.zeros((len(popularity), len(TITLE)), dtype=np.float32)
    title[:, ALWAYS] = popularity
    return title


def test_the_chance_of_the_unshown_is_theirs_beside_the_shown() -> None:
    shown = matrix([[0, 1, 2, 3], [0, 1, 4, 5], []], 10)
    played = matrix([[0, 1, 9], [4], [8]], 10)  # three of the shown, one of the others
    closed = matrix([[3], [], []], 10)  # shown, and out of the question
    of_unshown, of_shown = (1 + 0.5) / (6 + 6), (3 + 0.5) / (3 + 4)
    expected = np.log(of_unshown / of_shown)
    assert log_chance_unshown(shown, played, closed) == pytest.approx(expected)


def test_where_nothing_was_shown_nothing_is_said_of_it() -> None:
    nothing, played = matrix([[], []], 5), matrix([[0], [1]], 5)
    assert log_chance_unshown(nothing, played, nothing) == 0.0


def test_the_chance_stays_within_its_bounds() -> None:
    n = 20_000
    shown = matrix([[0, 1, 2]] * 3, n)
    assert log_chance_unshown(shown, matrix([[0]] * 3, n), matrix([[]] * 3, n)) == pytest.approx(
        np.log(LEAST_CHANCE)
    )
    everything_else = matrix([list(range(3, 40))] * 3, 40)
    assert (
        log_chance_unshown(matrix([[0, 1, 2]] * 3, 40), everything_else, matrix([[]] * 3, 40)) == 0
    )


def test_shown_is_what_was_shown_from_the_moment_on() -> None:
    before = small_world.everything(small_world.catalogue())
    records = before.records
    more = np.zeros(len(records), dtype=np.int32)
    more[3] = 2
    earlier = replace(before, records=replace(records, impressions=np.full_like(more, 4)))
    later = replace(before, records=replace(records, impressions=4 + more))
    viewers = np.arange(before.b)
    found = shown_since(earlier, later, viewers)
    assert found.nnz == 1
    assert found[int(before.viewer[3]), int(records.work[3])]
    assert shown_since(later, earlier, viewers).nnz == 0  # forgotten since


def test_a_list_holds_what_was_passed_over_and_lifts_what_was_not_shown() -> None:
    n = 30
    asked = asked_of([[0, 1, 2, 3], []], [[0, 20], [5]], n)
    drawn = draw(asked, title_of(np.zeros(n)), rng_for(1, "draw"))
    unshown = log_chance_unshown(asked.shown, asked.relevant, asked.seen)
    assert unshown < 0
    assert drawn.work.shape == (2, MAX_PLAYED + DRAWN + 4)
    played = dict(zip(drawn.work[0, :2].tolist(), drawn.log_odds[0, :2].tolist(), strict=True))
    assert played == {0: 0.0, 20: pytest.approx(-unshown)}
    last = drawn.log_odds[0, MAX_PLAYED + DRAWN :]
    assert drawn.work[0, MAX_PLAYED + DRAWN :][np.isfinite(last)].tolist() == [1, 2, 3]
    assert last[np.isfinite(last)].tolist() == [0.0] * 3
    rest = slice(MAX_PLAYED, MAX_PLAYED + DRAWN)
    twice = np.isin(drawn.work[0, rest], [0, 1, 2, 3, 20])
    assert twice.any()
    assert np.isinf(drawn.log_odds[0, rest][twice]).all()
    lifted = drawn.log_odds[0, rest][~twice]
    assert np.allclose(lifted, np.log(DRAWN / n) - unshown, atol=1e-5)
    told_nothing = drawn.log_odds[1, rest][drawn.work[1, rest] != 5]
    assert np.allclose(told_nothing, np.log(DRAWN / n), atol=1e-5)


def test_without_impressions_lists_are_as_they_were() -> None:
    n = 30
    asked = asked_of([[], []], [[0, 20], [5]], n)
    drawn = draw(asked, title_of(np.zeros(n)), rng_for(1, "draw"))
    assert drawn.work.shape == (2, MAX_PLAYED + DRAWN)


def test_of_much_that_was_passed_over_some_stands_for_all() -> None:
    n = 400
    asked = asked_of([list(range(250))], [[0]], n)
    drawn = draw(asked, title_of(np.zeros(n)), rng_for(1, "draw"))
    last = drawn.log_odds[0, MAX_PLAYED + DRAWN :]
    assert len(last) == MAX_PASSED
    assert np.allclose(last, np.log(MAX_PASSED / 249), atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("told", [True, False])
def test_what_was_shown_more_is_not_held_to_be_better(told: bool) -> None:
    """Everyone is shown ten titles, the popular ones far more often, and plays any one of the ten."""
    n, viewers = 120, 400
    rng = rng_for(3, "shown")
    popularity = np.linspace(-2, 2, n)
    chance = np.exp(popularity) / np.exp(popularity).sum()
    shown = [rng.choice(n, 10, replace=False, p=chance).tolist() for _ in range(viewers)]
    played = [[row[0]] for row in (rng.permutation(one).tolist() for one in shown)]
    asked = asked_of(shown if told else [[] for _ in shown], played, n)
    title = title_of(popularity)
    nothing = np.zeros((len(PAIR), viewers, n), dtype=np.float32)
    viewer = np.zeros((viewers, len(VIEWER)), dtype=np.float32)
    lists = lists_of(draw(asked, title, rng), nothing, title, viewer)
    fusion = fit_fusion([join_lists([lists])], 1)
    value = fusion.value(nothing[:, 0], fusion.title_part(title), viewer[0])[0]
    lead = float(value[-20:].mean() - value[:20].mean())  # of the popular, in log odds
    assert abs(lead) < 0.5 if told else lead > 2.0


def test_a_question_among_what_was_shown_leaves_the_rest_out() -> None:
    n = 6
    asked = replace(
        asked_of([[0, 1, 2], []], [[1, 4], [5]], n), seen=matrix([[2], [0]], n)
    ).among_shown()
    assert asked.seen.toarray().astype(int).tolist() == [
        [0, 0, 1, 1, 0, 1],  # what is seen stays out; 4 was played though not shown
        [1, 0, 0, 0, 0, 0],
    ]
    assert asked.among_shown().seen.toarray().tolist() == asked.seen.toarray().tolist()
