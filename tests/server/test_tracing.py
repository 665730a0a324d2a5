"""Traces, as a collector gets them: of routes and stages, under the caller's span, and of nobody's ids."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from frontrow.base.home import Home
from frontrow.server.tracing import UNTRACED, traces_of_environment
from frontrow.server.web import make_app
from tests.listening import listening
from tests.server.small_world import titles
from tests.server.test_pages import Opened

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECRETS = ("ann-the-viewer", "f003", "Film number", "search words", "fk_a_key_that_is_made_up")


@dataclass
class Collector:
    """What listens where a collector would."""

    url: str
    bodies: list[bytes] = field(default_factory=list)

    def spans(self) -> dict[str, list[Any]]:
        """All that came, by name."""
        found: dict[str, list[Any]] = {}
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        found.setdefault(span.name, []).append(span)
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    bodies: list[bytes] = []

    def take(_: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        bodies.append(body)
        return 200, {}, b""

    with listening(take) as url:
        yield Collector(url, bodies)


def attributes(told: Any) -> dict[str, Any]:
    found = {}
    for one in told:
        kind = one.value.WhichOneof("value")
        value = getattr(one.value, kind)
        found[one.key] = [v.string_value for v in value.values] if kind == "array_value" else value
    return found


def lived(home: Home) -> None:
    """What a service is asked: an event, a page, a search, something that is not there."""
    opened = Opened(home)
    headers = {"traceparent": CALLER, "authorization": "Bearer fk_a_key_that_is_made_up"}
    with TestClient(make_app(opened.service), base_url="http://127.0.0.1") as api:
        opened.api = api
        api.post("/v1/titles", json={"titles": titles()})
        opened.tell(opened.make.one("play", "ann-the-viewer", "f003"))
        assert api.get("/v1/profiles/ann-the-viewer/page").status_code == 200
        api.get("/v1/profiles/ann-the-viewer/search?q=search words")
        api.get("/v1/titles/f003", headers=headers)
        api.get("/v1/profiles/ann-the-viewer/page", headers={"traceparent": CALLER})
        assert api.get("/v1/pages/none").status_code == 404
    opened.service.database.close()


def test_calls_and_their_stages_are_told_under_the_callers_span_and_name_nobody(
    home: Home, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    lived(home)
    spans = collector.spans()
    route = "GET /v1/profiles/{profile_id}/page"
    own, called = spans[route]
    assert attributes(own.attributes) == {
        "http.request.method": "GET",
        "http.route": "/v1/profiles/{profile_id}/page",
        "http.response.status_code": 200,
        "frontrow.mode": "unpersonalised",
        "frontrow.left_out": [],
    }
    assert called.trace_id.hex() == CALLER.split("-")[1]
    assert called.parent_span_id.hex() == CALLER.split("-")[2]
    assert own.trace_id != called.trace_id
    assert not own.parent_span_id
    for stage in ("wait", "gather", "build"):
        (child,) = [s for s in spans[f"page {stage}"] if s.parent_span_id == own.span_id]
        assert child.trace_id == own.trace_id
        assert own.start_time_unix_nano <= child.end_time_unix_nano <= own.end_time_unix_nano
    assert [attributes(s.attributes)["http.response.status_code"]
            for s in spans["GET /v1/pages/{page_id}"]] == [404]  # fmt: skip
    assert {"POST /v1/events", "POST /v1/titles"} <= spans.keys()
    everything = b"".join(collector.bodies)
    assert [secret for secret in SECRETS if secret.encode() in everything] == []
    resource = ExportTraceServiceRequest.FromString(collector.bodies[0]).resource_spans[0].resource
    assert attributes(resource.attributes)["service.name"] == "frontrow"


def test_a_name_from_the_environment_stands(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "homepages")
    traces = traces_of_environment()
    with traces.call("GET", "/healthz", {}) as answered:
        answered(503)
    traces.close()
    resource = ExportTraceServiceRequest.FromString(collector.bodies[0]).resource_spans[0].resource
    assert attributes(resource.attributes)["service.name"] == "homepages"
    (span,) = collector.spans()["GET /healthz"]
    assert span.status.code == 2  # an error


def test_without_a_collector_pages_are_served_and_one_line_says_so(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:hidden@127.0.0.1:9")
    lived(home)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    told = [line for line in lines if line["event"] == "traces are in trouble"]
    assert len(told) == 1
    assert "hidden" not in json.dumps(lines)


@pytest.mark.parametrize(
    ("environment", "mend"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "TRUE"}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "begins with http://"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
         "http/protobuf alone"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_BSP_MAX_QUEUE_SIZE": "-1"},
         "look at the OTEL_ variables"),
    ],
)  # fmt: skip
def test_what_does_not_ask_for_traces_or_asks_wrongly_is_served_without_them(
    environment: dict[str, str],
    mend: str | None,
    monkeypatch: pytest.MonkeyPatch,
    home: Home,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    make_app(Opened(home).service)  # as a server starts: the log is for machines from here on
    assert traces_of_environment() is UNTRACED
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert all(mend is not None and mend in line["mend"] for line in told)
    assert bool(told) == (mend is not None)


def test_where_the_package_is_missing_the_log_says_what_to_install(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with TestClient(make_app(Opened(home).service), base_url="http://127.0.0.1") as api:
        assert api.get("/healthz").status_code == 200
    assert "make traces" in capsys.readouterr().err


def test_nothing_of_it_is_loaded_where_nobody_asks() -> None:
    code = (
        "import sys, frontrow.server.web, frontrow.server.tracing as tracing\n"
        "assert tracing.traces_of_environment() is tracing.UNTRACED\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
