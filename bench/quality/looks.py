"""How often the test sides were looked at, kept in the repository: looking often is a way of fitting."""

from __future__ import annotations

import json
from pathlib import Path

LOOKS = Path(__file__).resolve().parents[2] / "docs" / "quality-looks.json"


def count_look(name: str, path: Path = LOOKS) -> int:
    """Note one more look at a split's test side; how many there were with it."""
    looks = read_looks(path)
    looks[name] = looks.get(name, 0) + 1
    path.write_text(json.dumps(looks, indent=2, sort_keys=True) + "\n")
    return looks[name]


def read_looks(path: Path = LOOKS) -> dict[str, int]:
    """Split -> looks at its test side."""
    if not path.exists():
        return {}
    looks: dict[str, int] = json.loads(path.read_text())
    return looks
