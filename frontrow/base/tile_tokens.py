"""The token of a tile: which page, row and column it stands on, short and signed by the home's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

import numpy as np

_MAC_BYTES = 9
_TAG_BYTES = 9
_COLUMNS_SIGNED = 7  # of 9 bytes each in one hash of 64
_TOKEN_CHARACTERS = 28


class TokenMaker:
    """Signs the tiles of one page: the page's tag, row, column, and a signature, 21 bytes in all.

    One hash signs seven columns of a row, and 21 bytes are 28 characters of base64 without a rest,
    so the tokens of a row are made in one go.
    """

    def __init__(self, page_id: str, secret: bytes) -> None:
        self._tag = page_tag(page_id)
        self._secret = secret

    def tokens(self, row: int, columns: Sequence[int]) -> list[str]:
        """The tokens of some tiles of a row."""
        if not columns:
            return []
        at = np.asarray(columns)
        first = int(at.min()) // _COLUMNS_SIGNED
        blocks = range(first, int(at.max()) // _COLUMNS_SIGNED + 1)
        signed = b"".join(
            _signatures(self._tag, row, block, self._secret)[: _COLUMNS_SIGNED * _MAC_BYTES]
            for block in blocks
        )
        macs = np.frombuffer(signed, dtype=np.uint8).reshape(-1, _MAC_BYTES)
        packed = np.empty((len(at), _TAG_BYTES + 3 + _MAC_BYTES), dtype=np.uint8)
        packed[:, :_TAG_BYTES] = np.frombuffer(self._tag, dtype=np.uint8)
        packed[:, _TAG_BYTES] = row
        packed[:, _TAG_BYTES + 1] = at >> 8
        packed[:, _TAG_BYTES + 2] = at & 255
        packed[:, _TAG_BYTES + 3 :] = macs[at - first * _COLUMNS_SIGNED]
        text = base64.urlsafe_b64encode(packed.tobytes()).decode()
        return [text[i : i + _TOKEN_CHARACTERS] for i in range(0, len(text), _TOKEN_CHARACTERS)]


def _signatures(tag: bytes, row: int, block: int, secret: bytes) -> bytes:
    """The signatures of seven columns of a row."""
    place = tag + row.to_bytes(1, "big") + block.to_bytes(2, "big")
    return hashlib.blake2b(place, key=secret, person=b"token").digest()


def page_tag(page_id: str) -> bytes:
    """The short name of a page inside its tiles' tokens."""
    return hashlib.blake2b(page_id.encode(), digest_size=_TAG_BYTES).digest()


def read_token(token: str, secret: bytes) -> tuple[bytes, int, int] | None:
    """(page tag, row, column) of a token; None for one that this service did not sign."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(raw) != _TAG_BYTES + 3 + _MAC_BYTES:
        return None
    tag, row = raw[:_TAG_BYTES], raw[_TAG_BYTES]
    column = int.from_bytes(raw[_TAG_BYTES + 1 : _TAG_BYTES + 3], "big")
    seven = _signatures(tag, row, column // _COLUMNS_SIGNED, secret)
    start = column % _COLUMNS_SIGNED * _MAC_BYTES
    if not hmac.compare_digest(raw[-_MAC_BYTES:], seven[start : start + _MAC_BYTES]):
        return None
    return tag, row, column
