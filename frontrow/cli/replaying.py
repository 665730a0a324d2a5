"""`frontrow replay`: a served page again to the byte; or many viewers' pages of a past moment, as they
were and as other settings would have made them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter, validators

from frontrow.base.errors import BadInput
from frontrow.cli.app import WrongUsage
from frontrow.cli.arguments import Json, Seed
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json, print_page, progress_bar, terminal

if TYPE_CHECKING:
    from rich.table import Table

    from frontrow.evaluation.side_by_side import Example, ShownRow
    from frontrow.page import BuiltPage, Page
    from frontrow.server.time_travel import Travelled, Trip

Profiles = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100_000))]
Days = Annotated[float, Parameter(validator=validators.Number(gt=0, lte=3_650))]
Set = Annotated[
    list[str],
    Parameter(name="--set", negative="", show_default=False, help="part.key=value to change."),
]

_SHOWN_ROWS, _SHOWN_COLUMNS = 6, 10
_MOST, _MIDDLE, _LEAST = "changed most", "in the middle", "changed least"


def replay(
    page: str | None = None,
    *,
    at: str | None = None,
    profiles: Profiles = 200,
    bundle: str | None = None,
    set: Set = [],  # noqa: B006  # the word of the command line; cyclopts reads it
    horizon: Days = 14.0,
    seed: Seed = 0,
    html: Path | None = None,
    json: Json = False,
) -> int:
    """Rebuild a served page to the byte (`replay PAGE`), or pages of a past moment (`replay --at TIME`).

    Parameters
    ----------
    page
        A page id: rebuilt from its decision record and compared.
    at
        A past moment (RFC 3339): pages of viewers active before it are built as of then.
    profiles
        How many viewers, drawn by `--seed`.
    bundle
        The first characters of another bundle's id, to compare with that of then.
    horizon
        Days after the moment: what was played well in them is what was right.
    html
        Where the side-by-side is written (else reports/replay.html in the home).
    """
    if (page is None) == (at is None):
        raise WrongUsage(
            "name a page, or a moment with --at; not both" if page else "what is to be replayed?",
            where="replay",
            mend="`frontrow replay PAGE_ID`, or `frontrow replay --at TIME --profiles 200`",
        )
    if page is not None:
        if bundle is not None or set or html is not None:
            raise WrongUsage("--bundle, --set and --html go with --at", where="replay")
        return _one(page, json)
    return _many(str(at), profiles, bundle, set, horizon, seed, html, json)


def _one(page_id: str, json: bool) -> int:
    from frontrow.server import Replays

    with opened() as service:
        told = Replays(service).served(page_id)
    later = told.get("continued", [])
    all_same = all(one["rebuilt_to_the_byte"] for one in later)
    if json:
        print_json(told)
    else:
        print_page(told["page"])
        same = told["rebuilt_to_the_byte"]
        why = told.get("differs_because")
        print("\nthe same bytes as served" if same else f"\nNOT the bytes that were served: {why}")
        for one in later:
            if not one["rebuilt_to_the_byte"]:
                print(f"NOT the bytes of later answer {one['answer']}: {one['differs_because']}")
        if all_same and later:
            print(f"and those of {len(later):,} later answers of it")
    return 0 if told["rebuilt_to_the_byte"] and all_same else 1


def _many(
    at: str, profiles: int, bundle: str | None, changes: list[str], horizon: float, seed: int,
    html: Path | None, json: bool,
) -> int:  # fmt: skip
    from frontrow.base.changes import with_changes
    from frontrow.base.files import write_whole
    from frontrow.base.settings import Settings
    from frontrow.base.time import parse_time, to_us
    from frontrow.server.time_travel import Trip, travel

    try:
        trip = Trip(to_us(parse_time(at)), profiles, seed, horizon, bundle, tuple(changes))
        with_changes(Settings(), changes)
    except BadInput as error:
        where = error.where if error.where else "--at"
        raise WrongUsage(error.what, where=where, mend=error.mend) from None
    report: Path | None = None
    with opened() as service, progress_bar(quiet=json) as tell:
        found = travel(service, trip, tell)
        if trip.is_changed:
            report = html or service.home.reports / "replay.html"
            write_whole(report, _html(found, trip).encode())
    if json:
        print_json({**found.to_json(), "report": None if report is None else str(report)})
    else:
        _print(found, trip)
        if report is not None:
            print(f"side by side: {report}")
    return 1 if found.served["same"] < found.served["pages"] else 0


def _headline(found: Travelled) -> str:
    told = found.told
    return (
        f"{told['profiles']:,} viewers at {told['at']}; plays until {told['until']} are what was"
        f" right; catalogue {told['catalogue_revision']}, bundle {(told['bundle'] or 'none')[:12]}"
    )


def _changes(trip: Trip) -> list[str]:
    return [*([f"bundle {trip.bundle}"] if trip.bundle else []), *trip.changes]


def _print(found: Travelled, trip: Trip) -> None:
    print(_headline(found))
    for note in found.told["notes"]:
        print(f"note: {note}")
    served = found.served
    if served["pages"]:
        print(
            f"served to them in the day before: {served['pages']:,} pages,"
            f" {served['same']:,} rebuilt to the byte"
        )
    for why, count in served["why"].items():
        print(f"  {count:,}: {why}")
    for change in _changes(trip):
        print(f"changed: {change}")
    terminal().print(_table(found, trip.is_changed))
    for name, figure in found.kept.items():
        print(f"{name.replace('_', ' ')}: {figure.as_is:.3f} of the page stays")


def _table(found: Travelled, changed: bool) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    heads = ["as it is", "changed", "difference (95%)"] if changed else ["as it is (95%)"]
    table.add_column("metric")
    for head in [*heads, "viewers"]:
        table.add_column(head, justify="right")
    for name, figure in found.figures.items():
        cells = [_with_interval(f"{figure.as_is:.4f}", figure.as_is_interval)]
        if changed:
            difference = _with_interval(f"{figure.difference:+.4f}", figure.difference_interval)
            cells = [f"{figure.as_is:.4f}", f"{figure.changed:.4f}", difference]
        table.add_row(name.replace("_", " "), *cells, f"{figure.viewers:,}")
    return table


def _with_interval(value: str, interval: tuple[float, float] | None) -> str:
    return value if interval is None else f"{value} ({interval[0]:.4f} to {interval[1]:.4f})"


def _html(found: Travelled, trip: Trip) -> str:
    from frontrow.evaluation.side_by_side import side_by_side

    return side_by_side(
        headline=_headline(found),
        changes=_changes(trip),
        notes=found.told["notes"],
        figures=found.figures,
        kept=found.kept,
        examples=_examples(found),
    )


def _examples(found: Travelled) -> list[Example]:
    from frontrow.evaluation.side_by_side import Example

    whys = {1: [_MOST], 2: [_MOST, _LEAST]}.get(len(found.built), [_MOST, _MIDDLE, _LEAST])
    return [
        Example(
            one.page.profile_id,
            f"{why}: {share:.0%} of what is seen first stays",
            _shown(one, other.page),
            _shown(other, one.page),
        )
        for (one, other), share, why in zip(found.built, found.share_kept, whys, strict=True)
    ]


def _shown(built: BuiltPage, other: Page) -> tuple[ShownRow, ...]:
    """The first rows of a page, with what the other page's window does not hold."""
    from frontrow.evaluation.side_by_side import ShownRow, ShownTile

    rows: set[Any] = {row.row_id for row in other.rows[:_SHOWN_ROWS]}
    titles = {
        tile.title_id for row in other.rows[:_SHOWN_ROWS] for tile in row.tiles[:_SHOWN_COLUMNS]
    }
    return tuple(
        ShownRow(
            row.title,
            row.row_id not in rows,
            tuple(
                ShownTile(tile.name, tile.title_id not in titles, tile.explore)
                for tile in row.tiles[:_SHOWN_COLUMNS]
            ),
        )
        for row in built.page.rows[:_SHOWN_ROWS]
    )
