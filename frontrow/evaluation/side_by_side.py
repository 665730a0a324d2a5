"""Two ways of making pages as one self-contained page of HTML: the metrics, and examples side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from frontrow.evaluation.comparison import Figure

_TEMPLATE = "side_by_side.html"


@dataclass(frozen=True)
class ShownTile:
    """A tile of an example; `only_here` where the other page's window does not hold it."""

    name: str
    only_here: bool
    explore: bool


@dataclass(frozen=True)
class ShownRow:
    """A row of an example; `only_here` where the other page does not have it."""

    title: str
    only_here: bool
    tiles: tuple[ShownTile, ...]


@dataclass(frozen=True)
class Example:
    """One viewer's page both ways."""

    profile_id: str
    why: str  # it was chosen
    as_is: tuple[ShownRow, ...]
    changed: tuple[ShownRow, ...]


def side_by_side(
    *,
    headline: str,
    changes: Sequence[str],
    notes: Sequence[str],
    figures: Mapping[str, Figure],
    kept: Mapping[str, Figure],
    examples: Sequence[Example],
) -> str:
    """The report; no script, nothing from elsewhere.

    changes: what was changed, in words; notes: what the reader should know of the figures
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(
        headline=headline,
        changes=changes,
        notes=notes,
        figures={name.replace("_", " "): figure for name, figure in figures.items()},
        kept={name.replace("_", " "): figure for name, figure in kept.items()},
        examples=examples,
    )
