"""The service as arrays: what shelves and viewers look at, over the `n` tiles of a service.

A tile is an edition of a work; editions of one work share `work_of`. Times are whole
seconds since 1970. Nothing here is planted: all of it stands in the titles.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from frontrow.base.time import parse_time
from frontrow.simulation.artwork import KINDS
from frontrow.simulation.taxonomy import GENRE_NAMES, THEME_NAMES
from frontrow.simulation.windows import COUNTRIES

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

ALWAYS = 2**60  # seconds; later than every window


@dataclass(frozen=True)
class Episode:
    """One episode of a series; `opens` is when it comes, in seconds since 1970."""

    title_id: str
    runtime_seconds: int
    opens: int


@dataclass(frozen=True)
class World:
    """Arrays over the n tiles, and the episodes of each series in order.

    genre:   float64[n, g], shares that sum to one a tile
    theme:   float64[n, h], 1 where it has the theme
    opens, closes: int64[n, c], the window in each country, [opens, closes)
    artwork: (artwork_id, index of its kind) of each tile
    twins:   int64[m, 2], pairs of editions of one work
    parts:   tiles that each person has a part in
    """

    title_ids: list[str]
    names: list[str]
    kinds: list[str]
    work_of: Integers
    genre: Floats
    theme: Floats
    people: list[list[str]]
    audio: list[frozenset[str]]
    subtitles: list[frozenset[str]]
    language: list[str]
    year: Floats
    added: Integers
    runtime_seconds: Integers
    maturity: Integers
    kids: Booleans
    opens: Integers
    closes: Integers
    artwork: list[list[tuple[str, int]]]
    episodes: dict[int, list[Episode]]
    twins: Integers
    parts: Counter[str]

    def __len__(self) -> int:
        return len(self.title_ids)


def view_world(titles: list[dict[str, Any]]) -> World:
    """The columnar view of a service's titles."""
    tiles = [title for title in titles if title["kind"] != "episode"]
    index = {title["title_id"]: i for i, title in enumerate(tiles)}
    first_of_work: dict[str, int] = {}
    twins: list[tuple[int, int]] = []
    for i, title in enumerate(tiles):
        first = first_of_work.setdefault(title["work_id"], i)
        if first != i:
            twins.append((first, i))
    spans = np.array([_spans(title) for title in tiles], dtype=np.int64).reshape(
        -1, len(COUNTRIES), 2
    )
    return World(
        title_ids=[title["title_id"] for title in tiles],
        names=[title["name"] for title in tiles],
        kinds=[title["kind"] for title in tiles],
        work_of=np.array([first_of_work[title["work_id"]] for title in tiles], dtype=np.int64),
        genre=_marks([title["genres"] for title in tiles], GENRE_NAMES, shares=True),
        theme=_marks([title["themes"] for title in tiles], THEME_NAMES, shares=False),
        people=[[person["name"] for person in title["people"]] for title in tiles],
        audio=[frozenset(title["audio_languages"]) for title in tiles],
        subtitles=[frozenset(title["subtitle_languages"]) for title in tiles],
        language=[title["original_language"] for title in tiles],
        year=np.array([title["release_year"] for title in tiles], dtype=np.float64),
        added=np.array([_seconds(title["added_at"]) for title in tiles], dtype=np.int64),
        runtime_seconds=np.array(
            [title["runtime_minutes"] * 60 for title in tiles], dtype=np.int64
        ),
        maturity=np.array([title["maturity"] for title in tiles], dtype=np.int64),
        kids=np.array([title["kids"] for title in tiles], dtype=np.bool_),
        opens=spans[:, :, 0],
        closes=spans[:, :, 1],
        artwork=[
            [(art["artwork_id"], KINDS.index(art["tags"][0])) for art in title["artwork"]]
            for title in tiles
        ],
        episodes=_episodes_by_series(titles, index),
        twins=np.array(twins, dtype=np.int64).reshape(-1, 2),
        parts=Counter(person["name"] for title in tiles for person in title["people"]),
    )


def _seconds(text: str) -> int:
    return int(parse_time(text).timestamp())


def seconds_of(instant: datetime) -> int:
    """Whole seconds since 1970."""
    return int(instant.timestamp())


def _spans(title: dict[str, Any]) -> list[tuple[int, int]]:
    """The window in each country; an empty one where it has none."""
    if "availability" not in title:
        return [(0, ALWAYS)] * len(COUNTRIES)
    spans = []
    for country in COUNTRIES:
        here = [
            window
            for window in title["availability"]
            if "*" in window["countries"] or country in window["countries"]
        ]
        if here:
            opens = _seconds(here[0]["from"]) if "from" in here[0] else 0
            closes = _seconds(here[0]["until"]) if "until" in here[0] else ALWAYS
            spans.append((opens, closes))
        else:
            spans.append((ALWAYS, ALWAYS))
    return spans


def _marks(lists: list[list[str]], names: tuple[str, ...], *, shares: bool) -> Floats:
    place = {name: i for i, name in enumerate(names)}
    marks = np.zeros((len(lists), len(names)))
    for row, those in enumerate(lists):
        for name in those:
            marks[row, place[name]] = 1 / len(those) if shares else 1.0
    return marks


def _episodes_by_series(
    titles: list[dict[str, Any]], index: dict[str, int]
) -> dict[int, list[Episode]]:
    """Episodes in order; specials of season 0 are left out, nobody has to see them."""
    found: dict[int, list[tuple[int, int, Episode]]] = {}
    for title in titles:
        if title["kind"] == "episode" and title["season"] > 0:
            windows = title.get("availability", [])
            opens = max((_seconds(window["from"]) for window in windows), default=0)
            episode = Episode(title["title_id"], title["runtime_minutes"] * 60, opens)
            found.setdefault(index[title["series_id"]], []).append(
                (title["season"], title["episode"], episode)
            )
    return {
        series: [episode for _, _, episode in sorted(those, key=lambda entry: entry[:2])]
        for series, those in found.items()
    }
