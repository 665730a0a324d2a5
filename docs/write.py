"""Write the reference pages that come from the code: `make docs`. A test holds them to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from frontrow.audit.cards import cards_of, markdown_of
from frontrow.base.settings import Settings, describe_settings
from frontrow.server.api import endpoint_table
from frontrow.server.parts import UNOPENED

FOLDER = Path(__file__).parent


def settings_page() -> str:
    """docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Written by `make docs` from `frontrow/base/settings.py`. A home's `frontrow.toml` holds them"
        " under `[part]`; the environment lays over it: `[page] columns` is `FRONTROW_PAGE_COLUMNS`."
        " An unknown key is refused.",
    ]
    last = ""
    for part, key, default, meaning in describe_settings():
        if part != last:
            lines += ["", f"## {part}", "", "| setting | default | meaning |", "|---|---|---|"]
            last = part
        shown = "none" if default is None else msgspec.json.encode(default).decode()
        lines.append(f"| `{key}` | `{shown}` | {meaning} |")
    lines += [
        "",
        "`FRONTROW_HOME` names the home; `FRONTROW_NOW` (RFC 3339) freezes the deciding clock of any"
        " command.",
        "",
    ]
    return "\n".join(lines)


def routes_page() -> str:
    """docs/http.md."""
    lines = [
        "# HTTP calls",
        "",
        "Written by `make docs` from the endpoint table. A running service describes itself at"
        " `/openapi.json` and `/docs`.",
        "",
        "| call | scope | does |",
        "|---|---|---|",
    ]
    for endpoint in endpoint_table(None, UNOPENED):  # type: ignore[arg-type]  # only the table is read
        lines.append(
            f"| `{endpoint.method} {endpoint.path}` | {endpoint.scope} | {endpoint.summary} |"
        )
    return "\n".join([*lines, ""])


def card_pages() -> dict[str, Callable[[], str]]:
    """docs/cards: what code and default settings say of each kind of row; a home's own say more."""
    cards = {card.kind: markdown_of(card) for card in cards_of(Settings())}
    pages = {f"cards/{kind}.md": partial(_with_note, card) for kind, card in cards.items()}
    return {**pages, "cards/README.md": partial(_card_index, list(cards))}


def _with_note(card: str) -> str:
    return (
        card
        + "\nWritten by `make docs`, of default settings and no bundle; `frontrow modelcard` says the"
        " rest.\n"
    )


def _card_index(kinds: list[str]) -> str:
    lines = [
        "# Model cards",
        "",
        "Written by `make docs`: what the code and the default settings say of each kind of row. A card's"
        " version changes with its row's source, features, reward, rules and settings, and a test refuses a"
        " stale one. `frontrow modelcard` writes those of a home, with its live bundle, its settings, what it"
        " was fitted on and how it was judged.",
        "",
        *(f"- [{kind}]({kind}.md)" for kind in kinds),
        "",
    ]
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "http.md": routes_page,
    **card_pages(),
}


def main() -> None:
    """Write them."""
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), "utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
