"""Files that are whole or not there: written aside and renamed; and arrays that are mapped, not read."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from frontrow.base.errors import BadBundle
from frontrow.base.time import monotonic


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old one or the new one, never a part."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """What was made, renamed or removed in a folder survives a power cut when this returns."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


_HERE, _EXCHANGE = -100, 2  # of Linux' fcntl.h and fs.h


def exchange(one: Path, other: Path) -> bool:
    """Swap the names of two folders at once; False where the system can't, and nothing was done."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)


def arrays_to_bytes(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Arrays as safetensors, in the order of their names: the same arrays give the same bytes."""
    ordered = {name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)}
    return bytes(save(ordered, dict(metadata) or None))


_DTYPES = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U64": np.uint64,
    "U32": np.uint32,
    "U16": np.uint16,
    "U8": np.uint8,
    "BOOL": np.bool_,
}


def map_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays of a safetensors file, mapped read-only, and its metadata.

    Processes that map the same file share its pages; a mapping holds one descriptor, however many arrays
    there are. Raises `BadBundle` for a file that is cut.
    """
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if size > 100_000_000:
                raise ValueError("header too long")
            header = json.loads(file.read(size))
            whole = np.memmap(file, dtype=np.uint8, mode="r").view(np.ndarray)
        start = 8 + size
        metadata = dict(header.pop("__metadata__", {}))
        arrays: dict[str, NDArray[Any]] = {}
        for name, entry in header.items():
            first, last = entry["data_offsets"]
            part = whole[start + first : start + last]
            if len(part) != last - first:
                raise ValueError(f"{name} is cut")
            arrays[name] = part.view(_DTYPES[entry["dtype"]]).reshape(tuple(entry["shape"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        raise BadBundle(
            f"can't be read ({error})", where=str(path), mend="make it anew with `frontrow train`"
        ) from None
    return arrays, metadata


@contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Whether this process got the lock; it is free again when the block, or the process, ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


def hold(path: Path) -> int | None:
    """Hold a lock for as long as this process lives; its descriptor, or None where it can't be had."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def is_held(path: Path) -> bool:
    """Whether a living process holds a lock; a file that none holds is removed."""
    with try_lock(path) as free:
        if free:
            path.unlink(missing_ok=True)
        return not free


_LOCK_POLL_SECONDS = 0.02


@contextmanager
def wait_lock(path: Path, seconds: float) -> Iterator[bool]:
    """The same, asking again for some seconds."""
    deadline = monotonic() + seconds
    while True:
        with try_lock(path) as mine:
            if mine or monotonic() > deadline:
                yield mine
                return
        _pause.wait(_LOCK_POLL_SECONDS)


_pause = threading.Event()  # never set: waiting on it is how to do nothing for a moment
