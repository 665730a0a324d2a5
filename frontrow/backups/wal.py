"""The write-ahead log read as a file: are its commits whole, one after the other, to the last?

SQLite stops at the first frame whose checksum is wrong and takes what follows as never written. That is
right for a write that was cut off, which nobody was promised, and wrong for a frame that was damaged
later. The two differ in what follows: after a cut there may be frames of the write that was cut, or of
one before it, but no end of a commit. (A power cut on a disk that writes out of order can leave one: then
`verify` speaks of a commit that nobody was promised, until the log is emptied.)
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
_LOOKS = 5
"""The log may be begun anew, by whoever writes, while it is read: then it is read again."""

_Sum = tuple[int, int]


@dataclass(frozen=True)
class WalState:
    """What a write-ahead log holds."""

    frames: int  # whole ones, from the first on
    broken_at: int | None  # a frame that is damaged though the end of a commit follows; from 1
    head_broken: bool = False


@dataclass(frozen=True)
class _Frame:
    """A frame as it stands there."""

    ends_commit: bool
    salts: _Sum
    told: _Sum  # the checksum that it says
    content: bytes  # what is summed: the start of its head, and its page


def read_wal(path: Path) -> WalState:
    """Walk a write-ahead log; one that is empty or not there holds nothing."""
    return _walk(_read(path))


def _read(path: Path) -> bytes:
    content = b""
    for _ in range(_LOOKS):
        try:
            content = path.read_bytes()
            with path.open("rb") as file:
                if file.read(_HEAD_BYTES) == content[:_HEAD_BYTES]:
                    return content
        except FileNotFoundError:
            return b""
    return content


def _walk(content: bytes) -> WalState:
    if len(content) < _HEAD_BYTES:
        return WalState(0, None)
    magic, _, page, _, *salts, sum1, sum2 = struct.unpack(">8I", content[:_HEAD_BYTES])
    order = ">u4" if magic & 1 else "<u4"
    state = _checksum(content[:24], order, (0, 0))
    plausible = magic & ~1 == _MAGIC and state == (sum1, sum2)
    if not plausible or page < 512:
        return WalState(0, None, head_broken=any(content))
    ours = (salts[0], salts[1])
    count = (len(content) - _HEAD_BYTES) // (_FRAME_HEAD_BYTES + page)
    for index in range(count):
        frame = _frame(content, index, page)
        state = _checksum(frame.content, order, state)
        if frame.salts != ours or frame.told != state:
            follows = _commit_follows(content, index, count, page, order, ours)
            return WalState(index, index + 1 if follows else None)
    return WalState(count, None)


def _frame(content: bytes, index: int, page: int) -> _Frame:
    size = _FRAME_HEAD_BYTES + page
    at = _HEAD_BYTES + index * size
    raw = content[at : at + size]
    _, pages, *salts, sum1, sum2 = struct.unpack(">6I", raw[:_FRAME_HEAD_BYTES])
    summed = raw[:8] + raw[_FRAME_HEAD_BYTES:]
    return _Frame(pages != 0, (salts[0], salts[1]), (sum1, sum2), summed)


def _commit_follows(
    content: bytes, broken: int, count: int, page: int, order: str, ours: _Sum
) -> bool:
    """Whether a whole frame after a broken one, by what stands before it, ends a commit."""
    before = _frame(content, broken, page).told
    for index in range(broken + 1, count):
        frame = _frame(content, index, page)
        is_whole = frame.salts == ours and _checksum(frame.content, order, before) == frame.told
        if is_whole and frame.ends_commit:
            return True
        before = frame.told
    return False


def _checksum(content: bytes, order: str, before: _Sum) -> _Sum:
    """The format's rolling sum: s0 += x[i] + s1; s1 += x[i+1] + s0, in 32 bits."""
    s0, s1 = before
    words = np.frombuffer(content, dtype=order).tolist()
    for i in range(0, len(words), 2):
        s0 = (s0 + words[i] + s1) & _U32
        s1 = (s1 + words[i + 1] + s0) & _U32
    return s0, s1
