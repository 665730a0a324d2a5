"""A service in this process, called as over HTTP: every byte of a request and of an answer is the API's.

For callers that bring their own time (a simulation): the service's clock stands where they put it. Nothing
folds or writes beside the calls, so that the same calls give the same answers.
"""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from typing import Any

from frontrow.base.home import Home
from frontrow.base.time import from_us
from frontrow.server.service import Service
from frontrow.server.web import make_app

_HEADERS = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]


class InProcess:
    """An open home behind its own API."""

    moves_clock = True

    def __init__(self, home: Home, now: datetime) -> None:
        self._now = now
        self.service = Service(home, lambda: self._now)
        self._app = make_app(self.service)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="calls", daemon=True)
        self._thread.start()
        self.service.decisions.start()

    def set_clock(self, seconds: float) -> None:
        """It is now so many seconds since 1970."""
        self._now = from_us(int(seconds * 1e6))

    def call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """(status, body) of a call; `path` with its query."""
        # In a thread of its own: whoever calls may be inside a loop already.
        asked = asyncio.run_coroutine_threadsafe(self._call(method, path, body or b""), self._loop)
        try:
            return asked.result()
        except BaseException:  # Ctrl-C: a thread that answers is waited for, or it would never end
            asked.cancel()
            raise

    async def _call(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        address, _, query = path.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": address,
            "raw_path": address.encode(),
            "query_string": query.encode(),
            "headers": [*_HEADERS, (b"content-length", str(len(body)).encode())],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        status, parts = 500, []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, send)
        return status, b"".join(parts)

    def end_day(self) -> None:
        """What a running service does beside its calls, done now: decisions written, trends folded."""
        self.service.decisions.flush()
        self.service.fold_snapshot()
        self.service.fold_choices()

    def close(self) -> None:
        """Write what waits, and close."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.service.close()
