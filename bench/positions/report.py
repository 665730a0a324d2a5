"""docs/positions.md: how it is learned where viewers look, and how well."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np

from bench.positions.curves import CURVES
from bench.positions.orders import PLAYS, Pair
from bench.positions.recovery import FILLED, SCREEN, Recovered, by_settings, planted
from bench.positions.world import OPENS_A_PAGE, ORDINARY
from bench.quality.section import Plot, Section, markdown_of
from frontrow.ranking.positions import COLUMNS, ROWS
from frontrow.training.positions import LEAST_OPENS

_FRONT = """# Where viewers look

Written by `python -m bench.positions --write` (`make bench-positions`); no figure here is typed by
hand.

A title is opened where it is looked at *and* wanted. To tell one from the other, Frontrow learns how
much each place of a page is looked at beside the first tile of the first row: a table of {rows} rows x
{columns} columns for each kind of device. Pages are laid out by it, and the page metric `attended`
([metrics.md](metrics.md)) weighs places by it.

## Swaps

On `exploration.swap_share` of pages (2%; 0: none) neighbours change places at random: rows with the
next row, titles with the next title of their row. Pairs are disjoint, all of one parity, which is drawn
too, and each is swapped with chance 1/2. It is drawn by the page's own seed, so that the page is the
same whenever it is asked again, by any process, and in a replay.

- Nothing moves within `continue_watching`, `my_list`, `top10`, `top_picks`, an editor's own order, or a
  row with drawn titles. What the viewer or the operator pinned stays where it is, a page with a floor
  is left alone, and two rows change places only where no title could come to be seen beside itself.
- Never for children, and never without profiling.
- The decision record has every pair and whether it was swapped (`swaps`), so that others can estimate
  from it.

## The estimate

A title that was opened on such a page could as well have stood in the other places of its pairs. *Given
that it was opened somewhere*, the chance that it was here is in proportion to how much is looked here:
what the title is worth cancels. That is the ratio of Joachims et al. 2017 and Agarwal et al. 2019, for
all pairs in one likelihood. Opened means clicked or started from that tile within
`exploration.attribution_hours`; what plays by itself is no open.

The log of the table is a beginning plus effects of rows, of columns and of each place for itself, each
a random walk. It begins with the settings (`page.attention_rows`, `page.attention_columns`,
`[screens]`), or with what places earn on pages without swaps, as it is or beside what the ranking
expects of the titles there; beginnings and steps of the walks are weighed by how well they explain the
swaps. No shape is assumed. Intervals are
Laplace's, over all of them; where a row is unlike those beside it and few titles stand in it they are
too narrow (below it is measured how often they hold).

`frontrow train` learns it and puts it into the bundle, so that a page is rebuilt with the table that it
was made with. A device's table is used if at least {least} titles that could have stood elsewhere were
opened, and if it foretells, for viewers that it was not fitted on, better than the settings where they
were opened, beyond two standard errors; else the settings hold, and `train` says why. `frontrow
positions show` prints what is in force, `frontrow positions learn` what the log says now;
`page.learned_attention = false` goes back to the settings.

It assumes that the chance of an open is a product (how much the place is looked at, what the title is
worth), the same for everyone on a device. Where a good neighbour keeps viewers from looking on, the
table tells of the page as it usually is.
"""


def report(
    found: Sequence[Recovered], orders: Sequence[Pair], day: str, machine: str, viewers: int
) -> tuple[str, list[Plot]]:
    """(the page, its plots)."""
    front = _FRONT.format(rows=ROWS, columns=COLUMNS, least=f"{LEAST_OPENS:,}")
    plot = _plot(found)
    sections = [_recovery(found, day, machine, viewers, plot), _orders(orders)]
    text = "\n\n".join([front.rstrip(), *(markdown_of(one, "images") for one in sections)])
    return text + "\n", [plot]


def _recovery(
    found: Sequence[Recovered], day: str, machine: str, viewers: int, plot: Plot
) -> Section:
    pages = found[0].pages
    rows, columns = SCREEN
    text = (
        f"Measured on {day}, on {machine}. {pages:,} pages of {viewers} viewers of an invented service:"
        " its own rows, order, swaps and records. What is opened is drawn: how much its place is looked"
        " at, by a planted curve, times what the title is worth to the viewer, which falls with its rank,"
        f" differs by title, and is three times as much in the viewer's own rows; {OPENS_A_PAGE:g} open a"
        f" page on the whole. Of pages without swaps {ORDINARY:,} are read. Mean absolute error over all"
        f" {ROWS} x {COLUMNS} places; over the {found[0].filled} of them that hold a title on {FILLED:.0%} of"
        " pages (the first row, mostly, is no longer than the screen: of its places beyond nobody can tell;"
        " these places were set apart after the figures over all of them were seen);"
        f" and over the {rows} x {columns} that are seen at once. Ranges are over seeds, none of which was"
        " used to choose anything. For comparison: the settings' table, and what"
        " places earn, taken for how much they are looked at."
    )
    cells = []
    for curve in CURVES:
        for share in sorted({one.share for one in found}):
            some = [one for one in found if (one.curve, one.share) == (curve, share)]
            error = [one.error for one in some]
            filled = [one.filled_error for one in some]
            cells.append(
                (
                    f"{curve}, {share:.0%} of pages",
                    str(len(some)),
                    f"{np.mean([one.opens for one in some]):,.0f}",
                    _range(error),
                    _verdict(error),
                    _range(filled),
                    _verdict(filled),
                    f"{np.mean([one.screen_error for one in some]):.4f}",
                    f"{np.mean([one.covered for one in some]):.1%},"
                    f" {np.mean([one.filled_covered for one in some]):.1%}",
                    f"{sum(one.used for one in some)} of {len(some)}",
                    f"{some[0].settings_error:.4f}",
                    f"{np.mean([one.earned_error for one in some]):.4f}",
                )
            )  # fmt: skip
    head = (
        "curve, share swapped", "seeds", "opens that could have been elsewhere", "error",
        "below .05", "error where titles stand", "below .05", "error on the first screen",
        "intervals that hold the truth (all, where titles stand)", "used",
        "error of the settings", "error of earnings",
    )  # fmt: skip
    return Section("Planted curves, recovered", text, head, tuple(cells), (plot,))


def _range(errors: Sequence[float]) -> str:
    if len(errors) == 1:
        return f"{errors[0]:.4f}"
    return f"{np.mean(errors):.4f} ({min(errors):.4f} to {max(errors):.4f})"


def _verdict(errors: Sequence[float]) -> str:
    """Of the bound of .05 on every seed."""
    below = sum(error < 0.05 for error in errors)
    return (
        "met" if below == len(errors) else "missed" if below == 0 else f"{below} of {len(errors)}"
    )


def _orders(orders: Sequence[Pair]) -> Section:
    apart = [pair for pair in orders if pair.told_apart]
    flipped = [pair for pair in orders if pair.flips]
    beyond = [pair for pair in apart if pair.flips]
    names = sorted({name for pair in orders for name in (pair.one, pair.other)})
    text = (
        f"Five ways to lay out the same pages ({', '.join(names)}; see [pages.md](pages.md)), measured by"
        f" `attended` against {PLAYS} titles that each viewer plays well, drawn by what they are worth. Each"
        " pair of them under each planted curve and the settings' as the true one, and under each other of"
        f" these as the wrong one: {len(orders)} cases. In {len(apart)} the true curve tells the two"
        f" apart beyond noise (95%, paired by viewer); the wrong curve turns the order round in {len(beyond)}"
        f" of these, and in {len(flipped) - len(beyond)} of the others."
    )
    rows = tuple(
        (
            f"{pair.one} / {pair.other}",
            pair.true,
            f"{pair.difference:+.4f} ({pair.interval[0]:+.4f} to {pair.interval[1]:+.4f})",
            pair.used,
            f"{pair.with_used:+.4f} ({pair.used_interval[0]:+.4f} to {pair.used_interval[1]:+.4f})",
        )
        for pair in flipped
    )
    head = ("turned round", "true", "difference", "wrong", "difference by it") if rows else ()
    return Section("Two rankers under the wrong curve", text, head, rows)


def _plot(found: Sequence[Recovered]) -> Plot:
    """How much the places of three rows are looked at: planted, as the settings have it, and as learned."""
    values = []
    shares = sorted({one.share for one in found})
    for curve in CURVES:
        tables = {"planted": planted(curve), "settings": np.exp(by_settings())}
        for share in shares:
            first = next(one for one in found if (one.curve, one.share) == (curve, share))
            tables[f"learned, {share:.0%} of pages"] = first.table
        values += [
            {"curve": curve, "row": f"row {row + 1}", "column": column + 1, "table": name,
             "looked at": round(float(table[row, column]), 4)}
            for name, table in tables.items()
            for row in (0, 2, 5)
            for column in range(COLUMNS)
        ]  # fmt: skip
    chart = (
        alt.Chart(alt.Data(values=values))
        .mark_line()
        .encode(
            x=alt.X("column:Q", title="column"),
            y=alt.Y("looked at:Q", title="looked at", scale=alt.Scale(domain=[0, 1.2], clamp=True)),
            color=alt.Color("table:N", title=None),
            strokeDash=alt.StrokeDash("table:N", title=None),
            row=alt.Row("curve:N", title=None),
            column=alt.Column("row:N", title=None),
        )
        .properties(width=200, height=110)
    )
    says = "How much places are looked at, by column: three planted curves in rows 1, 3 and 6, as learned."
    return Plot("positions", says, chart.to_dict())
