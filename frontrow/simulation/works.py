"""Works: what is known of a film, a series, a special or a live event before it is a title.

One work becomes one title or more: editions share its `work_id`, a series brings episodes.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from frontrow.base.draws import Draws
from frontrow.base.randomness import rng_for
from frontrow.simulation.names import Namer
from frontrow.simulation.people import (
    LANGUAGE_WEIGHTS,
    LANGUAGES,
    Casting,
    Person,
    invent_given_name,
    invent_people,
)
from frontrow.simulation.stories import write_synopsis
from frontrow.simulation.taxonomy import (
    GENRE_BY_NAME,
    GENRES,
    KIDS_THEMES,
    MATURITIES,
    THEMES_OF_GENRE,
    TONE_OF_GENRE,
)
from frontrow.simulation.windows import Licence, invent_licence, invent_live_licence

SUPPLIERS: tuple[str, ...] = (
    "Kestrel Pictures",
    "Nordlys Film",
    "Atelier Vauban",
    "Brightwater Studios",
    "Hollenmark Verleih",
    "Casa Lanzamora",
    "Paper Lantern Distribution",
    "Ostrava Media House",
)
_SUPPLIER_WEIGHTS = (26, 18, 15, 13, 10, 8, 6, 4)
_SHARE_KIDS = 0.08
_SHARE_OF_KIND = {"movie": 0.60, "series": 0.28, "special": 0.12}
_WORKS_PER_LIVE = 300  # one live event among so many works
_FIRST_YEAR = 1960
_YEARS_SCALE = 11.0  # years; mean age of a work, so that recent ones are most
_COUNTRIES_OF_LANGUAGE: dict[str, tuple[str, ...]] = {
    "en": ("US", "GB", "IE", "AU", "CA"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CA"),
    "es": ("ES", "MX", "AR"),
    "ja": ("JP",),
    "da": ("DK",),
    "ko": ("KR",),
    "it": ("IT",),
    "sv": ("SE",),
    "pl": ("PL",),
    "pt": ("PT", "BR"),
    "hi": ("IN",),
}


@dataclass(frozen=True)
class Work:
    """One work; `cast` in billing order, `tone` a word for its mood."""

    work_id: str
    kind: str
    name: str
    names: dict[str, str]
    synopsis: str
    genres: tuple[str, ...]
    themes: tuple[str, ...]
    tone: str
    cast: tuple[tuple[Person, str], ...]
    year: int
    language: str
    countries: tuple[str, ...]
    runtime_minutes: int
    maturity: int
    kids: bool
    supplier: str
    licence: Licence


def invent_works(seed: int, n_works: int, now: datetime) -> list[Work]:
    """So many works, in order of `work_id`."""
    draws = Draws(rng_for(seed, "works"))
    casting = Casting(invent_people(n_works, Draws(rng_for(seed, "people"))))
    casting_rng = rng_for(seed, "casting")
    namer = Namer(Draws(rng_for(seed, "names")))
    works: list[Work] = []
    n_live = 0
    for number in range(n_works):
        kind = _choose_kind(number)
        licence = (
            invent_live_licence(now, n_live, draws)
            if kind == "live"
            else invent_licence(now, draws)
        )
        n_live += kind == "live"
        works.append(
            _invent_work(
                f"w{number + 1:05d}", kind, licence, now.year, namer, casting, casting_rng, draws
            )
        )
    return works


def _choose_kind(number: int) -> str:
    """Kinds in fixed shares, spread evenly over the numbers."""
    if number % _WORKS_PER_LIVE == _WORKS_PER_LIVE // 2:
        return "live"
    mark = (number * 0.6180339887498949) % 1.0  # the golden ratio: low discrepancy
    for kind, share in _SHARE_OF_KIND.items():
        if mark < share:
            return kind
        mark -= share
    return "special"


def _invent_work(
    work_id: str,
    kind: str,
    licence: Licence,
    this_year: int,
    namer: Namer,
    casting: Casting,
    casting_rng: np.random.Generator,
    draws: Draws,
) -> Work:
    kids = kind != "live" and draws.chance(_SHARE_KIDS)
    genres = _choose_genres(kind, kids, draws)
    language = draws.weighted(LANGUAGES, LANGUAGE_WEIGHTS)
    themes = _choose_themes(genres, kids, draws)
    name, names = namer.invent(genres[0], language, kids=kids)
    lead = invent_given_name(language, draws)
    year = _choose_year(kind, licence, this_year, draws)
    maturity = draws.weighted(MATURITIES, GENRE_BY_NAME[genres[0]].maturity_weights)
    if kids:
        maturity = draws.pick((0, 0, 6))
    nations = _COUNTRIES_OF_LANGUAGE[language]
    first = draws.weighted(nations, [1 / (1 + i) for i in range(len(nations))])
    countries = [first]
    if draws.chance(0.18):
        partner = draws.pick(("FR", "DE", "GB", "SE", "BE", "US"))
        countries += [partner] if partner != first else []
    return Work(
        work_id=work_id,
        kind=kind,
        name=name,
        names=names,
        synopsis=write_synopsis(genres[0], themes[0], lead, draws),
        genres=genres,
        themes=themes,
        tone=draws.pick(TONE_OF_GENRE[genres[0]]),
        cast=_choose_cast(kind, genres, language, casting, casting_rng, draws),
        year=year,
        language=language,
        countries=tuple(countries),
        runtime_minutes=_choose_runtime(kind, genres[0], kids, draws),
        maturity=maturity,
        kids=kids,
        supplier=draws.weighted(SUPPLIERS, _SUPPLIER_WEIGHTS),
        licence=licence,
    )


def _choose_genres(kind: str, kids: bool, draws: Draws) -> tuple[str, ...]:
    if kids:
        first = draws.weighted(("Animation", "Family", "Adventure", "Documentary"), (5, 5, 1, 1))
        beside = ("Family", "Comedy", "Adventure", "Animation")
        second = draws.pick([genre for genre in beside if genre != first])
        if first in ("Adventure", "Documentary"):
            second = "Family"
        return (first, second)
    if kind == "live":
        return (draws.pick(("Sport", "Music")),)
    if kind == "special":
        first = draws.weighted(("Comedy", "Music", "Documentary", "Drama"), (4, 3, 3, 1))
    else:
        first = draws.weighted(GENRES, [genre.share for genre in GENRES]).name
    count = draws.weighted((1, 2, 3), (35, 50, 15))
    return (first, *draws.several(GENRE_BY_NAME[first].neighbours, count - 1))


def _choose_themes(genres: tuple[str, ...], kids: bool, draws: Draws) -> tuple[str, ...]:
    own = [t for t in THEMES_OF_GENRE[genres[0]] if not kids or t in KIDS_THEMES]
    others = [
        t
        for genre in genres[1:]
        for t in THEMES_OF_GENRE[genre]
        if t not in own and (not kids or t in KIDS_THEMES)
    ]
    first = draws.several(own, draws.weighted((1, 2, 3), (35, 45, 20)))
    return tuple(first + draws.several(sorted(set(others)), 1 if draws.chance(0.5) else 0))


def _choose_year(kind: str, licence: Licence, this_year: int, draws: Draws) -> int:
    added = licence.added_at.year
    if kind == "live":
        return added
    # A new arrival is mostly a new release; the rest are of any age.
    scale = _YEARS_SCALE if draws.chance(0.85) else 3 * _YEARS_SCALE
    age = -scale * float(np.log1p(-draws.unit()))
    if added == this_year and draws.chance(0.5):
        age = draws.pick((0, 0, 1))
    if added - age < _FIRST_YEAR:
        return draws.whole(_FIRST_YEAR, added - 15)
    return added - int(age)


def _choose_runtime(kind: str, genre: str, kids: bool, draws: Draws) -> int:
    shape = GENRE_BY_NAME[genre]
    if kind == "live":
        return draws.whole(90, 170)
    if kind == "special":
        return draws.whole(38, 82)
    if kind == "series":
        typical = shape.episode_minutes * (0.6 if kids else 1.0)
        return max(7, round(draws.normal(typical, typical * 0.12)))
    typical = shape.film_minutes * (0.85 if kids else 1.0)
    return max(58, min(195, round(draws.normal(typical, 13))))


def _choose_cast(
    kind: str,
    genres: tuple[str, ...],
    language: str,
    casting: Casting,
    rng: np.random.Generator,
    draws: Draws,
) -> tuple[tuple[Person, str], ...]:
    if kind == "live":
        return tuple(
            (p, "presenter") for p in casting.choose("presenter", genres, language, 1, rng)
        )
    if genres[0] == "Documentary":
        wanted = [("presenter", draws.whole(0, 1)), ("director", 1), ("writer", draws.whole(0, 1))]
    elif kind == "series":
        wanted = [
            ("actor", draws.whole(3, 6)),
            ("creator", draws.whole(1, 2)),
            ("writer", 1),
            ("director", 1),
        ]
    else:
        wanted = [("actor", draws.whole(2, 5)), ("director", 1), ("writer", draws.whole(0, 2))]
    return tuple(
        (person, role)
        for role, count in wanted
        for person in casting.choose(role, genres, language, count, rng)
    )
