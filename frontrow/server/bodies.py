"""The body of a request: JSON in UTF-8, of a bounded size, in a bounded time, not too deep."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

from frontrow.base.errors import FieldError
from frontrow.server.lenient import read_items
from frontrow.server.problems import HttpProblem

if TYPE_CHECKING:
    from frontrow.server.endpoints import Endpoint

_BODY_SECONDS = 30.0
"""A body takes no longer: 1.5 MB come within it over any line that plays films."""

DEEPEST = 64
"""Levels of lists and objects in a body. The items of a batch are judged one by one instead, so that
one of them spoils nothing for the others."""

_CONTAINERS = frozenset({dict, list})


async def read_body(request: HttpRequest, endpoint: Endpoint, most: int) -> Any:
    """The decoded body: None where the call takes none, {} where it need not have one and hasn't.
    Raises `HttpProblem`."""
    if request.method in ("GET", "HEAD"):
        return None
    raw = await _bytes_of(request, most)
    takes = endpoint.body is not None
    if not raw and not (takes and endpoint.needs_body):
        return {} if takes else None
    _check_type(request, merge_patch=endpoint.merge_patch)
    body = await _decode(raw, is_batch=endpoint.is_batch)
    if not endpoint.is_batch and not _is_flat_enough(raw, body):
        _refuse(400, f"is nested more than {DEEPEST} deep", "must be flatter")
    if not takes and body != {}:
        _refuse(422, "this call takes no body")
    return body


async def _bytes_of(request: HttpRequest, most: int) -> bytes:
    too_large = HttpProblem(
        413,
        f"the body is over {most} bytes; send smaller batches",
        errors=[FieldError("", f"is over {most} bytes")],
    )
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise too_large
    chunks, size = [], 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:
                    raise too_large
                chunks.append(chunk)
    except TimeoutError:
        raise HttpProblem(408, f"the body did not come within {_BODY_SECONDS:.0f} s") from None
    except ClientDisconnect:  # nobody hears this
        raise HttpProblem(408, "the connection ended before the body did") from None
    return b"".join(chunks)


def _check_type(request: HttpRequest, *, merge_patch: bool) -> None:
    kind, _, more = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    allowed = {"application/json"} | ({"application/merge-patch+json"} if merge_patch else set())
    wanted = " or ".join(sorted(allowed))
    if kind not in allowed:
        _refuse(415, f"is {kind or 'of no type'}", f"must be {wanted}")
    name, _, charset = more.partition("=")
    if name.strip().lower() == "charset" and charset.strip(' "').lower() not in ("utf-8", "utf8"):
        _refuse(415, f"is in {charset}", "must be in UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        _refuse(415, "is compressed", "must come as it is")


def _refuse(status: int, what: str, detail: str | None = None) -> NoReturn:
    told = f"the body {what}; it {detail}" if detail else what
    raise HttpProblem(status, told, errors=[FieldError("", detail or what)])


async def _decode(raw: bytes, *, is_batch: bool) -> Any:
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        detail = "is nested too deeply"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        detail = f"is not JSON in UTF-8: {error}"
        items = await run_in_threadpool(read_items, raw) if is_batch else None
        if items is not None:
            return items
    raise HttpProblem(400, f"the body {detail}", errors=[FieldError("", detail)])


def _is_flat_enough(raw: bytes, body: Any) -> bool:
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return True
    level = [body] if type(body) in _CONTAINERS else []
    for _ in range(DEEPEST):
        level = [
            part
            for one in level
            for part in (one.values() if type(one) is dict else one)
            if type(part) in _CONTAINERS
        ]
        if not level:
            return True
    return False
