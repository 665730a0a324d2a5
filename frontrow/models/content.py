"""Content: what a title is made of, as one vector a work; it works for titles that nobody has played.

Genres, people by role, themes, language, decade and the words of name and synopsis are terms, weighted
by rarity (TF-IDF, Sparck Jones 1972) in blocks of fixed share, and brought to `d` dimensions by a
truncated SVD (Deerwester et al. 1990, "Indexing by Latent Semantic Analysis"; the subspace
iteration of Halko et al. 2011, algorithm 4.4). The basis is stored by hashes of the terms, so a
title that comes later gets its vector from what it shares with those of the fit. Where a sentence
model has read the texts, their vectors are one more block (`frontrow.models.text`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.catalog import Catalogue, Title
from frontrow.models.histories import Floats, Histories, Ints
from frontrow.models.looks import summed
from frontrow.models.scorer import Arrays, Config
from frontrow.models.text import WEIGHT, Placed, Reader, Sentences, block_of
from frontrow.viewers import Trends

BLOCK_WEIGHTS: Mapping[str, float] = {
    "genre": 1.0,
    "people": 0.8,
    "theme": 0.8,
    "text": 0.7,
    "kind": 0.3,
    "language": 0.3,
    "decade": 0.5,
}
"""Length of each block of a work's terms before the SVD; a block that is missing has none."""

FACTORS = 64
ITERATIONS = 4
MAX_TERMS = 60_000
"""The most frequent terms are kept; those of one work only say nothing of another."""

_WORD = re.compile(r"[^\W\d_]{3,}")

Uints = NDArray[np.uint64]


@dataclass(frozen=True)
class Content:
    """`v` terms and their `d` coordinates; `vectors` once it is bound to a catalogue."""

    terms: Uints  # [v], ascending hashes of terms
    rarity: Floats  # [v], log((1 + n) / (1 + works with it)) + 1
    basis: Floats  # [v, d]
    vectors: Floats  # [n, d], length 1, or 0 where neither term nor text is known
    sentences: Placed | None = None
    name: str = "content"
    _last: list[_Placed] = field(default_factory=list, repr=False, compare=False)  # at most one

    def score(self, histories: Histories, trends: Trends, country: str | None = None) -> Floats:
        """Cosine to the sum of the history's vectors, weighted by reward; nan without a history."""
        found: Floats = self.looking(histories, np.ones((1, len(histories.work)), np.float32))[0]
        return found

    def looking(self, histories: Histories, looks: Floats) -> Floats:
        """float32[k, b, n]: as `score`, the rewards weighted by each of float32[k, m] looks."""
        tastes = summed(histories, looks * histories.reward, self.vectors)  # [k, b, d]
        length = np.sqrt((tastes**2).sum(axis=2, keepdims=True))
        length[length == 0] = np.nan
        scores: Floats = (tastes / length) @ self.vectors.T
        return scores

    def similar(self, work: int) -> Floats:
        """float32[n]: cosine of every work to one."""
        found: Floats = self.vectors @ self.vectors[work]
        return found

    def bind(self, catalogue: Catalogue, to: Ints, reader: Reader | None = None) -> Content:
        return replace(self, vectors=self.place(catalogue, reader))

    def place(self, catalogue: Catalogue, reader: Reader | None = None) -> Floats:
        """float32[n, d]: the vectors of a catalogue's works, known to the fit or not.

        Works whose titles are those of the catalogue that was placed last keep what was found then: one
        title that changes costs one title. The bits are the same either way.
        """
        titles = [work.title for work in catalogue.works]
        before = self._last[0] if self._last else None
        vectors, new = _kept(before, catalogue, titles, self.basis.shape[1])
        asked = [titles[work] for work in new.tolist()]
        vectors[new] = self._of_terms(asked, catalogue.sensitive)
        self._last[:] = [(catalogue.index, titles, vectors, catalogue.sensitive)]
        if self.sentences is not None:
            vectors = vectors + self.sentences.of(catalogue, reader)
        return _unit(vectors)

    def _of_terms(self, titles: Sequence[Title], left_out: frozenset[str]) -> Floats:
        """float32[len(titles), d]: what the terms of titles say, before lengths are made one."""
        found = _terms_of(titles, left_out)
        at = np.minimum(np.searchsorted(self.terms, found.hashes), max(len(self.terms) - 1, 0))
        known = np.zeros(len(at), dtype=bool)
        if len(self.terms):
            known = self.terms[at] == found.hashes
        kept = known[found.term]
        matrix = _weigh(
            found.work[kept],
            at[found.term[kept]],
            found.block[kept],
            found.count[kept],
            self.rarity,
            len(titles),
        )
        vectors: Floats = matrix @ self.basis
        return vectors

    def arrays(self) -> Arrays:
        found: Arrays = {"terms": self.terms, "rarity": self.rarity, "basis": self.basis}
        return found if self.sentences is None else found | self.sentences.arrays()

    def config(self) -> Config:
        found: Config = {"factors": int(self.basis.shape[1])}
        return found if self.sentences is None else found | {"text": self.sentences.config()}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config) -> Content:
        none = np.zeros((0, config["factors"]), dtype=np.float32)
        text = config.get("text")  # not where no sentence model was there, nor in those of 0.1
        return Content(
            arrays["terms"],
            arrays["rarity"],
            arrays["basis"],
            none,
            None if text is None else Placed.from_arrays(arrays, text),
        )


def fit_content(
    catalogue: Catalogue,
    seed: int,
    factors: int = FACTORS,
    sentences: Sentences | None = None,
    weight: float = WEIGHT,
) -> Content:
    """The terms of a catalogue and their basis; bound to that catalogue.

    sentences: its texts as a sentence model read them, `weight` their block's length; None: unread
    """
    found = _terms_of([work.title for work in catalogue.works], catalogue.sensitive)
    works_with = np.bincount(found.term, minlength=len(found.hashes))
    kept = np.flatnonzero(works_with >= 2)
    if len(kept) > MAX_TERMS:
        kept = np.sort(kept[np.lexsort((kept, -works_with[kept]))[:MAX_TERMS]])
    place = np.full(len(found.hashes), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    rarity = (np.log((1 + catalogue.n) / (1 + works_with[kept])) + 1).astype(np.float32)
    known = place[found.term] >= 0
    matrix = _weigh(
        found.work[known],
        place[found.term[known]],
        found.block[known],
        found.count[known],
        rarity,
        catalogue.n,
    )
    block = None if sentences is None else block_of(sentences, catalogue, weight)
    rows = np.zeros((catalogue.n, 0), dtype=np.float32) if block is None else block.rows
    basis = _right_vectors(matrix, rows, factors, seed)
    of_terms, of_text = basis[: len(rarity)], basis[len(rarity) :]
    vectors = matrix @ of_terms
    placed = None if block is None else block.placed(of_text)
    if placed is not None:
        vectors += placed.of(catalogue)
    return Content(found.hashes[kept], rarity, of_terms, _unit(vectors), placed)


@dataclass(frozen=True)
class _Found:
    """Triples (work, term, block) with counts; `hashes` are ascending and `term` points into them."""

    work: Ints
    term: NDArray[np.int64]
    block: Ints
    count: Floats
    hashes: Uints


_Placed = tuple[dict[str, int], list[Title], Floats, frozenset[str]]
"""Where each work was, its title, what its terms said, and which were left out."""


def _kept(
    before: _Placed | None, catalogue: Catalogue, titles: list[Title], factors: int
) -> tuple[Floats, NDArray[np.int64]]:
    """(float32[n, d] with what is kept of the works before, the works of which nothing is)."""
    vectors = np.zeros((catalogue.n, factors), dtype=np.float32)
    if before is None or before[-1] != catalogue.sensitive:
        return vectors, np.arange(catalogue.n)
    index, earlier, found, _ = before
    at = np.array([index.get(work_id, -1) for work_id in catalogue.index], dtype=np.int64)
    same = [i >= 0 and earlier[i] is title for i, title in zip(at.tolist(), titles, strict=True)]
    kept = np.array(same, dtype=bool)
    vectors[kept] = found[at[kept]]
    return vectors, np.flatnonzero(~kept)


def _terms_of(titles: Sequence[Title], left_out: frozenset[str]) -> _Found:
    names: dict[str, int] = {}
    works: list[int] = []
    terms: list[int] = []
    blocks: list[int] = []
    for work, title in enumerate(titles):
        for block, name in _describe(title, left_out):
            works.append(work)
            terms.append(names.setdefault(name, len(names)))
            blocks.append(block)
    # One entry for each (work, term), with how often it stands there.
    code = np.array(works, dtype=np.int64) * max(len(names), 1) + np.array(terms, dtype=np.int64)
    code, first, count = np.unique(code, return_index=True, return_counts=True)
    hashes = np.array([_hash(name) for name in names], dtype=np.uint64)
    order = np.argsort(hashes)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return _Found(
        work=(code // max(len(names), 1)).astype(np.int32),
        term=rank[code % max(len(names), 1)],
        block=np.array(blocks, dtype=np.int32)[first],
        count=count.astype(np.float32),
        hashes=hashes[order],
    )


_BLOCKS = tuple(BLOCK_WEIGHTS)


def _describe(title: Title, left_out: frozenset[str]) -> Iterator[tuple[int, str]]:
    """(block, term) of a title, repeated as often as it stands there, but for some genres and themes."""
    for block, terms in (
        ("genre", (g for g in title.genres if g not in left_out)),
        ("people", (f"{p.role}:{p.name}" for p in title.people)),
        ("theme", (t for t in title.themes if t not in left_out)),
        ("text", _words(title.name, title.synopsis)),
        ("kind", (title.kind,)),
        ("language", (title.original_language,) if title.original_language else ()),
        ("decade", _decades(title.year)),
    ):
        number = _BLOCKS.index(block)
        for term in terms:
            yield number, f"{block}|{term}"


def _words(name: str, synopsis: str | None) -> Iterable[str]:
    return _WORD.findall(f"{name} {synopsis or ''}".casefold())


def _decades(year: int | None) -> Iterable[str]:
    """The halves of decades about a year, so that neighbours share one."""
    return () if year is None else (str((year - 2) // 5), str((year + 3) // 5))


def _hash(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "big")


def _weigh(
    work: Ints,
    term: NDArray[np.int64],
    block: Ints,
    count: Floats,
    rarity: Floats,
    n: int,
) -> sparse.csr_array:
    """float32[n, v]: (1 + log count) x rarity, each block of a work brought to its length.

    A work's terms are added up in the order of the fit's, whatever stands beside it.
    """
    order = np.lexsort((term, work))
    work, term, block, count = work[order], term[order], block[order], count[order]
    value = (1 + np.log(count)) * rarity[term]
    cell = work.astype(np.int64) * len(_BLOCKS) + block
    length = np.sqrt(np.bincount(cell, value.astype(np.float64) ** 2, minlength=1))
    weights = np.array(list(BLOCK_WEIGHTS.values()))
    value = value / length[cell] * weights[block]
    entries = (value.astype(np.float32), (work, term))
    return sparse.csr_array(sparse.coo_array(entries, shape=(n, len(rarity))))


def _right_vectors(matrix: sparse.csr_array, rows: Floats, factors: int, seed: int) -> Floats:
    """float32[v + w, d]: leading right singular vectors of the sparse [n, v] and the dense [n, w] side
    by side, by subspace iteration; fewer where the rank is."""
    (n, v), w = matrix.shape, rows.shape[1]
    d = min(factors, n, v + w)
    if d == 0:
        return np.zeros((v + w, 0), dtype=np.float32)

    def times(space: Floats) -> Floats:
        found: Floats = matrix @ space[:v]
        return found + rows @ space[v:] if w else found

    wide = min(d + 10, n, v + w)
    space = rng_for(seed, "content").standard_normal((v + w, wide)).astype(np.float32)
    for _ in range(ITERATIONS):
        into = times(space)
        space, _ = np.linalg.qr(np.concatenate([matrix.T @ into, rows.T @ into]))
    _, length, right = np.linalg.svd(times(space), full_matrices=False)
    # Half whitened: else kind and the large genres leave nothing for themes, people and words.
    basis = space @ right[:d].T / np.sqrt(np.maximum(length[:d], 1e-3 * length[0]))
    signs = np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(d)])
    found: Floats = np.ascontiguousarray(basis * signs, dtype=np.float32)
    return found


def _unit(vectors: Floats) -> Floats:
    """Rows of length 1; rows of next to nothing become 0."""
    length = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    found: Floats = np.where(length > 1e-6, vectors / np.maximum(length, 1e-6), 0).astype(
        np.float32
    )
    return found
