"""Parts of the page that another bench writes."""

from __future__ import annotations

from pathlib import Path

from bench.quality.parts import parts_of, write_part
from bench.quality.report import write_report


def test_a_part_replaces_itself_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text("# Quality\n")
    write_part("estimates", "one", page)
    write_part("other", "two", page)
    write_part("estimates", "three", page)
    assert page.read_text() == (
        "# Quality\n\n<!-- begin estimates -->\nthree\n<!-- end estimates -->\n\n"
        "<!-- begin other -->\ntwo\n<!-- end other -->\n"
    )


def test_parts_of_other_benches_outlive_a_new_page(tmp_path: Path) -> None:
    page = write_report("# Quality", [], tmp_path)
    write_part("estimates", "one", page)
    again = write_report("# Anew", [], tmp_path).read_text()
    assert again.startswith("# Anew\n\n<!-- begin estimates -->\none\n")
    assert parts_of(page) == "<!-- begin estimates -->\none\n<!-- end estimates -->\n"
