"""What single events say: that most of a title was seen, that it was taken up, and since when it is known."""

from __future__ import annotations

from frontrow.base.time import US_PER_DAY
from frontrow.events.event import Event
from frontrow.events.log import Logged

QUALITY_SHARE = 0.83
"""Of what lay ahead at the start, from here on a play is good even if it was left for good: the
share at which `frontrow.ranking.reward` calls a film that was left a good play."""


def is_good_sign(event: Event) -> bool:
    """Whether one event alone says that most of a title was seen."""
    if event.type == "complete":
        return True
    if event.position_seconds is None or event.runtime_seconds is None:
        return False
    return event.position_seconds >= QUALITY_SHARE * event.runtime_seconds


_LIKED = 0.75


def is_taken_up(event: Event) -> bool:
    """Whether an event says that its title is what this viewer watches: a start, or a liking."""
    if event.type == "play":
        return not event.autoplay
    return event.type == "rate" and event.rating >= _LIKED - 1e-9


NO_LIFE = 2**62
"""Since when a profile lives here, of one of which nothing came but a history."""

_BROUGHT_US = US_PER_DAY // 24
"""How long after a profile's first living event the history that is brought along may still come: a file of
many years ends with what was watched today."""


def lives_since(since_us: int, logged: Logged) -> int:
    """The moment since when a profile lives here, us, with one event more: since the first that came
    within a day of its time."""
    late_us = logged.received_us - logged.time_us
    return min(since_us, logged.received_us) if 0 <= late_us < US_PER_DAY else since_us


def known_us(logged: Logged, lives_since_us: int) -> int:
    """Since when an event is known, us: when it came. Only of a history that was brought along, before the
    profile lived here, what came late is known at its own time."""
    late_us = logged.received_us - logged.time_us
    if 0 <= late_us < US_PER_DAY:
        return logged.received_us
    brought = late_us < 0 or logged.received_us <= lives_since_us + _BROUGHT_US
    return max(logged.time_us, 1) if brought else logged.received_us
