"""The ceiling of the web framework: the same server and routing, answering a file's bytes as JSON."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def make_app(content: bytes) -> Starlette:
    """Answers everything with the same bytes, from a thread as the service does."""

    async def respond(request: Request) -> Response:
        return await run_in_threadpool(Response, content, 200, None, "application/json")

    return Starlette(routes=[Route("/{path:path}", respond)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    uvicorn.run(
        make_app(arguments.file.read_bytes()), host="127.0.0.1", port=arguments.port,
        log_level="warning", access_log=False,
    )  # fmt: skip
