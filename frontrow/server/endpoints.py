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

from frontrow.base.errors import FieldError, FrontrowError, Overloaded
from frontrow.base.ids import Id
from frontrow.base.time import monotonic
from frontrow.base.validation import escape, validate
from frontrow.server.access.gate import Caller, Gate, forbidden
from frontrow.server.admission import Admission
from frontrow.server.bodies import read_body
from frontrow.server.intake import Intake
from frontrow.server.problems import HttpProblem, problem, status_of
from frontrow.server.tracing import UNTRACED, Traces

Observe = Callable[[str, str, int, float], None]
S = TypeVar("S", bound=Struct)

log = structlog.get_logger("frontrow.server")


@dataclass(frozen=True)
class Call:
    """One call, its parts already checked."""

    path: Mapping[str, str]
    query: Any  # an instance of the endpoint's query struct
    body: Any  # decoded JSON; None without a body
    caller: Caller


@dataclass(frozen=True)
class Endpoint:
    """One row of the table."""

    method: str
    path: str
    scope: str  # `ingest`, `pages`, `admin`, several as `ingest or pages`, or `none`
    summary: str
    run: Callable[[Call], Any]
    query: type[Struct] | None = None
    body: Any = None  # the type that documents the body; None: no body is read
    answer: Any = dict[str, Any]
    media: str = "application/json"
    merge_patch: bool = False
    needs_body: bool = True  # where `body` is a type
    most_bytes: int | None = None  # of its body; None: what the settings say
    is_batch: bool = False  # its items are judged one by one
    device: bool = False  # a device's token may call it for its own profile
    admin_query: frozenset[str] = frozenset()  # parameters that only the scope `admin` may give
    problems: tuple[int, ...] = field(default=())
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by operation id
    admission: Admission | None = None  # who may come in at once; None: everyone
    at_once: bool = False  # answered without a thread, so that it is while all of them hang
    intake: Intake | None = None  # what bounds the batches that are inside

    @property
    def scopes(self) -> frozenset[str]:
        """Any of these is enough; empty: nothing is needed."""
        return frozenset(self.scope.split(" or ")) - {"none"}


class NoQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """No parameters."""


Check = Callable[[Caller, Mapping[str, str], Any, frozenset[str]], None]
"""Refuses a device whatever names another profile: (caller, path, query, the call's scopes)."""


def make_routes(
    table: list[Endpoint],
    *,
    gate: Gate,
    check: Check,
    body_bytes: int,
    observe: Observe,
    traces: Traces = UNTRACED,
) -> list[Route]:
    """Routes of a table; addresses that take another method answer 405 with `Allow`."""
    by_path: dict[str, list[Endpoint]] = {}
    for endpoint in table:
        by_path.setdefault(endpoint.path, []).append(endpoint)
    desk = Desk(gate, check, body_bytes, observe, traces)
    routes = [Route(path, desk.answering(path, of)) for path, of in by_path.items()]
    for route in routes:
        route.methods = None  # of any method, `TRACE` too: the desk knows what an address takes
    return routes


_COMMON = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _told(method: str) -> str:
    """A method as metrics and traces name it: what callers make up is no label of its own."""
    return method if method in _COMMON else "_OTHER"


@dataclass(frozen=True)
class Desk:
    """Where every call of a table passes: who asks, may they, what do they ask, and the answer."""

    gate: Gate
    check: Check
    body_bytes: int
    observe: Observe
    traces: Traces

    def answering(self, path: str, endpoints: list[Endpoint]) -> Callable[[HttpRequest], Any]:
        """What answers an address."""
        methods = {endpoint.method: endpoint for endpoint in endpoints}
        if "GET" in methods:
            methods.setdefault("HEAD", methods["GET"])
        is_personal = any(endpoint.scopes for endpoint in endpoints)
        caching = "private, no-store" if is_personal else "no-store"

        async def respond(request: HttpRequest) -> Response:
            with self.traces.call(_told(request.method), path, request.headers) as answered:
                response = await self._respond(request, path, methods)
                answered(response.status_code)
            response.headers.setdefault("Cache-Control", caching)
            return response

        return respond

    async def _respond(
        self, request: HttpRequest, path: str, methods: dict[str, Endpoint]
    ) -> Response:
        began = monotonic()
        try:
            endpoint = methods.get(request.method)
            if endpoint is None:
                allow = ", ".join(sorted(methods))
                raise HttpProblem(405, f"{path} takes {allow}", headers={"Allow": allow})
            if endpoint.admission is not None:
                endpoint.admission.check()
            response = await self._serve(request, endpoint)
        except FrontrowError as error:
            response = problem(error)
            if status_of(error) >= 500 and not isinstance(error, Overloaded):
                log.warning("can not answer", route=path, reason=str(error))
        except Exception as error:
            response = our_error(error, path)
        self.observe(_told(request.method), path, response.status_code, monotonic() - began)
        return response

    async def _serve(self, request: HttpRequest, endpoint: Endpoint) -> Response:
        caller = self.gate.admit(
            request.headers.get("authorization"),
            endpoint.scopes,
            device=endpoint.device,
            route=endpoint.path,
        )
        try:
            result = await self._answer(request, endpoint, caller)
        except HttpProblem as refusal:
            if refusal.status in (401, 403):
                self.gate.tell_refusal(refusal.status, caller, endpoint.path)
            raise
        return unless_known(_render(result, endpoint), request)

    async def _answer(self, request: HttpRequest, endpoint: Endpoint, caller: Caller) -> Any:
        intake = endpoint.intake
        most = endpoint.most_bytes or self.body_bytes
        if intake is not None:
            with intake.enter(request.headers.get("content-length", ""), most):
                call = await _read(request, endpoint, caller, most)
                return await intake.run(self._run, endpoint, call)
        call = await _read(request, endpoint, caller, most)
        if endpoint.admission is not None:
            with endpoint.admission.enter():
                return await endpoint.admission.run(self._run, endpoint, call)
        if endpoint.at_once:
            return endpoint.run(call)
        return await run_in_threadpool(self._run, endpoint, call)

    def _run(self, endpoint: Endpoint, call: Call) -> Any:
        self.check(call.caller, call.path, call.query, endpoint.scopes)
        return endpoint.run(call)


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


def unless_known(response: Response, request: HttpRequest) -> Response:
    """The answer, or 304 where the caller holds the same already (RFC 9110, 13.1.2)."""
    tag = response.headers.get("etag")
    told = request.headers.get("if-none-match")
    if tag is None or told is None or request.method not in ("GET", "HEAD"):
        return response
    known = {part.strip().removeprefix("W/") for part in told.split(",")}
    if tag not in known and "*" not in known:
        return response
    kept = {name: response.headers[name] for name in ("etag", "cache-control")}
    return Response(status_code=304, headers=kept)


async def _read(request: HttpRequest, endpoint: Endpoint, caller: Caller, body_bytes: int) -> Call:
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
    given = _given(request)
    withheld = [] if caller.is_admin else sorted(endpoint.admin_query & given.keys())
    if withheld:
        raise forbidden(f"only the scope admin may give {withheld[0]}", frozenset({"admin"}))
    query = check_query(given, endpoint.query or NoQuery)
    return Call(path, query, await read_body(request, endpoint, body_bytes), caller)


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
