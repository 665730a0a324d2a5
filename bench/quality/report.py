"""`docs/quality.md` and its plots, written whole from what one run measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.quality.parts import parts_of
from bench.quality.section import Section, markdown_of, svg_of
from bench.quality.tables import Measured, dials_section, split_section, targets_section

DOCS = Path(__file__).resolve().parents[2] / "docs"
IMAGES = "images/quality"

_FRONT = """# Quality

Written by `make bench-quality`; nothing here is typed by hand.

How well lists of 20 foretell what a viewer then played well, beside baselines and peers on the same
files. A rating of four stars or more is a good play. All models see the training side only; lists rank
the whole catalogue without what the viewer had rated there.

- **Split A**: one moment for everybody, by which 80% of the good plays had begun; asked are viewers with
  at least five good plays before it.
- **Split B**: each viewer's ratings in order of time, then of work; the last 20%, rounded up, are hidden.
- **Relevant**: good plays on the hidden side, of works of which the training side has a good play.
- **recall**: hits over the smaller of 20 and what was relevant; **nDCG**: with gains of 0 and 1;
  **effective catalogue**: of how many works the lists seem to be made (Gomez-Uribe, Hunt 2015);
  **rank of hits**: the median place of the works hit, in order of good plays on the training side.
- **Intervals**: 95%, from a bootstrap over viewers. What is random is the mean of as many seeds as said.
"""


def front(*, date: str, machine: str, looks: Mapping[str, int]) -> str:
    """The opening: what is measured, where, when, and how often the test sides were looked at."""
    counted = ", ".join(f"{name} {count}" for name, count in sorted(looks.items()))
    return (
        f"{_FRONT}\nMeasured on {date}, on {machine}."
        f" The test sides were looked at so often until now: {counted or 'never'}."
    )


def sections_of(measured: Mapping[str, Measured], further: Sequence[Section] = ()) -> list[Section]:
    """Targets, splits, what else was measured, dials."""
    return [
        targets_section(measured),
        *(split_section(name, one) for name, one in measured.items()),
        *further,
        dials_section(measured),
    ]


def write_report(opening: str, sections: Sequence[Section], docs: Path = DOCS) -> Path:
    """Write the page and the plots it shows; plots of an earlier page go."""
    images = docs / IMAGES
    images.mkdir(parents=True, exist_ok=True)
    for old in images.glob("*.svg"):
        old.unlink()
    for plot in (plot for section in sections for plot in section.plots):
        (images / f"{plot.file}.svg").write_text(svg_of(plot))
    page = docs / "quality.md"
    kept = parts_of(page)
    parts = [opening, *(markdown_of(section, IMAGES) for section in sections)]
    page.write_text("\n\n".join(parts) + "\n" + (f"\n{kept}" if kept else ""))
    return page
