"""What is asked of a page, and the epochs that its seed and snapshot belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from frontrow.base.randomness import seed_of
from frontrow.base.time import US_PER_MINUTE, from_us
from frontrow.viewers import Profile

Device = Literal["tv", "web", "phone", "tablet"]

Part = Literal["events", "profile", "scores", "trends"]
PARTS: tuple[Part, ...] = ("events", "profile", "scores", "trends")
"""What a page may have to do without: the viewer's newest events (it is made of an earlier position),
the profile (nothing of it could be read: the page is a child's, at the lowest limit), the bundle's
scores, the snapshot's trends."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a page, with everything that the answer depends on beside the viewer."""

    profile_id: str
    now_us: int  # the deciding clock, or `at`
    device: str = "web"
    country: str | None = None
    language: str = "en"
    rows: int = 10
    columns: int = 40
    personalised: bool = True  # False: no profiling for this request, nothing keyed by profile
    at: bool = False  # the clock was moved: only events up to then count
    seed: int = 0
    decide_us: int = 0  # start of the snapshot's epoch: what decays is counted from here
    snapshot: int | None = None
    left_out: tuple[Part, ...] = ()  # an input of the page: a replay leaves out the same


def shift_us(profile_id: str, minutes: int) -> int:
    """How far a profile's epochs are shifted, so that not all pages change at once."""
    return seed_of(0, "epoch", profile_id) % (minutes * US_PER_MINUTE)


def epoch_start(now_us: int, shift: int, minutes: int) -> int:
    """The start of the epoch in which `now_us` lies."""
    length = minutes * US_PER_MINUTE
    return (now_us - shift) // length * length + shift


def decide_start(profile_id: str, now_us: int, minutes: int, *, personalised: bool) -> int:
    """The start of the epoch for which a page keeps its snapshot.

    Shifted by profile, where anything may be keyed by it, in whole minutes: the pages of a moment share a
    snapshot a minute, and a process holds as few.
    """
    shift = shift_us(profile_id, minutes) // US_PER_MINUTE * US_PER_MINUTE if personalised else 0
    return epoch_start(now_us, shift, minutes)


def seed_for(
    profile: Profile, now_us: int, *, personalised: bool, device: str, country: str | None,
    language: str, minutes: int,
) -> int:  # fmt: skip
    """The seed of a page: the profile's epoch, or, without profiling, nothing that is the profile's."""
    if not personalised:
        day = from_us(now_us).date().isoformat()
        limits = f"{profile.maturity_limit}/{profile.kids}"
        return seed_of(0, "anyone", day, device, country or "", language, limits)
    shift = shift_us(profile.profile_id, minutes)
    return seed_of(0, "page", profile.profile_id, str(epoch_start(now_us, shift, minutes)))
