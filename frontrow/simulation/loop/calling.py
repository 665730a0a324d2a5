"""A service as its customers reach it: calls of its public API, in this process or over HTTP.

Nothing else of a service is known here. Whoever opens one in this process hands in a `Caller` whose clock
goes with the days; over HTTP the service's clock is its own, and pages are asked `at` a moment.
"""

from __future__ import annotations

import http.client
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from frontrow.base.errors import BadInput, Unavailable
from frontrow.base.time import format_time, from_us


class Caller(Protocol):
    """One way to a service."""

    moves_clock: bool  # whether the service's clock follows `set_clock`

    def set_clock(self, seconds: float) -> None:
        """It is now so many seconds since 1970."""
        ...

    def call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """(status, body) of a call; `path` with its query."""
        ...


class OverHttp:
    """A service at an address; an `admin` key where it has keys."""

    moves_clock = False

    def __init__(self, url: str, key: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise BadInput(
                "is no address of a service",
                where=url,
                mend="write it as http://127.0.0.1:8000",
            )
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=60)
        self._base = parts.path.rstrip("/")
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def set_clock(self, seconds: float) -> None:
        """Its clock is its own."""

    def call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        for attempt in (0, 1):
            try:
                self._connection.request(method, self._base + path, body, self._headers)
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError) as error:
                self._connection.close()
                if attempt:
                    raise Unavailable(f"the service does not answer: {error}") from None
        raise AssertionError("both attempts either answer or raise")

    def close(self) -> None:
        """Leave."""
        self._connection.close()


def ask(caller: Caller, method: str, path: str, body: Any = None, **query: Any) -> Any:
    """The decoded answer of a call. Raises `Unavailable` with what the service says against it."""
    told = {name: str(value) for name, value in query.items() if value is not None}
    address = path + (f"?{urlencode(told)}" if told else "")
    sent = None if body is None else msgspec.json.encode(body)
    status, answer = caller.call(method, address, sent)
    if status >= 400:
        raise Unavailable(
            f"{method} {path.split('/profiles/')[0]}… answered {status}: {answer[:300].decode()}"
        )
    return msgspec.json.decode(answer) if answer else None


def page_of(
    caller: Caller, profile_id: str, *, device: str, rows: int, columns: int, at: float
) -> dict[str, Any]:
    """The homepage of a profile at a moment, at which the service's clock stands if it moves."""
    moment = None if caller.moves_clock else format_time(from_us(int(at * 1e6)))
    page: dict[str, Any] = ask(
        caller,
        "GET",
        f"/v1/profiles/{quote(profile_id)}/page",
        device=device,
        rows=rows,
        columns=columns,
        at=moment,
    )
    return page
