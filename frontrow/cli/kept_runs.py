"""Finished runs of a simulation, kept in a folder: a ladder of hours that was stopped goes on where it was.

A run is taken up again only by the same task under the same parameters, the same settings in the
environment, and the same code: anything else would set beside each other what doesn't compare.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import asdict
from functools import cache
from pathlib import Path

import msgspec

import frontrow
from frontrow.base.errors import BadInput
from frontrow.base.files import write_whole
from frontrow.cli.simulated import Task
from frontrow.simulation.loop import hash_of, population_named
from frontrow.simulation.loop.results import Result

_NO_SETTING = frozenset({"FRONTROW_HOME", "FRONTROW_KEY"})
"""Names in the environment that change no run of a service of one's own."""


class KeptRuns:
    """A folder of runs, each in a file of its own, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, task: Task) -> Result | None:
        """The result of a task that was done before; None where it is still to be done.

        Raises `BadInput` where its file holds something else.
        """
        path = self._path(task)
        try:
            return msgspec.json.decode(path.read_bytes(), type=Result)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise BadInput(
                f"no run of a simulation: {error}", where=str(path), mend="remove the file"
            ) from error

    def keep(self, task: Task, result: Result) -> None:
        """Write down what a task came to."""
        write_whole(self._path(task), msgspec.json.encode(result))

    def _path(self, task: Task) -> Path:
        told = [
            asdict(task),
            hash_of(population_named(task.population)),
            sorted(
                (name, value)
                for name, value in os.environ.items()
                if name.startswith("FRONTROW_") and name not in _NO_SETTING
            ),
            _code(),
        ]
        digest = hashlib.blake2b(msgspec.json.encode(told), digest_size=8).hexdigest()
        population = re.sub(r"\W+", "-", task.population)
        return self._folder / f"{population}-{task.policy}-{task.seed}-{digest}.json"


@cache
def _code() -> str:
    """Hexadecimal digits that change with any line of Frontrow's code."""
    root = Path(frontrow.__file__).parent
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
