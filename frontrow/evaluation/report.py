"""The evaluation as a table for the terminal, and as one self-contained page of HTML."""

from __future__ import annotations

from html import escape

from rich.box import SIMPLE_HEAD
from rich.table import Table

from frontrow.base.reports import report_page, svg_of
from frontrow.evaluation.evaluate import Evaluation, K

SHOWN = (f"recall@{K}", "ndcg@10", f"ndcg@{K}", f"coverage@{K}", "effective_catalogue_size")
WHOLE = "full"


def table_of(evaluation: Evaluation) -> Table:
    """A rich table: every scorer's means, with 95% intervals where they are over viewers."""
    table = Table(title=_headline(evaluation), box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("scorer", min_width=10)
    intervals = {metric for known in evaluation.intervals.values() for metric in known}
    for metric in SHOWN:
        # An interval stands under its mean, so that both are whole in a terminal of 80 columns.
        width = len("0.123-0.456") if metric in intervals else None
        table.add_column(_words(metric).replace("@", " at "), justify="right", min_width=width)
    for name, metrics in evaluation.models.items():
        cells = [
            _cell(evaluation, name, metric).replace(" (", "\n").removesuffix(")")
            for metric in SHOWN
            if metric in metrics
        ]
        table.add_row(_words(name), *cells, style="bold" if name == WHOLE else None)
    if evaluation.page:
        table.add_section()
    for name in evaluation.page:
        table.add_row(
            _words(name), _page_cell(evaluation, name).replace(" (", "\n").removesuffix(")")
        )
    if evaluation.notes:
        table.caption = "\n".join(evaluation.notes)
    return table


def html_of(evaluation: Evaluation) -> str:
    """The report: what was asked, the table, one plot as SVG; no script, nothing from elsewhere."""
    parts = [f"<p>{escape(_headline(evaluation))}</p>"]
    parts += [f"<p>{escape(note)}</p>" for note in evaluation.notes]
    if evaluation.models:
        parts += [_html_table(evaluation), "<h2>nDCG with 95% intervals</h2>", plot_of(evaluation)]
    if evaluation.page:
        parts.append("<h2>Pages</h2><table><tr><th>metric</th><th>value</th></tr>")
        parts += [
            f"<tr><td>{escape(_words(name))}</td><td>{_page_cell(evaluation, name)}</td></tr>"
            for name in evaluation.page
        ]
        parts.append("</table>")
    if evaluation.split:
        parts.append("<h2>Split</h2><table>")
        parts += [
            f"<tr><td>{escape(_words(key))}</td><td>{escape(str(value))}</td></tr>"
            for key, value in evaluation.split.items()
        ]
        parts.append("</table>")
    return report_page("evaluation", parts)


def plot_of(evaluation: Evaluation) -> str:
    """nDCG of every scorer with its interval, as SVG."""
    import altair as alt

    metric = f"ndcg@{K}"
    rows = [
        {
            "scorer": _words(name),
            "value": metrics[metric],
            "low": evaluation.intervals[name][metric][0],
            "high": evaluation.intervals[name][metric][1],
            "kind": "whole system" if name == WHOLE else "one scorer",
        }
        for name, metrics in evaluation.models.items()
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("scorer:N", sort=[_words(name) for name in evaluation.models], title=None)
    )
    color = alt.Color("kind:N", title=None, scale=alt.Scale(range=["#8a8f98", "#c2410c"]))
    ranges = base.mark_rule(strokeWidth=3, opacity=0.5).encode(
        x=alt.X("low:Q", title=f"nDCG@{K}", scale=alt.Scale(zero=True)), x2="high:Q", color=color
    )
    means = base.mark_point(filled=True, size=90, opacity=1).encode(x="value:Q", color=color)
    return svg_of((ranges + means).properties(width=560, height=200).to_dict())


def _html_table(evaluation: Evaluation) -> str:
    head = "".join(f"<th>{escape(_words(metric))}</th>" for metric in SHOWN)
    rows = [f"<table><tr><th>scorer</th>{head}</tr>"]
    for name in evaluation.models:
        cells = "".join(f"<td>{escape(_cell(evaluation, name, m))}</td>" for m in SHOWN)
        mark = ' class="full"' if name == WHOLE else ""
        rows.append(f"<tr{mark}><td>{escape(_words(name))}</td>{cells}</tr>")
    return "\n".join([*rows, "</table>"])


def _cell(evaluation: Evaluation, name: str, metric: str) -> str:
    value = evaluation.models[name][metric]
    interval = evaluation.intervals.get(name, {}).get(metric)
    if interval is None:
        return f"{value:.0f}" if value >= 1 else f"{value:.3f}"
    return _with_interval(value, interval)


def _page_cell(evaluation: Evaluation, name: str) -> str:
    return _with_interval(evaluation.page[name], evaluation.page_intervals.get(name))


def _with_interval(value: float, interval: tuple[float, float] | None) -> str:
    if interval is None:
        return f"{value:.3f}"
    return f"{value:.3f} ({interval[0]:.3f}-{interval[1]:.3f})"


def _headline(evaluation: Evaluation) -> str:
    at = evaluation.split.get("at")
    moment = f", asked at {at}" if at else ""
    return f"{evaluation.n_viewers:,} viewers{moment}"


def _words(name: str) -> str:
    return name.replace("_", " ")
