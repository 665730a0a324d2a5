"""A seal: the hash of a file's own content, written into it, so that any bit that flips is found."""

from __future__ import annotations

import hashlib
import re

BLANK = "seal:" + "0" * 64
"""What stands in the content where the seal will be; it must come before anything alike."""

_SEAL = re.compile(rb"seal:([0-9a-f]{64})")


def sealed(content: bytes) -> bytes:
    """The content with its seal in place of the blank one."""
    assert content.count(BLANK.encode()) == 1
    digest = hashlib.sha256(content).hexdigest()
    return content.replace(BLANK.encode(), b"seal:" + digest.encode())


def is_whole(content: bytes) -> bool:
    """Whether a sealed content is, to the bit, what was sealed."""
    found = _SEAL.search(content)
    if found is None:
        return False
    bare = b"".join((content[: found.start()], BLANK.encode(), content[found.end() :]))
    return hashlib.sha256(bare).hexdigest().encode() == found[1]
