"""Fitting the whole ranker: deterministic, storable, and never at a loss."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from frontrow.catalog import Catalogue
from frontrow.models import no_histories
from frontrow.models.looks import looks_of
from frontrow.ranking import BoundRanker, Ranker
from frontrow.ranking.candidates import oldest
from frontrow.ranking.features import DOUBT_WORKS, SCORERS, TITLE
from frontrow.training import fit as fitting
from frontrow.training.cuts import VISIT_GAP_US, Cuts, cuts_of
from frontrow.training.fit import fit_ranker
from frontrow.viewers import Dataset, Trends, no_trends
from frontrow.viewers.corrections import corrections_on
from frontrow.viewers.vocabulary import vocabulary_of
from tests.models import small_world

pytestmark = pytest.mark.slow  # of a world large enough that nothing is left out

CATALOGUE = small_world.catalogue()
ROWS = small_world.choices(CATALOGUE.n)
END = small_world.START_US + small_world.DAYS * 86_400_000_000


def fit(catalogue: Catalogue = CATALOGUE, viewers: int = 10_000, seed: int = 3) -> Ranker:
    rows = {k: v[ROWS["viewer"] < viewers] for k, v in ROWS.items()}
    (whole,) = small_world.datasets(catalogue, rows, [END])
    cuts = cuts_of(whole, catalogue, seed)
    return fit_ranker(
        small_world.datasets(catalogue, rows, cuts.moments), cuts, catalogue, seed=seed
    )


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return fit()


@pytest.fixture(scope="module")
def whole() -> Dataset:
    return small_world.datasets(CATALOGUE, ROWS, [END])[0]


def score(bound: BoundRanker, dataset: Dataset, viewer: int) -> np.ndarray:
    histories = small_world.histories(bound.evidence.catalogue, dataset)
    return bound.score(histories.take(np.array([viewer])), dataset.trends, None).value


def nobody(bound: BoundRanker, trends: Trends, n: int) -> np.ndarray:
    found = bound.score(no_histories(1, n, END), trends, "DE")
    assert set(found.scores) >= {"popularity", "recent_popularity", "content"}
    assert all(s.shape == (n,) and s.dtype == np.float32 for s in found.scores.values())
    return found.value


def test_a_fit_on_enough_viewers_leaves_only_out_what_this_log_is_too_small_for(
    ranker: Ranker,
) -> None:
    # There is too little to read, and too few starts were open at a cut.
    assert set(ranker.left_out) == {"sequence", "foresight"}


def test_the_same_data_and_seed_give_the_same_bytes(ranker: Ranker) -> None:
    again = fit()
    assert json.dumps(again.config()) == json.dumps(ranker.config())
    for key, array in ranker.arrays().items():
        assert array.tobytes() == again.arrays()[key].tobytes(), key


def test_a_stored_ranker_gives_the_same_bits(
    ranker: Ranker, whole: Dataset, tmp_path: Path
) -> None:
    save_file(ranker.arrays(), tmp_path / "ranker.safetensors")
    config = json.loads(json.dumps(ranker.config()))
    loaded = Ranker.from_arrays(load_file(tmp_path / "ranker.safetensors"), config)
    one, two = ranker.bind(CATALOGUE), loaded.bind(CATALOGUE)
    assert score(one, whole, 5).tobytes() == score(two, whole, 5).tobytes()
    assert one.similar(3).tobytes() == two.similar(3).tobytes()
    assert one.moved_by(3).tobytes() == two.moved_by(3).tobytes()


def test_values_are_probabilities_and_put_a_viewers_genre_first(
    ranker: Ranker, whole: Dataset
) -> None:
    bound = ranker.bind(CATALOGUE)
    right = 0
    for viewer in range(40):
        value = score(bound, whole, viewer)
        assert value.dtype == np.float32
        assert value.shape == (CATALOGUE.n,)
        assert ((value >= 0) & (value <= 1)).all()
        seen = whole.records.work[whole.indptr[viewer] : whole.indptr[viewer + 1]]
        value[seen] = -1
        right += int(value.argmax()) % 4 == int(whole.profile_ids[viewer]) % 4
    assert right > 35


def test_a_viewer_is_scored_alone_as_in_a_batch(ranker: Ranker, whole: Dataset) -> None:
    bound = ranker.bind(CATALOGUE)
    histories = small_world.histories(CATALOGUE, whole)
    values = bound.values(histories, whole.trends, now_us=whole.at_us)
    for viewer in (0, 9):
        order = np.argsort(-score(bound, whole, viewer), kind="stable")[:10]
        assert order.tolist() == np.argsort(-values[viewer], kind="stable")[:10].tolist()


def test_what_a_viewer_says_of_a_genre_moves_its_titles(ranker: Ranker, whole: Dataset) -> None:
    bound = ranker.bind(CATALOGUE)
    history = small_world.histories(CATALOGUE, whole).take(np.array([3]))
    vocabulary = vocabulary_of(CATALOGUE)
    plain = bound.score(history, whole.trends, None).value
    for genre, name in enumerate(CATALOGUE.genres.names):
        works = CATALOGUE.genres.works(genre)
        loved, hated = (
            bound.score(
                history, whole.trends, None, corrections_on({"genres": {name: said}}, vocabulary)
            ).value[works]
            for said in (1.0, -1.0)
        )
        assert (loved > hated).all()
        assert loved.sum() >= plain[works].sum() >= hated.sum()


def test_with_a_sequence_model_the_bytes_are_the_same_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "LEAST_TO_READ", 100)
    one, two = fit(viewers=30), fit(viewers=30)
    assert set(one.left_out) == {"foresight"}
    for key, array in one.arrays().items():
        assert array.tobytes() == two.arrays()[key].tobytes(), key
    assert any(key.startswith("sequence/") for key in one.arrays())


def test_a_good_play_moves_its_like_up(ranker: Ranker) -> None:
    bound = ranker.bind(CATALOGUE)
    for anchor in range(8):
        moved = bound.moved_by(anchor)
        assert np.isfinite(moved).all()
        assert moved[anchor] <= 0
        assert {int(w) % 4 for w in np.argsort(-moved)[:5]} == {anchor % 4}


def test_titles_that_the_fit_never_saw_are_scored_by_what_they_are(ranker: Ranker) -> None:
    later = small_world.catalogue(68, first=4)
    bound = ranker.bind(later)
    value = nobody(bound, no_trends(later.n, END), later.n)
    assert np.isfinite(value).all()
    new = later.n - 1
    alike = bound.similar(new)
    alike[new] = -1
    assert np.isfinite(alike).all()
    assert {later.works[int(w)].title.genres[0] for w in np.argsort(-alike)[:5]} == {
        later.works[new].title.genres[0]
    }
    assert np.isfinite(bound.moved_by(new)).all()


@pytest.mark.parametrize("viewers", [0, 1, 2])
def test_from_too_little_data_it_fits_what_it_can_and_names_the_rest(viewers: int) -> None:
    found = fit(viewers=viewers)
    assert "fusion" in found.left_out
    assert ("ease" in found.left_out) == (viewers == 0)
    assert all(found.left_out.values())
    config = json.loads(json.dumps(found.config()))
    bound = Ranker.from_arrays(found.arrays(), config).bind(CATALOGUE)
    assert np.isfinite(nobody(bound, no_trends(CATALOGUE.n, END), CATALOGUE.n)).all()


@pytest.mark.parametrize("n", [0, 1])
def test_an_empty_catalogue_and_a_single_title_are_no_trouble(n: int) -> None:
    catalogue = small_world.catalogue(n)
    none = {k: v[:0] for k, v in ROWS.items()}
    cuts = Cuts((), END)
    made = fit_ranker(small_world.datasets(catalogue, none, [END]), cuts, catalogue, seed=1).bind(
        catalogue
    )
    assert nobody(made, no_trends(n, END), n).shape == (n,)
    if n:
        assert np.isfinite(made.moved_by(0)).all()


def test_what_rises_after_the_fit_is_seen_at_the_next_page(whole: Dataset) -> None:
    bound = fit(viewers=2).bind(CATALOGUE)
    calm = nobody(bound, whole.trends, CATALOGUE.n)
    low = int(calm.argmin())
    counts = whole.trends.counts.copy()
    counts[:, :, low] += counts.sum(axis=2) * 3
    rising = replace(whole.trends, counts=counts)
    assert nobody(bound, rising, CATALOGUE.n)[low] > calm[low]
    assert nobody(bound, whole.trends, CATALOGUE.n).tobytes() == calm.tobytes()


def test_cuts_are_ascending_and_the_last_is_the_fits_own_moment(whole: Dataset) -> None:
    cuts = cuts_of(whole, CATALOGUE, 1)
    assert cuts.times == sorted(set(cuts.times))
    assert cuts.moments[-1] == whole.at_us
    assert all(cut.at_us < cut.until_us <= whole.at_us for cut in cuts.slices)


def test_a_visit_is_asked_just_before_it_begins_after_a_pause_and_once_more_within(
    whole: Dataset,
) -> None:
    cuts = cuts_of(whole, CATALOGUE, 1)
    asked = [0, 0]
    for cut in cuts.slices:
        for which, visits in enumerate(cut.visits):
            for profile_id, moment in visits.items():
                assert cut.at_us <= moment < cut.until_us
                mine = np.sort(ROWS["us"][ROWS["viewer"] == int(profile_id)])
                assert moment + 1 in mine
                paused = moment - mine[mine <= moment].max() >= VISIT_GAP_US
                assert paused == (which == 0)
                asked[which] += 1
    assert min(asked) > 20


def test_a_fit_for_an_earlier_moment_cuts_before_it(whole: Dataset) -> None:
    middle = small_world.START_US + 20 * 86_400_000_000
    cuts = cuts_of(whole, CATALOGUE, 1, middle)
    assert cuts.times[-1] == middle
    moments = [m for cut in cuts.slices for visits in cut.visits for m in visits.values()]
    assert max(moments) <= middle


def test_progress_is_heard_from_start_to_end(whole: Dataset) -> None:
    heard: list[float] = []
    cuts = cuts_of(whole, CATALOGUE, 1)
    fit_ranker(
        small_world.datasets(CATALOGUE, ROWS, cuts.moments),
        cuts,
        CATALOGUE,
        seed=1,
        progress=lambda share, what: heard.append(share),
    )
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_the_config_names_every_feature_in_order(ranker: Ranker) -> None:
    assert tuple(ranker.config()["features"]["title"]) == TITLE


def test_the_value_is_what_a_good_play_and_a_finish_are_worth_by_how_likely_they_are(
    ranker: Ranker, whole: Dataset
) -> None:
    bound = ranker.bind(CATALOGUE)
    histories = small_world.histories(CATALOGUE, whole).take(np.arange(3))
    good, finish = bound.probabilities(histories, whole.trends, now_us=END)
    assert ((good >= 0) & (good <= 1) & (finish >= 0) & (finish <= 1)).all()
    of_good, of_finish = ranker.worth
    assert 0.5 <= of_good < 0.75 <= of_finish <= 1
    expected = of_good * (good - np.minimum(finish, good)) + of_finish * np.minimum(finish, good)
    assert np.allclose(bound.values(histories, whole.trends, now_us=END), expected, atol=1e-6)
    assert np.allclose(score(bound, whole, 1), expected[1], atol=1e-6)


def test_a_ranker_of_before_there_were_two_values_gives_the_probability_of_a_good_play(
    ranker: Ranker, whole: Dataset
) -> None:
    arrays, config = dict(ranker.arrays()), dict(ranker.config())
    arrays["fusion/out"] = arrays["fusion/out"][0]
    for name in ("line", "of_viewer"):
        arrays[f"calibration/{name}"] = arrays.pop(f"calibration_good_play/{name}")
        del arrays[f"calibration_finish/{name}"]
    del config["worth"]
    bound = Ranker.from_arrays(arrays, config).bind(CATALOGUE)
    histories = small_world.histories(CATALOGUE, whole).take(np.arange(3))
    good, _ = ranker.bind(CATALOGUE).probabilities(histories, whole.trends, now_us=END)
    assert np.allclose(score(bound, whole, 2), good[2], atol=1e-6)


def test_a_ranker_of_before_short_histories_were_doubted_believes_them_as_it_was_fitted_to(
    ranker: Ranker, whole: Dataset
) -> None:
    config = dict(ranker.config())
    kept = Ranker.from_arrays(ranker.arrays(), config)
    del config["doubt_works"]
    older = Ranker.from_arrays(ranker.arrays(), config)
    assert (kept.models.doubt, older.models.doubt) == (DOUBT_WORKS, 0.0)
    one = oldest(small_world.histories(CATALOGUE, whole).take(np.arange(1)), np.array([1]))
    pairs = []
    for read in (kept, older):
        evidence, looks = read.bind(CATALOGUE).evidence, looks_of(one)
        scores = evidence.scores(one, looks, whole.trends, None)
        pairs.append(evidence.pair(scores, one, looks)[: len(SCORERS), 0])
    assert np.abs(pairs[1]).max() > 1
    assert np.allclose(pairs[0], pairs[1] / (1 + DOUBT_WORKS), atol=1e-6)
