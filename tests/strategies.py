"""Invented worlds for properties: catalogues, profiles, histories and requests, at their oddest.

One maker serves two masters: hypothesis (which shrinks) and the seeded fuzz of `bench.rules`; both only
give it numbers (`Dice`). A world is plain data as the API spells it; `tests.worlds` makes pages of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Any

import msgspec
import numpy as np
from hypothesis import strategies as st

from frontrow.base.settings import ExplorationSettings, PageSettings, ServiceSettings, Settings
from frontrow.base.time import US_PER_DAY, format_time, from_us
from frontrow.catalog import Window
from frontrow.events.event import PROFILE_RESET
from tests.dice import Dice, DrawnDice, SeededDice, chance, pick, some
from tests.strategies_rules import Words, make_rules

NOW_US = 1_772_366_400_000_000  # 2026-03-01T12:00:00Z
_HOUR_US = US_PER_DAY // 24

COUNTRIES = ("DE", "FR", "US")
LANGUAGES = ("en", "de", "fr", "fr-CA", "ja", "pt-BR")
GENRES = ("Crime", "crime", "Comedy", "Sci-Fi & Fantasy", "{genre}", "Kinder", "ドラマ")
THEMES = ("heist", "family", "%s", "space")
PEOPLE = ("Ada Ley", "{person}", "Ōe Kō", "<b>Bo</b>", "Cy: Dee", "Eve")
SUPPLIERS = ("North", "{supplier}")
ROLES = ("actor", "actor", "actor", "director", "creator", "writer", "presenter")
ZONES = (
    "Etc/GMT+12", "Pacific/Pago_Pago", "America/New_York", "UTC", "Europe/Berlin", "Asia/Kolkata",
    "Asia/Tokyo", "Pacific/Kiritimati", None,
)  # fmt: skip
HOSTILE = (
    "Heat", "<script>alert(1)</script>", "{title}", "{0.__class__}", "%s %d", "名探偵", "\u202eتحلم",
    "a\u0301" * 9, "'; DROP TABLE event;--", "👩\u200d👩\u200d👧", "\\\"\n\t", "x" * 500, "İıſß",
)  # fmt: skip
ROW_KINDS = (
    "continue_watching", "my_list", "top_picks", "because_you_watched", "genre", "person",
    "trending", "top10", "new", "explore", "theme",
)  # fmt: skip
PLAYING = ("play", "pause", "resume", "progress", "stop", "complete")


@dataclass(frozen=True)
class World:
    """A service with one viewer, as plain data."""

    titles: tuple[tuple[dict[str, Any], int], ...]  # (title as sent, us when it came), by arrival
    profile: dict[str, Any]
    events: tuple[dict[str, Any], ...]  # by arrival; `profile_reset` is ours
    starts: tuple[tuple[int, str, str], ...] = ()  # what others began: (us, title id, country)
    settings: Settings = field(default_factory=Settings)
    policy: int | None = None  # seed of the ranking; None: no bundle
    rules: dict[str, Any] | None = None  # the operator's document
    now_us: int = NOW_US
    withdrawn: frozenset[str] = frozenset()  # title ids


@dataclass(frozen=True)
class Ask:
    """What is asked of a page; as `server.pages.Asked`."""

    device: str = "web"
    country: str | None = None
    language: str | None = None
    rows: int = 40
    columns: int = 200
    personalised: bool = True
    at_us: int | None = None


# -- making worlds


def make_world(dice: Dice, size: int) -> World:
    """A world of about `size` titles."""
    now_us = NOW_US + dice.below(48) * _HOUR_US // 2 + dice.below(3) * 1_000
    titles = tuple(_titles(dice, size, now_us))
    ids = [title["title_id"] for title, _ in titles] or ["nothing"]
    choosable = [t["title_id"] for t, _ in titles if t["kind"] not in ("season", "episode")]
    starts = tuple(
        (now_us - dice.below(40 * 24) * _HOUR_US, pick(dice, ids), pick(dice, (*COUNTRIES, "")))
        for _ in range(dice.below(4 * size + 1) if chance(dice, 70) else 0)
    )
    words = Words(ids, GENRES, THEMES, PEOPLE, SUPPLIERS, COUNTRIES, LANGUAGES, HOSTILE)
    return World(
        titles=titles,
        profile=_profile(dice, choosable or ids),
        events=tuple(_events(dice, ids, dice.below(3 * size + 8), now_us)),
        starts=starts,
        settings=_settings(dice),
        policy=dice.below(1000) if chance(dice, 60) else None,
        rules=make_rules(dice, words, lambda: _window(dice, now_us)) if chance(dice, 50) else None,
        now_us=now_us,
    )


def make_ask(dice: Dice, world: World) -> Ask:
    return Ask(
        device=pick(dice, ("web", "tv", "phone", "tablet")),
        country=pick(dice, (None, *COUNTRIES)),
        language=pick(dice, (None, *LANGUAGES)),
        personalised=not chance(dice, 25),
        at_us=world.now_us - dice.below(60 * 24) * _HOUR_US if chance(dice, 15) else None,
    )


def _titles(dice: Dice, size: int, now_us: int) -> Iterator[tuple[dict[str, Any], int]]:
    first_us = now_us - 50 * US_PER_DAY
    came: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []  # episodes that come before their series
    while len(came) < size:
        i = len(came)
        kind = pick(dice, ("movie",) * 12 + ("series",) * 5 + ("special", "live"))
        title = _title(dice, f"t{i}" if i % 5 else f"T:{i}@x.y_-", kind, now_us)
        if came and chance(dice, 12):
            other = pick(dice, came)
            if other["kind"] == kind and "work_id" not in other:
                other["work_id"] = title["work_id"] = f"w{i}"
            elif other["kind"] == kind:
                title["work_id"] = other["work_id"]
        new = [title]
        if kind == "series":
            parts = list(_parts(dice, title["title_id"], now_us))
            (held if chance(dice, 10) else new).extend(parts)
        came.extend(new)
    for title in (*came, *held):
        later = chance(dice, 25)
        yield title, first_us + (dice.below(50 * 24) * _HOUR_US if later else 0)


def _title(dice: Dice, title_id: str, kind: str, now_us: int) -> dict[str, Any]:
    title: dict[str, Any] = {"title_id": title_id, "kind": kind, "name": pick(dice, HOSTILE)}
    title["genres"] = some(dice, GENRES, 3)
    title["people"] = [
        {"name": pick(dice, PEOPLE), "role": pick(dice, ROLES)} for _ in range(dice.below(4))
    ]
    if chance(dice, 40):
        title["themes"] = some(dice, THEMES, 2)
    if chance(dice, 30):
        title["names"] = {pick(dice, LANGUAGES): pick(dice, HOSTILE)}
    if chance(dice, 30):
        title["added_at"] = _moment(dice, now_us, 40, 3)
    if chance(dice, 60):
        title["runtime_minutes"] = pick(dice, (1, 45, 100.5, 240))
    if chance(dice, 50):
        title["release_year"] = 1950 + dice.below(80)
    if chance(dice, 40):
        title["original_language"] = pick(dice, LANGUAGES)
    if chance(dice, 40):
        title["audio_languages"] = some(dice, LANGUAGES, 3)
        title["subtitle_languages"] = some(dice, LANGUAGES, 2)
    if chance(dice, 40):
        title["supplier"] = pick(dice, SUPPLIERS)
    if chance(dice, 40):
        title["countries"] = some(dice, COUNTRIES, 2)
    if chance(dice, 70):
        title["maturity"] = pick(dice, (0, 6, 12, 16, 18))
    if chance(dice, 25):
        title["kids"] = True
    if chance(dice, 35):
        title["availability"] = [_window(dice, now_us) for _ in range(1 + dice.below(2))]
    if chance(dice, 50):
        title["artwork"] = [
            {"artwork_id": f"{title_id}.a{j}", "url": f"/artwork/{j}.svg"}
            for j in range(dice.below(4))
        ]
    return title


def _parts(dice: Dice, series_id: str, now_us: int) -> Iterator[dict[str, Any]]:
    """Seasons and episodes of a series: specials, gaps, editions and unnumbered ones among them."""
    for season in some(dice, (1, 2, 0, 3), 3):
        if chance(dice, 20):
            yield {
                "title_id": f"{series_id}.s{season}", "kind": "season", "name": "Season",
                "series_id": series_id, "season": season,
            }  # fmt: skip
        for number in range(1, 1 + dice.below(4)):
            episode: dict[str, Any] = {
                "title_id": f"{series_id}.s{season}e{number}",
                "kind": "episode",
                "name": pick(dice, HOSTILE),
                "series_id": series_id,
            }
            if not chance(dice, 8):
                episode |= {"season": season, "episode": number * (2 if chance(dice, 10) else 1)}
            if chance(dice, 50):
                episode["runtime_minutes"] = pick(dice, (20, 45))
            if chance(dice, 20):
                episode["maturity"] = pick(dice, (0, 12, 18))
            if chance(dice, 25):
                episode["availability"] = [_window(dice, now_us)]
            if chance(dice, 10):
                episode["work_id"] = f"{episode['title_id']}.w"
                yield dict(episode, title_id=f"{episode['title_id']}.dub", audio_languages=["de"])
            yield episode


def _window(dice: Dice, now_us: int) -> dict[str, Any]:
    window: dict[str, Any] = {}
    if chance(dice, 60):
        window["countries"] = pick(dice, (["*"], ["DE"], ["FR", "US"]))
    if chance(dice, 60):
        window["from"] = _moment(dice, now_us, 30, 1)
    if chance(dice, 60):
        window["until"] = pick(dice, (_moment(dice, now_us, 0, 30), "9999-12-31"))
        if _is_refused(window):
            del window["until"]
    if chance(dice, 10):
        window = {"from": format_time(from_us(now_us))}  # opens just now: included
    elif chance(dice, 10):
        window = {"until": format_time(from_us(now_us))}  # closes just now: excluded
    return window


def _is_refused(window: dict[str, Any]) -> bool:
    """Whether it would end before it begins."""
    try:
        msgspec.convert(window, Window)
    except msgspec.ValidationError:
        return True
    return False


def _moment(dice: Dice, now_us: int, before_days: int, after_days: int) -> str:
    """A date or an instant around now."""
    hours = (before_days + after_days) * 24
    us = now_us + (after_days * 24 - dice.below(hours + 1)) * _HOUR_US
    return format_time(from_us(us)) if chance(dice, 50) else from_us(us).date().isoformat()


def _profile(dice: Dice, ids: list[str]) -> dict[str, Any]:
    profile: dict[str, Any] = {"profile_id": pick(dice, ("p", "p" * 128, "anna@example.org"))}
    if chance(dice, 60):
        profile["country"] = pick(dice, COUNTRIES)
    if chance(dice, 60):
        profile["language"] = pick(dice, LANGUAGES)
    if chance(dice, 50):
        profile["understands"] = some(dice, LANGUAGES, 2)
    zone = pick(dice, ZONES)
    if zone is not None and chance(dice, 60):
        profile["time_zone"] = zone
    if chance(dice, 30):
        profile["maturity_limit"] = pick(dice, (0, 6, 12, 18))
    if chance(dice, 15):
        profile["kids"] = True
    preferences: dict[str, Any] = {}
    if chance(dice, 15):
        preferences["personalised"] = False
    if chance(dice, 25):
        preferences["muted_genres"] = some(dice, (*GENRES, "COMEDY", "none such"), 2)
    if chance(dice, 25):
        preferences["muted_titles"] = some(dice, (*ids, "none-such"), 3)
    if chance(dice, 20):
        preferences["hidden_rows"] = some(dice, ROW_KINDS, 3)
    if chance(dice, 20):
        preferences["pinned_rows"] = some(dice, ROW_KINDS, 3)
    if chance(dice, 20):
        preferences["adventurousness"] = pick(dice, (0.0, 0.2, 1.0))
    if chance(dice, 20):
        preferences["only_understood_languages"] = True
    return {**profile, "preferences": preferences}


def _events(dice: Dice, ids: list[str], count: int, now_us: int) -> Iterator[dict[str, Any]]:
    kinds = (
        *("play", "progress", "stop") * 5, *PLAYING, "complete", "rate", "rate", "list_add",
        "list_add", "list_remove", "dismiss", "dismiss", "undismiss", "forget_title", "impression",
        "click", "search", "subscribe",
    )  # fmt: skip
    liked = [pick(dice, ids) for _ in range(1 + len(ids) // 3)]  # histories come back to few titles
    for i in range(count):
        kind = pick(dice, kinds)
        if chance(dice, 2):
            yield {"type": PROFILE_RESET, "time_us": now_us - dice.below(60 * 24) * _HOUR_US}
            continue
        if kind == "forget_title" and not chance(dice, 30):
            kind = "play"
        us = now_us - dice.below(60 * 24) * _HOUR_US  # whole hours: some fall together
        if chance(dice, 3):
            us = now_us + dice.below(24) * _HOUR_US
        event: dict[str, Any] = {"event_id": f"e{i}", "type": kind, "time": _local(dice, us)}
        if i and chance(dice, 4):
            event["event_id"] = f"e{dice.below(i)}"
        if kind not in ("search", "subscribe"):
            event["title_id"] = pick(dice, liked if chance(dice, 70) else (*ids, "unknown"))
        if kind == "search":
            event["query"] = pick(dice, HOSTILE)
        if kind in PLAYING:
            if chance(dice, 60):
                event["position_seconds"] = pick(dice, (0, 30, 1200, 2590, 2700, 6030, 14_000))
            if chance(dice, 40):
                event["runtime_seconds"] = pick(dice, (60, 2700, 6030))
            if kind == "stop" and chance(dice, 70):
                event["seconds_watched"] = pick(dice, (0, 12.5, 2700))
            if chance(dice, 10):
                event["autoplay"] = True
        if kind == "rate":
            event["value"] = pick(dice, (-1, 1, 2))
            if chance(dice, 30):
                event |= {"value": dice.below(11), "scale_min": 0, "scale_max": 10}
            if chance(dice, 30):
                event["attributes"] = {"starter": True}
        if kind == "dismiss" and chance(dice, 50):
            event["scope"] = "continue_watching"
        yield event


def _local(dice: Dice, us: int) -> str:
    """A time as a device writes it: in UTC, or with its offset, -12 to +14 hours."""
    instant = from_us(us)
    if not chance(dice, 30):
        return format_time(instant)
    hours = pick(dice, (2, -5, 14, -12, 5.5))
    return instant.astimezone(timezone(timedelta(hours=hours))).isoformat()


def _settings(dice: Dice) -> Settings:
    length = pick(dice, (75, 30, 8, 26))
    return Settings(
        page=PageSettings(
            row_length=length,
            abandoned_days=pick(dice, (180, 180, 20)),
            min_row_length=min(pick(dice, (4, 1, 2, 6)), length),
            max_same_kind=pick(dice, (4, 1)),
        ),
        exploration=ExplorationSettings(
            every=pick(dice, (10, 1, 3, 0)),
            pool=pick(dice, (200, 5)),
            budget=pick(dice, (40, 6, 0)),
            trials=pick(dice, (10, 1)),
            swap_share=pick(dice, (0.0, 1.0)),
        ),
        service=ServiceSettings(
            unrated_is_adult=not chance(dice, 20), profile_kids=chance(dice, 20)
        ),
    )


# -- the same for hypothesis


@st.composite
def worlds(draw: Any, max_size: int = 14) -> World:
    dice = DrawnDice(draw)
    return make_world(dice, dice.below(max_size + 1))


@st.composite
def worlds_and_asks(draw: Any, max_size: int = 14) -> tuple[World, Ask]:
    dice = DrawnDice(draw)
    world = make_world(dice, dice.below(max_size + 1))
    return world, make_ask(dice, world)


@st.composite
def histories(draw: Any, most: int = 14) -> list[dict[str, Any]]:
    """Events of one profile about a few titles, in order of arrival."""
    dice = DrawnDice(draw)
    ids = ["film", "cut", "series", "s1e1", "s1e2", "s0e1"]
    return list(_events(dice, ids, dice.below(most + 1), NOW_US))


def seeded_world(seed: int, size: int) -> World:
    """A larger world, from a seed."""
    return make_world(SeededDice(np.random.Generator(np.random.PCG64(seed))), size)
