"""The write-ahead log read as a file: are its commits whole, one after the other, to the last?

SQLite stops at the first frame whose checksum is wrong and takes what follows as never written: that is
right for a write that was cut off by a crash, which nobody was promised, and wrong for a frame that
was damaged later. The two differ in what follows: after a torn write nothing of the same round can.
The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_HEAD_BYTES, _FRAME_HEAD_BYTES = 32, 24
_MAGIC = 0x377F0682  # with a last bit of 1: checksums over big-endian words
_U32 = 0xFFFFFFFF


@dataclass(frozen=True)
class WalState:
    """What a write-ahead log holds."""

    frames: int  # whole ones, from the first on
    broken_at: int | None  # a frame that is damaged though frames of its round follow; from 1
    head_broken: bool = False


def read_wal(path: Path) -> WalState:
    """Walk a write-ahead log; one that is empty or not there holds nothing."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    if len(content) < _HEAD_BYTES:
        return WalState(0, None)
    magic, _, page, _, salt1, salt2, sum1, sum2 = struct.unpack(">8I", content[:_HEAD_BYTES])
    order = ">u4" if magic & 1 else "<u4"
    state = _checksum(content[:24], order, (0, 0))
    plausible = magic & ~1 == _MAGIC and state == (sum1, sum2)
    if not plausible or page < 512:
        return WalState(0, None, head_broken=any(content))
    size = _FRAME_HEAD_BYTES + page
    count = (len(content) - _HEAD_BYTES) // size
    for index in range(count):
        at = _HEAD_BYTES + index * size
        frame = content[at : at + size]
        *_, one, two, first, second = struct.unpack(">6I", frame[:_FRAME_HEAD_BYTES])
        state = _checksum(frame[:8], order, state)
        state = _checksum(frame[_FRAME_HEAD_BYTES:], order, state)
        if (one, two) != (salt1, salt2) or (first, second) != state:
            follows = _of_this_round(content, index + 1, count, size, (salt1, salt2))
            return WalState(index, index + 1 if follows else None)
    return WalState(count, None)


def _of_this_round(
    content: bytes, start: int, count: int, size: int, salts: tuple[int, int]
) -> bool:
    wanted = struct.pack(">2I", *salts)
    return any(
        content[_HEAD_BYTES + i * size + 8 : _HEAD_BYTES + i * size + 16] == wanted
        for i in range(start, count)
    )


def _checksum(content: bytes, order: str, before: tuple[int, int]) -> tuple[int, int]:
    """The format's rolling sum: s0 += x[i] + s1; s1 += x[i+1] + s0, in 32 bits."""
    s0, s1 = before
    words = np.frombuffer(content, dtype=order).tolist()
    for i in range(0, len(words), 2):
        s0 = (s0 + words[i] + s1) & _U32
        s1 = (s1 + words[i + 1] + s0) & _U32
    return s0, s1
