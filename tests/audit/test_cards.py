"""Model cards: one for each kind of row, true to the code, and another whenever something of it changes."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from frontrow.audit.cards import KINDS, Card, Fitted, cards_of, html_of, markdown_of
from frontrow.audit.cards import card as module
from frontrow.audit.cards.card import source_of
from frontrow.audit.cards.kinds import SETTINGS_OF_EVERY_ROW
from frontrow.base.settings import Settings, describe_settings
from frontrow.page.rows import SOURCES
from frontrow.ranking import reward

FITTED = Fitted(
    bundle="b" * 64, fitted_at="2026-03-01T00:00:00Z", events=1_234, titles=56, catalogue_revision=7,
    seed=3, reward_version=2, reward_hash="abc", left_out={"ials": "too few"},
    figures={"gate": {"variety": 12, "passed": True}},
)  # fmt: skip


def by_kind(settings: Settings | None = None, fitted: Fitted | None = None) -> dict[str, Card]:
    return {card.kind: card for card in cards_of(settings or Settings(), fitted)}


def changed(before: dict[str, Card], after: dict[str, Card]) -> set[str]:
    return {kind for kind in before if before[kind].version != after[kind].version}


def test_every_kind_of_row_has_a_card_and_no_other_has() -> None:
    assert list(by_kind()) == [source.kind for source in SOURCES]
    assert set(KINDS) == set(by_kind())
    assert all(card.names and card.limits and card.rules for card in by_kind().values())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.kind))
def test_a_card_names_the_settings_that_its_rows_source_reads(source: object) -> None:
    known = {f"{part}.{key}" for part, key, _, _ in describe_settings()}
    source_text = re.sub(r"(?m)^(from|import) .*$", "", source_of(source))  # type: ignore[arg-type]
    read = {
        f"{part}.{key}" for part, key in re.findall(r"\b(page|exploration)\.(\w+)", source_text)
    } & known
    named = {*KINDS[source.kind].settings, *SETTINGS_OF_EVERY_ROW}  # type: ignore[attr-defined]
    assert read <= named
    assert named <= known


def test_a_changed_setting_is_told_and_makes_another_card_of_the_rows_that_it_moves() -> None:
    page = replace(Settings().page, new_days=9)
    after = by_kind(replace(Settings(), page=page))
    assert changed(by_kind(), after) == {"new"}
    (told,) = [s for s in after["new"].settings if s["name"] == "page.new_days"]
    assert (told["value"], told["is_default"]) == (9, False)
    assert "(changed)" in markdown_of(after["new"])


def test_a_changed_reward_makes_another_card_of_every_row_that_is_ranked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = by_kind()
    monkeypatch.setattr(reward, "_COMPLETED", 0.7)
    assert changed(before, by_kind()) == {kind for kind, about in KINDS.items() if about.ranked}


def test_a_changed_source_makes_another_card(monkeypatch: pytest.MonkeyPatch) -> None:
    before, read = by_kind(), source_of
    monkeypatch.setattr(
        module, "source_of", lambda one: read(one) + ("#" if one.kind == "new" else "")
    )
    assert changed(before, by_kind()) == {"new"}


def test_a_bundle_is_told_of_where_something_fitted_moves_the_row() -> None:
    cards = by_kind(fitted=FITTED)
    for kind, card in cards.items():
        about = KINDS[kind]
        assert (card.fitted is not None) == (about.ranked or about.resumes)
        assert bool(card.features) == (about.ranked or about.resumes)
    told = markdown_of(cards["genre"])
    assert "1,234" in told
    assert "| gate: variety | 12 |" in told
    assert changed(by_kind(), cards) == {k for k, a in KINDS.items() if a.ranked or a.resumes}


def test_all_cards_stand_on_one_page_without_a_script() -> None:
    page = html_of(cards_of(Settings(), FITTED))
    assert all(f'id="{kind}"' in page for kind in KINDS)
    assert "<script" not in page
