"""The endpoint table's machinery: one row a call, checked and documented from the same types."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import structlog
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from frontrow.base.errors import FieldError, FrontrowError, NotYet
from frontrow.base.ids import Id
from frontrow.base.validation import escape, validate
from frontrow.server.problems import HttpProblem, problem, status_of

Observe = Callable[[str, str, int, float], None]
S = TypeVar("S", bound=Struct)

log = structlog.get_logger("frontrow.server")


@dataclass(frozen=True)
class Call:
    """One call, its parts already checked."""

    path: Mapping[str, str]
    query: Any  # an instance of the endpoint's query struct
    body: Any  # decoded JSON; None without a body


@dataclass(frozen=True)
class Endpoint:
    """One row of the table."""

    method: str
    path: str
    scope: str  # `ingest`, `pages`, `admin`, or `none`
    summary: str
    run: Callable[[Call], Any]
    query: type[Struct] | None = None
    body: Any = None  # the type that documents the body; None: no body is read
    answer: Any = dict[str, Any]
    media: str = "application/json"
    merge_patch: bool = False
    problems: tuple[int, ...] = field(default=())


class NoQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """No parameters."""


def make_routes(table: list[Endpoint], *, body_bytes: int, observe: Observe) -> list[Route]:
    """Routes of a table; addresses that take another method answer 405 with `Allow`."""
    by_path: dict[str, list[Endpoint]] = {}
    for endpoint in table:
        by_path.setdefault(endpoint.path, []).append(endpoint)
    return [
        Route(path, _answer(path, endpoints, body_bytes, observe), methods=list(_ALL_METHODS))
        for path, endpoints in by_path.items()
    ]


_ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _answer(
    path: str, endpoints: list[Endpoint], body_bytes: int, observe: Observe
) -> Callable[[HttpRequest], Any]:
    methods = {endpoint.method: endpoint for endpoint in endpoints}
    if "GET" in methods:
        methods.setdefault("HEAD", methods["GET"])

    async def respond(request: HttpRequest) -> Response:
        from frontrow.base.time import monotonic

        began = monotonic()
        try:
            endpoint = methods.get(request.method)
            if endpoint is None:
                allow = ", ".join(sorted(methods))
                raise HttpProblem(405, f"{path} takes {allow}", headers={"Allow": allow})
            call = await _read(request, endpoint, body_bytes)
            result = await run_in_threadpool(endpoint.run, call)
            response = _render(result, endpoint)
        except FrontrowError as error:
            response = problem(error)
            if status_of(error) >= 500 and not isinstance(error, NotYet):
                log.warning("can not answer", route=path, reason=str(error))
        except Exception as error:
            response = our_error(error, path)
        observe(request.method, path, response.status_code, monotonic() - began)
        return response

    return respond


def our_error(error: Exception, route: str) -> Response:
    """The answer to an error that nobody foresaw. Its text may hold a viewer's history, so the log
    names only its kind and the line of code."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    log.error("unforeseen error", kind=type(error).__name__, at=place, route=route)
    return problem(HttpProblem(500, "an error of ours; the server's log names its kind"))


def _render(result: Any, endpoint: Endpoint) -> Response:
    if isinstance(result, Response):
        return result
    if isinstance(result, str | bytes):
        return Response(result, media_type=endpoint.media)
    return Response(msgspec.json.encode(result), media_type="application/json")


async def _read(request: HttpRequest, endpoint: Endpoint, body_bytes: int) -> Call:
    path = dict(request.path_params)
    for name, value in path.items():
        if name == "page_id":
            continue  # judged by its signature
        try:
            msgspec.convert(value, Id)
        except msgspec.ValidationError:
            detail = "is no id: 1-128 characters [A-Za-z0-9._:@-]"
            raise HttpProblem(
                422, f"{name} {detail}", errors=[FieldError(f"/{name}", detail)]
            ) from None
    query = check_query(_given(request), endpoint.query or NoQuery)
    body = await _read_body(request, endpoint, body_bytes) if endpoint.body is not None else None
    return Call(path, query, body)


def _given(request: HttpRequest) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            detail = "is given more than once"
            raise HttpProblem(422, f"{name} {detail}", errors=[FieldError(f"/{name}", detail)])
        given[name] = value
    return given


def check_query(given: Mapping[str, str], kind: type[S]) -> S:
    """Parameters as texts, read as their struct. Raises `HttpProblem` naming every wrong one."""
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError:
        errors = _query_errors(given, kind)
        raise HttpProblem(422, f"the query: {errors[0]}", errors=errors) from None


def _query_errors(given: Mapping[str, str], kind: type[Struct]) -> list[FieldError]:
    loose = {name: _as_meant(kind, name, value) for name, value in given.items()}
    found = validate(kind, loose)
    if isinstance(found, list):
        for error in found:  # a rule over a parameter's meaning names it in its words
            named = re.match(r"`(\w+)`", error.detail)
            if error.pointer == "" and named:
                error.pointer = f"/{named[1]}"
        return found
    return [FieldError("/" + escape(name), "does not fit") for name in given]


def _as_meant(kind: type[Struct], name: str, value: str) -> Any:
    """A text as the type that it spells: what fits, else what is wrong by its value only."""
    meant = value
    for candidate in (value, *_spelt(value)):
        found = validate(kind, {name: candidate})
        errors = [e for e in found if e.pointer == f"/{name}"] if isinstance(found, list) else []
        if not errors:
            return candidate
        if ", got `" not in errors[0].detail:
            meant = candidate
    return meant


def _spelt(value: str) -> list[Any]:
    try:
        return [msgspec.json.decode(value)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []


async def _read_body(request: HttpRequest, endpoint: Endpoint, most: int) -> Any:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    allowed = {"application/json"} | (
        {"application/merge-patch+json"} if endpoint.merge_patch else set()
    )
    too_large = HttpProblem(
        413,
        f"the body is over {most} bytes; send smaller batches",
        errors=[FieldError("", f"is over {most} bytes")],
    )
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise too_large
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise too_large
        chunks.append(chunk)
    if kind not in allowed:
        wanted = " or ".join(sorted(allowed))
        raise HttpProblem(
            415, f"the body is {kind or 'of no type'}; send {wanted}",
            errors=[FieldError("", f"must be {wanted}")],
        )  # fmt: skip
    try:
        return msgspec.json.decode(b"".join(chunks))
    except RecursionError:
        detail = "is nested too deeply"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        detail = f"is not JSON in UTF-8: {error}"
    raise HttpProblem(400, f"the body {detail}", errors=[FieldError("", detail)])
