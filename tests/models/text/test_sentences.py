"""Sentences in the content model: what a synopsis says counts, and a bundle places it without the model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.models import Content, fit_content, same_works
from frontrow.models.text import Halves, Sentences, TextStore
from frontrow.models.text.encoder import MODEL, WIDTH
from tests.models.text.invented import SumOfWords

STORIES = ("heist", "wedding", "wolves")


def told(n: int) -> Catalogue:
    """Films of three stories, each in a word of its own that no term can share; every seventh has no
    synopsis."""
    titles = [
        Title(
            title_id=f"f{i:03d}",
            kind="movie",
            name=f"N{i}",
            synopsis=None
            if i % 7 == 6
            else f"{STORIES[i % 3]}{chr(97 + i // 26)}{chr(97 + i % 26)}",
        )
        for i in range(n)
    ]
    return build_catalogue(1, [StoredTitle(title, i, 0) for i, title in enumerate(titles)])


class Everything:
    """Reads all that is asked, up to `most`."""

    def __init__(self, most: int = 1_000) -> None:
        self._most = most

    def read(self, model: str, texts: Sequence[str]) -> Halves:
        assert model == MODEL
        read = list(SumOfWords().encode(texts[: self._most]))
        return np.array(read, dtype=np.float16).reshape(-1, WIDTH)


@pytest.fixture
def sentences(tmp_path: Path) -> Sentences:
    found = TextStore(tmp_path, SumOfWords).read_catalogue(told(40))
    assert found is not None
    return found


def stored(model: Content) -> Content:
    """The model as a bundle gives it back."""
    config = msgspec.json.decode(msgspec.json.encode(model.config()))
    return Content.from_arrays(model.arrays(), config)


def nearness(model: Content, work: int, among: range) -> tuple[float, float]:
    """Mean likeness of a work to those of its story, and to the others that have one."""
    alike = model.similar(work)
    others = [i for i in among if i % 7 != 6 and i != work]
    same = [float(alike[i]) for i in others if i % 3 == work % 3]
    rest = [float(alike[i]) for i in others if i % 3 != work % 3]
    return float(np.mean(same)), float(np.mean(rest))


def test_what_a_synopsis_means_counts_where_no_word_is_shared(sentences: Sentences) -> None:
    same, rest = nearness(fit_content(told(40), 1), 0, range(40))
    assert same == pytest.approx(rest, abs=0.01)
    same, rest = nearness(fit_content(told(40), 1, sentences=sentences), 0, range(40))
    assert same > rest + 0.1


def test_a_bundle_places_known_texts_without_the_model(sentences: Sentences) -> None:
    fitted = fit_content(told(40), 1, sentences=sentences)
    bound = stored(fitted).bind(told(40), same_works(40))
    assert bound.vectors.tobytes() == fitted.vectors.tobytes()


def test_a_later_text_is_placed_as_if_it_had_been_there(sentences: Sentences) -> None:
    fitted = stored(fit_content(told(40), 1, sentences=sentences))
    read = fitted.bind(told(50), same_works(40), Everything())
    alone = fitted.bind(told(50), same_works(40))
    same, rest = nearness(read, 45, range(40))
    assert same > rest + 0.1
    assert read.vectors[:40].tobytes() == alone.vectors[:40].tobytes()
    assert (read.vectors[49] != alone.vectors[49]).any()
    assert (read.vectors[48] == alone.vectors[48]).all()  # it has no synopsis


def test_texts_beyond_what_is_read_go_by_their_terms_alone(sentences: Sentences) -> None:
    fitted = stored(fit_content(told(40), 1, sentences=sentences))
    two = fitted.bind(told(50), same_works(40), Everything(most=2)).vectors
    everything = fitted.bind(told(50), same_works(40), Everything()).vectors
    none = fitted.bind(told(50), same_works(40)).vectors
    assert two[:43] == pytest.approx(everything[:43], abs=1e-5)  # 40 and 42; 41 has no synopsis
    assert (two[40] != none[40]).any()
    assert (two[43:] == none[43:]).all()


def test_the_same_texts_give_the_same_bytes(sentences: Sentences) -> None:
    one, other = (fit_content(told(40), 1, sentences=sentences) for _ in range(2))
    assert {k: v.tobytes() for k, v in one.arrays().items()} == {
        k: v.tobytes() for k, v in other.arrays().items()
    }


def test_without_sentences_the_model_is_what_it_was() -> None:
    model = fit_content(told(40), 1)
    assert set(model.arrays()) == {"terms", "rarity", "basis"}
    assert set(model.config()) == {"factors"}
    assert stored(model).bind(told(40), same_works(40)).vectors.tobytes() == model.vectors.tobytes()
