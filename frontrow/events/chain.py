"""The chain of a profile's events: each row holds a hash of itself and of all rows before it.

So a row that changed, went missing or came in between is found by walking the chain, and where the
chain breaks says from which event on the profile can't be vouched for. It finds accidents of disks
and hands; it is no signature: who may write the database may write a new chain.
"""

from __future__ import annotations

from hashlib import blake2b
from struct import Struct

from frontrow.base.digests import DIGEST_BYTES

_HEAD = Struct(f">{DIGEST_BYTES}sqqqHHHI")
_BLANK = blake2b(digest_size=DIGEST_BYTES, person=b"frontrow chain")


def chain_start(profile_id: str, incarnation: str, first_us: int) -> bytes:
    """The link before a profile's first event; it holds what else is stored of the profile."""
    return _hash(f"{profile_id}\n{incarnation}\n{first_us}".encode())


def chain_link(
    before: bytes,
    profile_id: str,
    number: int,
    event_id: str,
    kind: str,
    time_us: int,
    received_us: int,
    body: bytes,
) -> bytes:
    """The link of an event: a hash of the link before and of every field, lengths first."""
    profile, event, word = profile_id.encode(), event_id.encode(), kind.encode()
    lengths = (len(profile), len(event), len(word), len(body))
    head = _HEAD.pack(before, number, time_us, received_us, *lengths)
    return _hash(b"".join((head, profile, event, word, body)))


def _hash(content: bytes) -> bytes:
    hasher = _BLANK.copy()  # a third cheaper than making one
    hasher.update(content)
    return hasher.digest()
