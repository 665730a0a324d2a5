"""Sentences as a part of content: the vectors of texts beside the terms, and what a fit keeps of them.

A work's text is its name and synopsis; without a synopsis it has none, for a name alone says little.
Its vector is counted from the mean of the catalogue's, for all texts lie in one corner, and brought
to one length, as every block of terms is. A fit keeps where each known text lies, so a bundle needs
no sentence model; a text that comes later is placed by the same mean and basis if it can be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.models.histories import Floats
from frontrow.models.scorer import Arrays, Config
from frontrow.models.text.encoder import WIDTH, Halves

Uints = NDArray[np.uint64]

WEIGHT = 0.35
"""Length of the block of a work's sentence beside `BLOCK_WEIGHTS`: best of those that
`python -m bench.quality.texts` tries, on inner slices; from 0.7 on it harms."""


class Reader(Protocol):
    """Reads texts that came after a fit."""

    def read(self, model: str, texts: Sequence[str]) -> Halves:
        """float16[r, 384] by this very model, of the first r of the texts: as many as it will read;
        none where it is another model, or none is there."""
        ...


@dataclass(frozen=True)
class Sentences:
    """Texts by their hashes, and their vectors by one model."""

    model: str
    hashes: Uints  # [m], ascending
    vectors: Halves  # [m, 384], length 1


@dataclass(frozen=True)
class Placed:
    """What a fit keeps of the sentences, over `d` coordinates."""

    model: str
    weight: float
    mean: Floats  # [384]
    basis: Floats  # [384, d]
    hashes: Uints  # [m], ascending
    places: Floats  # [m, d], of each known text: its block times the basis

    def of(self, catalogue: Catalogue, reader: Reader | None = None) -> Floats:
        """float32[n, d]: each work's block times the basis; 0 where its text is unknown."""
        texts = texts_of(catalogue)
        hashes = np.array([0 if text is None else hash_of(text) for text in texts], dtype=np.uint64)
        at, known = _find(hashes, self.hashes)
        found = np.zeros((catalogue.n, self.basis.shape[1]), dtype=np.float32)
        found[known] = self.places[at[known]]
        later = {
            text: None
            for text, there in zip(texts, known.tolist(), strict=True)
            if text is not None and not there
        }
        if reader is not None and later:
            read = reader.read(self.model, list(later))
            places = _from_mean(read, self.mean, self.weight) @ self.basis
            by_text = dict(zip(later, places, strict=False))
            for work, text in enumerate(texts):
                if text in by_text:
                    found[work] = by_text[text]
        return found

    def arrays(self) -> Arrays:
        return {
            "sentence_mean": self.mean,
            "sentence_basis": self.basis,
            "sentence_hashes": self.hashes,
            "sentence_places": self.places,
        }

    def config(self) -> Config:
        return {"model": self.model, "weight": self.weight}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config) -> Placed:
        return Placed(
            config["model"],
            config["weight"],
            arrays["sentence_mean"],
            arrays["sentence_basis"],
            arrays["sentence_hashes"],
            arrays["sentence_places"],
        )


def texts_of(catalogue: Catalogue) -> list[str | None]:
    """The text of each work; None: it has none."""
    titles = (work.title for work in catalogue.works)
    return [f"{t.name}. {t.synopsis}" if t.synopsis else None for t in titles]


def hash_of(text: str) -> int:
    """64 bits, never 0, by which a text is known."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") or 1


@dataclass(frozen=True)
class Block:
    """The sentences of a catalogue as a block beside its terms, before there is a basis."""

    sentences: Sentences
    weight: float
    mean: Floats  # [384]
    rows: Floats  # [n, 384], of length `weight`, or 0 where there is no text

    def placed(self, basis: Floats) -> Placed:
        """What a fit keeps; `basis` float32[384, d]."""
        known = self.sentences
        places = _from_mean(known.vectors, self.mean, self.weight) @ basis
        return Placed(known.model, self.weight, self.mean, basis, known.hashes, places)


def block_of(sentences: Sentences, catalogue: Catalogue, weight: float) -> Block:
    """The block of those works whose texts were read."""
    hashes = [0 if text is None else hash_of(text) for text in texts_of(catalogue)]
    at, known = _find(np.array(hashes, dtype=np.uint64), sentences.hashes)
    vectors = sentences.vectors[at[known]]
    mean = np.zeros(WIDTH, dtype=np.float32)
    if len(vectors):
        mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    rows = np.zeros((catalogue.n, WIDTH), dtype=np.float32)
    rows[known] = _from_mean(vectors, mean, weight)
    return Block(sentences, weight, mean, rows)


def _from_mean(vectors: Halves, mean: Floats, weight: float) -> Floats:
    """float32[m, 384]: vectors from the mean, each brought to the block's length."""
    found = vectors.astype(np.float32) - mean
    length = np.sqrt((found**2).sum(axis=1, keepdims=True))
    block: Floats = found * (np.float32(weight) / np.maximum(length, np.float32(1e-6)))
    return block


def _find(hashes: Uints, among: Uints) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each hash is among ascending ones, and whether it is there."""
    if not len(among):
        return np.zeros(len(hashes), dtype=np.intp), np.zeros(len(hashes), dtype=bool)
    at = np.minimum(np.searchsorted(among, hashes), len(among) - 1)
    return at, among[at] == hashes
