"""The keys of programs: made, listed, revoked, and told apart from forgeries.

A key is `fk_`, its id, `_` and 256 random bits. The home keeps the id, by which a key is found, and
a BLAKE2b of the whole key with its scopes and its end, keyed with the home's secret: a row that was
changed in the database opens nothing. A slow hash protects secrets that can be guessed; nobody
guesses 256 bits, so a fast one is enough, and every call can afford it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from frontrow.base.database import Database
from frontrow.base.digests import row_digest
from frontrow.base.errors import NotFound
from frontrow.base.schema import api_key
from frontrow.base.time import to_us

SCOPES = ("ingest", "pages", "admin")
"""What a key may be for; `admin` is for everything."""

KEY_PREFIX = "fk_"
_ID_CHARACTERS = 10
_SECRET_BYTES = 32
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: without what was given to its owner."""

    key_id: str
    name: str
    scopes: frozenset[str]
    hashed: bytes
    created_us: int
    expires_us: int | None
    revoked_us: int | None

    def state(self, now_us: int) -> str:
        """`in force`, `revoked` or `expired`."""
        if self.revoked_us is not None:
            return "revoked"
        if self.expires_us is not None and self.expires_us <= now_us:
            return "expired"
        return "in force"


_NO_KEY = ApiKey("", "", frozenset(), bytes(_HASH_BYTES), 0, None, None)


class KeyStore:
    """The keys of a home. A home that ever had one stays closed, so that revoking the last key
    opens nothing."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        self._secret = secret

    def create(
        self, scopes: Sequence[str], *, name: str, expires: datetime | None, now: datetime
    ) -> tuple[ApiKey, str]:
        """A new key, and its text: the only time that it is known."""
        key_id = base64.b32encode(secrets.token_bytes(8)).decode().lower()[:_ID_CHARACTERS]
        text = f"{KEY_PREFIX}{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        words = " ".join(sorted(set(scopes)))
        expires_us = None if expires is None else to_us(expires)
        key = ApiKey(
            key_id=key_id,
            name=name,
            scopes=frozenset(scopes),
            hashed=self._hash(text, words, expires_us),
            created_us=to_us(now),
            expires_us=expires_us,
            revoked_us=None,
        )
        with self._database.write() as connection:
            row = (key_id, name, words, key.hashed, key.created_us, key.expires_us, None)
            connection.execute(sa.insert(api_key).values((*row, row_digest("api_key", *row))))
        return key, text

    def revoke(self, named: str, *, now: datetime) -> ApiKey:
        """End a key for good, by its id or its whole text. Raises `NotFound`."""
        key_id = key_id_of(named) or named
        with self._database.write() as connection:
            in_force = api_key.c.key_id == key_id, api_key.c.revoked_at.is_(None)
            row = connection.execute(sa.select(api_key).where(*in_force)).one_or_none()
            if row is not None:
                ended = (*row[:-2], to_us(now))
                connection.execute(
                    sa.update(api_key)
                    .where(*in_force)
                    .values(revoked_at=to_us(now), digest=row_digest("api_key", *ended))
                )
        found = self.read().get(key_id)
        if found is None:
            raise NotFound(
                "there is no such key", where=key_id, mend="`frontrow keys list` names them"
            )
        return found

    def read(self) -> dict[str, ApiKey]:
        """Every key that there ever was, by id, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(api_key).order_by(api_key.c.created_at, api_key.c.key_id)
            ).all()
        return {
            row.key_id: ApiKey(
                row.key_id,
                row.name,
                frozenset(row.scopes.split()),
                bytes(row.hashed),
                row.created_at,
                row.expires_at,
                row.revoked_at,
            )
            for row in rows
        }

    def revision(self) -> tuple[int, int]:
        """Keys made and keys revoked: whoever holds a copy of other numbers reads anew."""
        wanted = sa.select(sa.func.count(), sa.func.count(api_key.c.revoked_at)).select_from(
            api_key
        )
        with self._database.read() as connection:
            made, revoked = connection.execute(wanted).one()
        return int(made), int(revoked)

    def find(self, text: str, keys: Mapping[str, ApiKey]) -> ApiKey | None:
        """The key of a text, whatever its state; None for one that was never given out."""
        key = keys.get(key_id_of(text) or "")
        if key is None:
            key = _NO_KEY  # an unknown id takes as long as a wrong secret
        hashed = self._hash(text, " ".join(sorted(key.scopes)), key.expires_us)
        is_same = hmac.compare_digest(hashed, key.hashed)
        return key if is_same else None

    def _hash(self, text: str, scopes: str, expires_us: int | None) -> bytes:
        told = f"{text}\n{scopes}\n{expires_us}".encode("utf-8", "surrogateescape")
        return hashlib.blake2b(
            told, key=self._secret, person=b"api key", digest_size=_HASH_BYTES
        ).digest()


def key_id_of(text: str) -> str | None:
    """The id in a key's text; None where it does not look like a key."""
    if not text.startswith(KEY_PREFIX):
        return None
    key_id, mark, _ = text[len(KEY_PREFIX) :].partition("_")
    return key_id if mark and len(key_id) == _ID_CHARACTERS else None
