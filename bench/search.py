"""A search as typed beside a page of the same service, in the same run: `make bench-search`.

A home of 20,000 invented titles is opened as a server opens it, without a bundle; pages and searches are
asked of it in turns by the same viewers. A search is all of it: reading what is acknowledged, masks, values,
matching, reasons, images, tokens. `match` is what of that is search's own, on the same queries. Printed
as shares of a page, since machines differ: p50 and p95 of each, over the p50 of a page.

Queries are typed letter by letter: names of titles and people of the catalogue, genres, and each of them with
two neighbouring letters swapped.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.quality.machine import machine
from frontrow.base.database import open_database
from frontrow.base.home import Home, init_home
from frontrow.base.randomness import rng_for
from frontrow.base.time import system_clock
from frontrow.catalog import Credit, Title
from frontrow.catalog.names import names_of
from frontrow.catalog.names.matching import NameIndex
from frontrow.events import Event
from frontrow.server import Service
from frontrow.server.making import Asked
from frontrow.server.pages import Pages

GENRES = (
    "Drama",
    "Comedy",
    "Thriller",
    "Horror",
    "Crime",
    "Documentary",
    "Science fiction",
    "Romance",
)
_SYLLABLES = (
    "al", "an", "ar", "ba", "be", "bro", "cas", "da", "del", "den", "do", "el", "en", "fa", "fer", "ga",
    "gra", "ha", "hol", "il", "ka", "kin", "la", "len", "li", "lo", "ma", "mer", "mo", "na", "nor", "o",
    "pa", "qui", "ra", "ro", "sa", "sha", "so", "ta", "ter", "tor", "u", "va", "vi", "wa", "win", "za",
)  # fmt: skip
VIEWERS = 40


def words(count: int) -> list[str]:
    """Invented words, a third of them short."""
    rng = rng_for(1, "words")
    lengths = rng.integers(1, 5, count)
    return ["".join(_SYLLABLES[i] for i in rng.integers(0, len(_SYLLABLES), k)) for k in lengths]


def titles(count: int) -> list[Title]:
    """Titles whose names are words as often as words are in a language, five people each."""
    rng, vocabulary = rng_for(1, "titles"), words(14_000)

    def name(least: int, most: int) -> str:
        picked = np.minimum(rng.pareto(0.7, int(rng.integers(least, most))) * 30, 13_999)
        return " ".join(vocabulary[int(at)] for at in picked).title()

    people = [name(2, 3) for _ in range(2 * count)]
    return [
        Title(
            title_id=f"t{i:05d}",
            kind="movie",
            name=name(1, 6),
            names={"de": f"Der {name(1, 5)}"} if i % 3 == 0 else {},
            genres=[GENRES[g] for g in rng.choice(len(GENRES), 2, replace=False)],
            people=[Credit(people[int(p)], "actor") for p in rng.integers(0, len(people), 5)],
            release_year=int(rng.integers(1950, 2026)),
        )
        for i in range(count)
    ]


def typed(catalogue: list[Title], count: int) -> Iterator[str]:
    """Queries, each as long as it is at some letter."""
    rng = rng_for(1, "typed")
    for _ in range(count):
        title = catalogue[int(rng.integers(0, len(catalogue)))]
        whole = (title.name, title.people[0].name, title.genres[0])[int(rng.integers(0, 3))]
        if len(whole) > 3 and rng.random() < 0.3:
            at = int(rng.integers(1, len(whole) - 1))
            whole = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
        yield whole[: int(rng.integers(1, len(whole) + 1))].strip() or whole


def lives(catalogue: list[Title]) -> list[Event]:
    rng, now = rng_for(1, "lives"), system_clock()()
    return [
        Event(
            event_id=f"{v}-{k}",
            type="play",
            profile_id=f"viewer{v}",
            title_id=catalogue[int(rng.power(0.4) * len(catalogue))].title_id,
            time=now - timedelta(minutes=int(rng.integers(0, 60 * 24 * 60))),
        )
        for v in range(VIEWERS)
        for k in range(30)
    ]


def match_all(indices: Iterable[NameIndex], query: str) -> None:
    for index in indices:
        index.match(query)


def clocked(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return (perf_counter() - began) * 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=int, default=20_000)
    parser.add_argument("--asks", type=int, default=400)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        init_home(home)
        open_database(home.database).close()
        service = Service(home, system_clock())
        catalogue = titles(told.titles)
        service.titles.put(catalogue, now=system_clock()())
        service.log.append(lives(catalogue), now=system_clock()())
        pages = Pages(service)
        pages.warm()
        built = clocked(lambda: names_of(service.catalogue()))
        names = service.names(service.catalogue())
        took: dict[str, list[float]] = {"page": [], "search": [], "match": []}
        for at, query in enumerate(typed(catalogue, told.asks)):
            profile = f"viewer{at % VIEWERS}"
            asked = Asked(columns=40)
            took["page"].append(clocked(partial(pages.page, profile, asked, record=False)))
            took["search"].append(clocked(partial(pages.search, profile, query, asked)))
            indices = (names.index, names.people.index, names.genres.index)
            took["match"].append(clocked(partial(match_all, indices, query)))
        service.database.close()
    page = float(np.median(took["page"][VIEWERS:]))
    print(
        f"{told.titles:,} titles, {len(names.texts):,} names, {len(names.people.names):,} people; {machine()}"
    )
    print(f"names made ready: {built / 1_000:.2f} s, once a revision of the catalogue")
    for name, waits in took.items():
        half, most = np.quantile(waits[VIEWERS:], (0.5, 0.95))
        print(
            f"  {name:<8} p50 {half / page:5.2f} p95 {most / page:5.2f} of a page"
            f"   ({half:.1f} and {most:.1f} ms here)"
        )


if __name__ == "__main__":
    main()
