"""Whether a work is heard or read in a language that the viewer names."""

from __future__ import annotations

import msgspec

from frontrow.catalog import StoredTitle, Title, build_catalogue
from frontrow.ranking.understood import Understood

TOLD: list[dict[str, object]] = [
    {"title_id": "a", "audio_languages": ["de"], "subtitle_languages": ["en"]},
    {"title_id": "b", "original_language": "ja"},
    {"title_id": "c"},
    {"title_id": "d1", "work_id": "d", "audio_languages": ["fr"]},
    {"title_id": "d2", "work_id": "d", "audio_languages": ["en-GB"]},
]
CATALOGUE = build_catalogue(
    1,
    [
        StoredTitle(msgspec.convert({"kind": "movie", "name": "x", **told}, Title), i, 0)
        for i, told in enumerate(TOLD)
    ],
)


def understood(*languages: str) -> dict[str, float]:
    values = Understood(CATALOGUE).by(languages)
    return {w.work_id: v for w, v in zip(CATALOGUE.works, values.tolist(), strict=True)}


def test_heard_read_or_neither_and_nothing_where_nothing_is_known() -> None:
    assert understood("en") == {"a": 0, "b": -1, "c": 0, "d": 1}
    assert understood("de-AT", "ja") == {"a": 1, "b": 1, "c": 0, "d": -1}
    assert set(understood().values()) == {0}
