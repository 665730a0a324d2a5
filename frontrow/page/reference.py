"""The signed names of pages.

A `page_id` holds what rebuilds the page: catalogue revision, bundle, snapshot, the viewer's position,
time, request, seed; so any process goes on with it. It is an id like any other: at most 128
characters. A profile id too long for it is left to the decision record, and a hash stands for it.
The tokens that name one tile of a page are `frontrow.base.tile_tokens`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from frontrow.base.errors import NotFound
from frontrow.page.request import PARTS, Part
from frontrow.page.screen import DEVICES

_VERSION = 1
_MAC_BYTES = 9
_MOST_BYTES = 96  # base64 of it is 128 characters
_BUNDLE_BYTES = 6
_LANGUAGE_CHARACTERS = 24
"""What a page id has room for; of a longer tag the leading subtags say the language."""

_PERSONALISED, _AT, _SEEDED, _HASHED, _SNAPSHOT, _BUNDLE, _RULES, _LEFT_OUT = (
    1 << i for i in range(8)
)


@dataclass(frozen=True, slots=True)
class PageReference:
    """What a page id says. Where `profile_id` is None the decision record knows whose page it is."""

    profile_id: str | None
    now_us: int
    device: str
    country: str | None
    language: str
    rows: int
    columns: int
    personalised: bool
    at: bool
    seed: int | None  # None: that of the epoch
    revision: int
    bundle: str | None  # first characters of its hash
    snapshot: int | None
    number: int  # the viewer's position
    incarnation: str  # first characters
    rules: int = 0  # revision of the operator's rules; 0: none
    left_out: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if len(self.language) > _LANGUAGE_CHARACTERS:
            cut = self.language[: _LANGUAGE_CHARACTERS + 1].rsplit("-", 1)[0]
            object.__setattr__(self, "language", cut)


def bundle_mark(bundle_id: str) -> str:
    """The part of a bundle id that a page id holds."""
    return bundle_id[: 2 * _BUNDLE_BYTES]


def sign_page(reference: PageReference, secret: bytes) -> tuple[str, bool]:
    """The page id, and whether the profile had to be left out of it."""
    profile = (reference.profile_id or "").encode()
    packed = _pack(reference, profile, hashed=False)
    left_out = len(packed) + _MAC_BYTES > _MOST_BYTES
    if left_out:
        packed = _pack(reference, hashlib.sha256(profile).digest()[:12], hashed=True)
    return _encode(packed + _mac(packed, secret, b"page")), left_out


def read_page_id(page_id: str, secret: bytes) -> PageReference:
    """What a page id says. Raises `NotFound` for one that this service did not sign."""
    try:
        raw = _decode(page_id)
        packed, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, _mac(packed, secret, b"page")) or packed[0] != _VERSION:
            raise ValueError
        return _unpack(packed)
    except (ValueError, IndexError):
        raise NotFound("this service made no such page", where="page_id") from None


def _pack(r: PageReference, profile: bytes, *, hashed: bool) -> bytes:
    flags = (
        _PERSONALISED * r.personalised
        | _AT * r.at
        | _SEEDED * (r.seed is not None)
        | _HASHED * hashed
        | _SNAPSHOT * (r.snapshot is not None)
        | _BUNDLE * (r.bundle is not None)
        | _RULES * (r.rules > 0)
        | _LEFT_OUT * bool(r.left_out)
    )
    language = r.language.encode("ascii", "replace")
    parts = [
        bytes([_VERSION, flags, DEVICES.index(r.device), r.rows, r.columns]),
        _uint(r.now_us),
        (r.country or "--").encode(),
        bytes([len(language)]),
        language,
        _uint(r.revision),
        bytes.fromhex(r.bundle) if r.bundle is not None else b"",
        _uint(r.snapshot) if r.snapshot is not None else b"",
        _uint(r.rules) if r.rules > 0 else b"",
        bytes([sum(1 << PARTS.index(part) for part in r.left_out)]) if r.left_out else b"",
        _uint(r.number),
        bytes.fromhex(r.incarnation or "000000"),
        r.seed.to_bytes(7, "big") if r.seed is not None else b"",
        profile,
    ]
    return b"".join(parts)


def _unpack(packed: bytes) -> PageReference:
    reader = _Reader(packed)
    _, flags, device, rows, columns = reader.take(5)
    now_us = reader.uint()
    country = reader.take(2).decode()
    language = reader.take(reader.take(1)[0]).decode()
    revision = reader.uint()
    bundle = reader.take(_BUNDLE_BYTES).hex() if flags & _BUNDLE else None
    snapshot = reader.uint() if flags & _SNAPSHOT else None
    rules = reader.uint() if flags & _RULES else 0
    without = reader.take(1)[0] if flags & _LEFT_OUT else 0
    number = reader.uint()
    incarnation = reader.take(3).hex()
    seed = int.from_bytes(reader.take(7), "big") if flags & _SEEDED else None
    profile = reader.rest()
    return PageReference(
        profile_id=None if flags & _HASHED else profile.decode(),
        now_us=now_us,
        device=DEVICES[device],
        country=None if country == "--" else country,
        language=language,
        rows=rows,
        columns=columns,
        personalised=bool(flags & _PERSONALISED),
        at=bool(flags & _AT),
        seed=seed,
        revision=revision,
        bundle=bundle,
        snapshot=snapshot,
        number=number,
        incarnation="" if incarnation == "000000" else incarnation,
        rules=rules,
        left_out=tuple(part for i, part in enumerate(PARTS) if without >> i & 1),
    )


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    def take(self, size: int) -> bytes:
        part = self._raw[self._at : self._at + size]
        if len(part) != size:
            raise ValueError
        self._at += size
        return part

    def uint(self) -> int:
        size = self.take(1)[0]
        return int.from_bytes(self.take(size), "big")

    def rest(self) -> bytes:
        return self._raw[self._at :]


def _uint(value: int) -> bytes:
    size = (value.bit_length() + 7) // 8
    return bytes([size]) + value.to_bytes(size, "big")


def _mac(packed: bytes, secret: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(packed, key=secret, person=purpose, digest_size=_MAC_BYTES).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
