"""The one door for randomness: a generator by request, the same whatever else runs.

`rng_for(seed, profile_id, "artwork")` gives the same draws in any process and any order.
"""

from __future__ import annotations

import hashlib

import numpy as np


def digest_of(seed: int, *keys: str, size: int = 16) -> bytes:
    """BLAKE2b of a seed and keys; the length of each key stands before it, so keys can't run on."""
    hasher = hashlib.blake2b(str(seed).encode(), digest_size=size)
    for key in keys:
        part = key.encode()
        hasher.update(b"|%d|" % len(part))
        hasher.update(part)
    return hasher.digest()


def rng_for(seed: int, *keys: str) -> np.random.Generator:
    """An independent stream for `seed` and `keys` (PCG64, seeded by a hash of both)."""
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest_of(seed, *keys), "big")))


def seed_of(seed: int, *keys: str) -> int:
    """A derived seed below 2**53, so that JSON readers keep it exactly."""
    return int.from_bytes(digest_of(seed, *keys, size=8), "big") >> 11
