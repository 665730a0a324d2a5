"""The tokens of devices: for one profile, for a short while, signed and kept nowhere.

A token says whose it is, which key asked for it, until when it holds, and how many forgets the home
had seen: it dies with its key, and with its profile when that is forgotten.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

TOKEN_PREFIX = "fd_"
_VERSION = 1
_MAC_BYTES = 32
_MOST_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """What a token says."""

    profile_id: str
    key_id: str  # of the key that asked for it; empty in a home without keys
    expires_us: int
    forgets: int  # the home's forgets when it was made


def sign_token(token: DeviceToken, secret: bytes) -> str:
    """The text of a token."""
    key_id = token.key_id.encode()
    packed = b"".join(
        [
            bytes([_VERSION, len(key_id)]),
            key_id,
            token.expires_us.to_bytes(8, "big", signed=True),
            token.forgets.to_bytes(8, "big"),
            token.profile_id.encode(),
        ]
    )
    return TOKEN_PREFIX + base64.urlsafe_b64encode(packed + _mac(packed, secret)).decode().rstrip(
        "="
    )


def read_token(text: str, secret: bytes) -> DeviceToken | None:
    """What a token says; None for one that this home did not sign."""
    if not text.startswith(TOKEN_PREFIX) or len(text) > _MOST_CHARACTERS:
        return None
    try:
        coded = text[len(TOKEN_PREFIX) :]
        raw = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    packed, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(packed, secret)) or packed[0] != _VERSION:
        return None
    rest = 2 + packed[1]
    return DeviceToken(
        key_id=packed[2:rest].decode(),
        expires_us=int.from_bytes(packed[rest : rest + 8], "big", signed=True),
        forgets=int.from_bytes(packed[rest + 8 : rest + 16], "big"),
        profile_id=packed[rest + 16 :].decode(),
    )


def _mac(packed: bytes, secret: bytes) -> bytes:
    return hashlib.blake2b(
        packed, key=secret, person=b"device token", digest_size=_MAC_BYTES
    ).digest()
