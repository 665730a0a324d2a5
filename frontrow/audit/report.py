"""An audit as a table for the terminal, and as one self-contained page of HTML."""

from __future__ import annotations

from html import escape

from rich.box import SIMPLE_HEAD
from rich.table import Table

from frontrow.audit.audit import Audit
from frontrow.audit.findings import Finding
from frontrow.base.reports import report_page, svg_of

_ROOM = {"left": 28, "right": 8, "top": 4, "bottom": 4}
"""Round a plot: other fonts than it was measured with are wider."""

_COLOURS = ("#1b6ca8", "#b00020", "#8a8a8e")


def headline(audit: Audit) -> str:
    """What was audited, and how it came out."""
    failed = len(audit.failed)
    verdict = "all within bounds" if not failed else f"{failed} out of bounds"
    return (
        f"{audit.tiles:,} tiles seen by {audit.viewers:,} viewers in {audit.weeks} weeks: {verdict}"
    )


def table_of(audit: Audit) -> Table:
    """A rich table: every finding that has a figure, then those that can't be told."""
    table = Table(title=headline(audit), box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("finding", "figure (95%)", "asked", "what it is"):
        table.add_column(column)
    for finding in audit.findings:
        style = "bold red" if finding.passed is False else None
        table.add_row(_name(finding), _figure(finding), _asked(finding), finding.told, style=style)
    return table


def html_of(audit: Audit) -> str:
    """The report."""
    parts = [
        f"<p>{escape(headline(audit))}</p>",
        "<p>A figure is out of its bound only where its whole 95% interval over viewers is.</p>",
    ]
    told = [f for f in audit.findings if f.value is not None]
    for name in dict.fromkeys(f.name for f in told):
        mine = [f for f in told if f.name == name]
        parts.append(f"<h2>{escape(name.capitalize())}</h2>")
        if len(mine) > 1 and all(f.interval is not None for f in mine):
            parts.append(_plot(mine))
        parts.append(_rows(mine))
    quiet = [f for f in audit.findings if f.value is None]
    if quiet:
        parts.append("<h2>Not told</h2>")
        parts.append(_rows(quiet))
    return report_page("audit", parts)


def _rows(findings: list[Finding]) -> str:
    rows = []
    for finding in findings:
        state = {True: "passed", False: "failed", None: "quiet"}[finding.passed]
        rows.append(
            f"<tr><td>{escape(_name(finding))}</td>"
            f"<td>{escape(_figure(finding))}</td>"
            f'<td class="{state}">{escape(_asked(finding))}</td>'
            f'<td class="words">{escape(finding.told)}</td></tr>'
        )
    return f"<table><tr><th>part</th><th>figure (95%)</th><th>asked</th><th></th></tr>{''.join(rows)}</table>"


def _plot(findings: list[Finding]) -> str:
    import altair as alt

    rows = [
        {
            "part": finding.part or finding.name,
            "value": finding.value,
            "low": finding.interval[0] if finding.interval else finding.value,
            "high": finding.interval[1] if finding.interval else finding.value,
            "state": "out of bounds" if finding.passed is False else "within",
        }
        for finding in findings
    ]
    colour = alt.Color(
        "state:N",
        legend=None,
        scale=alt.Scale(domain=["within", "out of bounds"], range=list(_COLOURS[:2])),
    )
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("part:N", sort=None, title=None), color=colour
    )
    ranges = base.mark_rule(strokeWidth=3, opacity=0.5).encode(
        x=alt.X("low:Q", title=None), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(x="value:Q")
    return svg_of((ranges + points).properties(width=520, padding=_ROOM).to_dict())


def _name(finding: Finding) -> str:
    return f"{finding.name}: {finding.part}" if finding.part else finding.name


def _figure(finding: Finding) -> str:
    if finding.value is None:
        return "not told"
    if finding.interval is None:
        return f"{finding.value:g}"
    low, high = finding.interval
    return f"{finding.value:.3f} ({low:.3f} to {high:.3f})"


def _asked(finding: Finding) -> str:
    if finding.bound is None:
        return ""
    return f"{finding.bound}: {'met' if finding.passed else 'missed'}"
