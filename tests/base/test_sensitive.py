"""Words that nothing personal rests on."""

from __future__ import annotations

import pytest

from frontrow.base.sensitive import DEFAULT, NOTHING, sensitive_of

LIST = sensitive_of(DEFAULT)


@pytest.mark.parametrize(
    "tag",
    ["LGBTQ+ Stories", "Coming-out", "Gay & Lesbian", "Faith", "Mental Health", "HIV/AIDS",
     "Religiös", "Leben mit Krebs"],
)  # fmt: skip
def test_a_tag_with_a_word_of_the_list_is_sensitive(tag: str) -> None:
    assert LIST.holds(tag)
    assert not NOTHING.holds(tag)


@pytest.mark.parametrize(
    "tag", ["Coming of age", "Comedy", "Health", "Going out", "Gayle", "", "Zombies"]
)
def test_other_tags_are_not(tag: str) -> None:
    assert not LIST.holds(tag)


def test_the_order_of_several_words_counts() -> None:
    listed = sensitive_of(" coming  out ,, HIV")
    assert listed.holds("a coming out story")
    assert not listed.holds("out coming")
    assert listed.holds("hiv")
