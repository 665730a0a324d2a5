"""The ASGI application: the endpoint table, the viewer app's files, and what guards them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from frontrow.base.errors import FrontrowError
from frontrow.base.home import open_home
from frontrow.base.memory import give_back_freed, share_freed
from frontrow.base.rests import Rests
from frontrow.base.time import format_time, frozen_now, system_clock, to_us
from frontrow.page import BuiltPage
from frontrow.page.request import Part
from frontrow.server.access import Gate, KeyStore
from frontrow.server.access.ownership import Ownership
from frontrow.server.api import endpoint_table
from frontrow.server.endpoints import Endpoint, make_routes, our_error, unless_known
from frontrow.server.guard import Guard
from frontrow.server.logs import configure_logs
from frontrow.server.metrics import Metrics
from frontrow.server.openapi import openapi, reference
from frontrow.server.parts import Parts
from frontrow.server.problems import HttpProblem, problem
from frontrow.server.service import Service
from frontrow.server.stepping_down import Stages
from frontrow.server.tracing import traces_of_environment

APP_FOLDER = Path(__file__).with_name("app")

_LOOK_SECONDS = 5.0
_GIVE_BACK_SECONDS = 60.0
_POOLS = 2
"""Of freed memory; two threads rarely ask at once, for a page holds the interpreter most of its time."""

log = structlog.get_logger("frontrow.server")


def create_app() -> Starlette:
    """The application over the home that `FRONTROW_HOME` names: what each worker runs."""
    return make_app(Service(open_home(None), system_clock()))


def make_app(service: Service) -> Starlette:
    """The application over an open home."""
    configure_logs()
    metrics, traces = Metrics(), traces_of_environment()

    def page(built: BuiltPage, left_out: tuple[Part, ...], seconds: Stages) -> None:
        metrics.page(built, left_out, seconds)
        traces.page(built, left_out, seconds)

    gate, parts = gate_of(service), Parts.of(service, metrics.served, page)
    metrics.watch(service, parts.admission)
    table = whole_table(service, metrics, gate, parts)
    routes: list[BaseRoute] = [
        *make_routes(
            table,
            gate=gate,
            check=Ownership(service).check,
            body_bytes=service.settings.server.body_bytes,
            observe=metrics.observe,
            traces=traces,
        ),
        Route("/", _app_file("index.html")),
        *(Route(f"/app/{path.name}", _app_file(path.name)) for path in _app_files()),
        Route("/favicon.ico", _app_file("favicon.svg")),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        share_freed(_POOLS)
        service.database.on_trouble = lambda told: log.error("the database is stopped", reason=told)
        await run_in_threadpool(service.start)
        await run_in_threadpool(parts.pages.warm)
        beside = [
            asyncio.create_task(_fold_snapshots(service)),
            asyncio.create_task(_fold_choices(service)),
            asyncio.create_task(_look(metrics)),
            asyncio.create_task(_give_back()),
        ]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            parts.step_down.close()
            await run_in_threadpool(service.close)
            await run_in_threadpool(traces.close)

    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Guard, gate=gate)],
        exception_handlers={HTTPException: _http_error},
    )


def gate_of(service: Service) -> Gate:
    """What lets calls into an open home."""
    keys = KeyStore(service.database, service.secret)
    return Gate(keys, service.secret, service.settings.server, lambda: to_us(service.clock()))


def whole_table(service: Service, metrics: Metrics, gate: Gate, parts: Parts) -> list[Endpoint]:
    """Every call that a server answers; what else it serves are the files of the viewer app."""
    document = cache(lambda: openapi(table))
    table = [
        *endpoint_table(service, parts),
        Endpoint("GET", "/metrics", "none", "Metrics", lambda c: metrics.text(),
                 media="text/plain; version=0.0.4; charset=utf-8"),
        Endpoint("GET", "/openapi.json", "none", "This API as a document", lambda c: document()),
        Endpoint("GET", "/docs", "none", "This API as a page", lambda c: reference(document()),
                 media="text/html; charset=utf-8"),
        Endpoint("GET", "/app/about.json", "none", "What this service is",
                 lambda c: about(service, names_profiles=not gate.is_closed)),
    ]  # fmt: skip
    return table


def about(service: Service, *, names_profiles: bool) -> dict[str, Any]:
    """What the viewer app tells of this service, to anyone."""
    frozen = frozen_now()
    told: dict[str, Any] = {
        "name": "Frontrow",
        "invented": False,
        "note": "",
        "worth_looking_at": [],
    }
    path = service.home.path / "about.json"
    if path.exists():
        told.update(json.loads(path.read_text("utf-8")))
    if not names_profiles:
        told["worth_looking_at"] = []
    told["frozen_now"] = None if frozen is None else format_time(frozen)
    return told


async def _look(metrics: Metrics) -> None:
    """Note every few seconds what holds in this worker: another may answer the scrape."""
    while True:
        try:
            await run_in_threadpool(metrics.look)
        except Exception as error:  # the next look may do better
            our_error(error, "metrics")
        await asyncio.sleep(_LOOK_SECONDS)


async def _give_back() -> None:
    """Give freed memory back to the system, so that a worker that runs for weeks holds what it uses."""
    while True:
        await asyncio.sleep(_GIVE_BACK_SECONDS)
        await run_in_threadpool(give_back_freed)


async def _fold_snapshots(service: Service) -> None:
    """Fold the log's tail every few seconds; whoever holds the lease does it for all."""
    crowded: list[str] = []
    while True:
        try:
            await run_in_threadpool(service.fold_snapshot)
            before, crowded = crowded, await run_in_threadpool(service.look_for_crowds)
            if set(crowded) - set(before):
                log.warning("new accounts flock to titles as nobody else does", titles=crowded)
        except FrontrowError as error:
            log.warning("snapshot not folded", reason=str(error))
        except OSError as error:  # a full disk: there may be room again
            log.warning("snapshot not folded", reason=error.strerror)
        except Exception as error:  # the next round may do better; pages go on with the last
            our_error(error, "snapshots")
        await asyncio.sleep(service.settings.snapshots.period_seconds)


async def _fold_choices(service: Service) -> None:
    """Fold the record of choices every hour, likewise, beside the snapshots: it takes longer, with rests."""
    rest = Rests()
    while True:
        try:
            await run_in_threadpool(service.fold_choices, rest)
        except FrontrowError as error:
            log.warning("record of choices not folded", reason=str(error))
        except OSError as error:
            log.warning("record of choices not folded", reason=error.strerror)
        except Exception as error:  # the next round may do better; pages go on with the last
            our_error(error, "choices")
        await asyncio.sleep(service.settings.snapshots.period_seconds)


def _app_files() -> list[Path]:
    return sorted(p for p in APP_FOLDER.glob("*") if p.suffix in (".js", ".css", ".svg", ".html"))


def _app_file(name: str) -> Any:
    path, caching = APP_FOLDER / name, {"Cache-Control": "no-cache"}

    async def serve(request: HttpRequest) -> Response:
        return unless_known(FileResponse(path, stat_result=path.stat(), headers=caching), request)

    return serve


async def _http_error(_: HttpRequest, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return problem(HttpProblem(404, "there is no such address; /docs lists them"))
    if error.status_code == 405:
        allow = (error.headers or {}).get("Allow", "GET")
        return problem(HttpProblem(405, f"takes {allow}", headers={"Allow": allow}))
    return problem(HttpProblem(400, str(error.detail)))
