"""The digest of a stored row: tells whether any of its values changed since it was written."""

from __future__ import annotations

import hashlib

DIGEST_BYTES = 16
"""Two rows of any home meet by chance in one of 2**64; it finds accidents, it is no signature."""


def row_digest(table: str, *values: int | str | bytes | None) -> bytes:
    """BLAKE2b over the kind, length and content of each value, so that none can run into the next."""
    hasher = hashlib.blake2b(digest_size=DIGEST_BYTES, person=table.encode())
    for value in values:
        if value is None:
            hasher.update(b"n0:")
            continue
        kind = b"b" if isinstance(value, bytes) else b"i" if isinstance(value, int) else b"t"
        part = value if isinstance(value, bytes) else str(value).encode()
        hasher.update(b"%b%d:" % (kind, len(part)))
        hasher.update(part)
    return hasher.digest()
