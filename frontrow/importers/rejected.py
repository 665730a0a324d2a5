"""Rejected rows, written aside as JSON lines; and forgetting a profile's among them."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from frontrow.importers.source import Refused

_MAYBE_ID = re.compile(r"[A-Za-z0-9._:@-]{1,128}")
_WRITTEN_AS_FLOAT = re.compile(r"\.0+$")


class RejectedRows:
    """One file of rejected rows for one source, made with the first of them.

    Named by the source, so that importing again replaces it. The name holds no part of the
    source's own name: a file called after a viewer must not be found after a forget.

    left_out: who was forgotten: rows that name them, which a file may bring again, are not written.
    """

    def __init__(
        self,
        folder: Path,
        importer: str,
        source: Path,
        profile_id: str | None,
        left_out: Callable[[str], bool] = lambda profile_id: False,
    ) -> None:
        named = os.fsencode(source.resolve()) + f"\0{profile_id or ''}".encode()
        key = hashlib.sha256(named).hexdigest()[:12]
        self.path = folder / f"{importer}-{key}.jsonl"
        self._source, self._profile_id = source.name, profile_id
        self._left_out = left_out
        self._unwritten_source = any(map(left_out, _maybe_ids([source.name, source.stem])))
        self._file: IO[str] | None = None
        self.not_written = 0  # rows that name somebody who was forgotten

    def __enter__(self) -> RejectedRows:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def written(self) -> Path | None:
        return None if self._file is None else self.path

    def write(self, refused: Refused) -> None:
        if self._names_who_was_forgotten(refused):
            self.not_written += 1
            return
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8")
        record: dict[str, Any] = {
            "source": self._source,
            "line": refused.line,
            "reason": refused.reason,
            "detail": refused.detail,
            "row": _in_json(refused.row),
        }
        if self._profile_id is not None:
            record["profile_id"] = self._profile_id
        # ASCII: half a character of a damaged file has no UTF-8, but it has an escape.
        self._file.write(json.dumps(record, ensure_ascii=True, default=str) + "\n")

    def _names_who_was_forgotten(self, refused: Refused) -> bool:
        """Whether any word of a row may be one of theirs: losing a diagnosis too many is better."""
        told = (self._profile_id, refused.reason, refused.detail, refused.row)
        return self._unwritten_source or any(map(self._left_out, _maybe_ids(told)))


def _in_json(value: Any) -> Any:
    """A row without the numbers that JSON lacks: they are spelt out."""
    if isinstance(value, dict):
        return {str(key): _in_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_in_json(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _maybe_ids(value: Any) -> Iterator[str]:
    """Every word in a row that could be an id, also one that a table wrote as a number with decimals."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for part in value:
            yield from _maybe_ids(part)
        return
    for word in _MAYBE_ID.findall("" if value is None else str(value)):
        yield word
        if _WRITTEN_AS_FLOAT.search(word):
            yield _WRITTEN_AS_FLOAT.sub("", word)


def forget_rejected(folder: Path, profile_id: str) -> int:
    """Remove every rejected row that names a profile; how many were removed.

    A row is removed where the id occurs anywhere in it: losing a diagnosis too many is better
    than keeping a viewer who asked to be forgotten.
    """
    needle = json.dumps(profile_id)[1:-1]
    removed = 0
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            lines = file.readlines()
        kept = [line for line in lines if needle not in line]
        if len(kept) == len(lines):
            continue
        removed += len(lines) - len(kept)
        if not kept:
            path.unlink()
            continue
        aside = path.with_suffix(".tmp")
        with aside.open("w", encoding="utf-8") as file:
            file.writelines(kept)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    return removed
