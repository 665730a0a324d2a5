"""Attribution: which tile an event came of, and what came of each tile that was shown.

An event joins a tile
1. by its `token`, signed: the page, row and column it was copied from;
2. without one, by `page_id`, `row_id` and `position`;
3. without those, an impression, click or play joins the last tile before it that showed that title under
   that `artwork_id`;
4. what says how a sitting goes on (pause, resume, progress, stop, complete, a rating) and names no tile
   joins that of the last start of its title. A start that names none ends that: what follows it is its own.

An event joins only a page of its own profile, a tile of its own work, and within the window: its `time`
is at or after the page's `generated_at` (its `at` where given) and at most so many hours later. What names a
tile and doesn't join is counted by reason.

The pages come from the decision records. Where there are none (an imported history, whose events name
pages that this service never made), `pages_seen` makes them of the impressions themselves.

The outcome is the same whatever the order in which the events come: `Joiner` takes them one after the
other, and looks again at what it had where one comes late.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from frontrow.base.tile_tokens import page_tag
from frontrow.events.event import Event, OrderKey, order_key
from frontrow.events.log import Logged
from frontrow.viewers.dataset import GOOD_RATING
from frontrow.viewers.signs import QUALITY_SHARE

Reason = Literal[
    "forged", "another_profile", "unknown_page", "unknown_tile", "another_title", "before_page",
    "after_window",
]  # fmt: skip
"""Why an event that names a tile doesn't join it. An `unknown_page`'s record is lost or not kept."""

Key = tuple[str, int, int]
"""(page id, row, column)."""

_SITTING = frozenset({"pause", "resume", "progress", "stop", "complete", "rate"})
_BY_IMAGE = frozenset({"impression", "click", "play"})


@dataclass(frozen=True, slots=True)
class Tile:
    """One title in one place of one page, under one image."""

    row: int
    column: int
    row_id: str
    title_id: str
    artwork_id: str | None = None


@dataclass(frozen=True, slots=True)
class ServedPage:
    """A page as far as attribution asks: whose tiles were where, and since when."""

    page_id: str
    since_us: int  # `generated_at`, or the page's `at`
    tiles: tuple[Tile, ...]


@dataclass(slots=True)
class Outcome:
    """What came of one tile; every field but `sittings` only ever grows."""

    shown: bool = False  # an impression, or something was done with it
    opened: bool = False  # a click, or a start
    started: bool = False  # by the viewer; what starts by itself is no start
    quality: bool = False  # a start that wasn't left early (`is_quality_play`)
    good_rating: bool = False
    shown_us: int = 0  # first sign of it; 0: none
    sittings: list[Logged] = field(default_factory=list)  # plays, what follows them, and ratings


@dataclass(slots=True)
class Sitting:
    """How far one title (a film, an episode) was watched from one tile."""

    started: bool = False
    begin: float = float("inf")  # least position at a start, seconds
    furthest: float = 0.0
    runtime: float = 0.0
    completed: bool = False

    def add(self, event: Event) -> None:
        if event.type == "play" and not event.autoplay:
            self.started = True
            self.begin = min(self.begin, event.position_seconds or 0.0)
        self.furthest = max(self.furthest, event.position_seconds or 0.0)
        self.runtime = max(self.runtime, event.runtime_seconds or 0.0)
        self.completed |= event.type == "complete"


def is_quality_play(sitting: Sitting, runtime_seconds: float | None) -> bool:
    """Begun by the viewer and watched to the end, or for most of what lay ahead of the start."""
    if not sitting.started:
        return False
    runtime = sitting.runtime or runtime_seconds or 0.0
    ahead = runtime - sitting.begin
    return sitting.completed or (
        ahead > 0 and sitting.furthest - sitting.begin >= QUALITY_SHARE * ahead
    )


@dataclass(frozen=True)
class Attribution:
    """What joining needs to know of the service.

    read_token:  the (page tag, row, column) of a token of ours; None for any other
    window_us:   how long after a page's time what is done counts as come of it
    work_of:     the same for all titles of a work (its episodes and editions too)
    runtime_of:  seconds that a title lasts, as far as the catalogue says
    is_page:     whether a page tag is that of a page of anybody's
    """

    read_token: Callable[[str], tuple[bytes, int, int] | None]
    window_us: int
    work_of: Callable[[str], object] = lambda title_id: title_id
    runtime_of: Callable[[str], float | None] = lambda title_id: None
    is_page: Callable[[bytes], bool] = lambda tag: False


class Joiner:
    """Joins one profile's events to its pages' tiles, one after the other."""

    def __init__(self, pages: Iterable[ServedPage], how: Attribution) -> None:
        self._how = how
        self._pages = {page.page_id: page for page in pages}
        self._by_tag = {page_tag(page_id): page for page_id, page in self._pages.items()}
        self._tile_at: dict[Key, Tile] = {}
        self._row_number: dict[tuple[str, str], int] = {}
        pictured: dict[tuple[object, str], list[tuple[int, Key]]] = {}
        for page in self._pages.values():
            for tile in page.tiles:
                key = (page.page_id, tile.row, tile.column)
                self._tile_at[key] = tile
                self._row_number[page.page_id, tile.row_id] = tile.row
                if tile.artwork_id is not None:
                    which = (how.work_of(tile.title_id), tile.artwork_id)
                    pictured.setdefault(which, []).append((page.since_us, key))
        self._pictured: Mapping[tuple[object, str], list[tuple[int, Key]]] = pictured
        for tiles in pictured.values():
            tiles.sort(key=lambda one: (one[0], one[1][0], -one[1][1], -one[1][2]))
        self._events: list[tuple[OrderKey, int, Logged]] = []
        self._forget()

    def _forget(self) -> None:
        self._late = False
        self._outcomes: dict[Key, Outcome] = {}
        self._watched: dict[tuple[Key, str], Sitting] = {}
        self._last_start: dict[object, Key | None] = {}
        self._unjoined: Counter[Reason] = Counter()

    def add(self, logged: Logged) -> None:
        """Take one event in; one of our own facts, or one without a title, says nothing of a tile."""
        event = logged.event
        if event is None or event.title_id is None:
            return
        entry = (order_key(event), logged.number, logged)
        if self._late or (self._events and entry[:2] < self._events[-1][:2]):
            bisect.insort(self._events, entry, key=lambda one: one[:2])
            self._late = True
            return
        self._events.append(entry)
        self._join(logged, event)

    @property
    def outcomes(self) -> dict[Key, Outcome]:
        """What came of each tile of which anything was heard."""
        self._catch_up()
        return self._outcomes

    @property
    def unjoined(self) -> Counter[Reason]:
        """Events that name a tile and didn't join it, by reason."""
        self._catch_up()
        return self._unjoined

    def tile(self, key: Key) -> Tile | None:
        """The tile at a place, where the page's record lists it."""
        return self._tile_at.get(key)

    def _catch_up(self) -> None:
        if self._late:
            self._forget()
            for _, _, logged in self._events:
                if logged.event is not None:
                    self._join(logged, logged.event)

    def _join(self, logged: Logged, event: Event) -> None:
        found = self._find(event, logged.time_us)
        work = self._how.work_of(str(event.title_id))
        key = found if isinstance(found, tuple) else None
        if isinstance(found, str):
            self._unjoined[found] += 1
        if event.type == "play" and not event.autoplay:
            self._last_start[work] = key
        if key is None:
            return
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = Outcome(shown_us=logged.time_us)
        self._count(outcome, key, logged, event)

    def _count(self, outcome: Outcome, key: Key, logged: Logged, event: Event) -> None:
        started = event.type == "play" and not event.autoplay
        outcome.shown |= started or event.type in ("impression", "click")
        outcome.opened |= started or event.type == "click"
        outcome.started |= started
        if event.type == "rate":
            outcome.good_rating |= event.rating >= GOOD_RATING - 1e-9
            outcome.sittings.append(logged)
        elif event.type == "play" or event.type in _SITTING:
            outcome.sittings.append(logged)
            title_id = str(event.title_id)
            sitting = self._watched.get((key, title_id))
            if sitting is None:
                sitting = self._watched[key, title_id] = Sitting()
            sitting.add(event)
            outcome.quality |= is_quality_play(sitting, self._how.runtime_of(title_id))

    def _find(self, event: Event, us: int) -> Key | Reason | None:
        """The tile that an event came of; why not, where it names one; None where it names none."""
        if event.token is not None:
            return self._by_token(event.token, event, us)
        if event.page_id is not None and event.row_id is not None and event.position is not None:
            return self._by_place(event, us)
        if event.artwork_id is not None and event.type in _BY_IMAGE:
            return self._by_image(event, us)
        if event.type in _SITTING or (event.type == "play" and event.autoplay):
            key = self._last_start.get(self._how.work_of(str(event.title_id)))
            if key is not None and self._in_window(self._pages[key[0]], us) is None:
                return key
        return None

    def _by_token(self, token: str, event: Event, us: int) -> Key | Reason:
        read = self._how.read_token(token)
        if read is None:
            return "forged"
        tag, row, column = read
        page = self._by_tag.get(tag)
        if page is None:
            return "another_profile" if self._how.is_page(tag) else "unknown_page"
        return self._checked(page, row, column, event, us)

    def _by_place(self, event: Event, us: int) -> Key | Reason:
        page_id = str(event.page_id)
        page = self._pages.get(page_id)
        if page is None:
            return "another_profile" if self._how.is_page(page_tag(page_id)) else "unknown_page"
        row = self._row_number.get((page_id, str(event.row_id)))
        if row is None:
            return "unknown_tile"
        return self._checked(page, row, int(event.position or 0), event, us)

    def _by_image(self, event: Event, us: int) -> Key | None:
        tiles = self._pictured.get(
            (self._how.work_of(str(event.title_id)), str(event.artwork_id)), []
        )
        at = bisect.bisect_right(tiles, us, key=lambda one: one[0])
        if at and us - tiles[at - 1][0] <= self._how.window_us:
            return tiles[at - 1][1]
        return None

    def _checked(
        self, page: ServedPage, row: int, column: int, event: Event, us: int
    ) -> Key | Reason:
        tile = self._tile_at.get((page.page_id, row, column))
        if tile is not None:  # a record lists the tiles of the answer, not those asked for later
            work_of = self._how.work_of
            if work_of(tile.title_id) != work_of(str(event.title_id)):
                return "another_title"
        outside = self._in_window(page, us)
        return (page.page_id, row, column) if outside is None else outside

    def _in_window(self, page: ServedPage, us: int) -> Reason | None:
        if us < page.since_us:
            return "before_page"
        return "after_window" if us > page.since_us + self._how.window_us else None


def join(
    events: Iterable[Logged], pages: Iterable[ServedPage], how: Attribution
) -> tuple[dict[Key, Outcome], Counter[Reason]]:
    """What came of each tile of one profile's pages, and what didn't join, by reason."""
    joiner = Joiner(pages, how)
    for logged in events:
        joiner.add(logged)
    return joiner.outcomes, joiner.unjoined


def pages_seen(events: Iterable[Logged]) -> Sequence[ServedPage]:
    """Pages as one profile's impressions tell of them, where no record does.

    A page is since its first impression. An impression that names no page is a page of its own, with
    one tile.
    """
    since: dict[str, int] = {}
    tiles: dict[str, dict[tuple[str, int], Event]] = {}
    ordered = sorted(
        ((order_key(one.event), one.event) for one in events if one.event is not None),
        key=lambda pair: pair[0],
    )
    for (us, _, _), event in ordered:
        if event.type != "impression" or event.token is not None:
            continue
        placed = None not in (event.page_id, event.row_id, event.position)
        if not placed and event.artwork_id is None:
            continue
        page_id = str(event.page_id) if placed else f"{event.event_id} alone"
        place = (str(event.row_id), int(event.position or 0)) if placed else ("", 0)
        since.setdefault(page_id, us)
        tiles.setdefault(page_id, {}).setdefault(place, event)
    return [ServedPage(page_id, since[page_id], _tiles(seen)) for page_id, seen in tiles.items()]


def _tiles(seen: Mapping[tuple[str, int], Event]) -> tuple[Tile, ...]:
    rows = {row_id: i for i, row_id in enumerate(dict.fromkeys(row_id for row_id, _ in seen))}
    return tuple(
        Tile(rows[row_id], column, row_id, str(event.title_id), event.artwork_id)
        for (row_id, column), event in seen.items()
    )
