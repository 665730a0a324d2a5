"""Titles that come after the fit: their texts are read when a bundle is bound, a few at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from frontrow.base.home import Home
from frontrow.models.text import TextStore
from frontrow.models.text.encoder import MODEL
from frontrow.server import later_texts
from frontrow.server.later_texts import MOST, LaterTexts
from tests.models.text.invented import SumOfWords
from tests.server.small_world import titles
from tests.server.test_pages import Opened, lived_in, open_home

__all__ = ["lived_in", "open_home"]  # fixtures

TEXTS = [f"Film {i}. A story." for i in range(MOST + 5)]


@pytest.fixture
def encoder() -> SumOfWords:
    return SumOfWords()


@pytest.fixture
def reader(tmp_path: Path, encoder: SumOfWords) -> LaterTexts:
    return LaterTexts(TextStore(tmp_path, lambda: encoder))


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many titles a line of the log said were left to their terms; 0: no line."""
    monkeypatch.setattr(later_texts.structlog, "is_configured", lambda: True)
    with capture_logs() as lines:
        yield lambda: sum(line.get("titles", 0) for line in lines)


def test_one_bind_reads_the_first_texts_and_says_how_many_wait(
    reader: LaterTexts, encoder: SumOfWords, logs: Callable[[], int]
) -> None:
    assert len(reader.read(MODEL, TEXTS)) == MOST
    assert encoder.has_read == TEXTS[:MOST]
    assert logs() == 5


def test_the_next_bind_reads_only_what_is_new(
    reader: LaterTexts, encoder: SumOfWords, logs: Callable[[], int]
) -> None:
    first = reader.read(MODEL, TEXTS[:3])
    second = reader.read(MODEL, TEXTS[1:4])
    assert encoder.has_read == TEXTS[:4]
    assert second[:2].tobytes() == first[1:].tobytes()
    assert logs() == 0


def test_the_texts_of_another_model_are_not_read(
    reader: LaterTexts, encoder: SumOfWords, logs: Callable[[], int]
) -> None:
    assert reader.read("another-model", TEXTS[:3]).shape == (0, 384)
    assert encoder.has_read == []
    assert logs() == 3


def test_without_the_model_all_texts_wait(logs: Callable[[], int]) -> None:
    assert LaterTexts(None).read(MODEL, TEXTS[:3]).shape == (0, 384)
    assert logs() == 3


@pytest.mark.slow
def test_a_page_with_a_title_read_after_the_fit_is_rebuilt_to_the_byte(
    lived_in: Opened, home: Home
) -> None:
    encoder = SumOfWords()
    lived_in.service.texts = TextStore(home.texts, lambda: encoder)
    told = [{**title, "synopsis": f"{title['genres'][0]}. A film."} for title in titles()]
    lived_in.api.post("/v1/titles", json={"titles": told})
    trained = lived_in.train(texts=lived_in.service.texts)
    assert (trained.published, trained.sentences, len(encoder.has_read)) == (True, 60, 60)

    later = {**titles(1)[0], "title_id": "later", "name": "Later", "synopsis": "Drama. New."}
    lived_in.api.post("/v1/titles", json={"titles": [later]})
    page = lived_in.page("viewer3")
    assert encoder.has_read[60:] == ["Later. Drama. New."]
    lived_in.service._bound.clear()  # as a process that never saw it
    assert lived_in.get(f"/v1/pages/{page['page_id']}")["rebuilt_to_the_byte"]

    assert lived_in.train(texts=lived_in.service.texts).sentences == 61
    assert len(encoder.has_read) == 62  # what a server read is not kept


@pytest.mark.slow
def test_a_page_that_the_model_is_missing_for_says_so(
    lived_in: Opened, home: Home, logs: Callable[[], int]
) -> None:
    lived_in.service.texts = TextStore(home.texts, SumOfWords)
    told = [{**title, "synopsis": f"{title['genres'][0]}. A film."} for title in titles()]
    lived_in.api.post("/v1/titles", json={"titles": told[:40]})
    lived_in.train(texts=lived_in.service.texts)
    lived_in.api.post("/v1/titles", json={"titles": told[40:]})
    page = lived_in.page("viewer3")

    lived_in.service.texts = None
    del lived_in.service._later_texts
    lived_in.service._bound.clear()
    served = lived_in.get(f"/v1/pages/{page['page_id']}")
    assert not served["rebuilt_to_the_byte"]
    assert "sentence model" in served["differs_because"]
    assert logs() == 20
