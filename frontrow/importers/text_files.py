"""Text of unknown origin: its encoding, its separator, and CSV rows with their line numbers.

Python's `csv` reads the rows: it says on which line a row began, and a row that is damaged costs
only itself. A quote that never closes would swallow the rows after it; such a row is refused and
reading goes on at the line after the one on which it began.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

SAMPLE_BYTES = 65_536
SEPARATORS = (",", ";", "\t", "|")
BROKEN = "is not valid text in the file's encoding"
UNCLOSED = "a quote is opened and not closed"


def text_encoding(path: Path) -> str:
    """The encoding of a text file: what its mark says, else UTF-8, else a Western 8-bit one.

    A file that is UTF-8 but for a few damaged lines is UTF-8: those lines are refused, instead of
    every other accent being misread.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head and head.count(0) > len(head) // 4:  # plain letters with every other byte zero
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    good = bad = 0
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
    if bad == 0 or good > bad:
        return "utf-8"
    try:
        with path.open(encoding="cp1252") as text:
            for _ in text:
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def read_lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines with their ends; bytes that are no text become lone surrogates (see `is_broken`)."""
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        yield from file


def is_broken(text: str) -> bool:
    """Whether the text holds bytes that its encoding does not know."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def find_separator(path: Path, encoding: str) -> str:
    """The separator that cuts the header into most columns; a comma where none cuts it."""
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        sample = file.read(SAMPLE_BYTES)
    best, most = ",", 1
    for separator in SEPARATORS:
        try:
            header = next(csv.reader(sample.splitlines(keepends=True), delimiter=separator), [])
        except csv.Error:
            continue
        if len(header) > most:
            best, most = separator, len(header)
    return best


CsvRow = tuple[int, list[str] | None, str, str]
"""(line on which it begins, cells or None, what is wrong with it, its text)."""


def read_csv(path: Path, encoding: str, separator: str) -> Iterator[CsvRow]:
    """Every row that is not blank, good or not."""
    feed = _Feed(read_lines(path, encoding))
    reader = csv.reader(feed, delimiter=separator)
    while True:
        feed.taken.clear()
        line = feed.line + 1
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells, wrong = None, f"is not a CSV row ({error})"
        else:
            wrong = _swallowed(feed.taken, separator) if len(feed.taken) > 1 else ""
        text = feed.taken[0] if feed.taken else ""
        if wrong:
            feed.give_back_all_but_first()
            reader = csv.reader(feed, delimiter=separator)  # the old one may be inside a quote
            yield line, None, wrong, text.rstrip("\r\n")
        elif cells:
            yield line, cells, "", text


def _swallowed(lines: list[str], separator: str) -> str:
    """Why a row of several lines is none: its quote never closes."""
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return UNCLOSED
    return ""


class _Feed:
    """Lines for a reader, remembered until its row is whole, so that they can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.line = 0  # of the last line taken

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        text = self._again.popleft() if self._again else next(self._lines)
        self.line += 1
        self.taken.append(text)
        return text

    def give_back_all_but_first(self) -> None:
        again = self.taken[1:]
        self.line -= len(again)
        self._again.extendleft(reversed(again))
