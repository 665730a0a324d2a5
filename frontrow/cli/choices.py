"""`frontrow choices`: how images, reasons and drawn titles did, in the terminal and as a page with plots."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from frontrow.cli.arguments import Json, Seed
from frontrow.cli.commands import opened
from frontrow.cli.exporting import bounds_of, choices_of_home
from frontrow.cli.show import print_json, progress_bar, terminal

if TYPE_CHECKING:
    from frontrow.evaluation.decisions.takes import Take, Takes

_LISTED = 10


def choices(
    kind: Literal["artwork", "evidence", "slot"] = "artwork",
    *,
    since: str | None = None,
    until: str | None = None,
    unfinished: Annotated[bool, Parameter(negative="")] = False,
    html: Path | None = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Take fractions (quality plays per impression) by what was drawn, by arm and by day; what the policy
    adds to its random share; what it lost against the best fixed choice.

    Parameters
    ----------
    kind
        artwork (images), evidence (reasons) or slot (drawn titles).
    since
        Pages made from this moment on (RFC 3339).
    until
        Pages made before this moment.
    unfinished
        Choices too whose attribution window is not over.
    html
        Where the report is written (else reports/choices-KIND.html in the home).
    """
    from frontrow.base.files import write_whole
    from frontrow.evaluation.decisions import write_choices
    from frontrow.evaluation.decisions.takes import takes_of
    from frontrow.evaluation.decisions.takes_report import html_of_takes

    bounds = bounds_of(since, until)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "choices.parquet"
        with opened() as service, progress_bar(quiet=json) as tell:
            rows, _ = choices_of_home(
                service, since_us=bounds[0], until_us=bounds[1], kind=kind, tell=tell
            )
            write_choices(rows, log)
            report = html or service.home.reports / f"choices-{kind}.html"
        takes = takes_of(log, kind, unfinished=unfinished, seed=seed)
    write_whole(report, html_of_takes(takes).encode())
    if json:
        import msgspec

        print_json({**msgspec.to_builtins(takes), "report": str(report)})
        return
    _print(takes)
    print(f"with plots: {report}")


def _print(takes: Takes) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from frontrow.evaluation.decisions.takes_report import figure, words_of

    for said in words_of(takes):
        print(said)

    def show(title: str, told: tuple[Take, ...]) -> None:
        table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0), title_justify="left")
        table.add_column("drawn")
        for head in ("shown", "played well", "take (95%)"):
            table.add_column(head, justify="right")
        for one in told:
            table.add_row(one.name, f"{one.shown:,}", f"{one.quality:,}", figure(one.fraction))
        terminal().print(table)

    show("by arm", takes.by_arm)
    show(f"the {_LISTED} shown most", takes.by_drawn[:_LISTED])
