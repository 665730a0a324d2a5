"""Cards as Markdown, for a repository or a wiki, and as one self-contained page of HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import msgspec

from frontrow.audit.cards.card import Card
from frontrow.base.reports import report_page, with_code

Section = tuple[str, list[str] | list[tuple[str, str]]]
"""A heading, and its sentences, or its rows of two."""


def sections_of(card: Card) -> Iterator[Section]:
    """What a card says, part by part."""
    yield "What it is for", [card.purpose, f"Called: {'; '.join(card.names)}."]
    yield (
        "What it reads",
        [
            *card.inputs,
            "Not there without profiling."
            if card.needs_profiling
            else "There without profiling too, of what may be read then.",
        ],
    )
    yield "In which order", [card.order]
    if card.features:
        yield "Features", [(name, ", ".join(each)) for name, each in card.features.items()]
    yield "Never used", [card.never_used]
    yield "Rules", card.rules
    yield "Limits", card.limits
    yield (
        "Settings",
        [
            (
                setting["name"],
                f"{_plain(setting['value'])}{'' if setting['is_default'] else ' (changed)'}:"
                f" {setting['meaning']}",
            )
            for setting in card.settings
        ],
    )
    if card.reward is not None:
        yield "Reward", [f"version {card.reward['version']}, hash {card.reward['hash']}"]
    if card.fitted is not None:
        yield "Fitted", list(_fitted(card))
        yield (
            "Figures of its judgement",
            [(name, _plain(value)) for name, value in _flat(card.fitted.figures)],
        )


def markdown_of(card: Card) -> str:
    """One card."""
    lines = [f"# `{card.kind}`", "", f"Version {card.version}."]
    for heading, said in sections_of(card):
        lines += ["", f"## {heading}", ""]
        if said and isinstance(said[0], tuple):
            lines += ["| | |", "|---|---|"]
            lines += [f"| {_cell(name)} | {_cell(told)} |" for name, told in said]
        else:
            lines += [f"- {one}" for one in said]
    return "\n".join([*lines, ""])


def html_of(cards: Sequence[Card]) -> str:
    """All cards on one page."""
    parts = [
        "<p>" + " · ".join(f'<a href="#{c.kind}">{escape(c.kind)}</a>' for c in cards) + "</p>"
    ]
    for card in cards:
        parts.append(f'<h2 id="{card.kind}">{escape(card.kind)}</h2>')
        parts.append(f"<p><small>Version {card.version}</small></p>")
        for heading, said in sections_of(card):
            parts.append(f"<h3>{escape(heading)}</h3>")
            if said and isinstance(said[0], tuple):
                rows = "".join(
                    f'<tr><td>{escape(name)}</td><td class="words">{with_code(told)}</td></tr>'
                    for name, told in said
                )
                parts.append(f"<table>{rows}</table>")
            else:
                items = "".join(f"<li>{with_code(str(one))}</li>" for one in said)
                parts.append(f"<ul>{items}</ul>")
    return report_page("model cards", parts)


def _fitted(card: Card) -> Iterator[tuple[str, str]]:
    fitted = card.fitted
    assert fitted is not None
    yield "bundle", fitted.bundle
    yield "fitted at", fitted.fitted_at
    yield "events", f"{fitted.events:,}"
    yield "titles", f"{fitted.titles:,}, catalogue revision {fitted.catalogue_revision}"
    yield "seed", str(fitted.seed)
    yield "reward", f"version {fitted.reward_version}, hash {fitted.reward_hash or 'not held'}"
    for part, why in fitted.left_out.items():
        yield f"left out: {part}", why


def _flat(figures: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Nested figures, one a line."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}: ")
        else:
            yield f"{before}{name}", value


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
