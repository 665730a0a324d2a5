"""Decisions joined to what came of them, one profile at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from frontrow.base.tile_tokens import page_tag, read_token
from frontrow.base.time import parse_time, to_us
from frontrow.catalog import Catalogue
from frontrow.events.log import Log, Logged
from frontrow.page.decisions import CONTINUED
from frontrow.ranking import reward_of_one
from frontrow.viewers import fold, records_of
from frontrow.viewers.attribution import (
    Attribution,
    Key,
    Outcome,
    Reason,
    ServedPage,
    Tile,
    join,
)
from frontrow.viewers.records import runtime_of

Decision = dict[str, Any]
HOUR_US = 3_600_000_000


class Decisions(Protocol):
    """What is read of the decision store."""

    def page_ids(self) -> Iterator[str]:
        """Every page of which a decision is kept."""
        ...

    def by_profile(self) -> Iterator[tuple[str, list[Decision]]]:
        """Every profile's decisions, oldest first."""
        ...


@dataclass(frozen=True)
class JoinedProfile:
    """One profile's decisions, and what came of each of their tiles."""

    profile_id: str
    decisions: list[Decision]
    outcomes: dict[Key, Outcome]
    rewards: dict[Key, float]  # of tiles of which something was watched or rated
    unjoined: Counter[Reason]


@dataclass(frozen=True)
class Joining:
    """What joining reads beside the decisions."""

    log: Log
    catalogue: Catalogue
    secret: bytes
    window_us: int
    now_us: int


@dataclass(frozen=True)
class AnswerRow:
    """A row of one answer: its place on the page, and which title stood in which column."""

    row: int
    told: Mapping[str, Any]  # as recorded
    titles: Mapping[int, str]  # column -> title id


@dataclass(frozen=True)
class Answer:
    """What was decided for one answer of a page: its first, or a later one."""

    rows: tuple[AnswerRow, ...]
    told: Mapping[str, Any]  # the record: `choices`, `artwork`, `evidence`, `swaps`


def answers_of(decision: Decision) -> Iterator[Answer]:
    """A page's first answer, and those that went on with it, in order of time."""
    first = (
        AnswerRow(row, told, dict(enumerate(told["shown"])))
        for row, told in enumerate(decision["rows"])
    )
    yield Answer(tuple(first), decision)
    for record in decision.get(CONTINUED, []):
        rows = (
            AnswerRow(told["row"], told, dict(zip(told["columns"], told["shown"], strict=True)))
            for told in record["rows"]
        )
        yield Answer(tuple(rows), record)


def served_page(decision: Decision) -> ServedPage:
    """A decision as attribution sees it: which title under which image stood where."""
    tiles: dict[tuple[int, int], Tile] = {}
    for answer in answers_of(decision):
        artwork = answer.told.get("artwork", {})
        for row in answer.rows:
            row_id = row.told["row_id"]
            for column, title_id in row.titles.items():
                image = artwork.get(choice_at(artwork, title_id, row_id), {}).get("artwork_id")
                tile = Tile(row.row, column, row_id, title_id, image)
                tiles.setdefault((row.row, column), tile)
    return ServedPage(decision["page_id"], generated_us(decision), tuple(tiles.values()))


def choice_at(artwork: Mapping[str, Any], title_id: str, row_id: str) -> str:
    """Under which name a decision has the image of a tile: a title that stands in two rows may have
    another image in the second."""
    own = f"{title_id} in {row_id}"
    return own if own in artwork else title_id


def generated_us(decision: Decision) -> int:
    """When a page was made, us; its `at` where that was asked for."""
    return to_us(parse_time(decision["generated_at"]))


def joined_decisions(decisions: Decisions, how: Joining) -> Iterator[JoinedProfile]:
    """Every profile's decisions with their outcomes, by what the log holds now."""
    tags = np.sort(
        np.fromiter((_number(page_tag(page)) for page in decisions.page_ids()), np.uint64)
    )
    attribution = Attribution(
        read_token=partial(read_token, secret=how.secret),
        window_us=how.window_us,
        work_of=_work_of(how.catalogue),
        runtime_of=partial(_runtime_of, how.catalogue),
        is_page=partial(_is_in, tags),
    )
    for profile_id, mine in decisions.by_profile():
        events = how.log.read(profile_id).events
        outcomes, unjoined = join(events, map(served_page, mine), attribution)
        rewards = {
            key: _reward(profile_id, outcome.sittings, how)
            for key, outcome in outcomes.items()
            if outcome.sittings
        }
        yield JoinedProfile(profile_id, mine, outcomes, rewards, unjoined)


def _reward(profile_id: str, sittings: list[Logged], how: Joining) -> float:
    """What the sittings that came of one tile are worth, by the one definition of reward."""
    records = records_of(fold(profile_id, sittings), how.catalogue)
    if not len(records):
        return 0.0
    return float(reward_of_one(records, how.catalogue, how.now_us).max())


def _work_of(catalogue: Catalogue) -> Callable[[str], object]:
    known = catalogue.work_of_title
    return lambda title_id: known.get(title_id, title_id)


def _runtime_of(catalogue: Catalogue, title_id: str) -> float | None:
    work = catalogue.work_of_title.get(title_id)
    return None if work is None else runtime_of(catalogue, work, title_id)


def _number(tag: bytes) -> int:
    return int.from_bytes(tag[:8], "big")


def _is_in(tags: NDArray[np.uint64], tag: bytes) -> bool:
    wanted = np.uint64(_number(tag))
    at = int(np.searchsorted(tags, wanted))
    return at < len(tags) and bool(tags[at] == wanted)
