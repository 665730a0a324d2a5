"""Settings changed for once are checked as the file is, and refused with what to do."""

from __future__ import annotations

import pytest

from frontrow.base.changes import with_changes
from frontrow.base.errors import BadInput
from frontrow.base.settings import Settings


def test_a_change_is_laid_over_the_settings_and_the_later_of_two_holds() -> None:
    before = Settings()
    after = with_changes(
        before, ["page.redundancy=0.25", "exploration.every=0", "page.redundancy = 0.3"]
    )
    assert (after.page.redundancy, after.exploration.every) == (0.3, 0)
    assert after.page.columns == before.page.columns
    assert with_changes(after, ["service.country=DE"]).service.country == "DE"
    assert with_changes(before, []) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("page.redundancy", "not part.key=value"),
        ("redundancy=1", "not part.key=value"),
        ("page.redundanzy=1", "no setting is called page.redundanzy"),
        ("pages.redundancy=1", "no setting is called pages.redundancy"),
        ("page.redundancy=2", "<= 1.0"),
        ("page.columns=many", "int"),
        ("server.body_bytes=2000", "decides nothing of a page"),
        ("bundles.keep=3", "decides nothing of a page"),
    ],
)
def test_a_change_that_can_not_be_made_is_refused(change: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        with_changes(Settings(), ["page.rows=8", change])
    assert says in str(refused.value)
    assert str(refused.value).startswith(change)
