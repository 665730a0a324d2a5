"""A small HTTP load: many keep-alive clients in one process, closed (each waits) or open (a fixed rate)."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np


@dataclass
class Seen:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)  # of answers with status 200
    status: Counter[int] = field(default_factory=Counter)  # 0: no answer
    modes: Counter[str] = field(default_factory=Counter)
    bundles: Counter[str] = field(default_factory=Counter)
    wall: float = 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        return float(np.percentile(self.seconds, share)) * 1e3 if self.seconds else float("nan")

    @property
    def per_second(self) -> float:
        return self.status[200] / max(self.wall, 1e-9)


class Client:
    """One keep-alive connection."""

    def __init__(self, host: str, port: int, headers: str = "") -> None:
        self._host, self._port, self._headers = host, port, headers
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> tuple[int, bytes]:
        """(status, body); (0, b"") where the connection fails."""
        return await self._call("GET", path, b"")

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        return await self._call("POST", path, body)

    async def _call(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        try:
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(
                    self._host, self._port, limit=1 << 22
                )
            assert self._reader is not None
            head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{self._headers}"
            if body:
                head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            self._writer.write(head.encode() + b"\r\n" + body)
            told = await self._reader.readuntil(b"\r\n\r\n")
            status = int(told[9:12])
            length = 0
            for line in told.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line[15:])
            return status, await self._reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            await self.close()
            return 0, b""

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def _note(seen: Seen, status: int, body: bytes, seconds: float) -> None:
    seen.status[status] += 1
    if status == 200:
        seen.seconds.append(seconds)
        for name, into in ((b'"mode":"', seen.modes), (b'"bundle":"', seen.bundles)):
            at = body.find(name)
            if at >= 0:
                start = at + len(name)
                into[body[start : body.index(b'"', start)].decode()] += 1


async def closed_loop(
    host: str, port: int, paths: Sequence[str], *, clients: int, seconds: float, headers: str = ""
) -> Seen:
    """`clients` who each ask for the next page when they have the last; who is refused comes again a
    second later, as `Retry-After` says."""
    seen, order = Seen(), itertools.cycle(paths)
    until = perf_counter() + seconds

    async def one() -> None:
        client = Client(host, port, headers)
        while perf_counter() < until:
            began = perf_counter()
            status, body = await client.get(next(order))
            _note(seen, status, body, perf_counter() - began)
            if status in (429, 503):
                await asyncio.sleep(1.0)
        await client.close()

    began = perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    seen.wall = perf_counter() - began
    return seen


async def open_loop(
    host: str, port: int, paths: Sequence[str], *, per_second: float, seconds: float,
    heard: Callable[[float, int], None] = lambda at, status: None,
) -> Seen:  # fmt: skip
    """Requests at a fixed rate whatever the answers: late ones are counted from when they were due."""
    seen, order, idle = Seen(), itertools.cycle(paths), list[Client]()
    running: set[asyncio.Task[None]] = set()

    async def one(due: float) -> None:
        client = idle.pop() if idle else Client(host, port)
        status, body = await client.get(next(order))
        now = perf_counter()
        _note(seen, status, body, now - due)
        heard(now - began, status)
        idle.append(client)

    began = perf_counter()
    for number in range(int(per_second * seconds)):
        due = began + number / per_second
        wait = due - perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    seen.wall = perf_counter() - began
    for client in idle:
        await client.close()
    return seen
