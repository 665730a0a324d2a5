"""From an invented world to its page: `page_of` walks the same way from there as the service does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
import numpy as np

from frontrow.base.randomness import digest_of
from frontrow.base.time import to_us
from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.events import Event
from frontrow.events.event import PROFILE_RESET, PROFILE_SET
from frontrow.events.log import Logged
from frontrow.models import Histories
from frontrow.page import BuiltPage, PageInputs, Request, Scored, ViewerView, build_page, view_of
from frontrow.page.reference import PageReference, bundle_mark, sign_page
from frontrow.page.request import decide_start, seed_for
from frontrow.ranking.positions import Positions
from frontrow.ranking.resuming import Resuming
from frontrow.rules import bind_rules, read_rules
from frontrow.viewers import Profile, Trends, Viewer, count_trends, no_trends
from frontrow.viewers.corrections import Corrections
from frontrow.viewers.forgets import fold_on
from tests.strategies import NOW_US, Ask, World

SECRET = b"a secret of tests only, 32 bytes"
BUNDLE = "ab" * 32


def catalogue_of(world: World, revision: int = 1) -> Catalogue:
    stored = [
        StoredTitle(
            msgspec.convert(title, Title), arrival, came, title["title_id"] in world.withdrawn
        )
        for arrival, (title, came) in enumerate(world.titles)
    ]
    return build_catalogue(
        revision, stored, first_import_minutes=world.settings.service.first_import_minutes
    )


def log_of(profile: dict[str, Any], events: Sequence[dict[str, Any]]) -> list[Logged]:
    """What the log would hold: each event id once, numbered as they came; settings first."""
    body = msgspec.to_builtins(msgspec.convert(profile, Profile))
    logged = [Logged(1, PROFILE_SET, NOW_US, NOW_US, None, body)]
    seen: set[str] = set()
    for told in events:
        number = len(logged) + 1
        if told["type"] == PROFILE_RESET:
            logged.append(Logged(number, PROFILE_RESET, told["time_us"], NOW_US, None, {}))
        elif told["event_id"] not in seen:
            seen.add(told["event_id"])
            event = msgspec.convert({**told, "profile_id": profile["profile_id"]}, Event)
            us = to_us(event.time)
            logged.append(Logged(number, event.type, us, NOW_US, event, {}))
    return logged


def viewer_of(world: World, catalogue: Catalogue, until_us: int | None = None) -> Viewer:
    return fold_on(
        world.profile["profile_id"],
        log_of(world.profile, world.events),
        catalogue,
        until_us=until_us,
        incarnation="a1b2c3d4",
    )


def trends_of(world: World, catalogue: Catalogue) -> Trends:
    known = [s for s in world.starts if s[1] in catalogue.work_of_title]
    if not known:
        return no_trends(catalogue.n, world.now_us)
    countries = ("*", *sorted({country for _, _, country in known if country}))
    trends = count_trends(
        np.array([us for us, _, _ in known], dtype=np.int64),
        np.array([catalogue.work_of_title[t] for _, t, _ in known], dtype=np.int32),
        np.array([countries.index(c) if c else 0 for _, _, c in known], dtype=np.int16),
        countries,
        catalogue.n,
        world.now_us,
    )
    if not world.starts[0][0] % 2:  # in every other world nobody tells what was shown
        return trends
    shown = [20 * digest_of(1, "shown", w.work_id, size=1)[0] for w in catalogue.works]
    return replace(trends, shown=np.tile(np.array(shown, dtype=np.float64), (len(countries), 1)))


@dataclass(frozen=True)
class FakePolicy:
    """A ranking that is a hash of the work, moved by the genres of good plays: small and repeatable."""

    catalogue: Catalogue
    seed: int

    def score(
        self,
        history: Histories,
        trends: Trends,
        country: str | None,
        corrections: Corrections | None = None,
    ) -> Scored:
        base = np.array(
            [digest_of(self.seed, w.work_id, size=1)[0] / 512 for w in self.catalogue.works],
            dtype=np.float32,
        )
        taste = history.reward @ self.catalogue.genres.has[history.work]
        value = base + 0.5 / (1 + np.exp(-(self.catalogue.genres.has @ taste))) * 0.99
        return Scored(np.asarray(value, dtype=np.float32), {"fake": base})

    def moved_by(self, anchor: int) -> np.ndarray[Any, Any]:
        genres = self.catalogue.genres.has
        moved = np.asarray((genres @ genres[[anchor]].T).todense(), dtype=np.float32).ravel()
        moved[anchor] = 0
        return moved

    resuming: Resuming = field(default_factory=Resuming)
    positions: Positions = field(default_factory=Positions)

    def moved_among(
        self, anchors: np.ndarray[Any, Any], works: np.ndarray[Any, Any]
    ) -> np.ndarray[Any, Any]:
        rows = [self.moved_by(anchor)[works] for anchor in anchors.tolist()]
        return np.array(rows, dtype=np.float32).reshape(len(anchors), len(works))

    def near(self, groups: Any, works: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        genres = self.catalogue.genres.has
        sums = np.asarray((groups @ genres).todense())
        length = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return np.asarray(sums / length @ genres[works].T.todense(), dtype=np.float32)

    def similar(self, work: int) -> np.ndarray[Any, Any]:
        return self.moved_by(work)


@dataclass(frozen=True)
class Asked:
    """A world and what is asked of it, ready to be built."""

    inputs: PageInputs
    request: Request
    page_id: str


def asked_of(world: World, ask: Ask, *, view: ViewerView | None = None) -> Asked:
    """As `server.pages.Pages` makes it, from a world in place of a home."""
    catalogue, settings = catalogue_of(world), world.settings
    view = view or view_of(viewer_of(world, catalogue, ask.at_us), catalogue)
    profile = view.profile
    now_us = world.now_us if ask.at_us is None else ask.at_us
    minutes = settings.page.snapshot_minutes
    reference = PageReference(
        profile_id=profile.profile_id,
        now_us=now_us,
        device=ask.device,
        country=ask.country or profile.country or settings.service.country,
        language=ask.language or profile.language or settings.service.language,
        rows=ask.rows,
        columns=ask.columns,
        personalised=ask.personalised,
        at=ask.at_us is not None,
        seed=None,
        revision=catalogue.revision,
        bundle=None if world.policy is None else bundle_mark(BUNDLE),
        snapshot=3 if world.starts else None,
        number=view.viewer.number,
        incarnation=view.viewer.incarnation[:6],
        rules=0 if world.rules is None else 7,
    )
    seed = seed_for(
        profile,
        now_us,
        personalised=ask.personalised,
        device=ask.device,
        country=reference.country,
        language=reference.language,
        minutes=settings.page.seed_minutes,
    )
    request = Request(
        profile_id=profile.profile_id,
        now_us=now_us,
        device=ask.device,
        country=reference.country,
        language=reference.language,
        rows=ask.rows,
        columns=ask.columns,
        personalised=ask.personalised,
        at=reference.at,
        seed=seed,
        decide_us=decide_start(profile.profile_id, now_us, minutes, personalised=ask.personalised),
        snapshot=reference.snapshot,
    )
    inputs = PageInputs(
        catalogue=catalogue,
        policy=None if world.policy is None else FakePolicy(catalogue, world.policy),
        trends=trends_of(world, catalogue),
        view=view,
        settings=settings,
        bundle_id=None if world.policy is None else BUNDLE,
        rules=None
        if world.rules is None
        else bind_rules(7, read_rules(world.rules), catalogue, request.decide_us),
    )
    return Asked(inputs, request, sign_page(reference, SECRET)[0])


def built_of(asked: Asked) -> BuiltPage:
    return build_page(asked.inputs, asked.request, asked.page_id, SECRET)


def page_of(world: World, ask: Ask | None = None) -> BuiltPage:
    """The page of a world."""
    return built_of(asked_of(world, ask or Ask()))


def first_of_each_id(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the duplicates, which the log drops."""
    found: dict[object, dict[str, Any]] = {}
    for event in events:
        found.setdefault(event.get("event_id", id(event)), event)
    return list(found.values())


def us_of_told(event: dict[str, Any]) -> int:
    """The time of an event as told."""
    if "time_us" in event:
        return int(event["time_us"])
    return to_us(datetime.fromisoformat(event["time"]))


def without_history(world: World) -> World:
    """The same profile that never watched, rated or searched: explicit wishes only."""
    wishes = ("list_add", "list_remove", "dismiss", "undismiss", PROFILE_RESET)
    kept = tuple(e for e in first_of_each_id(world.events) if e["type"] in wishes)
    return replace(world, events=kept)
