"""`frontrow demo`: an invented service (or your own MovieLens folder), trained, judged and served."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.json import decode as read_json
from msgspec.json import encode as encode_json
from msgspec.json import format as format_json

from frontrow.base.errors import BadHome, BadInput
from frontrow.base.files import write_whole
from frontrow.base.home import Home, find_home, init_home
from frontrow.base.time import format_time, from_us, frozen_now, system_clock
from frontrow.cli.app import chosen_home
from frontrow.cli.arguments import Json, Port
from frontrow.cli.show import print_json, progress_bar

if TYPE_CHECKING:
    from frontrow.server import Service

Progress = Callable[[float, str], None]

VIEWERS = 1_000
_SEED = 7
_NOTE = "This service is invented: titles, people, pictures and viewers do not exist."
_BATCH = 20_000
_ABOUT = "about.json"
_NAME_ANOTHER = "name a new folder: `frontrow --home NEW demo`"


def demo(
    *, port: Port = 8000, data: Path | None = None, serve: bool = True, json: Json = False
) -> None:
    """An invented service with invented viewers, trained and served; a second run only serves.

    Parameters
    ----------
    port
        Where the viewer app is served.
    data
        A MovieLens folder of your own to use in place of the invented service.
    serve
        Whether to serve when all is made.
    """
    home = find_home(chosen_home())
    about_path = home.path / _ABOUT
    if not about_path.exists():
        _make(home, data, quiet=json)
    about = read_json(about_path.read_bytes())
    if data is not None and about["invented"]:
        raise BadHome("holds the invented service", where=str(home.path), mend=_NAME_ANOTHER)
    if about.get("clock"):
        os.environ.setdefault("FRONTROW_NOW", about["clock"])
    frozen = frozen_now()
    links = [f"http://127.0.0.1:{port}/?profile={p}" for p in about["worth_looking_at"]]

    def announce(_url: str) -> None:
        if json:
            print_json({**about, "home": str(home.path), "links": links})
            return
        print(about["note"])
        if frozen is not None:
            print(f"The clock stands still at {format_time(frozen)}.")
        for link in links:
            print(link, flush=True)

    if serve:
        from frontrow.server.run import serve as run

        # Who tries it out on a busy laptop is to see what it can do, not how it steps down.
        os.environ.setdefault("FRONTROW_SERVER_DEADLINE_MS", "1000")
        run(home, host="127.0.0.1", port=port, workers=1, announce=announce)
    else:
        announce("")


def _make(home: Home, data: Path | None, *, quiet: bool) -> None:
    """Make the home whole: beside its place, and moved there at the end. Raises `BadHome` where
    something is there already."""
    settings = None
    if _is_untouched(home):
        settings = home.settings_path.read_bytes()
    elif home.path.exists() and (not home.path.is_dir() or any(home.path.iterdir())):
        raise BadHome(
            "the demo makes a home of its own, and something is here already",
            where=str(home.path),
            mend=_NAME_ANOTHER,
        )
    path = home.path.resolve()
    making = Home(path.with_name(f".{path.name}.making"))
    truth = path.with_name(f".{path.name}-truth.making")
    shutil.rmtree(making.path, ignore_errors=True)
    try:
        init_home(making)
        if settings is not None:
            write_whole(making.settings_path, settings)
        about = _invent(making, truth, quiet) if data is None else _bring(making, data, quiet)
        write_whole(making.path / _ABOUT, format_json(encode_json(about), indent=1))
        shutil.rmtree(path, ignore_errors=True)  # empty, or untouched
        making.path.replace(path)
        if truth.exists():
            truth.replace(path.with_name(f"{path.name}-truth.json"))
    finally:
        truth.unlink(missing_ok=True)
        shutil.rmtree(making.path, ignore_errors=True)


def _is_untouched(home: Home) -> bool:
    """Whether this is a home of which nothing but its settings is anyone's."""
    if not home.settings_path.exists():
        return False
    service = _open(home)
    try:
        return service.titles.revision() == 0 and service.log.is_empty()
    finally:
        service.close()


def _open(home: Home) -> Service:
    from frontrow.server.service import Service

    return Service(home, system_clock())


def _invent(home: Home, truth: Path, quiet: bool) -> dict[str, Any]:
    """Make the invented service, its viewers and their 45 days, and train."""
    service = _open(home)
    with progress_bar(quiet) as tell:
        worth = invent_into(service, truth, lambda share, what: tell(0.45 * share, what))
        _train_and_judge(service, lambda share, what: tell(0.45 + 0.55 * share, what))
    service.close()
    return {
        "name": "Frontrow demo",
        "invented": True,
        "note": _NOTE,
        "worth_looking_at": worth,
        "clock": None,
    }


def invent_into(
    service: Service, truth: Path, tell: Progress, n_viewers: int = VIEWERS
) -> list[str]:
    """Put the invented titles, pictures, viewers and events into an empty home, and what was planted
    into the file `truth`; returns three profiles worth looking at."""
    from frontrow.simulation import invent_service, invent_viewers

    now = service.clock()
    tell(0.0, "inventing titles and pictures")
    world = invent_service(_SEED, now=now)
    for artwork_id, svg in world.artwork.items():
        (service.home.artwork / f"{artwork_id}.svg").write_text(svg, "utf-8")
    tell(0.1, "storing the catalogue")
    verdict = service.titles.upsert(world.titles, now=now - timedelta(days=60))
    if verdict.rejected:
        raise AssertionError(f"an invented title was refused: {verdict.rejected[0]}")

    def living(done: int, total: int) -> None:
        tell(0.1 + 0.55 * done / total, "letting viewers live 45 days")

    people = invent_viewers(world, _SEED, n_viewers=n_viewers, now=now, progress=living)
    write_whole(truth, encode_json(people.truth))
    _store_profiles(service, people.profiles, now)
    n = len(people.events)
    for done in _store_events(service, people.events, now):
        tell(0.65 + 0.35 * done / n, "storing their events")
    return list(people.worth_looking_at)


def _bring(home: Home, data: Path, quiet: bool) -> dict[str, Any]:
    """Make a service of a MovieLens folder. Its clock stands still where its data ends."""
    from frontrow.importers import bring_in, movielens

    service = _open(home)
    with progress_bar(quiet) as tell:

        def reading(done: int, total: int | None) -> None:
            tell(0.4 * done / total if total else 0.0, "importing")

        report = bring_in(
            movielens(data),
            titles=service.titles,
            log=service.log,
            rejected=home.rejected,
            now=service.clock(),
            progress=reading,
        )
        if report.interrupted:
            raise KeyboardInterrupt
        if report.nothing_kept:
            raise BadInput("nothing in it could be kept", where=str(data))
        end = _last_event(service)
        if service.clock() - end > timedelta(days=30):
            os.environ["FRONTROW_NOW"] = format_time(end)
            service.close()
            service = _open(home)
        _train_and_judge(service, lambda share, what: tell(0.4 + 0.6 * share, what))
    print(report.words(), file=sys.stderr)
    busiest = _busiest(service, 3)
    service.close()
    return {
        "name": "Frontrow on your MovieLens",
        "invented": False,
        "note": f"Made from {data.name}, your own copy.",
        "worth_looking_at": busiest,
        "clock": os.environ.get("FRONTROW_NOW"),
    }


def _store_profiles(service: Service, profiles: list[dict[str, Any]], now: datetime) -> None:
    from frontrow.events.event import PROFILE_SET
    from frontrow.viewers.profile import read_profile

    for told in profiles:
        profile = read_profile(told["profile_id"], told, created_at=format_time(now))
        body = msgspec.to_builtins(profile)
        service.log.note(profile.profile_id, PROFILE_SET, body, now=now)


def _store_events(service: Service, events: list[dict[str, Any]], now: datetime) -> Iterator[int]:
    from frontrow.events import Event

    for start in range(0, len(events), _BATCH):
        batch = msgspec.convert(events[start : start + _BATCH], list[Event])
        service.log.append(batch, now=now)
        yield start + len(batch)


def _train_and_judge(service: Service, tell: Progress) -> None:
    from frontrow.cli.evaluating import evaluate_home
    from frontrow.server.refitting import refit

    refit(service, seed=_SEED, progress=lambda share, what: tell(0.55 * share, what))
    service.refold_snapshots()
    evaluate_home(service, seed=_SEED, progress=lambda share, what: tell(0.55 + 0.45 * share, what))


def _last_event(service: Service) -> datetime:
    latest = 0
    for _, events in service.log.scan(range(65_536)):
        latest = max(latest, *(logged.time_us for logged in events))
    return from_us(latest)


def _busiest(service: Service, count: int) -> list[str]:
    sizes = [(-len(events), profile) for profile, events in service.log.scan(range(65_536))]
    return [profile for _, profile in sorted(sizes)[:count]]
