"""Commands run in this process, as a shell would: exit code, standard output, standard error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

from frontrow.cli import main
from tests.server.small_world import lives, titles

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Frontrow = Callable[..., Ran]


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Small products on a busy machine: threads of the linear algebra would wait for each other."""
    with threadpool_limits(1):
        yield


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The home that commands are told of."""
    return tmp_path / "home"


@pytest.fixture
def frontrow(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Frontrow]:
    """Runs a command over the test's home, the clock standing still."""
    monkeypatch.setenv("FRONTROW_NOW", NOW.isoformat())
    monkeypatch.delenv("FRONTROW_HOME", raising=False)

    def run(*words: str, home: Path | None = here) -> Ran:
        capsys.readouterr()
        told = [] if home is None else ["--home", str(home)]
        with pytest.raises(SystemExit) as ended:
            main([*told, *words])
        code = ended.value.code
        captured = capsys.readouterr()
        return Ran(0 if code is None else int(code), captured.out, captured.err)

    return run


def lines(path: Path, rows: list[dict[str, Any]]) -> str:
    """A JSONL file of some rows; its path."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


@pytest.fixture
def lived_in(frontrow: Frontrow, tmp_path: Path) -> Frontrow:
    """The same, over a home with titles and viewers."""
    assert frontrow("init").code == 0
    assert frontrow("import", "titles", lines(tmp_path / "t.jsonl", titles())).code == 0
    assert frontrow("import", "events", lines(tmp_path / "e.jsonl", lives(NOW))).code == 0
    return frontrow
