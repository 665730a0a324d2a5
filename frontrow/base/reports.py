"""Reports as one self-contained page of HTML: no script, nothing from elsewhere, plots as SVG inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

_CODE = re.compile("`([^`]+)`")
_PADDING = {"left": 5, "top": 5, "right": 24, "bottom": 5}  # px
_CSP = "default-src 'none'; style-src 'unsafe-inline'"

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c1c1e; background: #fff; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .4rem .6rem; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; overflow-wrap: break-word; }
tr.full td { font-weight: 600; }
td.words { text-align: left; }
.failed { color: #b00020; font-weight: 600; }
.passed { color: #1b6e3c; }
small, .quiet { color: #555; }
svg { max-width: 100%; height: auto; }
"""


def report_page(title: str, parts: Iterable[str], *, heading: str | None = None) -> str:
    """A whole page. parts: HTML, what comes from outside escaped in it already; heading: else the title."""
    head = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">',
        f"<title>Frontrow: {escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(heading or title.capitalize())}</h1>",
    ]
    return "\n".join([*head, *parts, "</body></html>", ""])


def svg_of(chart: dict[str, Any]) -> str:
    """The SVG of a Vega-Lite chart; a viewer's letters may be wider than those it was measured with."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg({"padding": _PADDING, **chart})
    return svg


def with_code(text: str) -> str:
    """Text as HTML, with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))
