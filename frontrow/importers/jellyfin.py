"""A Jellyfin server: its films, series and episodes, and what its users watched, began and marked.

Jellyfin keeps of each user and title when it was last played, how far, and whether it is a favourite or
liked; not every play. So one event is made of each of these facts. Ids are Jellyfin's own, of titles and
of users, whose names are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from frontrow.base.errors import BadInput
from frontrow.base.time import format_time, parse_time
from frontrow.base.validation import validate
from frontrow.catalog import Title
from frontrow.events import Event, check_event
from frontrow.importers.countries import country_code
from frontrow.importers.jellyfin_server import Server
from frontrow.importers.maturity import FOR_CHILDREN, youngest_age
from frontrow.importers.source import Kept, LeftOut, Record, Source
from frontrow.importers.title_files import refuse_fields

LIBRARY, HISTORY = "titles", "history"

_TICKS_A_SECOND = 10_000_000
_LONGEST_SECONDS = 604_800
_KINDS = {"Movie": "movie", "Series": "series", "Episode": "episode"}
_ROLES = {
    "Actor": "actor", "GuestStar": "actor", "Director": "director", "Writer": "writer",
    "Creator": "creator",
}  # fmt: skip
_MOST_PEOPLE = 40
"""Of a title, in billing order: Jellyfin holds every walk-on."""

_COUNTRY_BEFORE = re.compile(r"^[A-Z]{2}[-/](?=.)")


def jellyfin(url: str, key: str) -> Source:
    """Everything of a server that a homepage is made of.

    key: an API key of the server, or an administrator's access token
    Raises `BadInput` for what is no server of Jellyfin or refuses the key, `Unavailable` for one that does
    not answer: both before anything is read.
    """
    server = Server(url, key)
    users = server.users()
    notes: list[str] = []
    limited = sum("MaxParentalRating" in user.policy for user in users
                  if user.policy.get("MaxParentalRating") is not None)  # fmt: skip
    if limited:
        notes.append(
            f"{limited} of {len(users)} users have a parental limit there: set `maturity_limit` or `kids` of"
            " their profiles before they see a page"
        )
    return Source(
        "jellyfin",
        Path(server.name.replace("/", "_")),
        lambda now: _read(server, [user.id for user in users], now, notes),
        total=None,
        left_out=["plays before the last one of each title: Jellyfin does not keep them"],
        notes=notes,
    )


def _read(server: Server, users: list[str], now: datetime, notes: list[str]) -> Iterator[Record]:
    known: set[str] = set()
    lost = 0
    for number, item in enumerate(server.library(), start=1):
        title = _title(item, server.url)
        if not isinstance(title, Title):
            yield refuse_fields(LIBRARY, number, title, item)
            continue
        known.add(title.title_id)
        lost += not title.artwork and bool(item.get("ImageTags"))
        yield Kept(LIBRARY, (title,))
    if lost:
        notes.append(
            f"the pictures of {lost} titles were left out: browsers show none from an address without TLS."
            " Give the server's https address, or bring them with `import artwork`"
        )
    told = False
    for user in users:
        for number, item in enumerate(server.history(user), start=1):
            told = told or isinstance(item.get("UserData"), dict)
            yield _of_history(user, item, known, number, now)
    if users and not told:
        notes.append(
            "the server tells this key of no user's history; some versions do so for API keys: give an"
            " administrator's access token instead"
        )


# -- titles


def _title(item: dict[str, Any], url: str) -> Any:
    """A title of an item, or its wrong fields."""
    word = str(item.get("OfficialRating") or "").strip().upper()
    value: dict[str, Any] = {
        "title_id": item.get("Id"),
        "kind": _KINDS.get(str(item.get("Type")), item.get("Type")),
        "name": item.get("Name"),
        "synopsis": item.get("Overview") or None,
        "release_date": _day(item.get("PremiereDate")),
        "release_year": item.get("ProductionYear"),
        "added_at": _instant(item.get("DateCreated")),
        "runtime_minutes": _seconds(item.get("RunTimeTicks"), 60),
        "genres": _tags(item.get("Genres")),
        "themes": _tags(item.get("Tags")),
        "people": _people(item.get("People")),
        "countries": _countries(item.get("ProductionLocations")),
        "maturity": youngest_age(_COUNTRY_BEFORE.sub("", word), is_age_column=True),
        "kids": word.removeprefix("US-") in FOR_CHILDREN,
        "artwork": _artwork(item, url),
        "attributes": _attributes(item),
    }
    if value["kind"] == "episode":
        value["series_id"] = item.get("SeriesId")
        value["season"], value["episode"] = item.get("ParentIndexNumber"), item.get("IndexNumber")
    return validate(
        Title, {name: told for name, told in value.items() if told not in (None, [], {})}
    )


def _people(told: Any) -> list[dict[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for person in told if isinstance(told, list) else []:
        role = _ROLES.get(str(person.get("Type"))) if isinstance(person, dict) else None
        name = str(person.get("Name") or "").strip() if role else ""
        if role and name:
            found[name, role] = None
    return [{"name": name, "role": role} for name, role in list(found)[:_MOST_PEOPLE]]


def _tags(told: Any) -> list[str]:
    words = (
        word.strip() for word in (told if isinstance(told, list) else []) if isinstance(word, str)
    )
    return list(dict.fromkeys(word for word in words if word))


def _countries(told: Any) -> list[str]:
    codes = (country_code(word) for word in _tags(told))
    return list(dict.fromkeys(code for code in codes if code is not None))


def _artwork(item: dict[str, Any], url: str) -> list[dict[str, str]]:
    """Posters and backdrops at the server's own addresses, which need no key."""
    if not url.startswith("https://"):
        return []
    images: list[tuple[str, Any]] = []
    primary = (item.get("ImageTags") or {}).get("Primary")
    if primary:
        images.append(("Primary", primary))
    images += [(f"Backdrop/{i}", tag) for i, tag in enumerate(item.get("BackdropImageTags") or [])]
    return [
        {"artwork_id": str(tag), "url": f"{url}/Items/{item.get('Id')}/Images/{which}?tag={tag}"}
        for which, tag in images
    ]


def _attributes(item: dict[str, Any]) -> dict[str, Any]:
    ids = item.get("ProviderIds") or {}
    found: dict[str, Any] = {}
    for theirs, ours in (("Imdb", "imdb_id"), ("Tmdb", "tmdb_id"), ("Tvdb", "tvdb_id")):
        if ids.get(theirs):
            found[ours] = str(ids[theirs])
    original = item.get("OriginalTitle")
    if original and original != item.get("Name"):
        found["also_known_as"] = [str(original)]
    return found


# -- what users made of them


def _of_history(
    user: str, item: dict[str, Any], known: set[str], number: int, now: datetime
) -> Record:
    told = item.get("UserData")
    title_id = str(item.get("Id"))
    if not isinstance(told, dict):
        return LeftOut(HISTORY, "nothing is told of what the user made of it")
    if title_id not in known:
        return LeftOut(HISTORY, "of a title that did not come in")
    made = list(_facts(user, item, told, now))
    if not made:
        return LeftOut(HISTORY, _why_nothing(item, told))
    events = []
    for fact in made:
        event = check_event(fact, at="", now=now, oldest=None)
        if not isinstance(event, Event):
            return refuse_fields(HISTORY, number, event, {**fact, "profile_id": user})
        events.append(event)
    return Kept(HISTORY, events=tuple(events))


def _facts(
    user: str, item: dict[str, Any], told: dict[str, Any], now: datetime
) -> Iterator[dict[str, Any]]:
    """The events that a user's facts about a title come to."""
    title_id = str(item.get("Id"))
    last = _instant(told.get("LastPlayedDate"))

    def event(kind: str, time: str, **more: Any) -> dict[str, Any]:
        named = re.sub(r"[^0-9A-Za-z]", "", time) if kind == "stop" else ""
        return {
            "event_id": f"jellyfin-{kind}-{title_id}{named}", "type": kind, "profile_id": user,
            "title_id": title_id, "time": time, **more,
        }  # fmt: skip

    runtime = _seconds(item.get("RunTimeTicks"))
    at = _seconds(told.get("PlaybackPositionTicks"))
    if item.get("Type") != "Series" and last is not None:  # a series is told by its episodes
        if at:
            yield event("stop", last, position_seconds=at, **_length(runtime))
        elif told.get("Played") and runtime:
            yield event("stop", last, position_seconds=runtime, **_length(runtime))
    when = last or format_time(now)
    if told.get("IsFavorite"):
        yield event("list_add", when)
    if told.get("Likes") is not None:
        yield event("rate", when, value=1.0 if told["Likes"] else -1.0)


def _length(runtime: float | None) -> dict[str, float]:
    return {} if runtime is None else {"runtime_seconds": runtime}


def _why_nothing(item: dict[str, Any], told: dict[str, Any]) -> str:
    if item.get("Type") == "Series":
        return "a series: its episodes tell"
    if told.get("Played") and _instant(told.get("LastPlayedDate")) is None:
        return "played, but not told when"
    return "played, but not told how long it is" if told.get("Played") else "nothing of use"


# -- values


def _seconds(ticks: Any, unit: int = 1) -> float | None:
    """Ticks in units of so many seconds; None where they tell nothing or cannot be a length."""
    if isinstance(ticks, bool) or not isinstance(ticks, int | float):
        return None
    seconds = ticks / _TICKS_A_SECOND
    return seconds / unit if 0 < seconds <= _LONGEST_SECONDS else None


def _instant(told: Any) -> str | None:
    """A moment of theirs: of seven digits after the second and, in old versions, without a zone (UTC)."""
    if not isinstance(told, str) or told.startswith("0001-"):
        return None
    text = re.sub(r"(\.\d{6})\d+", r"\1", told)
    try:
        instant = parse_time(text)
    except BadInput:
        try:
            instant = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            return None
    return format_time(instant)


def _day(told: Any) -> str | None:
    instant = _instant(told)
    return None if instant is None else instant[:10]
