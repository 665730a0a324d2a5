"""A part of the report: a heading, a few words, a table, plots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from frontrow.base import reports


@dataclass(frozen=True)
class Plot:
    """An SVG beside the report, from a Vega-Lite specification."""

    file: str  # without folder and suffix, such as ndcg-ml-1m-a
    says: str  # what is seen, for those who don't see it
    chart: dict[str, Any]


@dataclass(frozen=True)
class Section:
    """Text stands before the table; every row has as many cells as the head."""

    title: str
    text: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    plots: tuple[Plot, ...] = field(default=())
    level: int = 2  # of the heading


def markdown_of(section: Section, images: str) -> str:
    """The section; `images` is the folder of the plots as seen from the report."""
    parts = [f"{'#' * section.level} {section.title}", section.text]
    if section.head:
        lines = [_row(section.head), _row(("---",) + ("---:",) * (len(section.head) - 1))]
        for row in section.rows:
            if len(row) != len(section.head):
                raise AssertionError(f"a row of {section.title!r} has {len(row)} cells: {row}")
            lines.append(_row(row))
        parts.append("\n".join(lines))
    parts += [f"![{plot.says}]({images}/{plot.file}.svg)" for plot in section.plots]
    return "\n\n".join(part for part in parts if part)


def svg_of(plot: Plot) -> str:
    """The plot, drawn offline."""
    return reports.svg_of(plot.chart)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
