"""The invented service: its titles, and the artwork that stands for them on a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontrow.base.draws import Draws
from frontrow.base.randomness import rng_for
from frontrow.simulation.artwork import draw_artwork
from frontrow.simulation.titles import Title, write_titles
from frontrow.simulation.works import Work, invent_works


@dataclass(frozen=True)
class Service:
    """An invented service.

    titles:  API titles, the works in order, each followed by its editions or episodes
    artwork: SVG text by artwork_id
    """

    titles: list[Title]
    artwork: dict[str, str]


def invent_service(seed: int, *, n_works: int = 2000, now: datetime) -> Service:
    """Invent a service of so many works, as it stands at `now` (aware, UTC)."""
    titles: list[Title] = []
    pictures: dict[str, str] = {}
    for work in invent_works(seed, n_works, now):
        draws = Draws(rng_for(seed, "titles", work.work_id))
        titles += write_titles(work, _dress(work, seed, pictures), now, draws)
    return Service(titles=titles, artwork=pictures)


def _dress(work: Work, seed: int, pictures: dict[str, str]) -> list[dict[str, Any]]:
    """Draw the artworks of a work into `pictures`; returns them as the API writes them."""
    entries: list[dict[str, Any]] = []
    for number, picture in enumerate(draw_artwork(work, seed), start=1):
        artwork_id = f"{work.work_id}-a{number}"
        pictures[artwork_id] = picture.svg
        entry: dict[str, Any] = {
            "artwork_id": artwork_id,
            "url": f"/artwork/{artwork_id}.svg",
            "tags": _tags(picture.kind, work),
        }
        if picture.people:
            entry["people"] = list(picture.people)
        entries.append(entry)
    return entries


def _tags(kind: str, work: Work) -> Sequence[str]:
    return list(dict.fromkeys([kind, *(genre.lower() for genre in work.genres), work.tone]))
