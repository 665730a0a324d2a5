"""Each mechanism, dropped once, changes what it should: none is decoration."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from frontrow.simulation.loop import Run
from frontrow.simulation.loop.diary import Diary
from frontrow.simulation.loop.loop import _comings, _settle, spoken_of
from frontrow.simulation.loop.minds import choose_mood

from .conftest import Measured, lived


def slips(run: Run) -> float:
    """Plays that a look does not show, for they were not meant."""
    return float(sum(seen.slips for seen in run.visits))


def followed(run: Run) -> float:
    """Plays that began by themselves."""
    return float(sum(play.autoplay for seen in run.visits for play in seen.plays))


def resumed(run: Run) -> float:
    """Sittings that go on with something."""
    plays = [seen.plays[0] for seen in run.visits if seen.plays]
    return float(np.mean([play.start_seconds > 0 for play in plays]))


def stays_in_genre(run: Run) -> float:
    """Share of a viewer's films and series that have the genre of the one before."""
    before: dict[int, list[int]] = {}
    for seen in run.visits:
        if seen.plays:
            work = seen.plays[0].work
            if not before.get(seen.viewer) or before[seen.viewer][-1] != work:
                before.setdefault(seen.viewer, []).append(work)
    genre = run.world.first_genre
    pairs = [genre[a] == genre[b] for those in before.values() for a, b in pairwise(those)]
    return float(np.mean(pairs))


def genres_met(run: Run) -> float:
    """Mean number of genres that a viewer got to know."""
    return float(run.minds.known.sum(axis=1).mean())


def fame_of_plays(run: Run) -> float:
    """How loudly what was played is spoken of."""
    fame = spoken_of(run.world, 0)
    return float(np.mean([fame[p.work] for s in run.visits for p in s.plays]))


def first_row(run: Run) -> float:
    """Share of looks that begin at the top."""
    return float(np.mean([seen.first_row == 0 for seen in run.visits if seen.looked]))


def looked(run: Run) -> float:
    return float(np.mean([seen.looked for seen in run.visits]))


def disappointed(run: Run) -> float:
    """Share of plays of titles whose pictures deceive."""
    return float(np.mean([run.world.bait[p.work] for s in run.visits for p in s.plays]))


def visits(run: Run) -> float:
    return float(len(run.visits))


def cancels(run: Run) -> float:
    return float(len(run.cancels))


def picture_liked(run: Run) -> float:
    """How well the pictures of what was chosen suit who chose."""
    return float(np.mean([s.picture for s in run.visits if s.picture is not None]))


def plays(run: Run) -> float:
    return float(sum(len(seen.plays) for seen in run.visits))


@pytest.mark.parametrize(
    ("dropped", "measure", "rises"),
    [
        ({"misclicks": 0.0}, slips, False),
        ({"binge": 0.0}, followed, False),
        ({"habit": 0.0}, resumed, False),
        ({"boredom": 0.0}, stays_in_genre, True),
        ({"curiosity": 0.0}, genres_met, False),
        ({"fame_pull": 0.0}, fame_of_plays, False),
        ({"image_taste": 0.0}, picture_liked, False),
        ({"enters_below": 1.0}, first_row, False),
        ({"patience_tiles": (3, 4)}, looked, False),
        ({"patience_seconds": 15.0}, looked, False),
        ({"bait_share": 0.0}, disappointed, False),
        ({"asks_elsewhere": 0.0}, plays, False),
        ({"second_visit": 0.0}, visits, False),
        ({"cancels_a_day": 0.0}, cancels, False),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_a_mechanism_that_is_dropped_is_missed(
    everyday: Run, dropped: dict[str, Any], measure: Measured, rises: bool
) -> None:
    usual, without = measure(everyday), measure(lived(**dropped))
    assert (without > usual) is rises, (usual, without)
    assert without != usual


def test_an_interest_belongs_to_a_time_of_day_and_without_the_pull_to_none(everyday: Run) -> None:
    flat = lived(daypart_pull=0.0).minds
    assert np.allclose(flat.daypart, flat.daypart[:, :, :1])
    assert not np.allclose(everyday.minds.daypart, everyday.minds.daypart[:, :, :1])


def test_the_second_person_of_a_shared_profile_likes_other_things(everyday: Run) -> None:
    minds = everyday.minds
    v = int(np.flatnonzero(minds.shared)[0])
    first = choose_mood(minds, v, 2, False, 0.5, 0.3) > 0
    second = choose_mood(minds, v, 2, True, 0.5, 0.3) > 0
    assert first.any()
    assert second.any()
    assert not (first & second).any()


def test_a_drifting_taste_ends_with_an_interest_that_it_did_not_begin_with(everyday: Run) -> None:
    weight = everyday.minds.weight
    drifts = ((weight[0] == 0) & (weight[1] > 0)).any(axis=1)
    assert 0 < drifts.mean() < 1
    still = lived(drift_share=0.0).minds.weight
    assert np.array_equal(still[0], still[1])


@pytest.mark.parametrize("pull", [0.0, 0.8])
def test_who_is_content_comes_again_as_far_as_mood_pulls(pull: float) -> None:
    run = lived(mood_pull=pull)
    run.minds.subscribed[:] = True
    came = []
    for mood in (-0.8, 0.8):
        run.minds.satisfaction[:] = mood
        came.append(sum(len(_comings(run, day, 0.0, seed=1)) for day in range(20)))
    assert (came[1] > 1.2 * came[0]) is (pull > 0)
    assert came[1] >= came[0]


def test_who_is_discontent_cancels_sooner(everyday: Run) -> None:
    gone = []
    for mood in (-0.8, 0.8):
        run = lived(cancels_a_day=0.02, mood_weight=0.0)
        run.cancels.clear()
        run.minds.subscribed[:] = True
        run.minds.satisfaction[:] = mood
        for day in range(5):
            _settle(run, day, 0.0, 1, Diary())
        gone.append(len(run.cancels))
    assert gone[0] > 2 * gone[1]
