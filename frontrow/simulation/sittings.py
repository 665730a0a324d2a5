"""Sittings: from play to stop, what a viewer's device reports of watching one title.

A sitting begins at a position and ends at another; positions only grow, and never pass the
runtime. Pauses take time but no position.
"""

from dataclasses import dataclass, field
from typing import Any

from frontrow.base.draws import Draws

_PROGRESS_EVERY_SECONDS = 1800
_SHARE_PAUSED = 0.1
_COMPLETE_FROM = 0.94  # of the runtime; the credits are not watched


@dataclass
class Diary:
    """The events of one profile as they happen; `seconds` are since 1970, one for each."""

    profile_id: str
    events: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[int] = field(default_factory=list)

    def note(self, kind: str, at: int, context: dict[str, Any], **fields: Any) -> None:
        """Add an event; its time is written when all are sorted."""
        event_id = f"{self.profile_id}-{len(self.events) + 1:05d}"
        self.events.append(
            {
                "event_id": event_id,
                "type": kind,
                "profile_id": self.profile_id,
                "time": "",
                **fields,
                **context,
            }
        )
        self.seconds.append(at)


def sit_and_watch(
    diary: Diary,
    title_id: str,
    runtime_seconds: int,
    *,
    start: int,
    begin: int,
    end: int,
    autoplay: bool,
    placed: dict[str, Any],
    context: dict[str, Any],
    draws: Draws,
) -> int:
    """Report one sitting from position `begin` to `end`; returns when it was over.

    start:   seconds since 1970
    placed:  where on which page it was chosen (page_id, row_id, position, artwork_id)
    context: device and session_id
    """
    end = min(end, runtime_seconds)
    common = {"title_id": title_id, "runtime_seconds": runtime_seconds}
    diary.note(
        "play", start, context, **common, position_seconds=begin, autoplay=autoplay, **placed
    )
    paused_at = -1
    if end - begin > 300 and draws.chance(_SHARE_PAUSED):
        paused_at = draws.whole(begin + 60, end - 60)
    marks = list(range(begin + _PROGRESS_EVERY_SECONDS, end - 60, _PROGRESS_EVERY_SECONDS))
    waited = 0
    for mark in sorted([*marks, paused_at] if paused_at >= 0 else marks):
        at = start + mark - begin + waited
        if mark == paused_at:
            diary.note("pause", at, context, **common, position_seconds=mark)
            waited += draws.whole(20, 900)
            diary.note(
                "resume", start + mark - begin + waited, context, **common, position_seconds=mark
            )
            paused_at = -1
        else:
            diary.note(
                "progress",
                at,
                context,
                **common,
                position_seconds=mark,
                seconds_watched=mark - begin,
            )
    over = start + end - begin + waited + 2
    if is_complete(end, runtime_seconds):
        diary.note("complete", over, context, **common, position_seconds=end)
        over += 1
    diary.note("stop", over, context, **common, position_seconds=end, seconds_watched=end - begin)
    return over


def is_complete(position_seconds: int, runtime_seconds: int) -> bool:
    """Whether all but the credits was seen."""
    return position_seconds >= _COMPLETE_FROM * runtime_seconds
