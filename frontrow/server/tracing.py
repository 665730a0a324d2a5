"""Traces of what was asked, for those who watch many services together: OpenTelemetry, where it is wanted.

A span for every call, a child of the caller's (W3C Trace Context), and below a page's one for each of its
stages. No span names a profile, a title, a query or a credential, and none an address, for ids stand in
it: a call is named by its route. Where the environment asks for traces is said by OpenTelemetry's own
variables; without them nothing of it is loaded.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import structlog

from frontrow import __version__
from frontrow.base.time import monotonic, wall_ns
from frontrow.page import BuiltPage
from frontrow.page.request import Part
from frontrow.server.stepping_down import Stage, Stages

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SENT_AS = "http/protobuf"

_SECONDS_TO_SEND = 2
"""How long a collector is waited for, unless `OTEL_EXPORTER_OTLP_TIMEOUT` says so: also by a server that
stops."""

_LOG_SECONDS = 60.0

_ORDER: tuple[Stage, ...] = ("wait", "gather", "build")

log = structlog.get_logger("frontrow.server")

Answered = Callable[[int], None]
"""Hears the status that a call is answered with."""


class Traces(Protocol):
    """Where spans go."""

    def call(
        self, method: str, route: str, headers: Mapping[str, str]
    ) -> AbstractContextManager[Answered]:
        """A span that lasts as long as the block; `headers` may name the span of the caller."""
        ...

    def page(self, built: BuiltPage, left_out: tuple[Part, ...], seconds: Stages) -> None:
        """Tell of a page that was just made, in the call under way."""
        ...

    def close(self) -> None:
        """Send what waits to be sent."""
        ...


class _Untraced:
    """Where nobody watches."""

    @contextmanager
    def call(self, method: str, route: str, headers: Mapping[str, str]) -> Iterator[Answered]:
        yield _unheard

    def page(self, built: BuiltPage, left_out: tuple[Part, ...], seconds: Stages) -> None:
        return

    def close(self) -> None:
        return


def _unheard(status: int) -> None:
    return


UNTRACED: Traces = _Untraced()


class OpenTelemetry:
    """Spans of this process, sent to a collector from a thread beside."""

    def __init__(self) -> None:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        _hear_trouble()
        timeout = None if "OTEL_EXPORTER_OTLP_TIMEOUT" in os.environ else _SECONDS_TO_SEND
        self._provider = TracerProvider(resource=Resource.create(_who()), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=timeout)))
        self._tracer = self._provider.get_tracer("frontrow", __version__)
        self._callers = TraceContextTextMapPropagator()
        self._trace = trace

    @contextmanager
    def call(self, method: str, route: str, headers: Mapping[str, str]) -> Iterator[Answered]:
        with self._tracer.start_as_current_span(
            f"{method} {route}",
            context=self._callers.extract(headers),
            kind=self._trace.SpanKind.SERVER,
            attributes={"http.request.method": method, "http.route": route},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            def answered(status: int) -> None:
                span.set_attribute("http.response.status_code", status)
                if status >= 500:
                    span.set_status(self._trace.StatusCode.ERROR)

            yield answered

    def page(self, built: BuiltPage, left_out: tuple[Part, ...], seconds: Stages) -> None:
        span = self._trace.get_current_span()
        if not span.is_recording():
            return
        span.set_attribute("frontrow.mode", built.page.mode)
        span.set_attribute("frontrow.left_out", list(left_out))
        at = wall_ns() - _ns(seconds["all"])
        for stage in _ORDER:
            if stage in seconds:
                child = self._tracer.start_span(f"page {stage}", start_time=at)
                at += _ns(seconds[stage])
                child.end(at)

    def close(self) -> None:
        self._provider.shutdown()


def traces_of_environment() -> Traces:
    """Spans where the environment asks for them; else, and where they can't be made, none."""
    asked = next((name for name in _ENDPOINTS if os.environ.get(name)), None)
    if (
        asked is None
        or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
        or os.environ.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp"
    ):
        return UNTRACED
    mend = _what_hinders(asked)
    if mend is None:
        try:
            return OpenTelemetry()
        except ModuleNotFoundError:
            mend = '`make traces`, or pip install "frontrow[traces]"'
        except ValueError:  # of a variable that is no number, or names no sampler
            mend = "look at the OTEL_ variables: one has a value that OpenTelemetry doesn't know"
    log.warning("traces are asked for and can't be made", by=asked, mend=mend)
    return UNTRACED


def _what_hinders(asked: str) -> str | None:
    """What to do about variables that ask for what there is not; None: nothing."""
    for name in _PROTOCOLS:
        if os.environ.get(name, _SENT_AS) != _SENT_AS:
            return f"{name}: they are sent as {_SENT_AS} alone, usually to port 4318"
    if not os.environ[asked].startswith(("http://", "https://")):
        return f"{asked}: an address that begins with http:// or https://"
    return None


def _who() -> dict[str, Any]:
    """What this process says of itself, where the environment doesn't."""
    told = os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    who: dict[str, Any] = {"service.version": __version__}
    if "OTEL_SERVICE_NAME" not in os.environ and "service.name=" not in told:
        who["service.name"] = "frontrow"
    if "service.instance.id=" not in told:
        who["service.instance.id"] = f"{socket.gethostname()}-{os.getpid()}"
    return who


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)


class _Trouble(logging.Handler):
    """A line of our log, now and then, where spans can't be sent: its own would hold the address."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._told: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        now = monotonic()
        if self._told is None or now - self._told > _LOG_SECONDS:
            self._told = now
            mend = "look at the collector, and at the OTEL_ variables"
            log.warning("traces are in trouble", by=record.name, mend=mend)


def _hear_trouble() -> None:
    theirs = logging.getLogger("opentelemetry")
    theirs.handlers = [_Trouble()]
    theirs.propagate = False
