"""How good whole pages are: `python -m bench.pages` prints the tables and writes `docs/pages.md`.

Reads MovieLens where it is there. Each run counts one look at the test side of every split it judges;
`--inner` judges inner splits instead, writes nothing, and is what settings are chosen by.
"""

from __future__ import annotations

import argparse
import sys

from threadpoolctl import threadpool_limits

from bench.pages import sections
from bench.pages.bold import boldness
from bench.pages.evidence import try_reasons
from bench.pages.frontier import frontier
from bench.pages.judged import judge_layouts, sample_of
from bench.pages.two_tastes import two_tastes
from bench.pages.various import variety
from bench.pages.viewers import Viewers
from bench.quality.looks import count_look, read_looks
from bench.quality.machine import machine
from bench.quality.movielens import FOLDERS
from bench.quality.report import DOCS
from bench.quality.section import Section, markdown_of, svg_of
from bench.quality.splits import load_split, prepare
from frontrow.base.time import format_time, system_clock

SPLITS = ("ml-1m-b", "ml-latest-small-b")
FRONTIER_VIEWERS = 600
IMAGES = "images/pages"
"""Folder of the plots, as seen from the report."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inner", action="store_true", help="judge inner splits, write nothing")
    parser.add_argument("--only", choices=SPLITS, nargs="*", default=SPLITS)
    told = parser.parse_args()
    found: list[Section] = []
    with threadpool_limits(1):
        for name in told.only:
            if not FOLDERS[name.rsplit("-", 1)[0]].is_dir():
                hear(f"{name} was left out: MovieLens is not there, and can't be shipped")
                continue
            found += measure(name, inner=told.inner)
    page = "\n\n".join(
        [
            sections.front(format_time(system_clock()())[:10], machine(), read_looks()),
            *(markdown_of(section, IMAGES) for section in found),
        ]
    )
    print(page)
    if not told.inner and set(told.only) == set(SPLITS) and found:
        (DOCS / IMAGES).mkdir(parents=True, exist_ok=True)
        for plot in (plot for section in found for plot in section.plots):
            (DOCS / IMAGES / f"{plot.file}.svg").write_text(svg_of(plot))
        (DOCS / "pages.md").write_text(page + "\n")
        hear("written: docs/pages.md")


def measure(name: str, *, inner: bool) -> list[Section]:
    """Layouts, frontier and two tastes on one split."""
    prepare(name, hear)
    hear(f"fitting on {name}")
    viewers = Viewers.of(load_split(name, 1 if inner else 0), seed=1)
    places = sample_of(viewers)
    hear(f"pages of {len(places)} viewers in every layout")
    judged = judge_layouts(viewers, places)
    hear("the frontier of calibration")
    some = places[:: max(len(places) // FRONTIER_VIEWERS, 1)]
    points = frontier(viewers, some)
    hear("the price of variety")
    various = variety(viewers, some)
    hear("more and less adventurous viewers")
    bold = list(boldness(viewers, some))
    hear("two people, one profile")
    both = two_tastes(viewers)
    hear("reasons without their evidence")
    tested = try_reasons(viewers, places)
    if not inner:
        count_look(f"{name} (pages)")
    return [
        sections.targets_section(name, judged),
        sections.layouts_section(name, judged),
        sections.frontier_section(name, points),
        sections.variety_section(name, various),
        sections.adventure_section(name, bold),
        sections.tastes_section(name, both),
        sections.evidence_section(name, tested),
    ]


def hear(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
