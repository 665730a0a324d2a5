"""Whatever is done with a server, its output names no profile, no history and no secret."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest

from frontrow.base.home import Home
from frontrow.base.ids import name_in_logs
from frontrow.base.time import parse_time, system_clock
from frontrow.server.access import DeviceToken, sign_token
from tests.server.closed import bearing, make_key, old_token, revoke_key
from tests.server.conftest import start_server, stop_server
from tests.server.small_world import Events, titles

NOW = system_clock()()
MARK = "zq7"
"""Stands in everything that may not be in a log."""

PROFILE, OTHER, QUERY, TITLE = f"{MARK}-ann", f"{MARK}-bob", f"{MARK} heist", "f001"


def everything(url: str, home: Home) -> list[str]:
    """Do with a server what can be done, well and badly; the secrets that were used."""
    admin, pages = make_key(home, "admin"), make_key(home, "pages")
    revoked, made_up = make_key(home, "pages"), f"fk_{'a' * 10}_{MARK}{'b' * 40}"
    revoke_key(home, revoked)
    forged = sign_token(DeviceToken(PROFILE, "", 2**60, 0), bytes(32))
    expired = old_token(home, PROFILE, pages)
    make = Events(NOW)
    threading.Event().wait(0.06)  # so soon after the last look a server doesn't look for new keys
    with httpx2.Client(base_url=url, timeout=30) as caller:

        def ask(method: str, path: str, credential: str | None, **more: Any) -> Any:
            headers = {**bearing(credential), **more.pop("headers", {})}
            return caller.request(method, path, headers=headers, **more)

        ask("POST", "/v1/titles", admin, json={"titles": titles(20)})
        token = ask("POST", f"/v1/profiles/{PROFILE}/token", pages).json()["token"]
        good = [make.one("play", PROFILE, TITLE), make.one("search", PROFILE, query=QUERY)]
        ask("POST", "/v1/events", admin, json={"events": good})
        ask("POST", "/v1/events", token, json={"events": [make.one("play", OTHER, TITLE)]})
        ask("POST", "/v1/events", admin, json={"events": [{"event_id": MARK, "query": MARK}]})
        page = ask("GET", f"/v1/profiles/{PROFILE}/page?rows=1", token).json()
        row = page["rows"][0]["row_id"]
        for credential in (admin, pages, token, revoked, made_up, forged, expired, None):
            for path in (
                f"/v1/profiles/{PROFILE}/page", f"/v1/profiles/{OTHER}/page?at={MARK}",
                f"/v1/profiles/{PROFILE}/data", f"/v1/profiles/{PROFILE}/taste",
                f"/v1/profiles/{PROFILE}/search?q={QUERY}", f"/v1/profiles/{PROFILE}/starter",
                f"/v1/profiles/{PROFILE}/titles/{TITLE}/why", f"/v1/titles/{MARK}",
                f"/v1/titles/{TITLE}/similar?profile_id={PROFILE}", f"/v1/pages/{page['page_id']}",
                f"/v1/pages/{page['page_id']}/more?after_row={row}", f"/v1/pages/{MARK}",
                f"/v1/pages/{page['page_id']}/rows/{row}", f"/v1/{MARK}", f"/{MARK}",
                f"/artwork/{MARK}.svg", f"/v1/profiles/{MARK}%00/page", "/readyz", "/metrics",
            ):  # fmt: skip
                ask("GET", path, credential)
            ask("PUT", f"/v1/profiles/{OTHER}", credential, json={"country": MARK})
            ask("PATCH", f"/v1/profiles/{OTHER}/taste", credential, json={"genres": {MARK: 1}})
            ask("POST", "/v1/events", credential, content=f"{{{MARK}".encode())
            ask("POST", f"/v1/profiles/{PROFILE}/reset", credential, content=MARK.encode())
        ask("GET", f"/v1/profiles/{PROFILE}/page?x={'y' * 9_000}", admin)
        ask("GET", f"/v1/profiles/{PROFILE}/page", admin, headers={"x-mark": MARK * 9_000})
        ask("DELETE", f"/v1/profiles/{PROFILE}", pages)
    return [admin, pages, revoked, made_up, forged, expired, token]


@pytest.mark.slow
def test_a_server_that_saw_everything_writes_no_profile_no_history_and_no_secret(
    home: Home,
) -> None:
    make_key(home, "admin")
    server = start_server(home)
    assert server.process.stderr is not None
    try:
        used = everything(server.url, home)
        # A database that breaks under the server: an error of its own, whose text names a profile.
        home.database_path.write_bytes(b"no database any more")
        httpx2.get(f"{server.url}/v1/profiles/{PROFILE}/page", headers=bearing(used[0]))
        metrics = httpx2.get(f"{server.url}/metrics").text
    finally:
        server.process.terminate()
        told = server.process.stderr.read().decode()
        stop_server(server)

    for text in (told, metrics):
        assert MARK not in text
        for secret in used:
            assert secret not in text
            assert secret[-20:] not in text
        assert home.secret().hex() not in text
    assert "Traceback" not in told
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    named = name_in_logs(PROFILE, home.secret())
    assert {"refused", "forgotten"} <= {line["event"] for line in lines}
    assert named in {line.get("profile") for line in lines}
    assert all(parse_time(line["time"]) >= NOW for line in lines)
    assert len(lines) < 40  # a caller who is refused again and again fills nothing


def test_a_profiles_name_in_the_logs_is_of_its_home_only() -> None:
    one, other = bytes(32), bytes(range(32))
    assert name_in_logs("ann", one) != name_in_logs("ann", other)
    assert name_in_logs("ann", one) != name_in_logs("bob", one)
    assert name_in_logs("ann", one) == name_in_logs("ann", one)


@pytest.mark.slow
def test_no_command_prints_a_key_but_the_one_that_makes_it(home: Home, tmp_path: Path) -> None:
    key = make_key(home, "admin")
    for words in (["keys", "list"], ["keys", "list", "--json"], ["keys", "revoke", key]):
        ran = subprocess.run(
            [sys.executable, "-m", "frontrow", "--home", str(home.path), *words],
            capture_output=True,
            text=True,
            check=True,
        )
        assert key[-20:] not in ran.stdout + ran.stderr
