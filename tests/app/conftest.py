"""A real server over a small home, and a browser that looks at it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from frontrow.base.time import system_clock
from frontrow.simulation import invent_service

FRONTROW = Path(sys.executable).with_name("frontrow")
N_WORKS = 260
START_SECONDS = 60


@dataclass
class Server:
    """A served home, asked over HTTP as any client would."""

    address: str
    key: str | None = None  # of a closed one

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """The JSON that a call answers."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        if self.key is not None:
            headers["authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(
            self.address + path, data=sent, headers=headers, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def change(self, path: str, patch: Any) -> Any:
        """The same of a merge patch."""
        return self.ask(path, patch, "PATCH")

    def page(self, profile_id: str, **query: str) -> Any:
        told = "&".join(f"{name}={value}" for name, value in query.items())
        return self.ask(f"/v1/profiles/{profile_id}/page?{told}")

    def events(self, profile_id: str, kind: str | None = None) -> list[dict[str, Any]]:
        """What the log holds of a profile."""
        events = self.ask(f"/v1/profiles/{profile_id}/data")["events"]
        return [event for event in events if kind is None or event["type"] == kind]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("app") / "home"
    subprocess.run([FRONTROW, "--home", home, "init"], check=True, capture_output=True)
    invented = invent_service(7, n_works=N_WORKS, now=system_clock()())
    for artwork_id, picture in invented.artwork.items():
        (home / "artwork" / f"{artwork_id}.svg").write_text(picture, "utf-8")
    about = {"name": "Frontrow demo", "invented": True, "note": "Nothing here is real.",
             "worth_looking_at": ["anna"]}  # fmt: skip
    (home / "about.json").write_text(json.dumps(about), "utf-8")
    with served(home) as running:
        for start in range(0, len(invented.titles), 500):
            answer = running.ask("/v1/titles", {"titles": invented.titles[start : start + 500]})
            assert answer["rejected"] == []
        yield running


@contextmanager
def served(home: Path, key: str | None = None) -> Iterator[Server]:
    """A server process over a home."""
    port = _free_port()
    running = Server(f"http://127.0.0.1:{port}", key)
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [FRONTROW, "--home", home, "serve", "--port", str(port)],
            stdout=log,
            stderr=log,
            env={**os.environ, "FRONTROW_SERVICE_COUNTRY": "DE"},
        )
    try:
        _wait_until_ready(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 10):
        try:
            server.ask("/readyz")
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, "the server ended before it was ready"
            pause.wait(0.1)
        else:
            return
    raise AssertionError(f"the server was not ready within {START_SECONDS} s")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed: `apt-get install chromium`")
    launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield launched
    launched.close()


@dataclass
class Tab:
    """A page in the browser, with what went wrong in it."""

    page: Page
    server: Server
    complaints: list[str] = field(default_factory=list)

    def open(self, profile_id: str, more: str = "") -> Tab:
        """The homepage of a profile, as far as it is in view."""
        self.page.goto(f"{self.server.address}/?profile={profile_id}&language=en{more}")
        self.page.wait_for_selector(".rows .tile")
        return self

    def titles(self, kind: str) -> list[str]:
        """Title ids of a kind of row, in their order."""
        found: list[str] = self.page.eval_on_selector_all(
            f".row[data-kind='{kind}'] .tile", "tiles => tiles.map(tile => tile.dataset.title)"
        )
        return found

    def said(self, part: str) -> None:
        """Wait until the app has said so."""
        self.page.wait_for_function(
            "part => [...document.querySelectorAll('.said')].some("
            "line => line.textContent.includes(part))",
            arg=part,
        )


_NOTE_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => console.error(
  `policy violated: ${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture
def tab(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A tab of 1440 x 900, or of the size that `@pytest.mark.parametrize(..., indirect)` gives."""
    with a_tab(browser, server, *getattr(request, "param", (1440, 900))) as opened:
        yield opened


@contextmanager
def a_tab(browser: Browser, server: Server, width: int = 1440, height: int = 900) -> Iterator[Tab]:
    """A new tab, with nothing of another's in it."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    page = context.new_page()
    opened = Tab(page, server)
    page.add_init_script(_NOTE_VIOLATIONS)
    page.on(
        "console",
        lambda m: opened.complaints.append(m.text) if m.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()
