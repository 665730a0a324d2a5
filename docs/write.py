"""Write the reference pages that come from the code: `make docs`. A test holds them to it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from frontrow.base.settings import describe_settings
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
        " `/openapi.json` and `/docs`. A call whose answer is 501 comes in a later version.",
        "",
        "| call | scope | does |",
        "|---|---|---|",
    ]
    for endpoint in endpoint_table(None, UNOPENED):  # type: ignore[arg-type]  # only the table is read
        later = " (501 as yet)" if 501 in endpoint.problems else ""
        lines.append(
            f"| `{endpoint.method} {endpoint.path}` | {endpoint.scope} | {endpoint.summary}{later} |"
        )
    return "\n".join([*lines, ""])


PAGES = {"settings.md": settings_page, "http.md": routes_page}


def main() -> None:
    """Write them."""
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), "utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
