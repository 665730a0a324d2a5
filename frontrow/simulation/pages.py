"""The logged page of one visit: the continue row, the shelves, and which tiles are examined.

Attention falls from row to row and from column to column; only an examined tile gives an
impression. The continue row isn't drawn: its tiles have the probability 1 and the policy
name "continue".
"""

from dataclasses import dataclass
from typing import Any

from frontrow.base.draws import Draws
from frontrow.simulation.shelves import N_COLUMNS, N_ROWS, Shelf, eligible_tiles, fill_shelf
from frontrow.simulation.viewer import Stage, Viewer
from frontrow.simulation.world import Integers

LONGEST_CONTINUE_ROW = 6
_NEXT_COLUMN = (0.76, 0.12)  # chance to go on to the next column, and what patience adds
_NEXT_ROW = (0.5, 0.30)


@dataclass(frozen=True)
class Seen:
    """An examined tile: where it stood, in which picture, and the chance that it did."""

    tile: int
    row_id: str
    position: int
    artwork_id: str
    art: int
    policy: str
    probability: float


@dataclass(frozen=True)
class Page:
    """What was laid out at one visit, as far as it was examined; `eligible` tiles of then."""

    page_id: str
    seen: list[Seen]
    eligible: Integers


def lay_out_page(viewer: Viewer, stage: Stage, at: int, turn: int) -> Page:
    """A page of the logging policy at this time, the visit's first or a later one, and what the viewer
    examines of it."""
    eligible = eligible_tiles(stage.world, viewer.fits, viewer.country, at, viewer.prefers_second)
    day = min(max((at - stage.first) // 86_400, 0), stage.days)
    popularity = stage.appeal.popularity[day, viewer.country]
    shelf = fill_shelf(eligible, popularity, N_ROWS * N_COLUMNS, viewer.rng)
    allowed = set(eligible.tolist())
    going_on = sorted(
        (tile for tile in viewer.in_progress if tile in allowed),
        key=lambda tile: -viewer.in_progress[tile].last_seen,
    )[:LONGEST_CONTINUE_ROW]
    seen = [
        _see(tile, "continue", i, "continue", 1.0, stage, viewer.draws)
        for i, tile in enumerate(going_on[:3])
    ]
    seen += _examine(shelf, viewer, stage)
    which = f"{viewer.n_visits:04d}" + (f"-{turn + 1}" if turn else "")
    return Page(f"{viewer.profile_id}-p{which}", seen, eligible)


def _examine(shelf: Shelf, viewer: Viewer, stage: Stage) -> list[Seen]:
    draws, patience = viewer.draws, viewer.taste.patience
    on_column = _NEXT_COLUMN[0] + _NEXT_COLUMN[1] * patience
    on_row = _NEXT_ROW[0] + _NEXT_ROW[1] * patience
    seen: list[Seen] = []
    for row in range(N_ROWS):
        for column in range(N_COLUMNS):
            slot = row * N_COLUMNS + column
            if slot >= len(shelf.tiles) or (column and not draws.chance(on_column)):
                break
            seen.append(
                _see(
                    shelf.tiles[slot],
                    f"shelf-{row + 1}",
                    column,
                    "logging",
                    shelf.probability[slot],
                    stage,
                    draws,
                )
            )
        if not draws.chance(on_row):
            break
    return seen


def _see(
    tile: int,
    row_id: str,
    position: int,
    policy: str,
    probability: float,
    stage: Stage,
    draws: Draws,
) -> Seen:
    artwork_id, art = draws.pick(stage.world.artwork[tile])
    return Seen(tile, row_id, position, artwork_id, art, policy, probability)


def note_impressions(
    page: Page, viewer: Viewer, stage: Stage, at: int, context: dict[str, Any]
) -> int:
    """Write the impressions of a page; returns the time after the last."""
    for seen in page.seen:
        at += 1
        viewer.diary.note(
            "impression",
            at,
            context,
            title_id=stage.world.title_ids[seen.tile],
            artwork_id=seen.artwork_id,
            page_id=page.page_id,
            row_id=seen.row_id,
            position=seen.position,
            attributes={"policy": seen.policy, "probability": seen.probability},
        )
    return at + 1
