"""Texts of titles that came after a bundle's fit: a few are read when it is bound, the rest wait for
the next `frontrow train`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import structlog

from frontrow.models.text import Halves, TextStore
from frontrow.models.text.encoder import MODEL, WIDTH

MOST = 64
"""Texts read in one bind: under a second of a page that waits."""

log = structlog.get_logger("frontrow.server")


class LaterTexts:
    """The `Reader` of an open home; `store` None: there is no sentence model.

    The first texts are always read, whatever was read before, so a bound bundle depends on the
    catalogue alone, and a page can be rebuilt. They are kept in memory until the next bind.
    """

    def __init__(self, store: TextStore | None) -> None:
        self._store = store
        self._kept: dict[str, Halves] = {}

    def read(self, model: str, texts: Sequence[str]) -> Halves:
        """float16[r, 384] of the first `MOST`; none of another model."""
        some = texts[:MOST] if self._store is not None and model == MODEL else []
        new = [text for text in some if text not in self._kept]
        if self._store is not None and new:
            self._kept |= dict(zip(new, self._store.encoder.encode(new), strict=True))
        self._kept = {text: self._kept[text] for text in some}
        alone = len(texts) - len(some)
        if alone and structlog.is_configured():  # serving; a command prints for people
            log.info("titles go by their terms alone until the next train", titles=alone)
        return np.array(list(self._kept.values()), dtype=np.float16).reshape(-1, WIDTH)
