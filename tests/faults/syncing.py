"""The C library's fsync, counted, slowed or made to fail in a process of ours (needs a C compiler)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("failing_sync.c")


def shim(folder: Path) -> Path:
    """The compiled library to load first; skips, and says so, where no compiler is."""
    library = compiled(folder)
    if library is None:
        pytest.skip("no C compiler here: fsync can't be made to fail (apt-get install gcc)")
    return library


def compiled(folder: Path) -> Path | None:
    """The library to load first; None where no compiler is."""
    compiler = shutil.which("gcc") or shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        return None
    library = folder / "failing_sync.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-o", library, SOURCE, "-ldl"],
        check=True,
        capture_output=True,
    )
    return library
