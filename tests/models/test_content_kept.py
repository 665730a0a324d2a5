"""A catalogue that changes a little costs a little, and its vectors are the same to the bit."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from frontrow.base.database import Database
from frontrow.base.randomness import rng_for
from frontrow.catalog import Credit, Title, TitleStore, build_catalogue
from frontrow.models import content
from frontrow.models.content import fit_content

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def film(i: int, words: str = "") -> Title:
    rng = rng_for(i, "film")
    return Title(
        title_id=f"t{i:03d}", kind="movie", name=f"Film {words or i}",
        synopsis=" ".join(f"word{w}" for w in rng.integers(0, 40, 12)) + words,
        genres=[f"g{g}" for g in rng.choice(6, 2, replace=False)],
        people=[Credit(f"p{p}", "actor") for p in rng.integers(0, 20, 3)],
    )  # fmt: skip


def test_vectors_after_a_change_are_those_of_a_catalogue_read_anew(
    database: Database, monkeypatch: object
) -> None:
    store = TitleStore(database)
    store.put([film(i) for i in range(80)], now=NOW)
    fitted = fit_content(build_catalogue(*store.read()), 1)
    fitted.bind(build_catalogue(*store.read()), np.zeros(0, np.int32))
    store.put([film(200), film(7, "another")], now=NOW)
    store.withdraw("t030", now=NOW)

    described: list[int] = []
    terms_of = content._terms_of
    monkeypatch.setattr(  # type: ignore[attr-defined]
        content,
        "_terms_of",
        lambda titles, out: described.append(len(titles)) or terms_of(titles, out),
    )
    now = build_catalogue(*store.read())
    again = fitted.place(now)
    assert described == [2]
    anew = content.Content.from_arrays(fitted.arrays(), fitted.config())
    assert anew.place(build_catalogue(*TitleStore(database).read())).tobytes() == again.tobytes()


def test_a_revision_is_read_from_the_one_before_as_if_it_were_read_whole(
    database: Database,
) -> None:
    store, rng = TitleStore(database), rng_for(1, "revisions")
    store.put([film(i) for i in range(20)], now=NOW)
    for step in range(40):
        chosen = int(rng.integers(0, 30))
        there = {s.title.title_id for s in store.read()[1]}
        if f"t{chosen:03d}" in there and step % 3 == 0:
            store.withdraw(f"t{chosen:03d}", now=NOW)
        else:
            store.put([film(chosen, f"at {step}")], now=NOW)
        assert store.read() == TitleStore(database).read()
    assert store.read(5) == TitleStore(database).read(5)
    assert store.read() == TitleStore(database).read()
