"""Start the server: one process or several workers over the same home."""

from __future__ import annotations

import os

from frontrow.base.errors import BadInput
from frontrow.base.home import Home

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(home: Home, *, host: str, port: int, workers: int) -> None:
    """Serve a home until told to stop. Raises `BadInput` for a host that is not loopback."""
    if host not in _LOOPBACK:
        raise BadInput(
            f"without keys the server binds to loopback only, not to {host}",
            where="--host",
            mend="leave it at 127.0.0.1; keys come in a later version",
        )
    from frontrow.server.metrics import share_metrics

    os.environ["FRONTROW_HOME"] = str(home.path.resolve())
    if workers > 1:
        share_metrics(home.run / "metrics")
    import uvicorn

    from frontrow.server.web import configure_logs

    configure_logs()
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
