"""The editors' guide: its example is possible, and it names every field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from frontrow.rules import Rules
from frontrow.rules.document import Boost, Cap, EditorialRow, Floor, Pin, Selector
from tests.cli.conftest import Frontrow, lines
from tests.rules.shelf import film

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text("utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)[0]


def test_the_guides_example_can_be_set_over_a_catalogue_that_has_its_titles(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    noir = [film(name) for name in ("heat", "laura", "rififi", "gilda", "detour")]
    french = [
        film(f"x{i}", countries=["FR"], supplier="Own Studio", added_at="2026-02-20")
        for i in range(6)
    ]
    (tmp_path / "rules.toml").write_text(EXAMPLE, "utf-8")
    frontrow("init")
    frontrow("import", "titles", lines(tmp_path / "titles.jsonl", noir + french))

    ran = frontrow("rules", "set", str(tmp_path / "rules.toml"), "--author", "anna")

    assert ran.code == 0, ran.err
    rules = frontrow("rules", "show", "--json").json()["rules"]
    assert [len(rules[part]) for part in ("rows", "boosts", "floors", "caps", "pins")] == [
        2, 1, 1, 1, 1,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [Rules, EditorialRow, Selector, Boost, Floor, Cap, Pin])
def test_the_guide_names_every_field(kind: type) -> None:
    for name in kind.__struct_encode_fields__:  # type: ignore[attr-defined]
        assert re.search(rf"\b{name}\b", GUIDE), name
