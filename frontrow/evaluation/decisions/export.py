"""Choices written as Parquet: streamed through a file of JSON lines beside it, so that memory stays small."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.duck import glob_safe, open_duck, quote
from frontrow.base.files import sync_folder
from frontrow.evaluation.decisions.schema import COLUMNS

ROW_GROUP = 20_000


@dataclass
class Exported:
    """What was written."""

    choices: Counter[str] = field(default_factory=Counter)  # by kind
    pages: int = 0
    profiles: int = 0
    unjoined: Counter[str] = field(default_factory=Counter)  # events, by reason


def write_choices(rows: Iterable[dict[str, Any]], to: Path) -> Counter[str]:
    """Write rows to a Parquet file, whole or not at all; how many of each kind."""
    lines = to.with_name(f".{to.name}.{os.getpid()}.lines")
    aside = to.with_name(f".{to.name}.{os.getpid()}")
    counts: Counter[str] = Counter()
    try:
        with _only_ours(lines) as file:
            for line in _lines(rows, counts):
                file.write(line)
        _to_parquet(lines, aside)
        aside.replace(to)
    finally:
        lines.unlink(missing_ok=True)
        aside.unlink(missing_ok=True)
    sync_folder(to.parent)
    return counts


def _lines(rows: Iterable[dict[str, Any]], counts: Counter[str]) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    for row in rows:
        counts[row["kind"]] += 1
        yield encode(row) + b"\n"


def _only_ours(path: Path) -> Any:
    """A new file that nobody else may read: what it holds is what viewers did."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _to_parquet(lines: Path, to: Path) -> None:
    columns = ", ".join(f"{quote(name)}: '{kind}'" for name, kind, _ in COLUMNS)
    wanted = ", ".join(quote(name) for name, _, _ in COLUMNS)
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    with open_duck() as duck:
        source = f"read_json(?, format = 'newline_delimited', columns = {{{columns}}})"
        target = str(to).replace("'", "''")
        duck.execute(
            f"COPY (SELECT {wanted} FROM {source}) TO '{target}'"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})",
            [glob_safe(lines)],
        )
