"""Start the server: one process or several workers over the same home."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from frontrow.base.database import open_database
from frontrow.base.errors import Unavailable
from frontrow.base.home import Home
from frontrow.base.time import to_us
from frontrow.server.access.keys import KeyStore

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where a server without keys may listen."""


def keys_in_force(home: Home, now: datetime) -> int | None:
    """How many keys of a home are in force; None where it never had one."""
    database = open_database(home.database)
    try:
        keys = KeyStore(database, home.secret()).read().values()
    finally:
        database.close()
    if not keys:
        return None
    return sum(key.state(to_us(now)) == "in force" for key in keys)


def serve(
    home: Home, *, host: str, port: int, workers: int, announce: Callable[[str], None]
) -> None:
    """Serve a home until told to stop, which is no failure. Beyond loopback it needs keys; without,
    every call from another machine is refused.

    announce: told the address when it is known to be free
    """
    _check_free(host, port)
    from frontrow.server.metrics import share_metrics

    os.environ["FRONTROW_HOME"] = str(home.path.resolve())
    metrics = home.run / f"metrics-{os.getpid()}"
    if workers > 1:
        share_metrics(metrics)
    import uvicorn

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _end)  # uvicorn ends in order first, then raises the signal again
    announce(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    try:
        uvicorn.run(
            "frontrow.server.web:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
    finally:
        if workers > 1:
            shutil.rmtree(metrics, ignore_errors=True)


def _end(*_: Any) -> NoReturn:
    raise SystemExit(0)


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"can't listen on {host}:{port} ({error.strerror})",
                where="--port",
                mend=f"is another server running? Name another port, as `--port {port % 65_535 + 1}`",
            ) from None
