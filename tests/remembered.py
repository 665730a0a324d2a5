"""What a training fits, remembered: the same inputs give the same ranker, so few are fitted twice.

Dozens of tests train the same small home, and want a bundle to go on with. A training reads its log,
is judged at the gate and is written and published as ever; only the fit in the middle, most of its
time, is taken over where a test of this process had the very same inputs, to the last byte. That a
fit gives the same bytes again is shown by tests that call it themselves.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec
import numpy as np
from scipy.sparse import csc_array, csr_array

from frontrow.ranking import Ranker
from frontrow.training.fit import fit_ranker

_MOST = 8
"""Rankers that are kept: tests of one file stand together."""

_kept: OrderedDict[bytes, Ranker] = OrderedDict()


class _Unknown(Exception):
    """A value that has no certain bytes."""


def fit_or_remember(*inputs: Any, progress: Any = None, **named: Any) -> Ranker:
    """`fit_ranker`, but for inputs that were fitted before."""
    key = key_of((inputs, named))
    known = None if key is None else _kept.get(key)
    if known is None:
        known = fit_ranker(*inputs, **named, progress=progress)
    if key is not None:
        _kept[key] = known
        if len(_kept) > _MOST:
            _kept.popitem(last=False)
        _kept.move_to_end(key)
    return known


def key_of(value: Any) -> bytes | None:
    """A hash of all that a value holds; None where some of it has no certain bytes."""
    digest = hashlib.sha256()
    try:
        _feed(digest, value)
    except _Unknown:
        return None
    return digest.digest()


def _feed(digest: Any, value: Any) -> None:
    """Adds a value's type and content. Raises `_Unknown`."""
    digest.update(type(value).__name__.encode() + b"\0")
    if value is None or isinstance(value, bool | int | float | str | bytes):
        digest.update(repr(value).encode() + b"\0")
    elif isinstance(value, np.ndarray):
        digest.update(f"{value.dtype} {value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, csr_array | csc_array):
        _feed(digest, (value.shape, value.data, value.indices, value.indptr))
    elif isinstance(value, Mapping):
        _feed(digest, list(value.items()))
    elif isinstance(value, Set):
        _feed(digest, sorted(value))
    elif isinstance(value, list | tuple):
        digest.update(b"%d" % len(value))
        for one in value:
            _feed(digest, one)
    elif isinstance(value, msgspec.Struct):
        digest.update(msgspec.json.encode(value, order="deterministic"))
    elif is_dataclass(value):
        for field in fields(value):
            if field.compare and not field.name.startswith("_"):
                _feed(digest, getattr(value, field.name))
    else:
        raise _Unknown(type(value))
