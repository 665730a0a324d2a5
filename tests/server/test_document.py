"""What the service says of itself: the document, the reference, headers, metrics, health, its rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from frontrow.base.home import Home
from frontrow.base.time import system_clock
from frontrow.catalog import Title
from frontrow.catalog.painted import painted_for
from frontrow.server import Service
from tests.images import as_text, picture
from tests.server.small_world import Events, lives, titles
from tests.server.told import Told

NOW = system_clock()()
CONTRACT = Path(__file__).parents[3] / "shared/design/api.md"

CALLS = {
    ("POST", "/v1/titles"), ("GET", "/v1/titles/{title_id}"), ("DELETE", "/v1/titles/{title_id}"),
    ("GET", "/v1/profiles"), ("PUT", "/v1/profiles/{profile_id}"),
    ("PATCH", "/v1/profiles/{profile_id}"), ("GET", "/v1/profiles/{profile_id}"),
    ("DELETE", "/v1/profiles/{profile_id}"), ("GET", "/v1/profiles/{profile_id}/data"),
    ("GET", "/v1/profiles/{profile_id}/taste"), ("PATCH", "/v1/profiles/{profile_id}/taste"),
    ("POST", "/v1/profiles/{profile_id}/reset"), ("POST", "/v1/profiles/{profile_id}/token"),
    ("POST", "/v1/events"), ("GET", "/v1/profiles/{profile_id}/page"),
    ("GET", "/v1/pages/{page_id}/more"), ("GET", "/v1/pages/{page_id}/rows/{row_id}"),
    ("GET", "/v1/pages/{page_id}"), ("GET", "/v1/profiles/{profile_id}/titles/{title_id}/why"),
    ("GET", "/v1/titles/{title_id}/similar"), ("GET", "/v1/profiles/{profile_id}/search"),
    ("GET", "/v1/profiles/{profile_id}/starter"), ("GET", "/v1/transparency"), ("GET", "/healthz"),
    ("GET", "/readyz"), ("GET", "/metrics"),
}  # fmt: skip


def test_the_document_names_every_call_of_the_contract_and_is_sound(client: Any) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    calls = {(m.upper(), path) for path, methods in document["paths"].items() for m in methods}
    assert calls >= CALLS
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = re.findall(r'"\$ref":"#/components/schemas/(\w+)"', client.get("/openapi.json").text)
    assert set(names) <= document["components"]["schemas"].keys()
    operations = [o for methods in document["paths"].values() for o in methods.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    for path, methods in document["paths"].items():
        for operation in methods.values():
            told = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert told == set(re.findall(r"\{(\w+)\}", path))
            assert operation["responses"]


def test_every_answer_is_as_the_document_describes_it(client: Any) -> None:
    ask = Told(client)
    make = Events(NOW)
    assert (
        ask("POST", "/v1/titles", {"titles": [*titles(), {"title_id": "a b"}]}).status_code == 200
    )
    ask("POST", "/v1/titles", {"titles": [{"title_id": "a b"}]})
    ask("POST", "/v1/titles", [])
    ask("POST", "/v1/events", {"events": [make.one("play", "ann", "f001"), {}]})
    ask("POST", "/v1/events", {"events": [{}]})
    ask("POST", "/v1/events", content=b"{", headers={"content-type": "application/json"})
    ask("POST", "/v1/events", content=b"{}", headers={"content-type": "text/plain"})
    ask("GET", "/v1/titles/f001")
    ask("GET", "/v1/titles/nothing")
    ask("PUT", "/v1/profiles/ann", {"country": "DE", "preferences": {"hidden_rows": ["top10"]}})
    ask("PUT", "/v1/profiles/ann", {"age": 4})
    ask("PATCH", "/v1/profiles/ann", {"country": None})
    ask("GET", "/v1/profiles/ann")
    ask("GET", "/v1/profiles?limit=1")
    for path in ("data", "taste", "page", "page?rows=0", "page?personalised=false", "search?q=x",
                 "starter", "titles/f001/why", "titles/nothing/why", "page?at=2026-01-01T00:00:00Z",
                 "page?seed=9007199254740991&language=de"):  # fmt: skip
        ask("GET", f"/v1/profiles/ann/{path}")
    page = ask("GET", "/v1/profiles/ann/page?rows=2&columns=3").json()
    row = page["rows"][0]["row_id"]
    ask("GET", f"/v1/pages/{page['page_id']}")
    ask("GET", f"/v1/pages/{page['page_id']}/more?after_row={row}")
    ask("GET", f"/v1/pages/{page['page_id']}/more")
    ask("GET", f"/v1/pages/{page['page_id']}/more?after_row=none")
    ask("GET", f"/v1/pages/{page['page_id']}/rows/{row}?offset=3")
    ask("GET", f"/v1/pages/{page['page_id']}/rows/none")
    ask("GET", "/v1/pages/made-up")
    ask("GET", "/v1/titles/f001/similar")
    ask("GET", "/v1/titles/nothing/similar")
    ask("POST", "/v1/profiles/ann/reset")
    ask("POST", "/v1/profiles/ann/token")
    ask("POST", "/v1/profiles/ann/token", {"seconds": 60})
    ask("POST", "/v1/profiles/ann/token", {"seconds": 0})
    ask("POST", "/v1/profiles/ann/reset", content=b"x", headers={"content-type": "text/plain"})
    ask("GET", f"/v1/titles/f001/similar?columns={'1' * 9_000}")
    ask("GET", "/v1/titles/f001", headers={"x-long": "x" * 20_000})
    ask("PATCH", "/v1/profiles/ann/taste", {})
    for path in ("/v1/transparency", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"):
        assert ask("GET", path).status_code == 200
    ask("GET", "/healthz", headers={"host": "evil.example"})
    ask("GET", "/artwork/none.svg")
    for data in (as_text(picture()), "no image"):
        ask("PUT", "/v1/titles/f001/artwork/main", {"data": data})
    image = ask("GET", "/v1/titles/f001").json()["artwork"][-1]["url"]
    ask("GET", f"{image}?width=100")
    ask("GET", image, headers={"if-none-match": "*"})
    ask("GET", "/artwork/files/none.jpg")
    ask("GET", painted_for(msgspec.convert(titles()[1], Title))[0].url)
    ask("GET", "/artwork/painted/nothing/scene.svg")
    for _ in range(2):
        ask("DELETE", "/v1/titles/f001/artwork/main")
    ask("DELETE", "/v1/profiles/ann")
    assert ask("DELETE", "/v1/titles/f001").status_code == 204
    assert ask("DELETE", "/v1/titles/f001").status_code == 404


def test_the_reference_is_a_page_with_its_style_and_without_a_script(client: Any) -> None:
    answer = client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    for method, path in CALLS:
        assert f"<b>{method}</b> {path}" in answer.text
    assert "<script" not in answer.text
    styles = re.findall(r'href="([^"]+\.css)"', answer.text)
    assert styles
    for style in styles:
        assert client.get(style).headers["content-type"].startswith("text/css")


def test_head_answers_like_get_without_a_body(client: Any) -> None:
    for path in ("/healthz", "/readyz", "/docs", "/", "/v1/transparency"):
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]


def test_security_headers_are_on_every_answer_also_on_files_and_on_our_own_errors(
    home: Home, capfd: pytest.CaptureFixture[str]
) -> None:
    from starlette.testclient import TestClient

    from frontrow.server.web import make_app

    service = Service(home, system_clock())

    def broken(profile_id: str) -> bytes:
        raise RuntimeError("the history of secret-viewer")

    with TestClient(make_app(service), base_url="http://127.0.0.1") as client:
        service.forget_key = broken  # type: ignore[method-assign]
        failed = client.delete("/v1/profiles/secret-viewer")
        for answer in (failed, client.get("/"), client.get("/nothing"), client.get("/app/main.js")):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert failed.status_code == 500
        assert failed.headers["content-type"] == "application/problem+json"
        assert "RuntimeError" not in failed.text
        del service.forget_key  # type: ignore[method-assign]
    told = "".join(capfd.readouterr())
    assert '"kind":"RuntimeError"' in told
    assert "Traceback" not in told
    assert "secret-viewer" not in told


def test_a_page_of_another_site_may_not_call_the_service(client: Any) -> None:
    client.post("/v1/titles", json={"titles": titles(3)})
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
        told = client.post("/v1/profiles/ann/reset", headers={"origin": origin})
        assert told.status_code == 403, origin
    assert client.get("/v1/profiles/ann/data").json()["notes"] == []
    ours = {"origin": "http://localhost:8000"}
    assert client.post("/v1/profiles/ann/reset", headers=ours).status_code == 200


def test_ready_says_which_parts_are_missing_and_is_no_failure(client: Any) -> None:
    told = client.get("/readyz")
    assert told.status_code == 200
    assert set(told.json()["degraded"]) == {"bundle", "snapshots"}
    assert "frontrow train" in told.json()["parts"]["bundle"]["trouble"]
    client.post("/v1/titles", json={"titles": titles(6)})
    client.post("/v1/events", json={"events": lives(NOW, 3)})
    client.get("/v1/profiles/ann/page")
    assert client.get("/readyz").json()["degraded"] == ["bundle"]


def test_transparency_follows_the_settings_in_force(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frontrow.server.transparency import transparency

    def told() -> dict[str, Any]:
        service = Service(home, system_clock())
        try:
            return transparency(service)
        finally:
            service.close()

    before, told_again_before = told(), told()
    monkeypatch.setenv("FRONTROW_EXPLORATION_EVERY", "0")
    monkeypatch.setenv("FRONTROW_EXPLORATION_ARTWORK_DAYS", "9")
    monkeypatch.setenv("FRONTROW_PAGE_COLUMNS", "17")
    after = told()
    assert "for its own sake" in before["interests"]  # without a bundle nothing is led
    assert after["exploration"] != before["exploration"]
    assert "9 day" in after["artwork"]
    values = {p["name"]: p["value"] for p in after["parameters"]}
    assert values["page.columns"] == 17
    assert before["how_to_change"]
    assert all(part["what"] and part["how"] for part in before["how_to_change"])
    assert before["version"] == told_again_before["version"] != after["version"]


def test_transparency_speaks_german_of_the_same_version(client: Any) -> None:
    told, german = (
        client.get(f"/v1/transparency?language={tag}").json() for tag in ("en", "de-AT")
    )
    assert told["version"] == german["version"]
    assert told["parameters"] == german["parameters"]
    for part in (
        "ranking",
        "interests",
        "spread",
        "never_used",
        "exploration",
        "places",
        "artwork",
    ):
        assert told[part] != german[part]
        assert "{" not in told[part] + german[part]
    assert "titles of the row “Something different” are drawn" in told["exploration"]
    assert "Titel der Reihe „Mal etwas anderes“ werden ausgelost" in german["exploration"]
    assert client.get("/v1/transparency?language=?!").status_code == 422


def test_metrics_of_pages_are_there_before_the_first_page(client: Any) -> None:
    text = client.get("/metrics").text
    for mode in ("personalised", "recent", "unpersonalised", "static"):
        assert f'frontrow_pages_total{{mode="{mode}"}} 0.0' in text
    for part in ("events", "profile", "scores", "trends"):
        assert f'frontrow_pages_left_out_total{{part="{part}"}} 0.0' in text
    for stage in ("wait", "gather", "build", "all"):
        assert f'frontrow_page_seconds_count{{stage="{stage}"}} 0.0' in text


def test_metrics_count_answers_by_route_and_name_no_viewer(client: Any) -> None:
    client.get("/v1/profiles/vera/page")
    client.get("/v1/profiles/vera/page?rows=0")
    text = client.get("/metrics").text
    route = 'route="/v1/profiles/{profile_id}/page"'
    assert f'frontrow_requests_total{{method="GET",{route},status="200"}} 1.0' in text
    assert f'frontrow_requests_total{{method="GET",{route},status="422"}} 1.0' in text
    assert "vera" not in text


def test_files_of_the_viewer_app_are_not_sent_again_to_who_holds_them(client: Any) -> None:
    for path in ("/", "/app/main.js", "/app/base.css", "/favicon.ico"):
        first = client.get(path)
        assert first.headers["cache-control"] == "no-cache"
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content
