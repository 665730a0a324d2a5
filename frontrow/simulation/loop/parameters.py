"""What is planted in a population: one versioned struct, frozen and hashed before a run.

The hash stands in every report. A figure of a population with other parameters is a figure of another
population.
"""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

VERSION = 1
"""Of the mechanisms themselves: the same parameters under another version are another population."""


class Screen(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of device, and how a page is looked at on it."""

    share: float  # of the profiles that use it
    down: float  # chance to look at the next row too
    across: float  # chance to look at the next tile of a row too


class Parameters(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every dial of a population. Liking is in units of its own: 0 is indifferent, 1 pleases."""

    name: str
    note: str  # what is special about it, in a sentence
    version: int = VERSION

    # the catalogue
    works: int = 500
    bait_share: float = 0.06  # works whose pictures promise more than they hold
    fame_spread: float = 0.7  # of log word of mouth, but for what merit adds
    fame_merit: float = 2.0  # how much louder than by chance it is for what is good
    launch_boost: float = 6.0  # of word of mouth on the first day
    launch_days: float = 8.0  # in which that falls to a third

    # what a viewer likes: the best of several interests, not their sum
    interests: tuple[int, int] = (2, 3)  # of one person
    shared_share: float = 0.12  # profiles that a second person uses
    shared_visits: float = 0.4  # of such a profile's visits are the second person's
    daypart_pull: float = 1.6  # how much an interest belongs to a time of day
    drift_share: float = 0.25  # profiles of which one interest fades into another
    genre_weight: float = 2.2
    theme_weight: float = 0.9  # only inside an interest's genres
    people_weight: float = 0.7
    series_pull: float = 0.45  # of series over films, on the mean
    quality_weight: float = 1.1
    quality_by_genre: float = 0.5  # share of quality that whole genres have in common
    own_weight: float = 0.4  # what nobody else shares and nothing tells
    fame_pull: float = 0.4  # liking of what everyone speaks of; below 0: the contrary

    # what changes it
    boredom: float = 0.3  # off the genre just watched
    boredom_days: float = 3.0
    curiosity: float = 0.25  # mean pull of genres never watched
    habit: float = 1.5  # for a series that is being watched
    binge: float = 0.8  # usual chance of the next episode at once
    binge_spread: float = 1.6  # of its log odds over viewers
    rewatch: float = 0.05  # how readily what was watched to the end is taken again
    tired: float = 0.06  # off for every time a tile was looked at and passed over

    # how a page is looked at
    patience_seconds: float = 75.0  # median; 60-90 are usual
    patience_tiles: tuple[int, int] = (10, 20)
    seconds_a_tile: float = 3.6
    image_taste: float = 0.35  # how much the kind of picture sways
    misclicks: float = 0.02  # by tile looked at
    bait_pull: float = 1.0  # what a picture that deceives promises on top
    notice: float = 0.35  # deviation of a glance's judgement
    lists: float = 0.15  # of tiles that were nearly chosen
    choosy: float = 3.7  # what a tile must promise
    choosy_spread: float = 0.5  # deviation of that over viewers
    sharpness: float = 2.0
    enters_below: float = 0.0  # share of visits whose look begins in a lower row and goes up
    tv: Screen = Screen(share=0.55, down=0.90, across=0.80)
    web: Screen = Screen(share=0.15, down=0.92, across=0.76)
    phone: Screen = Screen(share=0.20, down=0.94, across=0.62)
    tablet: Screen = Screen(share=0.10, down=0.92, across=0.72)
    asks_elsewhere: float = 0.12  # who found nothing looks for what is spoken of

    # how a sitting goes on
    leaves_early: float = 0.60  # of plays of something just as liked as hoped
    leaves_at_once: float = 0.75  # of those: within a minute
    stops_midway: float = 0.3  # of the others, to go on another time
    disappointment: float = 1.2  # how much more is left of what pleases less
    rates: float = 0.05  # of plays
    hours_left: float = 1.1  # median over viewers of the mean length of a visit, hours
    hours_spread: float = 0.8  # of its log over viewers

    # whether they come again
    visits_a_day: float = 0.8  # median of the daily chance's odds
    visits_spread: float = 1.9
    second_visit: float = 0.7  # chance for who always comes; in proportion for others, and a third
    mood_weight: float = 0.25  # of the newest visit in satisfaction
    mood_pull: float = 0.8  # of satisfaction on coming again
    cancels_a_day: float = 0.0025  # at indifference
    cancel_slope: float = 1.8  # of satisfaction on the log of that
    returns_a_day: float = 0.01  # of those who cancelled
    joins_share: float = 0.1  # who subscribe while the days run


EVERYDAY = Parameters(
    name="everyday",
    note="what we take for usual: several interests by time of day, habits, boredom, some fame",
)
RESTLESS = Parameters(
    name="restless",
    note="shared, drifting and soon bored: what was liked last week says little of today",
    shared_share=0.35,
    drift_share=0.6,
    interests=(3, 4),
    genre_weight=2.6,
    choosy=4.0,
    boredom=0.35,
    boredom_days=4.0,
    curiosity=0.35,
    habit=1.3,
    binge=0.7,
    daypart_pull=2.6,
    people_weight=0.3,
    leaves_early=0.66,
)
CONTRARY = Parameters(
    name="contrary",
    note="hostile to our assumptions: looks begin in lower rows and go up, fame repels and rightly so,"
    " quality says nothing of a genre, many misclicks, pictures that deceive, tastes that nothing tells",
    genre_weight=2.4,
    choosy=3.8,
    fame_pull=-0.7,
    fame_merit=-2.0,
    quality_by_genre=0.0,
    quality_weight=1.0,
    own_weight=0.8,
    theme_weight=0.3,
    enters_below=0.65,
    misclicks=0.08,
    bait_share=0.2,
    image_taste=0.7,
    leaves_early=0.38,
    stops_midway=0.4,
    disappointment=0.9,
)
POPULATIONS: dict[str, Parameters] = {p.name: p for p in (EVERYDAY, RESTLESS, CONTRARY)}

_WITHOUT = " without "

MECHANISMS: dict[str, dict[str, object]] = {
    "mood": {"daypart_pull": 0.0},
    "shared profiles": {"shared_share": 0.0},
    "drift": {"drift_share": 0.0},
    "themes": {"theme_weight": 0.0},
    "people": {"people_weight": 0.0},
    "quality": {"quality_weight": 0.0},
    "one's own": {"own_weight": 0.0},
    "fame": {"fame_pull": 0.0},
    "merit of fame": {"fame_merit": 0.0},
    "boredom": {"boredom": 0.0},
    "curiosity": {"curiosity": 0.0},
    "habit": {"habit": 0.0},
    "pictures": {"image_taste": 0.0, "bait_pull": 0.0},
    "weariness": {"tired": 0.0},
    "misclicks": {"misclicks": 0.0},
    "lower rows first": {"enters_below": 0.0},
    "disappointment": {"disappointment": 0.0},
    "satisfaction": {"mood_pull": 0.0, "cancel_slope": 0.0},
}
"""By name, what its dials are without it: what a claim rests on shows once each is dropped."""


def without(parameters: Parameters, mechanism: str) -> Parameters:
    """The population with one mechanism dropped; another population, and it says so."""
    return msgspec.structs.replace(
        parameters, **MECHANISMS[mechanism], name=f"{parameters.name}{_WITHOUT}{mechanism}"
    )


def population_named(name: str) -> Parameters:
    """A population by its name, as told in a report. Raises `KeyError` where there is none."""
    whole, _, mechanism = name.partition(_WITHOUT)
    return without(POPULATIONS[whole], mechanism) if mechanism else POPULATIONS[whole]


DEVICES: tuple[str, ...] = ("tv", "web", "phone", "tablet")


def screen_of(parameters: Parameters, device: str) -> Screen:
    """How a page is looked at on a device."""
    screen: Screen = getattr(parameters, device)
    return screen


def hash_of(parameters: Parameters) -> str:
    """Sixteen hexadecimal digits that name these parameters and no others."""
    told = msgspec.json.encode(parameters, order="sorted")
    return hashlib.blake2b(told, digest_size=8).hexdigest()
