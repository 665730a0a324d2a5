"""The pictures in the README, taken from the demo: `python -m docs.screenshot` (needs chromium).

Serves `demo-home` on a free port (making it first where it is missing), looks at the best of some
pages, and ends the server that it started. What the browser would report goes nowhere: a picture
taken must not change what the demo's profiles are shown next.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from itertools import combinations
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "demo-home"
IMAGES = ROOT / "docs" / "images"
FRONTROW = Path(sys.executable).with_name("frontrow")
SIZE = {"width": 1440, "height": 900}
LARGEST_BYTES = 900_000
"""So that the README opens quickly; a larger picture is a mistake."""
CANDIDATES = 60
"""Profiles looked at beside those that the demo names."""
PICTURE_WORTH = 5
"""A scene as the large picture makes up for so many missing tiles."""
START_SECONDS = 60
SETTLED_MS = 1_500
"""Pictures have faded in by then."""


def main() -> None:
    """Take the pictures."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed: `apt-get install chromium`")
    if not (HOME / "about.json").exists():
        subprocess.run([FRONTROW, "--home", HOME, "demo", "--no-serve"], check=True)
    port = _free_port()
    # A busy machine would step down to pages that nobody's history is in.
    patient = {**os.environ, "FRONTROW_SERVER_DEADLINE_MS": "60000"}
    server = subprocess.Popen([FRONTROW, "--home", HOME, "serve", "--port", str(port)], env=patient)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, server)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE, device_scale_factor=1, locale="en-GB")
            page.route("**/v1/events", lambda route: route.fulfill(json={"rejected": []}))
            _take(page, address)
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=30)


def _take(page: Page, address: str) -> None:
    page.goto(f"{address}/?profile={_best(address)}&language=en")
    page.wait_for_selector(".rows .tile")
    _save(page, "home.png")
    page.locator(".row[data-kind='top_picks'] .tile").nth(1).click()
    page.wait_for_selector(".similar .tile")
    _save(page, "title.png")
    _take_two(page, address)


def _take_two(page: Page, address: str) -> None:
    """The same titles as two viewers see them, side by side."""
    one, other, titles = _differently(address)
    sides = []
    for profile in (one, other):
        shown = _images(address, profile)
        figures = "".join(
            f'<img src="{_inline(address + shown[t][0])}" width="320" height="180" alt="">'
            for t in titles
        )
        liked = _ask(f"{address}/v1/profiles/{profile}/taste?language=en")["inferences"]
        genres = [told["text"] for told in liked if told["kind"] == "genre"][:3]
        looks = [told["text"] for told in liked if told["kind"] == "artwork"][:1]
        words = ". ".join([*genres, *looks])
        sides.append(f"<section><h2>{profile}</h2><p>{words}.</p>{figures}</section>")
    page.goto("about:blank")  # the app's own policy lets no other style in
    page.set_content(
        "<style>body{margin:0;background:#0b0d12;color:#eef1f6;font:15px system-ui}main{display:grid;"
        "grid-template-columns:1fr 1fr;gap:36px;padding:28px 36px}section{display:grid;gap:14px;"
        "grid-template-columns:1fr 1fr}h2,p{grid-column:1/-1;margin:0}p{color:#b3bac8}img{border-radius:10px;"
        f"width:100%;height:auto}}</style><main>{''.join(sides)}</main>"
    )
    page.set_viewport_size({"width": 1440, "height": 560})
    _save(page, "two-viewers.png")


def _inline(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return "data:image/svg+xml;base64," + base64.b64encode(answer.read()).decode()


def _images(address: str, profile: str) -> dict[str, tuple[str, float]]:
    """title -> (the image shown, its chance) of what was chosen by what is known of the viewer."""
    answer = _ask(f"{address}/v1/profiles/{profile}/page?rows=12&columns=20&language=en")
    told = _ask(f"{address}/v1/pages/{answer['page_id']}")["decision"]["artwork"]
    urls = {t["title_id"]: t["artwork"]["url"] for row in answer["rows"] for t in row["tiles"]
            if t["artwork"] is not None}  # fmt: skip
    return {
        title: (urls[title], choice["propensity"])
        for title, choice in told.items()
        if choice["arm"] == "learned" and title in urls
    }


def _differently(address: str) -> tuple[str, str, list[str]]:
    """Two profiles, and four titles of which both are surest to be shown different images."""
    known = _ask(f"{address}/v1/profiles?limit={CANDIDATES}")["profiles"]
    shown = {one["profile_id"]: _images(address, one["profile_id"]) for one in known[:CANDIDATES:2]}
    best: tuple[float, str, str, list[str]] = (0.0, "", "", [])
    for one, other in combinations(sorted(shown), 2):
        sure = {
            title: min(shown[one][title][1], shown[other][title][1])
            for title in shown[one].keys() & shown[other].keys()
            if shown[one][title][0] != shown[other][title][0]
        }
        titles = sorted(sure, key=lambda title: (-sure[title], title))[:4]
        if len(titles) == 4 and (worth := sum(sure[t] for t in titles)) > best[0]:
            best = worth, one, other, titles
    if not best[3]:
        raise SystemExit("no two profiles are shown four titles under different images")
    return best[1:]


def _save(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    path = IMAGES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"{path} has {size:,} bytes; at most {LARGEST_BYTES:,} are meant")
    print(f"{path.relative_to(ROOT)}: {size:,} bytes")


def _best(address: str) -> str:
    """Of some profiles, the one whose page looks best.

    It is personal, its first three rows fill the screen, it is in the middle of some titles, and its
    first top pick, which is shown large, has a picture of more than its name.
    """
    named: list[str] = _ask(address + "/app/about.json")["worth_looking_at"]
    known = _ask(f"{address}/v1/profiles?limit={CANDIDATES}")["profiles"]

    def looks(profile_id: str) -> int:
        path = f"/v1/profiles/{profile_id}/page?rows=3&columns=8&language=en"
        answer = _ask(address + path)
        if answer["mode"] != "personalised":
            return -1
        rows = answer["rows"]
        fullness = sum(min(len(row["tiles"]), 7) for row in rows)
        begun = [tile for tile in rows[0]["tiles"][:6] if (tile["resume"] or {}).get("fraction")]
        large = next((row for row in rows if row["kind"] == "top_picks"), rows[0])["tiles"][0]
        artwork = _ask(f"{address}/v1/titles/{large['title_id']}")["artwork"]
        (tags,) = (a["tags"] for a in artwork if a["artwork_id"] == large["artwork"]["artwork_id"])
        return fullness + min(len(begun), 4) + (PICTURE_WORTH if "scene" in tags else 0)

    return max([*named, *(profile["profile_id"] for profile in known)], key=looks)


def _ask(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 10):
        try:
            _ask(address + "/readyz")
        except (urllib.error.URLError, ConnectionError):
            if server.poll() is not None:
                raise SystemExit("the server ended before it was ready") from None
            pause.wait(0.1)
        else:
            return
    raise SystemExit(f"the server was not ready within {START_SECONDS} s")


if __name__ == "__main__":
    main()
