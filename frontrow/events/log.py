"""The log behind its Protocol: append, read one profile, tail what is final, forget."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from frontrow.events.event import Event


class Position(Struct, frozen=True):
    """A place in the log, opaque to callers; of one log, the greater marks are the later place."""

    marks: tuple[tuple[int, int], ...] = ()  # (what is counted, final up to here)


@dataclass(frozen=True, slots=True)
class Logged:
    """A stored fact: a caller's event, or one of ours (`event` is None, `body` holds it)."""

    number: int  # gapless within the profile
    type: str
    time_us: int
    received_us: int
    event: Event | None
    body: dict[str, Any]


class Ack(Struct, frozen=True, gc=False):
    """What became of one event: stored now, or known before."""

    event_id: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """Events of one profile after a position, and the position after them."""

    events: Sequence[Logged]
    stable: int  # number of the last event of the profile
    incarnation: str  # changes when a forgotten profile comes again; "" for an unknown profile


@dataclass(frozen=True, slots=True)
class Tailed:
    """One final event of anybody, as the folds of the service see it."""

    profile_id: str
    logged: Logged


@dataclass(frozen=True, slots=True)
class Removed:
    """What forgetting a profile took away."""

    events: int
    decisions: int
    generation: int


LAST_NUMBER = 2**63 - 1
"""Above every number of an event."""


class Log(Protocol):
    """Acknowledged events. The key of an event is (profile_id, event_id)."""

    def append(self, batch: Sequence[Event], *, now: datetime) -> list[Ack]:
        """Store a batch; durable when it returns. What is known before is a duplicate."""
        ...

    def note(self, profile_id: str, kind: str, body: dict[str, Any], *, now: datetime) -> None:
        """Store one of our own facts about a profile (its settings, a reset)."""
        ...

    def read(
        self,
        profile_id: str,
        after: int = 0,
        *,
        up_to: int | None = None,
        kinds: Collection[str] | None = None,
    ) -> Slice:
        """Every acknowledged event of a profile numbered above `after` (to `up_to`).

        kinds: of these types alone; the others are not read
        """
        ...

    def scan(
        self, shards: range, *, progress: Callable[[int], None] | None = None
    ) -> Iterator[tuple[str, Sequence[Logged]]]:
        """Profiles of a range of shards with all their events, in order of number."""
        ...

    def tail(
        self, after: Position, limit: int, *, until: Position | None = None
    ) -> tuple[Sequence[Tailed], Position]:
        """Final events after a position (to another), in the order in which they became final."""
        ...

    def end(self) -> Position:
        """The position after the last final event."""
        ...

    def is_empty(self) -> bool:
        """Whether nobody ever told anything."""
        ...

    def count(self) -> int:
        """Stored events, our own facts included."""
        ...

    def profiles(self, after: str = "", limit: int = 1_000) -> list[str]:
        """Known profile ids above `after`, in order of id."""
        ...

    def country_of(self, profile_id: str, before: int = LAST_NUMBER) -> str | None:
        """The country that a profile's settings name, as they were before its event of a number."""
        ...

    def forget(self, profile_id: str, *, key: bytes) -> Removed:
        """Remove a profile's events and decisions; `key` marks it as forgotten without naming it."""
        ...

    def forgotten_since(self, generation: int) -> set[bytes]:
        """Keys of the profiles that were forgotten after a generation."""
        ...

    def generation(self) -> int:
        """How many forgets have been: a process whose caches are older must purge them."""
        ...
