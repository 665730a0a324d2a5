"""Ids: strings of 1-128 characters `[A-Za-z0-9._:@-]` everywhere outside; and the shard of a profile."""

from __future__ import annotations

import hashlib
from typing import Annotated

from msgspec import Meta

from frontrow.base.allowed import must_be

ID_PATTERN = r"^[A-Za-z0-9._:@-]{1,128}\Z"
_ID = "1-128 characters [A-Za-z0-9._:@-]"
Id = Annotated[str, Meta(pattern=ID_PATTERN, description=_ID, extra=must_be(_ID))]

SHARDS = 65_536


def shard_of(profile_id: str) -> int:
    """The shard of a profile, 0-65535: the first two bytes of SHA-256 of its id.

    It stands first in every key, so that a range of shards is the unit of all divided work.
    """
    return int.from_bytes(hashlib.sha256(profile_id.encode()).digest()[:2], "big")


def name_in_logs(profile_id: str, secret: bytes) -> str:
    """Stands for a profile in the logs and reports of one home."""
    named = profile_id.encode("utf-8", "surrogateescape")  # a damaged id may be no text any more
    return hashlib.blake2b(named, key=secret, person=b"log", digest_size=8).hexdigest()


def name_outside(profile_id: str, secret: bytes) -> str:
    """Stands for a profile in what is exported; not the name it has in the logs."""
    return hashlib.blake2b(
        profile_id.encode(), key=secret, person=b"export", digest_size=12
    ).hexdigest()
