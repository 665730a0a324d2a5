"""The sequence model: what it reads, what it learns of planted worlds, and that both passes agree."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY, US_PER_MINUTE, US_PER_SECOND
from frontrow.models import Histories, fit_content, no_histories, same_works
from frontrow.models.histories import Floats
from frontrow.models.sequence import Sequence, SequenceDials, fit_sequence
from frontrow.models.sequence.alignment import rotation_onto
from frontrow.models.sequence.candidates import candidates
from frontrow.models.sequence.examples import cut
from frontrow.models.sequence.inputs import in_order, latest, windows
from frontrow.models.sequence.sequence import outputs
from frontrow.viewers import no_trends
from tests.models import small_world

pytestmark = pytest.mark.slow  # services started and fitted again and again

START_US = small_world.START_US
CATALOGUE = small_world.catalogue()
N = CATALOGUE.n
CONTENT = fit_content(CATALOGUE, seed=1).vectors
SMALL = SequenceDials(
    factors=16,
    length=20,
    tokens_per_step=400,
    learning_rate=0.01,
    dropout=0.0,
    ahead=1,
    epochs=6,
    least_steps=250,
    regularization=0.01,
)
"""One place ahead: the planted law is strict."""


def told(chosen: list[list[int]], reward: list[list[float]] | None = None, n: int = N) -> Histories:
    """Viewers who chose works in an order, an hour apart; each is looked at an hour after the last."""
    order = [np.argsort(works) for works in chosen]
    flat = [w for works, o in zip(chosen, order, strict=True) for w in np.array(works)[o]]
    hour = 60 * US_PER_MINUTE
    us = np.array([START_US + int(place) * hour for o in order for place in o], dtype=np.int64)
    worth = reward or [[1.0] * len(works) for works in chosen]
    return replace(
        no_histories(len(chosen), n, START_US),
        indptr=np.concatenate([[0], np.cumsum([len(works) for works in chosen])]).astype(np.int64),
        work=np.array(flat, dtype=np.int32),
        reward=np.array(
            [r for rs, o in zip(worth, order, strict=True) for r in np.array(rs)[o]],
            dtype=np.float32,
        ),
        first_us=us,
        last_us=us,
        moment_us=np.array([START_US + len(works) * hour for works in chosen], dtype=np.int64),
        first_age_days=np.ones(len(chosen), dtype=np.float32),
    )


def after(work: int, n: int = N) -> int:
    """The planted law: a work is followed by one and no other."""
    return (work * 7 + 3) % n


def chains(viewers: int = 150, each: int = 10, n: int = N) -> Histories:
    """Viewers who begin anywhere and follow the law."""
    rng = rng_for(3, "chains")
    found = []
    for _ in range(viewers):
        works = [int(rng.integers(n))]
        while len(works) < each and after(works[-1], n) not in works:
            works.append(after(works[-1], n))
        found.append(works)
    return told([works for works in found if len(works) > 1], n=n)


def scored(model: Sequence, histories: Histories) -> Floats:
    return model.score(histories, no_trends(histories.n))


@pytest.fixture(scope="module")
def chain_model() -> Sequence:
    return fit_sequence(chains(), CONTENT, 1, SMALL)


@pytest.fixture(scope="module")
def genre_model() -> Sequence:
    """Fitted where the last eight works are new and nobody has touched them."""
    everything = small_world.histories(CATALOGUE, small_world.everything(CATALOGUE))
    known = everything.keep(everything.work < N - 8)
    return fit_sequence(
        known, CONTENT, 1, replace(SMALL, ahead=5, content_only=0.2, least_steps=200)
    )


def test_what_always_follows_is_foretold(chain_model: Sequence) -> None:
    right = 0
    for first in range(N):
        works = [first, after(first), after(after(first))]
        right += int(scored(chain_model, told([works]))[0].argmax() == after(works[-1]))
    assert right > 0.9 * N


def test_what_always_follows_is_foretold_where_each_step_sees_some_of_the_works() -> None:
    n = 150
    dials = replace(SMALL, tokens_per_step=100, softmax_works=100, least_steps=500)
    nothing = np.zeros((n, 1), dtype=np.float32)
    model = fit_sequence(chains(200, 10, n), nothing, 1, dials)
    right = 0
    for work in range(0, n, 3):
        works = [work, after(work, n)]
        right += int(scored(model, told([works], n=n))[0].argmax() == after(works[-1], n))
    assert right > 0.9 * n / 3


def test_the_server_computes_what_was_fitted(genre_model: Sequence) -> None:
    from frontrow.models.sequence import network

    histories = chains()
    tokens = latest(in_order(histories), SMALL.length)
    assert (tokens.work < 0).any()
    vectors = np.nan_to_num(genre_model.vectors)
    served = outputs(genre_model.weights, vectors, tokens, SMALL)
    fitted = network.forward(
        network.placed(dict(genre_model.weights)), vectors, tokens.arrays(), SMALL
    )
    np.testing.assert_allclose(served, np.asarray(fitted)[:, -1], atol=1e-4)


def test_what_comes_later_changes_nothing_before_it(chain_model: Sequence) -> None:
    from frontrow.models.sequence import network

    weights = network.placed(dict(chain_model.weights))
    works = [1, 10, 13, 34, 41, 50]
    one = latest(in_order(told([works])), SMALL.length).arrays()
    two = latest(in_order(told([[*works[:-1], 7]])), SMALL.length).arrays()
    first = np.asarray(network.forward(weights, chain_model.vectors, one, SMALL))
    second = np.asarray(network.forward(weights, chain_model.vectors, two, SMALL))
    assert first[:, :-1].tobytes() == second[:, :-1].tobytes()
    assert not np.allclose(first[:, -1], second[:, -1])


def test_the_same_histories_and_seed_give_the_same_bytes() -> None:
    dials = replace(SMALL, least_steps=20, epochs=1)
    one, again, other = (fit_sequence(chains(), CONTENT, seed, dials) for seed in (1, 1, 2))
    for name, array in one.arrays().items():
        assert array.tobytes() == again.arrays()[name].tobytes(), name
    assert other.vectors.tobytes() != one.vectors.tobytes()


def test_a_new_title_like_those_a_viewer_likes_stands_above_other_new_titles(
    genre_model: Sequence,
) -> None:
    new = np.arange(N - 8, N)
    assert not genre_model.own[new].any()
    for genre in range(4):
        scores = scored(genre_model, told([[genre, genre + 4, genre + 8]]))[0, new]
        assert scores[new % 4 == genre].min() > scores[new % 4 != genre].max()


def test_a_new_title_that_was_watched_says_what_its_content_says(genre_model: Sequence) -> None:
    new = np.arange(N - 8, N)
    for genre in range(4):
        watched = new[new % 4 == genre].tolist()
        scores = scored(genre_model, told([watched]))[0, : N - 8]
        of_genre = np.arange(N - 8) % 4 == genre
        assert scores[of_genre].mean() > scores[~of_genre].mean()


def test_a_viewer_without_history_gets_nan_beside_one_who_has_one(chain_model: Sequence) -> None:
    scores = scored(chain_model, told([[], [1, 10], []]))
    assert np.isnan(scores[[0, 2]]).all()
    assert np.isfinite(scores[1]).all()
    assert np.isnan(scored(chain_model, no_histories(2, N, START_US))).all()


def test_a_title_that_was_left_is_read_otherwise_than_one_that_was_loved() -> None:
    liked = [list(range(g, 40, 4)) for g in range(4)]
    chosen = [
        [w, *rng_for(i, "x").permutation(liked[w % 4])[:6].tolist()]
        for i in range(4)
        for w in range(44, 60)
    ]
    hated = [
        [w, *rng_for(i, "y").permutation(liked[(w + 2) % 4])[:6].tolist()]
        for i in range(4)
        for w in range(44, 60)
    ]
    rewards = [[1.0] * 7 for _ in chosen] + [[-1.0] + [1.0] * 6 for _ in hated]
    model = fit_sequence(told(chosen + hated, rewards), CONTENT, 1, SMALL)
    loved = scored(model, told([[44]], [[1.0]]))[0]
    left = scored(model, told([[44]], [[-1.0]]))[0]
    assert loved[liked[0]].mean() > loved[liked[2]].mean()
    assert left[liked[2]].mean() > left[liked[0]].mean()


def test_scores_move_with_their_works_and_new_works_need_content(genre_model: Sequence) -> None:
    later = small_world.catalogue(70, first=5)
    to = np.array([later.index.get(w.work_id, -1) for w in CATALOGUE.works], dtype=np.int32)
    content = fit_content(CATALOGUE, seed=1).place(later)
    before = scored(genre_model, told([[8, 20, 32]]))[0]
    there = told([to[[8, 20, 32]].tolist()], n=later.n)
    kept = to >= 0
    new = np.setdiff1d(np.arange(later.n), to)
    plain = scored(genre_model.bind(later, to), there)[0]
    np.testing.assert_allclose(plain[to[kept]], before[kept], atol=1e-4)
    assert np.isnan(plain[new]).all()
    full = scored(genre_model.bind(later, to, content), there)[0]
    np.testing.assert_allclose(full[to[kept]], before[kept], atol=1e-4)
    assert np.isfinite(full[new]).all()
    watched_new = told([[int(new[-1])]], n=later.n)
    assert np.isfinite(scored(genre_model.bind(later, to), watched_new)[0, to[kept]]).all()


def test_a_stored_model_scores_the_same_bits(genre_model: Sequence, tmp_path: Path) -> None:
    save_file(genre_model.arrays(), tmp_path / "sequence.safetensors")
    config = json.loads(json.dumps(genre_model.config()))
    loaded = Sequence.from_arrays(load_file(tmp_path / "sequence.safetensors"), config)
    asked = told([[1, 5, 9], [2]])
    bound = [m.bind(CATALOGUE, same_works(N)) for m in (genre_model, loaded)]
    assert scored(bound[0], asked).tobytes() == scored(bound[1], asked).tobytes()


def test_where_nothing_was_ever_played_well_nothing_is_said() -> None:
    model = fit_sequence(no_histories(3, N, START_US), CONTENT, 1, SMALL)
    assert np.isnan(scored(model, told([[1, 2]]))).all()


def test_vectors_of_a_further_fit_lie_where_those_of_the_fit_before_lay(
    chain_model: Sequence,
) -> None:
    # The content model was fitted anew since, and its axes turned.
    turn, _ = np.linalg.qr(rng_for(1, "turn").standard_normal((CONTENT.shape[1],) * 2))
    turned = (CONTENT @ turn).astype(np.float32)
    dials = replace(SMALL, least_steps=20)
    further = fit_sequence(chains(), turned, 2, dials, start=chain_model)
    anew = fit_sequence(chains(), CONTENT, 2, dials)

    def likeness(model: Sequence) -> float:
        one, two = model.work_vectors, chain_model.work_vectors
        return float((one * two).sum() / np.sqrt((one**2).sum() * (two**2).sum()))

    assert likeness(further) > 0.9
    assert likeness(further) > likeness(anew)
    asked = told([[1, 10], [4]])
    products = further.viewer_vectors(asked) @ further.work_vectors.T
    np.testing.assert_allclose(products, scored(further, asked), atol=1e-3)


def test_the_rotation_onto_an_earlier_space_is_found() -> None:
    rng = rng_for(1, "rotation")
    earlier = rng.standard_normal((30, 8)).astype(np.float32)
    planted, _ = np.linalg.qr(rng.standard_normal((8, 8)))
    vectors = (earlier @ planted.T).astype(np.float32)
    vectors[0], earlier[1] = np.nan, np.nan
    np.testing.assert_allclose(rotation_onto(vectors, earlier), planted, atol=1e-5)
    np.testing.assert_array_equal(rotation_onto(vectors, None), np.eye(8))


def test_some_candidates_stand_for_all_works_on_average() -> None:
    rng = rng_for(1, "candidates")
    fitted = np.arange(1_000, dtype=np.int32)
    logits = rng.standard_normal(1_000)
    foretold = np.array([3, 3, 900], dtype=np.int32)
    sums = []
    for _ in range(400):
        works, log_odds = candidates(fitted, foretold, 200, rng)
        assert len(np.unique(works)) == 200
        assert np.isin(foretold, works).all()
        sums.append(np.exp(logits[works] - log_odds).sum())
    assert np.mean(sums) == pytest.approx(np.exp(logits).sum(), rel=0.01)
    everything, log_odds = candidates(fitted, foretold, 1_000, rng)
    np.testing.assert_array_equal(everything, fitted)
    assert not log_odds.any()


def test_windows_hold_every_interaction_once_and_none_is_too_long() -> None:
    indptr = np.array([0, 1, 4, 4, 250, 270], dtype=np.int64)
    for seed in range(20):
        start, until = cut(indptr, 20, rng_for(seed, "cut"))
        assert ((until - start >= 2) & (until - start <= 20)).all()
        held = np.concatenate([np.arange(a, b) for a, b in zip(start, until, strict=True)])
        assert len(np.unique(held)) == len(held)
        assert {*range(1, 4), *range(250, 270)} <= set(held.tolist())
        assert len(held) >= 269 - 3  # pieces of one interaction have nothing to foretell


def test_interactions_stand_in_the_order_they_began_with_the_time_between_them() -> None:
    histories = told([[5, 2, 9], [], [4]])
    found = in_order(histories)
    assert found.work.tolist() == [5, 2, 9, 4]
    assert found.seconds.tolist() == [0, 3_600, 7_200, 0]
    hour = int(found.gap[1])
    assert found.gap.tolist() == [0, hour, hour, 0]
    assert hour > 0


def test_works_that_began_in_one_second_stand_by_their_number() -> None:
    histories = told([[5, 2, 9]])
    same = replace(histories, first_us=np.full(3, START_US) + np.array([300, 200, 100]))
    assert in_order(same).work.tolist() == [2, 5, 9]
    later = replace(histories, first_us=START_US + np.array([2, 1, 0]) * US_PER_SECOND)
    assert in_order(later).work.tolist() == [9, 5, 2]


def test_the_hour_is_that_of_the_viewers_zone() -> None:
    histories = told([[5], [5]])
    noon = START_US - START_US % US_PER_DAY + US_PER_DAY // 2
    at_noon = replace(
        histories,
        first_us=np.full(2, noon),
        moment_us=np.full(2, noon),
        offset_minutes=np.array([0, 9 * 60], dtype=np.int16),
    )
    here, in_japan = in_order(at_noon).slot.tolist()
    assert here != in_japan
    evening = replace(at_noon, first_us=np.full(2, noon) + 9 * 60 * US_PER_MINUTE)
    assert in_order(evening).slot[0] == in_japan


def test_a_short_window_is_filled_up_on_the_left() -> None:
    tokens = windows(in_order(told([[5, 2]])), np.array([[-1, -1, 0, 1]]))
    assert tokens.work.tolist() == [[-1, -1, 5, 2]]
    assert latest(in_order(told([list(range(30))])), 20).work.tolist() == [list(range(10, 30))]


def test_who_serves_never_loads_jax() -> None:
    program = (
        "import sys, frontrow.models.sequence, frontrow.server, frontrow.cli;"
        "sys.exit('jax' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_progress_grows_to_one() -> None:
    heard: list[float] = []
    fit_sequence(
        chains(20), CONTENT, 1, replace(SMALL, least_steps=10, epochs=2), progress=heard.append
    )
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
