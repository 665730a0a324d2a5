"""`frontrow import …`: titles, ratings, events, viewing histories, images and profiles, brought in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from frontrow.cli.app import WrongUsage
from frontrow.cli.arguments import Json, Map, checked_id
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json, progress_bar

if TYPE_CHECKING:
    from frontrow.importers import ImportReport, Source
    from frontrow.server import Service

import_ = App(name="import", help="Bring titles, ratings, events and viewing histories in.")


def _bring_in(source_for: Callable[[Service], Source], json: bool) -> int:
    """Import a source, made when the home is open: without a home nothing else matters."""
    from frontrow.importers import bring_in

    with opened() as service, progress_bar(quiet=json) as tell:
        source = source_for(service)

        def progress(done: int, total: int | None) -> None:
            tell(done / total if total else 0.0, f"{done:,} rows read")

        report = bring_in(
            source,
            titles=service.titles,
            log=service.log,
            rejected=service.home.rejected,
            now=service.clock(),
            left_out=service.left_out(),
            progress=progress,
        )
    return _told(report, json)


def _told(report: ImportReport, json: bool) -> int:
    """Print what an import did; its exit status."""
    if json:
        print_json(report.to_json())
    else:
        print(report.words())
    if report.interrupted:
        return 130
    return 1 if report.nothing_kept else 0


def _mapping(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        column, sep, field = pair.partition("=")
        if not sep or not column or not field:
            raise WrongUsage(f"{pair!r} is not column=field", where="--map")
        found[column] = field
    return found


@import_.command(name="movielens")
def import_movielens(path: Path, /, *, enrich: Path | None = None, json: Json = False) -> int:
    """A MovieLens folder: 1M, 100K, latest-small, 20M and later, or their Parquet copies.

    Parameters
    ----------
    enrich
        A table with more about the films (Parquet or CSV, a row each, joined by item_id).
    """
    from frontrow.importers import movielens

    return _bring_in(lambda _: movielens(path, enrich), json)


@import_.command(name="titles")
def import_titles(file: Path, /, *, map: Map = [], json: Json = False) -> int:  # noqa: B006  # cyclopts reads it
    """Titles from CSV, JSONL or Parquet; usual column names are recognised."""
    from frontrow.importers import titles

    mapping = _mapping(map)

    def source(service: Service) -> Source:
        known = {stored.title.title_id for stored in service.titles.read()[1]}
        return titles(file, mapping, known=known)

    return _bring_in(source, json)


@import_.command(name="events")
def import_events(file: Path, /, *, map: Map = [], json: Json = False) -> int:  # noqa: B006  # cyclopts reads it
    """Events of any age from CSV, JSONL or Parquet; usual column names are recognised."""
    from frontrow.importers import events

    mapping = _mapping(map)
    return _bring_in(lambda _: events(file, mapping), json)


@import_.command(name="viewing-history")
def import_viewing_history(
    file: Path, /, *, profile: str, only: str | None = None, json: Json = False
) -> int:
    """A personal viewing-activity export; the names in it are not stored.

    Parameters
    ----------
    profile
        The profile that the history becomes.
    only
        Take only the rows of this profile name in the file.
    """
    from frontrow.importers import viewing_history

    checked_id(profile)

    def source(service: Service) -> Source:
        titles = [stored.title for stored in service.titles.read()[1]]
        return viewing_history(file, profile, known=titles, only=only)

    return _bring_in(source, json)


import_.command(
    "frontrow.cli.profile_files:import_profile",
    name="profile",
    help="One profile's own data, as `export profile` wrote it.",
)


@import_.command(name="artwork")
def import_artwork(folder: Path, /, *, json: Json = False) -> int:
    """Images of titles: TITLE.jpg, or TITLE/NAME.jpg for several; JPEG, PNG or WebP, tagged by what they
    say of themselves."""
    from frontrow.catalog.images import ImageFiles
    from frontrow.importers import bring_in_artwork

    with opened() as service, progress_bar(quiet=json) as tell:
        report = bring_in_artwork(
            folder,
            titles=service.titles,
            files=ImageFiles(service.home.artwork),
            rejected=service.home.rejected,
            now=service.clock(),
            progress=lambda done, total: tell(done / total if total else 1.0, f"{done:,} images"),
        )
    return _told(report, json)


Key = Annotated[str, Parameter(env_var="JELLYFIN_KEY", show_env_var=True)]


@import_.command(name="jellyfin")
def import_jellyfin(url: str, /, *, key: Key = "", json: Json = False) -> int:
    """A Jellyfin server: its films and series, and what its users watched, began and marked.

    Parameters
    ----------
    url
        Its address, as https://media.example.
    key
        An API key of it, or an administrator's access token; better in the environment, where nobody sees
        it in a list of processes.
    """
    from frontrow.importers import jellyfin

    return _bring_in(lambda _: jellyfin(url, key), json)
