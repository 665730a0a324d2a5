"""What stands before every answer, files included: sizes, strangers, and the security headers."""

from __future__ import annotations

import ipaddress
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from frontrow.server.access import Gate
from frontrow.server.problems import HttpProblem, problem

_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:;"
        b" connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
]

_LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}

_MOST_ADDRESS_BYTES = 8_192
_MOST_HEADER_BYTES = 16_384
"""What common proxies let through; the longest of ours has a search of 1,000 characters."""


class Guard:
    """Security headers on every answer; without keys, callers of this machine only."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_SECURITY]
            await send(message)

        authorization = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        if self._gate.should_refresh(authorization):
            await self._gate.renew()
        refusal = _too_long(scope)
        if refusal is None and not self._gate.is_closed:
            refusal = _stranger(scope)
        answer = self._app if refusal is None else problem(refusal)
        await answer(scope, receive, send_guarded)


def _too_long(scope: Scope) -> HttpProblem | None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _MOST_ADDRESS_BYTES:
        return HttpProblem(414, f"the address is over {_MOST_ADDRESS_BYTES} bytes")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > _MOST_HEADER_BYTES:
        return HttpProblem(431, f"the headers are over {_MOST_HEADER_BYTES} bytes")
    return None


def _stranger(scope: Scope) -> HttpProblem | None:
    """The refusal of a request from another machine, or that another site's page may have sent."""
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    if _host_name(host) not in _LOOPBACK:
        what = f"no keys are configured, so only loopback hosts are answered, not {host!r}"
        return HttpProblem(403, what)
    if _is_remote(scope.get("client")) or _is_remote(scope.get("server")):
        return HttpProblem(403, "no keys are configured, so only this machine is answered")
    origin = headers.get(b"origin", b"").decode("latin-1")
    if origin and _host_name(origin.partition("://")[2]) not in _LOOPBACK:
        what = f"no keys are configured, so pages of {origin!r} may not call this service"
        return HttpProblem(403, what)
    return None


def _is_remote(address: Any) -> bool:
    """Whether an end of the connection is an address of the network; sockets of files are not."""
    try:
        return not ipaddress.ip_address(address[0]).is_loopback
    except (TypeError, IndexError, ValueError):
        return False


def _host_name(host: str) -> str:
    return (host if host.endswith("]") else host.rsplit(":", 1)[0]).lower()
