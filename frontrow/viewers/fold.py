"""The fold: a profile's events, in any order of arrival, to one `Viewer`.

Each event is joined into its title's record by sums, maxima and "last by key", which commute; so an
event that comes late needs no second look at those before it. Only `reset` and `forget_title`
reach back: what they drop was added before, so they ask for a fold from the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy

import msgspec

from frontrow.base.time import US_PER_DAY, US_PER_MINUTE
from frontrow.catalog.title import MOST_IMAGES
from frontrow.events.event import (
    PROFILE_RESET,
    PROFILE_SET,
    TASTE_SET,
    TYPE_ORDER,
    Event,
    OrderKey,
)
from frontrow.events.log import Logged
from frontrow.viewers.profile import Profile
from frontrow.viewers.signs import is_good_sign, is_taken_up, known_us, lives_since
from frontrow.viewers.viewer import Spoken, TitleRecord, Viewer

FINISHED_FRACTION = 0.95
"""Share of the runtime from which a title is watched to the end: the rest is credits."""

QUARTER_US = 15 * US_PER_MINUTE
"""Sittings are counted by quarters of an hour: every zone's offset is a multiple of it."""

WISHES = frozenset({"list_add", "list_remove", "dismiss", "undismiss", PROFILE_SET, PROFILE_RESET})
"""What a profile says it wants: all that is read for a page without profiling."""

_TASTE = frozenset({"play", "resume", "progress", "stop", "complete", "rate", "list_add", "click"})
_PICTURED = frozenset({"impression", "click", "play"})
_RUNS = frozenset({"play", "resume", "progress"})
KEPT_WHEN_FORGOTTEN = frozenset({"list_add", "list_remove", "dismiss", "undismiss"})
"""What a `forget_title` leaves of a title: what the viewer wants is not what was watched."""


def fold(
    profile_id: str,
    events: Sequence[Logged],
    *,
    until_us: int | None = None,
    also_forgotten: Mapping[str, int] | None = None,
    incarnation: str = "",
) -> Viewer:
    """The viewer of all of a profile's events.

    until_us:        only events whose `time` is at most this count (settings and corrections always do)
    also_forgotten:  title id -> us: forgets that reach further titles (a series' episodes)
    """
    viewer = Viewer(profile_id=profile_id, incarnation=incarnation)
    if also_forgotten:
        viewer.forgets.update(also_forgotten)
    for logged in events:
        if until_us is not None and logged.time_us > until_us:
            continue
        if logged.type == PROFILE_RESET:
            viewer.reset_us = max(viewer.reset_us, logged.time_us)
            viewer.reset_number = max(viewer.reset_number, logged.number)
        elif logged.type == "forget_title" and logged.event is not None:
            title_id = str(logged.event.title_id)
            viewer.forgets[title_id] = max(viewer.forgets.get(title_id, 0), logged.time_us)
    _join(viewer, events, until_us)
    return viewer


def extend(viewer: Viewer, events: Sequence[Logged]) -> Viewer | None:
    """The viewer with what came since; None: it must be folded from the start.

    The viewer that came in stays as it was (a page may be reading it); titles that no event touches
    are shared.
    """
    if any(logged.type in (PROFILE_RESET, "forget_title") for logged in events):
        return None
    since = _lives_since(viewer, events, None)
    if since < viewer.lives_since_us and since < viewer.latest_late_us:  # a clock went back
        return None
    longer = copy(viewer)
    longer.titles = dict(viewer.titles)
    longer.sittings = dict(viewer.sittings)
    touched = {logged.event.title_id for logged in events if logged.event is not None}
    for title_id in touched & longer.titles.keys():
        longer.titles[str(title_id)] = copy(longer.titles[str(title_id)])
    _join(longer, events, None)
    return longer


def _lives_since(viewer: Viewer, events: Iterable[Logged], until_us: int | None) -> int:
    since = viewer.lives_since_us
    for logged in events:
        if logged.event is None or (until_us is not None and logged.time_us > until_us):
            continue
        if not _is_forgotten(viewer, logged.event, logged.time_us):
            since = lives_since(since, logged)
    return since


def _join(viewer: Viewer, events: Sequence[Logged], until_us: int | None) -> None:
    viewer.lives_since_us = _lives_since(viewer, events, until_us)
    for logged in events:
        viewer.number = max(viewer.number, logged.number)
        if logged.type == PROFILE_SET:  # in order of arrival: today's settings hold at any time
            viewer.settings = _settings(viewer.profile_id, logged)
            continue
        if logged.type == TASTE_SET:  # likewise, but a new start takes them back
            if logged.number > viewer.reset_number:
                viewer.corrections = _corrections(logged)
            continue
        if until_us is not None and logged.time_us > until_us:
            continue
        event = logged.event
        if event is None or event.type == "forget_title":
            continue
        if logged.number < viewer.reset_number or logged.time_us < viewer.reset_us:
            continue
        if _is_forgotten(viewer, event, logged.time_us):  # nor when or where that was
            continue
        if logged.received_us - logged.time_us >= US_PER_DAY:
            viewer.latest_late_us = max(viewer.latest_late_us, logged.received_us)
        record = _count(viewer, event, logged.time_us)
        if record is not None:
            _learn(record, event, known_us(logged, viewer.lives_since_us))


def _settings(profile_id: str, logged: Logged) -> Profile:
    """A profile's settings; where they can't be read, those of a child at the lowest limit."""
    try:
        return msgspec.convert(logged.body, Profile)
    except msgspec.ValidationError:
        return Profile(profile_id=profile_id, kids=True, maturity_limit=0)


def _corrections(logged: Logged) -> Spoken:
    """What a viewer said of its taste; nothing where it can't be read."""
    try:
        return msgspec.convert(logged.body, Spoken)
    except msgspec.ValidationError:
        return {}


def _count(viewer: Viewer, event: Event, us: int) -> TitleRecord | None:
    """Count an event; the record of its title, where it is of one that counts."""
    kind = event.type
    key = (us, TYPE_ORDER[kind], event.event_id)
    first_us_of = max(
        us, 1
    )  # 0 is "none": what an import dates to 1970 or before counts as just after
    viewer.first_us = min(viewer.first_us or first_us_of, first_us_of)
    viewer.last_us = max(viewer.last_us, first_us_of)
    offset = event.time.utcoffset()
    if offset and (viewer.offset is None or key > viewer.offset[0]):
        viewer.offset = key, int(offset.total_seconds() // 60)
    if kind == "search":
        viewer.searches += 1
    if event.title_id is None:
        return None
    record = viewer.titles.get(event.title_id)
    if record is None:
        record = viewer.titles[event.title_id] = TitleRecord()
    if kind in _TASTE and not (event.autoplay and kind != "complete"):
        record.first_us = min(record.first_us or first_us_of, first_us_of)
        record.last_us = max(record.last_us, first_us_of)
    if kind == "impression":
        record.impressions += 1
        record.last_impression_us = max(record.last_impression_us, us)
    elif kind == "click":
        record.clicks += 1
    elif kind in ("play", "pause", "resume", "progress", "stop", "complete"):
        _watch(viewer, record, event, key)
    elif kind == "rate":
        if key > record.rated:
            record.rated, record.rating = key, event.rating
            record.starter = bool(event.attributes.get("starter"))
    else:
        _wish(record, event, key)
    return record


def _is_forgotten(viewer: Viewer, event: Event, us: int) -> bool:
    """Whether an event is of a title that was forgotten since: as if it had never come."""
    if event.title_id is None or event.type in KEPT_WHEN_FORGOTTEN:
        return False
    return us <= viewer.forgets.get(event.title_id, us - 1)


def _learn(record: TitleRecord, event: Event, us: int) -> None:
    """Note since when it is known what a title was shown as, and what came of it."""
    if event.autoplay:
        return
    if is_taken_up(event):
        record.taken_us = min(record.taken_us or us, us)
    if is_good_sign(event):
        record.good_us = min(record.good_us or us, us)
    if event.artwork_id and event.type in _PICTURED:
        record.shown_as = earliest(record.shown_as, event.artwork_id, us)
        if event.type == "play":
            record.begun_as = earliest(record.begun_as, event.artwork_id, us)


def earliest(known: dict[str, int], artwork_id: str, us: int) -> dict[str, int]:
    """The same with an image's moment, the earlier of two; another dict, since a page may be reading
    this one, and in the order of the ids, so that it is the same whatever came first.

    Of more images than a title can have, the earliest are kept: any id that a client names comes here.
    """
    if known.get(artwork_id, us + 1) <= us:
        return known
    if len(known) >= MOST_IMAGES and artwork_id not in known:
        last = max(known, key=lambda one: (known[one], one))
        if (us, artwork_id) > (known[last], last):
            return known
        known = {one: when for one, when in known.items() if one != last}
    return dict(sorted({**known, artwork_id: us}.items()))


def _watch(viewer: Viewer, record: TitleRecord, event: Event, key: OrderKey) -> None:
    kind = event.type
    record.last_touch = max(record.last_touch, key)
    touch_us = max(key[0], 1)
    record.first_touch_us = min(record.first_touch_us or touch_us, touch_us)
    if kind == "play" and event.artwork_id and key > record.pictured:
        record.pictured, record.artwork_id = key, event.artwork_id
    if kind == "play":
        record.last_play = max(record.last_play, key)
        if event.autoplay:
            record.autoplays += 1
        else:
            record.plays += 1
    if kind in _RUNS:
        record.last_watch = max(record.last_watch, key)
    if kind == "complete":
        record.completions += 1
        record.last_complete = max(record.last_complete, key)
    if kind == "stop" and event.seconds_watched is not None:
        weight = round(event.seconds_watched * 1000)
        record.watched_ms += weight
        if not event.autoplay and weight:
            quarter = key[0] // QUARTER_US
            viewer.sittings[quarter] = viewer.sittings.get(quarter, 0) + weight
    if key > record.at:
        if event.position_seconds is not None:
            record.at, record.position_seconds = key, event.position_seconds
        elif kind == "play":
            record.at, record.position_seconds = key, 0.0
    if event.position_seconds is not None:
        record.furthest_seconds = max(record.furthest_seconds, event.position_seconds)
    if event.runtime_seconds is not None:
        record.runtime_seconds = max(record.runtime_seconds or 0.0, event.runtime_seconds)
        if event.position_seconds is not None:
            reached = min(event.position_seconds / event.runtime_seconds, 1.0)
            record.furthest = max(record.furthest, reached)
    if kind == "complete":
        record.furthest = 1.0


def _wish(record: TitleRecord, event: Event, key: OrderKey) -> None:
    kind = event.type
    if kind == "list_add":
        record.list_added = max(record.list_added, key)
    elif kind == "list_remove":
        record.list_removed = max(record.list_removed, key)
    elif kind == "undismiss":
        record.taken_back = max(record.taken_back, key)
        if event.scope != "continue_watching":
            record.undismissed = max(record.undismissed, key)
    elif kind == "dismiss":
        if event.scope == "continue_watching":
            record.put_aside = max(record.put_aside, key)
        else:
            record.dismissed = max(record.dismissed, key)
