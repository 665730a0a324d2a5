"""Served pages built again, bit for bit, after their world has moved on: `python -m bench.replay`.

An invented service serves pages of all kinds, and goes on with them, while events come, snapshots are
folded, profiles, rules and titles change. Then more of all that comes, titles go and arrive, settings
change, a new bundle is published, and the snapshots of before are dropped. A service opened anew builds
every page again from its record, and every later answer of it, and says how many have the same bytes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import numpy as np
from threadpoolctl import threadpool_limits

from frontrow.base.home import Home, init_home
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time, to_us
from frontrow.events import Event
from frontrow.events.event import PROFILE_SET
from frontrow.rules import Rules
from frontrow.server import Asked, Pages, Profiles, Replays, Service
from frontrow.simulation import invent_service, invent_viewers
from frontrow.training.train import train

SEED = 11
START = datetime(2026, 3, 17, 19, 30, tzinfo=UTC)
DAYS = 30
_LATELY = 20
"""Pages that are gone on with: the last ones."""
DEVICES = ("tv", "web", "phone", "tablet")
COUNTRIES = (None, "DE", "US")
LANGUAGES = (None, "en", "de")
KINDS = ("play", "stop", "dismiss", "rate", "list_add", "forget_title", "impression")
NEW_SETTINGS = '[page]\nredundancy = 0.2\nmin_row_length = 5\n[service]\ncountry = "US"\n'


@dataclass
class World:
    """An open home whose clock we hold."""

    service: Service
    now: datetime
    titles: list[dict[str, Any]]
    profiles: list[str]
    rng: np.random.Generator

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Outcome:
    """What became of the pages that were served."""

    pages: int
    same: int
    later: int  # answers that went on with them
    later_same: int
    why: dict[str, int]  # what kept others from being the same
    seconds: float


def served_and_replayed(folder: Path, *, works: int, viewers: int, pages: int) -> Outcome:
    """Serve, let the world move on, and build everything again."""
    world = _opened(folder, works, viewers)
    served = _serve(world, pages)
    _move_on(world)
    world.service.close()
    world.service.home.settings_path.write_text(NEW_SETTINGS, "utf-8")
    return _replay(Service(world.service.home, lambda: world.now), served)


def _opened(folder: Path, works: int, viewers: int) -> World:
    home = Home(folder)
    init_home(home)
    world = World(Service(home, lambda: START), START, [], [], rng_for(SEED, "bench replay"))
    world.service.clock = lambda: world.now  # from here on it passes
    made = invent_service(SEED, n_works=works, now=START)
    assert not world.service.titles.upsert(made.titles, now=START - timedelta(days=60)).rejected
    people = invent_viewers(made, SEED, n_viewers=viewers, days=DAYS, now=START)
    for told in people.profiles:
        Profiles(world.service).put(told["profile_id"], told)
    events = msgspec.convert(people.events, list[Event])
    for start in range(0, len(events), 1_000):
        world.service.log.append(events[start : start + 1_000], now=START)
    world.titles = made.titles
    world.profiles = [told["profile_id"] for told in people.profiles]
    _train(world)
    return world


def _train(world: World) -> None:
    """A new bundle, live whatever the gate says of it; snapshots anew, as `frontrow train` does."""
    service = world.service
    result = train(
        service.log,
        service.catalogue(),
        service.bundles,
        now_us=service.now_us(),
        seed=int(world.rng.integers(1_000)),
        publish=True,
        keep=service.settings.bundles.keep,
    )
    service.bundles.publish(result.bundle_id, published_at=format_time(world.now))
    service.refold_snapshots()


def _serve(world: World, pages: int) -> list[str]:
    """Ids of so many pages, served while events come and things change."""
    served = []
    for number in range(pages):
        world.pass_time(float(world.rng.exponential(20.0)))
        page = Pages(world.service).page(*_asked(world, number))
        served.append(page.page_id)
        tiles = [tile.title_id for row in page.rows for tile in row.tiles]
        if tiles:
            _tell(world, page.profile_id, str(world.rng.choice(tiles)))
        _go_on(world, served[-_LATELY:], number)
        if number % 7 == 3:
            world.service.fold_snapshot()
        if number % 25 == 12:
            _change(world, number)
    world.service.decisions.flush()
    return served


def _go_on(world: World, lately: list[str], number: int) -> None:
    """Further rows, or further titles of a row, of one of the last pages, some time after it was served."""
    rng = rng_for(SEED, "bench replay, going on", str(number))
    page_id = lately[int(rng.integers(len(lately)))]
    rows = world.service.decisions.read(page_id)["rows"]
    if not rows:
        return
    row = rows[int(rng.integers(len(rows)))]["row_id"]
    pages = Pages(world.service)
    if rng.random() < 0.5:
        pages.more(page_id, row, int(rng.integers(1, 6)))
    else:
        pages.row(page_id, row, int(rng.integers(30)), int(rng.integers(1, 30)))


def _asked(world: World, number: int) -> tuple[str, Asked]:
    rng = world.rng
    new = rng.random() < 0.05
    profile = f"new-{number}" if new else str(rng.choice(world.profiles))
    return profile, Asked(
        device=str(rng.choice(DEVICES)),
        country=COUNTRIES[int(rng.integers(len(COUNTRIES)))],
        language=LANGUAGES[int(rng.integers(len(LANGUAGES)))],
        rows=int(rng.integers(2, 14)),
        columns=int(rng.integers(3, 30)),
        personalised=rng.random() > 0.1,
        at_us=to_us(world.now - timedelta(days=3)) if rng.random() < 0.1 else None,
        seed=number if rng.random() < 0.1 else None,
    )


def _tell(world: World, profile_id: str, title_id: str) -> None:
    """One to three events of a profile about a title; some from a clock that runs ahead."""
    rng = world.rng
    events = []
    for kind in rng.choice(KINDS, int(rng.integers(1, 4))).tolist():
        told: dict[str, Any] = {
            "event_id": f"e{rng.integers(2**60)}",
            "type": kind,
            "profile_id": profile_id,
            "title_id": title_id,
            "time": format_time(world.now + timedelta(seconds=float(rng.normal(0, 60)))),
        }
        if kind == "rate":
            told["value"] = 2
        if kind == "stop":
            told |= {"seconds_watched": 1_500.0, "position_seconds": 1_500.0}
        events.append(msgspec.convert(told, Event))
    world.service.log.append(events, now=world.now)


def _change(world: World, number: int) -> None:
    """A title, a profile and the operator's rules change."""
    title = dict(world.titles[number % len(world.titles)])
    title["name"] = f"{title['name']} ({number})"
    world.service.titles.upsert([title], now=world.now)
    profile = world.profiles[number % len(world.profiles)]
    body = {"country": str(world.rng.choice(["DE", "US", "FR"]))}
    world.service.log.note(profile, PROFILE_SET, {"profile_id": profile, **body}, now=world.now)
    titles = [one["title_id"] for one in world.titles if one["kind"] == "movie"]
    row = {
        "key": "shelf",
        "name": f"Shelf {number}",
        "titles": titles[number % 50 :][:9],
        "place": 2,
    }
    boost = {"key": "push", "strength": 0.25, "select": {"kinds": ["series"]}}
    told = {"rows": [{**row, "author": "a"}], "boosts": [{**boost, "author": "a"}]}
    world.service.rules.put(msgspec.convert(told, Rules), author="a", now=world.now)


def _move_on(world: World) -> None:
    """Days later: more events, titles changed, gone and new, and another bundle."""
    titles = [title for title in world.titles if title["kind"] == "movie"]
    for number in range(300):
        world.pass_time(1_000.0)
        _tell(
            world, str(world.rng.choice(world.profiles)), titles[number % len(titles)]["title_id"]
        )
    store = world.service.titles
    changed = [{**title, "genres": ["Western"], "availability": []} for title in titles[::5]]
    arrived = [{**title, "title_id": f"new-{title['title_id']}"} for title in titles[::7]]
    for title in arrived:
        title.pop("work_id", None)
    assert not store.upsert([*changed, *arrived], now=world.now).rejected
    for title in titles[1::9]:
        store.withdraw(title["title_id"], now=world.now)
    world.service.rules.put(Rules(), author="a", now=world.now)
    _train(world)


def _replay(service: Service, served: list[str]) -> Outcome:
    replays = Replays(service)
    why: dict[str, int] = {}
    same = later = later_same = 0
    began = perf_counter()
    for page_id in served:
        decision = service.decisions.read(page_id)
        found = replays.replay(decision)
        answers = replays.continued(decision)
        same += found.same
        later += len(answers)
        later_same += sum(one.same for one in answers)
        for reason in (found.why, *(one.why for one in answers)):
            if reason is not None:
                why[reason] = why.get(reason, 0) + 1
    seconds = perf_counter() - began
    service.close()
    return Outcome(len(served), same, later, later_same, why, seconds)


def main() -> None:
    """Print the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--works", type=int, default=400)
    parser.add_argument("--viewers", type=int, default=150)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        found = served_and_replayed(
            Path(folder), works=asked.works, viewers=asked.viewers, pages=asked.pages
        )
    print(
        f"{found.same:,} of {found.pages:,} served pages and {found.later_same:,} of {found.later:,}"
        f" later answers of them rebuilt to the byte after further events,"
        f" catalogue changes, new settings and a new bundle"
        f" ({found.seconds / found.pages * 1e3:.0f} ms a page; {asked.works} works,"
        f" {asked.viewers} viewers, {os.cpu_count()} cores)"
    )
    for reason, count in found.why.items():
        print(f"  {count:,}: {reason}")


if __name__ == "__main__":
    main()
