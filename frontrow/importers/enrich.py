"""A table with more about films than MovieLens says, joined by its ids.

In: a file with one row a film. Out: for each film that MovieLens has, the fields of a title that
its row fills, and notes on what was used, ignored and left out. Which films there are, their
names, years and genres stay MovieLens' word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontrow.base.errors import BadInput
from frontrow.importers.cells import read_text
from frontrow.importers.columns import first_said, recognise, unused
from frontrow.importers.enrich_rows import ENRICH_COLUMNS, FILLED, FilmRowReader, LeftOutCells
from frontrow.importers.tables import BrokenRow, Table, open_table

MOVIE_ID = "movie_id"

Facts = dict[str, dict[str, Any]]
"""Movie id -> fields of its title, as the API spells them."""


@dataclass(frozen=True)
class Enrichment:
    """A table whose columns were recognised, ready to be read."""

    table: Table
    found: Mapping[str, list[str]]  # field -> its columns


def open_enrichment(path: Path) -> Enrichment:
    """Recognise the table. Raises `BadInput` where it is none, or names no film, or says nothing."""
    table = open_table(path, holding="films")
    found = recognise(table.columns, ENRICH_COLUMNS, {}, where=path)
    there = f"its columns are: {', '.join(table.columns)}"
    if MOVIE_ID not in found:
        raise BadInput(
            "has no column item_id, so its rows can't be joined to films",
            where=str(path),
            mend=f"call the column with MovieLens' ids item_id; {there}",
        )
    if len(found) == 1:
        usual = ", ".join(names[0] for field, names in ENRICH_COLUMNS.items() if field in found)
        others = ", ".join(field for field in ENRICH_COLUMNS if field not in found)
        raise BadInput(
            f"has nothing beside {usual} that a film could be enriched by",
            where=str(path),
            mend=f"it may say: {others}; {there}",
        )
    return Enrichment(table, found)


def read_enrichment(enrichment: Enrichment, films: Collection[str]) -> tuple[Facts, list[str]]:
    """What the table says of these films, and notes for the report.

    films: ids of MovieLens. Of two rows of one film the first holds.
    """
    table, found = enrichment.table, enrichment.found
    left_out: LeftOutCells = Counter()
    reader = FilmRowReader(found, left_out)
    facts: Facts = {}
    ignored = Counter[str]()
    for _, row in table.rows():
        if isinstance(row, BrokenRow):
            ignored[f"not readable: {row.reason}"] += 1
            continue
        film = _movie_id(first_said(row, found[MOVIE_ID]))
        if film is None:
            ignored["without an id"] += 1
        elif film not in films:
            ignored["of films that MovieLens does not have"] += 1
        elif film in facts:
            ignored["of films that an earlier row speaks of"] += 1
        else:
            facts[film] = reader.read(row)
    return facts, _notes(enrichment, facts, len(films), ignored, left_out)


def _movie_id(cell: Any) -> str | None:
    """An id as MovieLens writes it; a column of text with gaps may say 12.0."""
    text = read_text(cell)
    return None if text is None else text.removesuffix(".0")


def _notes(
    enrichment: Enrichment, facts: Facts, n_films: int, ignored: Counter[str],
    left_out: LeftOutCells,
) -> list[str]:  # fmt: skip
    name, found = enrichment.table.path.name, enrichment.found
    seen = ", ".join(f"{field} <- {' or '.join(columns)}" for field, columns in found.items())
    notes = [f"{name}, columns: {seen}"]
    if left := unused(enrichment.table.columns, found):
        notes.append(f"{name}, columns not used: {', '.join(left)}")
    filled = Counter(field for fields in facts.values() for field in fields)
    parts = ", ".join(f"{field} {filled[field]:,}" for field in FILLED if filled[field])
    enriched = sum(bool(fields) for fields in facts.values())
    notes.append(
        f"{name}, films enriched: {enriched:,} of {n_films:,}{f' ({parts})' if parts else ''}"
    )
    notes += [f"{name}, rows ignored, {why}: {n:,}" for why, n in _largest_first(ignored)]
    for field in dict.fromkeys(field for field, _ in left_out):
        reasons = Counter({why: n for (of, why), n in left_out.items() if of == field})
        told = ", ".join(f"{n:,} {why}" for why, n in _largest_first(reasons))
        notes.append(f"{name}, left out of films, {field}: {told}")
    return notes


def _largest_first(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
