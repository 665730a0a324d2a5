"""Ids made of names and contents: the same for the same content, always in the ids' alphabet."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_APART = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ı": "i"}
)
LONGEST_SLUG = 60


def slug(text: str) -> str:
    """Lower-case letters and digits of ASCII, joined by `-`; may be empty (other scripts)."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = folded.encode("ascii", "ignore").decode()
    return _APART.sub("-", plain).strip("-")[:LONGEST_SLUG].rstrip("-")


def digest(*parts: object, length: int = 20) -> str:
    """Hex digits of SHA-256 over the parts."""
    text = "\0".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def id_of(name: str, *more: object) -> str:
    """A readable id of a name: its slug and a short hash of all parts, in any script."""
    key = digest(unicodedata.normalize("NFC", name).casefold(), *more, length=8)
    head = slug(name)
    return f"{head}-{key}" if head else key
