"""Documents that come from the code are what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.write import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_every_link_to_a_file_of_the_repository_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_no_model_reads_age_gender_ethnicity_or_postcode() -> None:
    from frontrow.ranking.features import PAIR, TITLE, VIEWER

    names = " ".join([*PAIR, *TITLE, *VIEWER]).lower()
    for word in ("gender", "ethnic", "postcode", "zip", "occupation", "birth"):
        assert word not in names
