"""What took long and needs no second run: kept beside the split files, for as long as the code that
made it is the same to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from bench.quality.section import Section
from bench.quality.splits import CACHE

ROOT = Path(__file__).resolve().parents[2]
_MAKES = ("frontrow", "bench")


@cache
def code_digest() -> str:
    """Of every source file that can move a figure."""
    digest = hashlib.sha256()
    for folder in _MAKES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.parent.name != "peers" and path.name not in _TELLING:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


_TELLING = ("report.py", "tables.py", "section.py", "targets.py", "peer_lists.py", "epochs.py",
            "looks.py", "further.py", "__main__.py")  # fmt: skip
"""They only say what was measured, or fetch what others made."""


def kept_sections(name: str, make: Callable[[], list[Section]]) -> list[Section]:
    """Sections as this code made them before, or made now."""
    path = CACHE / f"{name}-{code_digest()}.json"
    if not path.exists():
        found = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(found))
        return found
    return msgspec.json.decode(path.read_bytes(), type=list[Section])


def kept_lists(
    name: str, make: Callable[[], dict[str, list[np.ndarray]]]
) -> dict[str, list[np.ndarray]]:
    """Lists of several models, each for some seeds, as this code made them before, or made now."""
    path = CACHE / f"{name}-{code_digest()}.npz"
    if not path.exists():
        found = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path, **{f"{model}|{i}": one for model, lists in found.items() for i, one in enumerate(lists)}
        )  # fmt: skip
        return found
    kept: dict[str, list[np.ndarray]] = {}
    with np.load(path) as stored:
        for key in stored.files:
            kept.setdefault(key.rpartition("|")[0], []).append(stored[key])
    return kept
