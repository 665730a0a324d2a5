"""Parts of `docs/quality.md` that another bench writes: kept between marks when the rest is written anew."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"

_PART = re.compile(r"<!-- begin (\w+) -->\n.*?<!-- end \1 -->\n?", re.DOTALL)


def parts_of(page: Path) -> str:
    """The marked parts of the page as it stands, one after the other."""
    text = page.read_text("utf-8") if page.exists() else ""
    return "\n".join(found.group(0).rstrip() + "\n" for found in _PART.finditer(text))


def write_part(name: str, markdown: str, page: Path = DOCS / "quality.md") -> None:
    """Put a part in the place of the one of the same name, or at the page's end."""
    marked = f"<!-- begin {name} -->\n{markdown.strip()}\n<!-- end {name} -->\n"
    text = page.read_text("utf-8")
    before = next((one for one in _PART.finditer(text) if one.group(1) == name), None)
    if before is None:
        page.write_text(f"{text.rstrip()}\n\n{marked}", "utf-8")
    else:
        page.write_text(text[: before.start()] + marked + text[before.end() :], "utf-8")
