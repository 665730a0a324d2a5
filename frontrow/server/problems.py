"""Errors as problem documents (RFC 9457): what is wrong, where, what to do; never a stack trace."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from frontrow.base.errors import (
    BadInput,
    CallerError,
    Conflict,
    FieldError,
    FrontrowError,
    Gone,
    NotFound,
    OperatorError,
    Stopped,
    TooMuch,
)

TITLES = {
    400: "The request can't be read",
    401: "A key is needed",
    403: "Not allowed",
    404: "There is no such thing",
    405: "This address does not take this method",
    408: "The request did not come to its end",
    409: "Someone else changed it meanwhile",
    410: "It is gone",
    413: "The body is too large",
    414: "The address is too long",
    415: "The body must be JSON",
    422: "The request can't be accepted",
    429: "Too many requests",
    431: "The headers are too long",
    500: "Something went wrong here",
    503: "The service can't answer now",
}


class HttpProblem(FrontrowError):
    """A refusal with its status."""

    def __init__(
        self,
        status: int,
        what: str,
        *,
        errors: list[FieldError] | None = None,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        self.status = status
        self.errors = errors or []
        self.headers = headers or {}
        self.extra = extra or {}
        super().__init__(what)


def status_of(error: FrontrowError) -> int:
    """The HTTP status that an error means."""
    if isinstance(error, HttpProblem):
        return error.status
    if isinstance(error, BadInput):
        return 422
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, Conflict):
        return 409
    if isinstance(error, Gone):
        return 410
    if isinstance(error, TooMuch):
        return 429
    return 400 if isinstance(error, CallerError) else 503


def _detail(error: FrontrowError) -> str:
    """What a caller, perhaps a device, is told: not where the operator has to look (a host, a folder)."""
    if isinstance(error, Stopped):
        return str(Stopped(error.what, mend=error.mend))
    if isinstance(error, OperatorError) and error.where:
        return "a part of the service is away, and its log says which. Ask again in a moment"
    return str(error)


def problem(error: FrontrowError) -> Response:
    """The problem document of an error."""
    status = status_of(error)
    told: dict[str, Any] = {
        "type": f"urn:frontrow:problem:{status}",
        "title": TITLES[status],
        "status": status,
        "detail": _detail(error),
        "errors": [  # none where no part of what was sent is at fault
            {"pointer": e.pointer, "detail": e.detail} for e in getattr(error, "errors", [])
        ],
    }
    if isinstance(error, HttpProblem):
        told.update(error.extra)
    headers = error.headers if isinstance(error, HttpProblem) else {}
    if status in (429, 503):
        headers = {"Retry-After": "1", **headers}
    return Response(
        msgspec.json.encode(told),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )
