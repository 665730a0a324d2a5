"""Titles and events coming in: good ones kept when others are bad, answered only when durable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from frontrow.base.errors import FieldError
from frontrow.events import Ack, Event, check_event
from frontrow.events.event import TooOld
from frontrow.server.problems import HttpProblem
from frontrow.server.service import Service

MOST_IN_BATCH = 1_000
MOST_TITLES = 8 * 2**20
"""Bytes of a batch of titles: a thousand of them with long synopses and casts."""

_ANOTHERS = "is another profile than this token's"


def take_titles(service: Service, body: Any) -> dict[str, Any]:
    """Upsert up to 1,000 titles."""
    raw = _batch_of(body, "titles")
    verdict = service.titles.upsert(raw, now=service.clock())
    rejected = [
        _rejected(index, "title_id", title_id, errors)
        for index, title_id, errors in verdict.rejected
    ]
    return _answer({"accepted": verdict.accepted}, rejected, verdict.accepted, verdict.rejected)


def take_events(service: Service, body: Any, *, of: str | None = None) -> dict[str, Any]:
    """Append up to 1,000 events.

    of: the one profile whose events are taken, from its own device
    """
    raw = _batch_of(body, "events")
    now = service.clock()
    good: list[Event] = []
    refused: list[tuple[int, str | None, list[FieldError]]] = []
    foreign = 0
    for index, value in enumerate(raw):
        checked = check_event(value, at=f"/events/{index}", now=now)
        if isinstance(checked, Event) and of not in (None, checked.profile_id):
            checked = [FieldError(f"/events/{index}/profile_id", _ANOTHERS)]
            foreign += 1
        if isinstance(checked, Event):
            good.append(checked)
        else:
            event_id = value.get("event_id") if isinstance(value, dict) else None
            refused.append((index, event_id if isinstance(event_id, str) else None, checked))
    acks = service.log.append(good, now=now)
    again = _sent_again(service, raw, refused, of)
    refused = [one for one in refused if one[0] not in again]
    acks += [Ack(str(raw[index]["event_id"]), True) for index in again]
    duplicates = sum(ack.duplicate for ack in acks)
    told = {"accepted": len(acks) - duplicates, "duplicates": duplicates}
    rejected = [_rejected(index, "event_id", event_id, e) for index, event_id, e in refused]
    return _answer(told, rejected, len(acks), refused, status=403 if foreign == len(raw) else 422)


def _sent_again(
    service: Service, raw: list[Any], refused: Sequence[tuple[int, Any, list[FieldError]]],
    of: str | None,
) -> list[int]:  # fmt: skip
    """Places of events that are refused for their age alone, and were stored when they were younger."""
    old: dict[str, list[int]] = {}
    for index, _, errors in refused:
        if all(isinstance(error, TooOld) for error in errors):
            profile_id = str(raw[index]["profile_id"])
            if of in (None, profile_id):
                old.setdefault(profile_id, []).append(index)
    found = []
    for profile_id, places in old.items():
        events = [logged.event for logged in service.log.read(profile_id).events]
        stored = {event.event_id for event in events if event is not None}
        found += [index for index in places if raw[index]["event_id"] in stored]
    return found


def _batch_of(body: Any, name: str) -> list[Any]:
    errors = []
    if not isinstance(body, dict):
        errors = [FieldError("", f'must be an object {{"{name}": […]}}')]
    else:
        errors = [FieldError(f"/{key}", "is not a field known here") for key in body if key != name]
        batch = body.get(name)
        if name not in body:
            errors.append(FieldError(f"/{name}", "is missing"))
        elif not isinstance(batch, list):
            errors.append(FieldError(f"/{name}", "must be a list"))
        elif len(batch) > MOST_IN_BATCH:
            errors.append(FieldError(f"/{name}", f"holds {len(batch)}; at most {MOST_IN_BATCH}"))
        if not errors:
            assert isinstance(batch, list)
            return batch
    raise HttpProblem(422, f"the batch can't be read: {errors[0]}", errors=errors)


def _rejected(
    index: int, name: str, value: str | None, errors: Sequence[FieldError]
) -> dict[str, Any]:
    return {
        "index": index,
        name: value,
        "error": "; ".join(f"{e.pointer} {e.detail}" for e in errors),
        "errors": [{"pointer": e.pointer, "detail": e.detail} for e in errors],
    }


def _answer(
    told: dict[str, Any],
    rejected: list[dict[str, Any]],
    kept: int,
    refused: list[tuple[int, str | None, list[FieldError]]],
    status: int = 422,
) -> dict[str, Any]:
    """The batch's answer; a batch of which nothing could be kept is a refusal."""
    answer = {**told, "rejected": rejected}
    if rejected and kept == 0:
        errors = [error for _, _, many in refused for error in many]
        raise HttpProblem(
            status, f"nothing of this batch could be kept: {errors[0]}", errors=errors, extra=answer
        )
    return answer
