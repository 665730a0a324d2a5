"""The server's log: one JSON object a line on standard error, without secrets and without histories.

No line names a profile, a title that someone watched, a query or a credential, so there is none for each
request. Where a line is about a profile it holds a keyed hash, by which lines belong together and from
which nobody finds the id.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import msgspec
import structlog

from frontrow.base.time import format_time, system_clock


class _StandardError:
    """Writes to what is standard error at that moment."""

    def __init__(self, *_: Any) -> None:
        pass

    def msg(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = msg


def _stamped(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line with its moment first, by the one clock that there is."""
    return {"time": format_time(system_clock()()), **line}


def configure_logs() -> None:
    """Write lines for machines from now on; before, and in commands, the log is silent or for people."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _stamped,
            structlog.processors.JSONRenderer(
                serializer=lambda v, **_: msgspec.json.encode(v).decode()
            ),
        ],
        logger_factory=_StandardError,
    )
    logging.getLogger("uvicorn.access").disabled = True
