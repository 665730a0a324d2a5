"""The texts of a home: read once, kept whatever happens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from frontrow.base.errors import Unavailable
from frontrow.models.text import TextStore, open_texts, store
from tests.models import small_world
from tests.models.text.invented import SumOfWords

TEXTS = [f"Film {i}. A story of number {i}." for i in range(10)]


def test_a_text_is_read_once_whatever_is_fitted_later(tmp_path: Path) -> None:
    first = TextStore(tmp_path, SumOfWords).read_all(TEXTS)
    again = SumOfWords()
    second = TextStore(tmp_path, lambda: again).read_all([*TEXTS[5:], "A new one."])
    assert again.has_read == ["A new one."]
    assert len(second.hashes) == 6
    shared = np.intersect1d(first.hashes, second.hashes)
    assert len(shared) == 5
    for key in shared:
        one, other = first.vectors[first.hashes == key], second.vectors[second.hashes == key]
        assert one.tobytes() == other.tobytes()


def test_the_model_is_not_loaded_where_all_is_known(tmp_path: Path) -> None:
    def never() -> SumOfWords:
        raise AssertionError("nothing is to be read")

    first = TextStore(tmp_path, SumOfWords).read_all(TEXTS)
    again = TextStore(tmp_path, never).read_all(TEXTS)
    assert again.vectors.tobytes() == first.vectors.tobytes()


def test_what_was_read_before_an_interrupt_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PART", 4)
    with pytest.raises(KeyboardInterrupt):
        TextStore(tmp_path, lambda: SumOfWords(stops_after=7)).read_all(TEXTS)
    again, heard = SumOfWords(), []
    TextStore(tmp_path, lambda: again).read_all(TEXTS, lambda *told: heard.append(told))
    assert again.has_read == TEXTS[7:]
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_small_readings_share_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PART", 4)
    for upto in range(1, 11):
        TextStore(tmp_path, SumOfWords).read_all(TEXTS[:upto])
    assert len(list(tmp_path.rglob("*.safetensors"))) == 3  # of 4, 4 and 2


def test_a_damaged_part_is_read_anew(tmp_path: Path) -> None:
    first = TextStore(tmp_path, SumOfWords).read_all(TEXTS)
    (part,) = tmp_path.rglob("*.safetensors")
    part.write_bytes(part.read_bytes()[:100])
    again = SumOfWords()
    second = TextStore(tmp_path, lambda: again).read_all(TEXTS)
    assert again.has_read == TEXTS
    assert second.vectors.tobytes() == first.vectors.tobytes()


def test_a_catalogue_without_a_synopsis_has_no_texts(tmp_path: Path) -> None:
    assert TextStore(tmp_path, SumOfWords).read_catalogue(small_world.catalogue(0)) is None
    found = TextStore(tmp_path, SumOfWords).read_catalogue(small_world.catalogue(8))
    assert found is not None
    assert len(found.hashes) == 8


def test_the_setting_says_whether_texts_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "is_installed", lambda: False)
    assert open_texts("auto", tmp_path) is None
    assert open_texts("off", tmp_path) is None
    with pytest.raises(Unavailable, match="make text"):
        open_texts("on", tmp_path)
    monkeypatch.setattr(store, "is_installed", lambda: True)
    assert open_texts("off", tmp_path) is None
    assert open_texts("auto", tmp_path) is not None
    assert open_texts("on", tmp_path) is not None
