"""`frontrow positions`: how much each place of a page is looked at, in force and as the log tells it now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts import App

from frontrow.cli.arguments import Json
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json, terminal

if TYPE_CHECKING:
    from frontrow.ranking.positions import Positions
    from frontrow.server import Service

positions = App(
    name="positions", help="How much each place of a page is looked at, by device, with intervals."
)

_COLUMNS = 12
"""Of a table in the terminal."""


@positions.command
def show(*, json: Json = False) -> None:
    """What is in force: what was learned, and on other devices what the settings say."""
    from frontrow.ranking.positions import Positions

    with opened() as service:
        policy = service.policy()
        of = Positions() if policy is None else policy.ranker.positions
        _tell(service, of, json)


@positions.command
def learn(*, json: Json = False) -> None:
    """What the pages served until now say; the next `frontrow train` puts it into its bundle."""
    from frontrow.server.positions import positions_of

    with opened() as service:
        _tell(service, positions_of(service), json)


def _tell(service: Service, of: Positions, json: bool) -> None:
    from frontrow.page.screen import screen_of
    from frontrow.ranking.positions import COLUMNS, DEVICES, ROWS

    settings, told = service.settings, {}
    for device in DEVICES:
        screen = screen_of(device, settings.screens, settings.page, of)
        one: dict[str, Any] = {"from": "settings" if screen.learned is None else "pages"}
        one["looked_at"] = screen.examination(ROWS, COLUMNS).round(4).tolist()
        if screen.learned is not None:
            learned = screen.learned
            one |= {
                "low": learned.low.tolist(),
                "high": learned.high.tolist(),
                "pages": learned.pages,
                "opens": learned.opens,
            }
        elif device in of.left_out:
            one["why"] = of.left_out[device]
        told[device] = one
    if json:
        print_json({"swap_share": settings.exploration.swap_share, "devices": told})
        return
    for device, one in told.items():
        _print(device, one)


def _print(device: str, one: dict[str, Any]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    if one["from"] == "settings":
        title = f"{device}: as the settings have it"
    else:
        title = f"{device}: learned from {one['opens']:,} opens on {one['pages']:,} pages"
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0), caption=one.get("why"))
    table.add_column("row", justify="right")
    for column in range(_COLUMNS):
        table.add_column(str(column + 1), justify="right")
    for row, values in enumerate(one["looked_at"], start=1):
        table.add_row(str(row), *(f"{value:.2f}" for value in values[:_COLUMNS]))
    terminal().print(table)
