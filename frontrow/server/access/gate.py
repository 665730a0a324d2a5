"""The gate: a request's credentials become a `Caller`, or a refusal that says what is missing.

Keys are looked up in a copy that this process holds and compares with the home's at most a second
later, so what is made or revoked anywhere is in force everywhere within seconds. Nothing is awaited
and no lock is held while a credential is judged.
"""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.concurrency import run_in_threadpool

from frontrow.base.errors import Unavailable
from frontrow.base.ids import name_in_logs
from frontrow.base.settings import ServerSettings
from frontrow.base.time import monotonic
from frontrow.server.access.buckets import Buckets
from frontrow.server.access.keys import ApiKey, KeyStore, key_id_of
from frontrow.server.access.tokens import TOKEN_PREFIX, read_token
from frontrow.server.problems import HttpProblem

COPY_SECONDS = 1.0
"""For so long the copy of the keys is not compared with the home's."""

_SOONEST_SECONDS = 0.05
"""Nor before, whatever callers show: made-up keys cost the database twenty looks a second at most."""

_PATIENCE_SECONDS = 0.1

log = structlog.get_logger("frontrow.server")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key's scopes, or the one profile of a device."""

    scopes: frozenset[str] = frozenset()
    key_id: str = ""
    profile_id: str | None = None  # of a device's token
    forgets: int = 0  # of a device's token

    @property
    def is_admin(self) -> bool:
        return "admin" in self.scopes

    def may(self, scopes: frozenset[str], *, device: bool) -> bool:
        """Whether a call of these scopes is for this caller.

        device: whether it is for devices too
        """
        if self.profile_id is not None:
            return device
        return self.is_admin or bool(self.scopes & scopes)


ANYONE = Caller(scopes=frozenset({"admin"}))
"""Whoever calls a home without keys: from this machine only, for everything."""

NOBODY = Caller()
"""Whoever asks for what needs no key."""


class Gate:
    """What lets calls in. `is_closed` as soon as the home has, or ever had, a key."""

    def __init__(
        self, keys: KeyStore, secret: bytes, settings: ServerSettings, now_us: Callable[[], int]
    ) -> None:
        self._store = keys
        self._secret = secret
        self._now_us = now_us
        self._keys: dict[str, ApiKey] = {}
        self._revision: tuple[int, int] | None = None
        self._read_at = -math.inf
        self._reading = threading.Lock()
        self._of_keys = Buckets(settings.key_per_second, settings.key_burst, monotonic)
        self._of_devices = Buckets(settings.device_per_second, settings.device_burst, monotonic)
        self._renewing: set[asyncio.Task[None]] = set()
        self._told = Buckets(1 / 60, 1, monotonic)
        self.refresh()

    @property
    def is_closed(self) -> bool:
        return bool(self._keys)

    def should_refresh(self, authorization: str | None) -> bool:
        """Whether the copy is old, or a credential names a key that is newer than it may be."""
        age = monotonic() - self._read_at
        if age > COPY_SECONDS or age < _SOONEST_SECONDS:
            return age > COPY_SECONDS
        credential = _bearer(authorization) or ""
        key_id = key_id_of(credential)
        if credential.startswith(TOKEN_PREFIX):
            token = read_token(credential, self._secret)
            key_id = None if token is None else token.key_id or None
        return key_id is not None and key_id not in self._keys

    async def renew(self) -> None:
        """`refresh` on a thread. Of a database that hangs nobody waits long."""
        task = asyncio.create_task(run_in_threadpool(self.refresh))
        self._renewing.add(task)
        task.add_done_callback(self._renewing.discard)
        await asyncio.wait({task}, timeout=_PATIENCE_SECONDS)

    def refresh(self) -> None:
        """Read the keys anew if they were changed. While the database is away those of before hold:
        nobody can change them either."""
        if not self._reading.acquire(blocking=False):
            return  # another thread is at it
        try:
            revision = self._store.revision()
            if revision != self._revision:
                self._keys = self._store.read()
                self._revision = revision
        except Unavailable as error:
            if self._revision is None:
                raise
            log.warning("keys not read again", reason=str(error))
        finally:
            self._read_at = monotonic()
            self._reading.release()

    def admit(
        self, authorization: str | None, scopes: frozenset[str], *, device: bool, route: str
    ) -> Caller:
        """The caller of a call that needs one of `scopes` (none: anyone). Raises `HttpProblem`.

        device: whether the call is for devices too
        route:  the call, for the log
        """
        if not scopes:
            return NOBODY
        credential = _bearer(authorization)
        if not self.is_closed and not (credential or "").startswith(TOKEN_PREFIX):
            return ANYONE
        try:
            caller = self._identify(credential)
        except HttpProblem as refusal:
            self.tell_refusal(refusal.status, NOBODY, route)
            raise
        if not caller.may(scopes, device=device):
            self.tell_refusal(403, caller, route)
            raise forbidden(_why_not(caller, scopes), scopes)
        if (wait := self._wait_of(caller)) > 0:
            self.tell_refusal(429, caller, route)
            raise HttpProblem(
                429,
                "asked more often than this caller may; wait as `Retry-After` says",
                headers={"Retry-After": str(math.ceil(wait))},
            )
        return caller

    def tell_refusal(self, status: int, caller: Caller, route: str) -> None:
        """Write a refusal to the log: of each caller and kind one a minute, so that nobody fills it."""
        who = {"key": caller.key_id} if caller.key_id else {}
        if caller.profile_id is not None:
            who["profile"] = name_in_logs(caller.profile_id, self._secret)
        if self._told.take(f"{status} {who}") == 0:
            log.warning("refused", status=status, route=route, **who)

    def _wait_of(self, caller: Caller) -> float:
        if caller.profile_id is None:
            return self._of_keys.take(caller.key_id)
        return self._of_devices.take(name_in_logs(caller.profile_id, self._secret))

    def _identify(self, credential: str | None) -> Caller:
        if credential is None:
            raise unknown("this call needs a key: send `Authorization: Bearer KEY`")
        if credential.startswith(TOKEN_PREFIX):
            return self._device(credential)
        key = self._store.find(credential, self._keys)
        if key is None:
            raise unknown("this key is not one of this service's", invalid=True)
        return Caller(scopes=self._in_force(key).scopes, key_id=key.key_id)

    def _device(self, credential: str) -> Caller:
        token = read_token(credential, self._secret)
        if token is None:
            raise unknown("this token is not one of this service's", invalid=True)
        if token.expires_us <= self._now_us():
            raise unknown("this token has expired: ask for a new one", invalid=True)
        if self.is_closed:
            key = self._keys.get(token.key_id)
            if key is None:
                raise unknown("this token was made before the service had keys", invalid=True)
            self._in_force(key)
        return Caller(key_id=token.key_id, profile_id=token.profile_id, forgets=token.forgets)

    def _in_force(self, key: ApiKey) -> ApiKey:
        state = key.state(self._now_us())
        if state != "in force":
            raise unknown(f"the key {key.key_id} is {state}", invalid=True)
        return key


def unknown(what: str, *, invalid: bool = False) -> HttpProblem:
    """401: nobody we know (RFC 6750)."""
    challenge = 'Bearer realm="frontrow"' + (', error="invalid_token"' if invalid else "")
    return HttpProblem(401, what, headers={"WWW-Authenticate": challenge})


def forbidden(what: str, scopes: frozenset[str]) -> HttpProblem:
    """403: someone we know, who may not."""
    wanted = " ".join(sorted(scopes))
    challenge = f'Bearer realm="frontrow", error="insufficient_scope", scope="{wanted}"'
    return HttpProblem(403, what, headers={"WWW-Authenticate": challenge})


def _why_not(caller: Caller, scopes: frozenset[str]) -> str:
    wanted = " or ".join(sorted(scopes))
    if caller.profile_id is not None:
        return f"a device's token may not do this; it needs a key with the scope {wanted}"
    return (
        f"this needs a key with the scope {wanted}; this one has {' '.join(sorted(caller.scopes))}"
    )


def _bearer(authorization: str | None) -> str | None:
    """The credential of an `Authorization` header; None without one of the scheme `Bearer`."""
    scheme, _, credential = (authorization or "").strip().partition(" ")
    return credential.strip() or None if scheme.lower() == "bearer" else None
