"""One fact about one profile: the fields users send, and what may not be sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from frontrow.base.errors import FieldError
from frontrow.base.free_values import check_free
from frontrow.base.ids import Id
from frontrow.base.time import format_time, to_us
from frontrow.base.validation import validate

EventType = Literal[
    "impression",
    "click",
    "play",
    "pause",
    "resume",
    "progress",
    "stop",
    "complete",
    "rate",
    "list_add",
    "list_remove",
    "dismiss",
    "undismiss",
    "forget_title",
    "search",
    "subscribe",
    "cancel",
]
EVENT_TYPES: tuple[str, ...] = EventType.__args__  # type: ignore[attr-defined]  # typing's own tuple
PROFILE_SET = "profile_set"
"""Ours, not the caller's: the profile's settings as they are from here on."""
PROFILE_RESET = "profile_reset"
"""Ours, not the caller's: what came before no longer counts."""
TASTE_SET = "taste_set"
"""Ours, not the caller's: what the viewer corrected of its taste, whole, as it is from here on."""

TYPE_ORDER: Mapping[str, int] = {
    name: i for i, name in enumerate((*EVENT_TYPES, PROFILE_SET, PROFILE_RESET, TASTE_SET))
}
"""Among events of the same time: the order in which the API lists the types."""

WITHOUT_TITLE = frozenset({"search", "subscribe", "cancel"})
RATINGS = (-1.0, 1.0, 2.0)

OLDEST = timedelta(days=90)
"""Through the API; imports may be of any age."""
FURTHEST_AHEAD = timedelta(hours=24)

Seconds = Annotated[float, Meta(ge=0, le=604_800, description="at most a week")]


class Event(
    Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """An event as sent; `event_id` is its idempotency key within the profile."""

    event_id: Id
    type: EventType
    profile_id: Id
    time: Annotated[datetime, Meta(tz=True)]
    title_id: Id | None = None
    artwork_id: Id | None = None
    page_id: Annotated[str, Meta(max_length=2_000)] | None = None
    row_id: Annotated[str, Meta(max_length=256)] | None = None
    position: Annotated[int, Meta(ge=0, le=100_000)] | None = None
    token: Annotated[str, Meta(max_length=512)] | None = None
    seconds_watched: Seconds | None = None
    position_seconds: Seconds | None = None
    runtime_seconds: Annotated[float, Meta(gt=0, le=604_800)] | None = None
    value: float | None = None
    scale_min: float | None = None
    scale_max: float | None = None
    scope: Literal["title", "continue_watching"] | None = None
    autoplay: bool | None = None
    query: Annotated[str, Meta(max_length=1_000)] | None = None
    device: Annotated[str, Meta(max_length=128)] | None = None
    session_id: Annotated[str, Meta(max_length=128)] | None = None
    attributes: dict[str, Any] = {}

    def __post_init__(self) -> None:
        if self.type not in WITHOUT_TITLE and self.title_id is None:
            raise ValueError(f"`title_id` is missing: an event of type `{self.type}` needs it")
        if self.type == "rate":
            self._check_rating()

    def _check_rating(self) -> None:
        if self.value is None:
            raise ValueError("`value` is missing: an event of type `rate` needs it")
        if (self.scale_min is None) != (self.scale_max is None):
            raise ValueError("`scale_min` and `scale_max` come together or not at all")
        if self.scale_min is None or self.scale_max is None:
            if self.value not in RATINGS:
                raise ValueError(
                    "`value` is -1, 1 or 2; other scales come with `scale_min` and `scale_max`"
                )
            return
        if not (math.isfinite(self.scale_min) and math.isfinite(self.scale_max)):
            raise ValueError("`scale_min` and `scale_max` must be finite")
        if not self.scale_min < self.scale_max:
            raise ValueError("`scale_min` must be below `scale_max`")
        if not self.scale_min <= self.value <= self.scale_max:
            raise ValueError("`value` lies outside its scale")

    @property
    def rating(self) -> float:
        """A rating on 0..1: no 0, like .75, love 1; other scales linearly."""
        assert self.value is not None
        if self.scale_min is None or self.scale_max is None:
            return {-1.0: 0.0, 1.0: 0.75, 2.0: 1.0}[self.value]
        return (self.value - self.scale_min) / (self.scale_max - self.scale_min)


class TooOld(FieldError):
    """A time too long ago: of an event that is in the log already it says nothing."""


_POINTED = ("title_id", "value", "scale_min", "scale_max")


def check_event(
    value: Any, *, at: str, now: datetime, oldest: timedelta | None = OLDEST
) -> Event | list[FieldError]:
    """An event of a decoded JSON object, or every wrong field of it with its pointer.

    oldest: how far back `time` may lie; None for imports.
    """
    checked = validate(Event, value, at=at)
    if not isinstance(checked, Event):
        for error in checked:  # rules over several fields point at the field they speak of
            if error.pointer == at:
                named = next((n for n in _POINTED if error.detail.startswith(f"`{n}`")), None)
                error.pointer = f"{at}/{named}" if named else at
        return checked
    if wrong := _cannot_be_kept(checked, at):
        return wrong
    if checked.time - now > FURTHEST_AHEAD:
        detail = f"{format_time(checked.time)} is more than 24 hours in the future"
        return [FieldError(f"{at}/time", detail)]
    if oldest is not None and now - checked.time > oldest:
        detail = f"{format_time(checked.time)} is more than {oldest.days} days old"
        return [TooOld(f"{at}/time", detail)]
    return checked


_TEXTS = ("page_id", "row_id", "token", "query", "device", "session_id")


def _cannot_be_kept(event: Event, at: str) -> list[FieldError]:
    """What fits the fields' types, and yet not every store, encoder or formula. Asked of what comes
    in only: what earlier versions took is read as it is."""
    for name in _TEXTS:
        text = getattr(event, name)
        if text is not None and "\x00" in text:
            return [FieldError(f"{at}/{name}", "holds NUL")]
    if not math.isfinite((event.scale_max or 0.0) - (event.scale_min or 0.0)):
        return [FieldError(f"{at}/scale_max", "is too far from `scale_min` to tell a share of it")]
    return check_free(event.attributes, at=f"{at}/attributes") if event.attributes else []


OrderKey = tuple[int, int, str]


def order_key(event: Event) -> OrderKey:
    """(time in us, type in the contract's order, event_id): the order in which a fold sees events."""
    return to_us(event.time), TYPE_ORDER[event.type], event.event_id
