"""A sentence model of our own making: a text is the sum of its words' vectors, and words that
begin alike mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from frontrow.base.randomness import rng_for
from frontrow.models.text.encoder import WIDTH, Halves


class SumOfWords:
    """Remembers what it read; `stops_after` so many texts it is interrupted."""

    def __init__(self, stops_after: int | None = None) -> None:
        self.has_read: list[str] = []
        self._stops_after = stops_after

    def encode(self, texts: Iterable[str]) -> Iterator[Halves]:
        for text in texts:
            if len(self.has_read) == self._stops_after:
                raise KeyboardInterrupt
            self.has_read.append(text)
            words = text.lower().replace(".", " ").split()
            drawn = [rng_for(0, "word", word[:4]).standard_normal(WIDTH) for word in words]
            vector = np.sum(drawn, axis=0)
            yield (vector / np.linalg.norm(vector)).astype(np.float16)
