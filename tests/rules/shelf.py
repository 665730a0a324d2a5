"""A small catalogue for rules, and documents over it."""

from __future__ import annotations

from typing import Any

import msgspec

from frontrow.base.errors import BadInput
from frontrow.base.settings import PageSettings
from frontrow.base.time import US_PER_DAY, format_time, from_us
from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.rules import possible_rules

NOW_US = 1_772_366_400_000_000  # 2026-03-01T12:00:00Z
FIRST_US = NOW_US - 400 * US_PER_DAY


def film(title_id: str, **more: Any) -> dict[str, Any]:
    return {"title_id": title_id, "kind": "movie", "name": title_id.upper(), **more}


def catalogue_of(*titles: dict[str, Any]) -> Catalogue:
    """A catalogue of titles as sent, all of which came long ago."""
    stored = [
        StoredTitle(msgspec.convert(title, Title), arrival, FIRST_US)
        for arrival, title in enumerate(titles)
    ]
    return build_catalogue(1, stored)


def days_ago(days: float) -> str:
    return format_time(from_us(NOW_US - int(days * US_PER_DAY)))


def shelf() -> Catalogue:
    """Twenty-four films: of two suppliers, three genres, European every third, some new."""
    return catalogue_of(
        *(
            film(
                f"f{i:02d}",
                genres=[("Crime", "Comedy", "Drama")[i % 3]],
                themes=["heist"] if i % 4 == 0 else [],
                people=[
                    {"name": ("Ada Ley", "Bo Kay", "Cy Dee")[i % 3], "role": "actor"},
                    {"name": "Ada Ley", "role": "director"},
                ],
                supplier=("North", "South")[i % 2],
                countries=["FR"] if i % 3 == 0 else ["US"],
                original_language="fr-CA" if i % 3 == 0 else "en",
                release_year=1980 + i,
                added_at=days_ago(i + 0.5),
            )
            for i in range(24)
        )
    )


def row(key: str = "r", **more: Any) -> dict[str, Any]:
    """An editorial row as sent; of the first six films where nothing else is said."""
    told = {"key": key, "name": "A row", "author": "ann"}
    if "select" not in more:
        told["titles"] = [f"f{i:02d}" for i in range(6)]
    return {**told, **more}


def errors_of(
    document: dict[str, Any], catalogue: Catalogue | None = None, **settings: Any
) -> dict[str, str]:
    """What is wrong with a document over the shelf: pointer -> why."""
    page = PageSettings(**settings)
    try:
        possible_rules(document, catalogue or shelf(), page, at_us=NOW_US)
    except BadInput as refusal:
        return {error.pointer: error.detail for error in refusal.errors}
    return {}
