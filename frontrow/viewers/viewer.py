"""The state that a profile's events fold to, title by title."""

from __future__ import annotations

from msgspec import Struct

from frontrow.events.event import OrderKey
from frontrow.viewers.profile import Profile
from frontrow.viewers.signs import NO_LIFE

Spoken = dict[str, dict[str, float]]
"""Kind of taste -> term -> affinity, as a viewer put it."""

NEVER: OrderKey = (-(2**62), 0, "")
"""Before every event."""


class TitleRecord(Struct, gc=False):
    """What one profile did with one title. Every field is a sum of integers, a minimum, a maximum,
    or the value of the last event, so it is the same whatever the order of arrival."""

    plays: int = 0  # started by the viewer
    autoplays: int = 0  # started by themselves
    clicks: int = 0
    impressions: int = 0
    completions: int = 0
    watched_ms: int = 0  # summed over sittings
    furthest: float = 0.0  # largest share of the runtime reached, as far as events say a runtime
    furthest_seconds: float = 0.0  # largest position
    first_us: int = 0  # first event that says something about taste; 0: none
    last_us: int = 0
    last_impression_us: int = 0
    last_play: OrderKey = NEVER  # any start, however short
    last_watch: OrderKey = NEVER  # play, resume, progress: it runs
    last_touch: OrderKey = NEVER  # any event of a sitting
    first_touch_us: int = 0  # the first one; 0: none
    last_complete: OrderKey = NEVER
    at: OrderKey = NEVER  # the event that said the position
    position_seconds: float = 0.0
    runtime_seconds: float | None = None
    rated: OrderKey = NEVER
    rating: float = 0.0  # 0..1
    starter: bool = False  # the rating is a starter pick
    list_added: OrderKey = NEVER
    list_removed: OrderKey = NEVER
    dismissed: OrderKey = NEVER
    undismissed: OrderKey = NEVER
    put_aside: OrderKey = NEVER  # left continue_watching until any play
    taken_back: OrderKey = NEVER  # an undismiss that brings it back there
    pictured: OrderKey = NEVER  # the start that said under which image it was chosen
    artwork_id: str = ""
    # Since when it is known (`signs.known_us`); 0: it isn't
    taken_us: int = 0  # that it was begun, or liked
    good_us: int = 0  # that most of it was seen
    shown_as: dict[str, int] = {}  # artwork id -> that it was shown (opened, begun)
    begun_as: dict[str, int] = {}  # artwork id -> that the title was begun under it


class Viewer(Struct):
    """The fold of one profile's events, up to `number`."""

    profile_id: str
    incarnation: str = ""
    number: int = 0  # events folded
    settings: Profile | None = None
    corrections: Spoken = {}  # what the viewer said of its taste
    titles: dict[str, TitleRecord] = {}
    forgets: dict[str, int] = {}  # title id -> us up to which it was never watched
    reset_us: int = -(2**62)
    reset_number: int = 0
    first_us: int = 0  # first event that counts; 0: none
    last_us: int = 0
    offset: tuple[OrderKey, int] | None = None  # minutes east of UTC, from the last event that says
    sittings: dict[int, int] = {}  # quarter of an hour since 1970 -> ms watched, for dayparts
    searches: int = 0
    lives_since_us: int = NO_LIFE  # `signs.lives_since`
    latest_late_us: int = 0  # when the last event came that was late then; 0: none

    @property
    def is_new(self) -> bool:
        """Whether no event that counts is known."""
        return self.first_us == 0
