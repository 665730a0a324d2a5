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


def known_us(logged: Logged) -> int:
    """Since when an event is known, us: when it came. What came a day late and more (an import, a device
    that was long away) counts as known at its own time."""
    late_us = logged.received_us - logged.time_us
    return logged.received_us if 0 <= late_us < US_PER_DAY else max(logged.time_us, 1)
