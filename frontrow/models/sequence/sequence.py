"""The sequence model: a causal transformer over what a viewer chose, in order, served in numpy.

Kang, McAuley (2018), "Self-Attentive Sequential Recommendation" (SASRec): every interaction is a
token, blocks of self-attention and a small network turn the tokens up to a place into one vector,
and a work's score is that vector's product with the work's own. Where we leave it:

- A work's vector is a part of its own plus a projection of its content, so that a work that nobody
  has played has a score. In fitting, works lose their own part at random.
- A token also says how good the interaction was and when it was.
- Attention sees distances in places and in time, not places (as Raffel et al. 2020, and Zhai et al.
  2024, "Actions Speak Louder than Words"): what is learned of one place holds for all.

Here is the forward pass; `network` has the same for fitting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.catalog import Catalogue
from frontrow.models.histories import Floats, Histories, Ints
from frontrow.models.scorer import Arrays, Config, part
from frontrow.models.sequence.dials import SequenceDials
from frontrow.models.sequence.inputs import GAP_EDGES, Tokens, in_order, latest
from frontrow.viewers import Trends

VIEWERS_PER_BLOCK = 32
"""Viewers in one pass: their attention, 32 x 2 x 100 x 100 floats, is 3 MB."""

LEAST_VARIANCE = 1e-5
"""Added to a variance before its root."""

MASKED = np.float32(-1e9)
"""Attention to what comes later or is not there."""


@dataclass(frozen=True)
class Sequence:
    """`n` works' vectors of `d` dimensions and the network that turns a history into one."""

    own: Floats  # [n, d], what was learned of each work alone; 0: it was not in the fit
    vectors: Floats  # [n, d], own part and projected content; nan: nothing is known of the work
    alignment: Floats  # [d, d], rotation onto the space of the fits before (see `alignment`)
    weights: Mapping[str, Floats]
    dials: SequenceDials
    asked: Floats | None = None  # [n, d], instead of `vectors` where works are scored
    name: str = "sequence"

    def score(self, histories: Histories, trends: Trends, country: str | None = None) -> Floats:
        """float32[b, n]: log odds of being chosen next, up to a constant of each viewer; nan for
        works of which nothing is known and for viewers without a history."""
        vectors = self.vectors if self.asked is None else self.asked
        scores: Floats = self._outputs(histories) @ vectors.T
        return scores

    def viewer_vectors(self, histories: Histories) -> Floats:
        """float32[b, d], in the space of `work_vectors`; nan without a history."""
        found: Floats = self._outputs(histories) @ self.alignment
        return found

    @property
    def work_vectors(self) -> Floats:
        """float32[n, d], comparable with those of fits before and after: rotated onto them, which
        leaves products as they are; the network itself keeps to its own coordinates."""
        found: Floats = self.vectors @ self.alignment
        return found

    def by_content(self, content: Floats) -> Sequence:
        """The same reading of histories, with works that are known by float32[n, dc] content only."""
        asked = content @ self.weights["content"]
        asked[~content.any(axis=1)] = np.nan
        return replace(self, asked=asked)

    def bind(self, catalogue: Catalogue, to: Ints, content: Floats | None = None) -> Sequence:
        """Over another catalogue's works.

        content: float32[n, dc], the catalogue's content vectors from the content model of the fit;
                 without them works that came after the fit have no score
        """
        d = self.own.shape[1]
        kept, places = to >= 0, to[to >= 0]
        own = np.zeros((catalogue.n, d), dtype=np.float32)
        own[places] = self.own[kept]
        if content is None:
            vectors = np.full((catalogue.n, d), np.nan, dtype=np.float32)
            vectors[places] = self.vectors[kept]
        else:
            vectors = own + content @ self.weights["content"]
            vectors[~own.any(axis=1) & ~content.any(axis=1)] = np.nan
        return replace(self, own=own, vectors=vectors)

    def arrays(self) -> Arrays:
        return {
            "own": self.own,
            "vectors": self.vectors,
            "alignment": self.alignment,
            **{f"weights/{key}": value for key, value in self.weights.items()},
        }

    def config(self) -> Config:
        return asdict(self.dials)

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], config: Config) -> Sequence:
        return Sequence(
            arrays["own"],
            arrays["vectors"],
            arrays["alignment"],
            part(arrays, "weights"),
            SequenceDials(**config),
        )

    def _outputs(self, histories: Histories) -> Floats:
        """float32[b, d]: where the network takes each history."""
        found = np.full((histories.b, self.own.shape[1]), np.nan, dtype=np.float32)
        some = np.flatnonzero(np.diff(histories.indptr))
        for start in range(0, len(some), VIEWERS_PER_BLOCK):
            block = some[start : start + VIEWERS_PER_BLOCK].astype(np.int64)
            interactions = in_order(histories.take(block))
            tokens = latest(interactions, self.dials.length)
            found[block] = outputs(self.weights, self.vectors, tokens, self.dials)
        return found


def outputs(
    weights: Mapping[str, Floats], vectors: Floats, tokens: Tokens, dials: SequenceDials
) -> Floats:
    """float32[b, d]: the network at the last place of every window.

    vectors: float32[n, d], nan where nothing is known of a work
    """
    w = weights
    there = tokens.work >= 0  # [b, t]
    x: Floats = np.nan_to_num(vectors[tokens.work]) * there[..., None]  # [b, t, d]
    for key in ("reward", "gap", "slot"):
        x += w[key][getattr(tokens, key)]
    x = normalised(x, w, "input")
    hidden = np.where(
        there[:, None, :] & _not_later(x.shape[1]), np.float32(0), MASKED
    )  # [b, t, t]
    apart = _time_bucket(tokens.seconds)  # [b, t, t]
    for block in range(dials.blocks):
        # The last block is asked for the last place only.
        of = slice(-1, None) if block == dials.blocks - 1 else slice(None)
        x = _block(x, part(w, f"block{block}"), hidden[:, of], apart[:, of], dials.heads)
    return normalised(x[:, -1], w, "output")


def normalised(x: Floats, weights: Mapping[str, Floats], layer: str) -> Floats:
    """Layer normalisation (Ba et al. 2016) over the last axis."""
    x = x - x.mean(axis=-1, keepdims=True)
    x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(LEAST_VARIANCE))
    x *= weights[f"{layer}_scale"]
    x += weights[f"{layer}_shift"]
    return x


def _block(
    x: Floats, w: Mapping[str, Floats], hidden: Floats, apart: NDArray[np.int64], heads: int
) -> Floats:
    """One block at the last `q` places of `t`.

    hidden: float32[b, q, t], 0 or `MASKED`; apart: int[b, q, t], bucket of the time between
    returns float32[b, q, d]
    """
    b, t, d = x.shape
    q = hidden.shape[1]
    size = d // heads
    y = normalised(x, w, "attention")
    asking = (y[:, t - q :] @ w["query"]).reshape(b, q, heads, size).transpose(0, 2, 1, 3)
    keys = (y @ w["key"]).reshape(b, t, heads, size).transpose(0, 2, 3, 1)
    values = (y @ w["value"]).reshape(b, t, heads, size).transpose(0, 2, 1, 3)
    attention = asking @ keys  # [b, h, q, t]
    attention *= np.float32(size**-0.5)
    attention += np.take(w["by_places"], _places_apart(t)[t - q :], axis=1)
    attention += np.take(w["by_time"], apart, axis=1).swapaxes(0, 1)
    attention += hidden[:, None]
    attention -= attention.max(axis=-1, keepdims=True)
    np.exp(attention, out=attention)
    attention /= attention.sum(axis=-1, keepdims=True)
    mixed = (attention @ values).transpose(0, 2, 1, 3).reshape(b, q, d)
    x = x[:, t - q :] + mixed @ w["out"]
    y = normalised(x, w, "forward") @ w["up"] + w["up_shift"]
    np.maximum(y, 0, out=y)
    found: Floats = x + y @ w["down"] + w["down_shift"]
    return found


@lru_cache(4)
def _not_later(t: int) -> NDArray[np.bool_]:
    return np.tri(t, dtype=bool)


@lru_cache(4)
def _places_apart(t: int) -> NDArray[np.int64]:
    """int[t, t]: how many places back; 0 for later ones, which are masked."""
    at = np.arange(t)
    found: NDArray[np.int64] = np.maximum(at[:, None] - at, 0)
    return found


def _time_bucket(seconds: Ints) -> NDArray[np.int64]:
    """int[b, t, t]: by `GAP_EDGES`, of the time between two interactions."""
    between = seconds[:, :, None] - seconds[:, None, :]
    found: NDArray[np.int64] = np.searchsorted(GAP_EDGES, between, side="right")
    return found
