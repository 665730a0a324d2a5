"""One profile's own data, as `GET /v1/profiles/{id}/data` tells it, brought into a home.

Every event, setting, correction and new start comes back in the order in which it came, so that what is
folded from them is what it was. Taste and decisions in the file are of the home that it came from: the
taste is inferred again, and decisions are about pages that this home never made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from frontrow.base.errors import BadInput, Conflict, FieldError, NotFound
from frontrow.base.ids import Id
from frontrow.base.time import parse_time
from frontrow.events import Event, Log, check_event
from frontrow.events.log import Logged
from frontrow.events.rows import OURS

_BATCH = 1_000


@dataclass(frozen=True)
class Note:
    """One of our own facts about a profile, at its place among the events."""

    number: int
    type: str
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class ProfileData:
    """What a file holds of a profile, in order."""

    profile_id: str
    facts: Sequence[Event | Note]

    @property
    def events(self) -> int:
        return sum(isinstance(fact, Event) for fact in self.facts)


def read_profile_file(path: Path, *, profile_id: str | None, now: datetime) -> ProfileData:
    """Read a file of one profile's data.

    profile_id: what it is to be called here; None: as it was called
    Raises `NotFound`, and `BadInput` naming every wrong part (the first twenty).
    """
    try:
        told = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise NotFound(f"can't be read ({error.strerror})", where=str(path)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"is not JSON ({error})", where=str(path)) from None
    if not isinstance(told, dict) or not isinstance(told.get("profile"), dict):
        raise BadInput(
            "is no profile's data", where=str(path), mend="`frontrow export profile` writes one"
        )
    name = profile_id or told["profile"].get("profile_id")
    try:
        name = msgspec.convert(name, Id)
    except msgspec.ValidationError:
        raise BadInput("names no profile", where=str(path), mend="say --profile") from None
    errors: list[FieldError] = []
    facts = [*_in_order(told, name, now, errors)]
    if errors:
        raise BadInput(
            f"{len(errors)} parts can't be read, first {errors[0]}",
            where=str(path),
            errors=errors[:20],
        )
    return ProfileData(name, facts)


def bring_in_profile(data: ProfileData, log: Log, *, now: datetime) -> int:
    """Store a profile's data; how many facts were new. An import that was cut short is gone on with.

    Raises `Conflict` where the home knows the profile otherwise.
    """
    stored = log.read(data.profile_id).events
    if len(stored) > len(data.facts) or not all(
        _is(fact, logged) for fact, logged in zip(data.facts, stored, strict=False)
    ):
        raise Conflict(
            f"{data.profile_id} is known here already",
            mend="forget it first, or name another with --profile",
        )
    rest = data.facts[len(stored) :]
    batch: list[Event] = []
    for fact in rest:
        if isinstance(fact, Event):
            batch.append(fact)
        if batch and (len(batch) == _BATCH or not isinstance(fact, Event)):
            log.append(batch, now=now)
            batch = []
        if not isinstance(fact, Event):
            log.note(data.profile_id, fact.type, fact.body, now=fact.at)
    if batch:
        log.append(batch, now=now)
    return len(rest)


def _in_order(
    told: dict[str, Any], profile_id: str, now: datetime, errors: list[FieldError]
) -> Iterator[Event | Note]:
    """Notes at the numbers that they had, and the events between them."""
    notes = {}
    for index, value in enumerate(_listed(told, "notes", errors)):
        note = _note(value, profile_id)
        if note is None:
            errors.append(FieldError(f"/notes/{index}", "is no note of ours"))
        else:
            notes[note.number] = note
    number = 0
    offsets = _listed(told, "offsets_minutes", errors)
    for index, value in enumerate(_listed(told, "events", errors)):
        number += 1
        while number in notes:
            yield notes.pop(number)
            number += 1
        renamed = {**value, "profile_id": profile_id} if isinstance(value, dict) else value
        checked = check_event(renamed, at=f"/events/{index}", now=now, oldest=None)
        if isinstance(checked, Event):
            yield _at_the_viewers_hour(checked, offsets[index] if index < len(offsets) else 0)
        else:
            errors += checked
    yield from (notes[n] for n in sorted(notes))


def _at_the_viewers_hour(event: Event, minutes: Any) -> Event:
    """An event at the offset that it came with: the viewer's hour, where no time zone is known."""
    if not isinstance(minutes, int) or not -24 * 60 < minutes < 24 * 60:
        return event
    return replace(event, time=event.time.astimezone(timezone(timedelta(minutes=minutes))))


def _listed(told: dict[str, Any], name: str, errors: list[FieldError]) -> list[Any]:
    value = told.get(name, [])
    if isinstance(value, list):
        return value
    errors.append(FieldError(f"/{name}", "must be a list"))
    return []


def _note(value: Any, profile_id: str) -> Note | None:
    if not isinstance(value, dict) or value.get("type") not in OURS:
        return None
    body, number = value.get("body"), value.get("number")
    if not isinstance(body, dict) or not isinstance(number, int):
        return None
    try:
        at = parse_time(str(value.get("at")))
    except BadInput:
        return None
    if "profile_id" in body:
        body = {**body, "profile_id": profile_id}
    return Note(number, value["type"], body, at)


def _is(fact: Event | Note, logged: Logged) -> bool:
    """Whether a fact is the one that stands in the log at its place."""
    if isinstance(fact, Event):
        return logged.event is not None and logged.event.event_id == fact.event_id
    return logged.event is None and logged.type == fact.type and logged.body == fact.body
