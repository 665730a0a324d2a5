"""The events of a visit, as a client would send them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from frontrow.base.draws import Draws
from frontrow.base.time import format_time, from_us
from frontrow.simulation.loop.looking import Look, Page
from frontrow.simulation.loop.sitting import Play


@dataclass
class Diary:
    """Events of visits, as the API takes them, until they are sent."""

    events: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)  # of each profile

    def note(self, kind: str, profile_id: str, at: float, **more: Any) -> None:
        self.counts[profile_id] += 1
        event = {
            "event_id": f"{profile_id}-{self.counts[profile_id]:05d}",
            "type": kind,
            "profile_id": profile_id,
            "time": format_time(from_us(int(at * 1e6))),
        }
        event.update(more)
        self.events.append(event)


def named_by(page: Page, look: Look) -> dict[str, Any]:
    """What an event says of the tile that it came of."""
    tile = look.tile
    named = {"title_id": tile["title_id"], "position": look.column}
    if page.get("page_id"):
        named["page_id"] = page["page_id"]
        named["row_id"] = look.row["row_id"]
        named["token"] = tile["token"]
    if tile.get("artwork"):
        named["artwork_id"] = tile["artwork"]["artwork_id"]
    return named


def tell_slip(
    diary: Diary, profile_id: str, at: float, named: dict[str, Any], draws: Draws
) -> None:
    """A click that was not meant, undone after some seconds."""
    seconds = round(draws.between(2, 18), 1)
    diary.note("click", profile_id, at, **named)
    diary.note("play", profile_id, at + 1, **named)
    told = {"seconds_watched": seconds, "position_seconds": seconds}
    diary.note("stop", profile_id, at + 1 + seconds, **named, **told)


def tell_plays(
    diary: Diary, profile_id: str, start: float, plays: list[Play], named: dict[str, Any]
) -> None:
    """The events of plays; what follows by itself says so and names no tile."""
    for number, play in enumerate(plays):
        about = {**named, "title_id": play.title_id}
        if number:
            about.pop("token", None)
            about["autoplay"] = True
        at = start + play.began
        diary.note("play", profile_id, at, **about)
        end = play.start_seconds + play.seconds
        told = {
            "seconds_watched": round(play.seconds, 1),
            "position_seconds": round(end, 1),
            "runtime_seconds": play.runtime,
        }
        diary.note("stop", profile_id, at + play.seconds, **about, **told)
        if play.completed:
            diary.note("complete", profile_id, at + play.seconds + 1, **about)
        if play.rated is not None:
            diary.note("rate", profile_id, at + play.seconds + 2, **about, value=play.rated)
