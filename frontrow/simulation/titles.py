"""From works to titles as the API writes them: editions, seasons and episodes.

Everything in a title is plain JSON. Most series are complete; some are running, so that
an episode a week came inside the viewed days, and more will come.
"""

from datetime import datetime, timedelta
from typing import Any

from frontrow.base.draws import Draws
from frontrow.base.time import format_time
from frontrow.simulation.windows import begin_windows_at, midnight_of
from frontrow.simulation.works import Work

Title = dict[str, Any]

_AUDIO_BY_COUNTRY = ("de", "fr", "en")
_SHARE_RUNNING = 0.07
_SHARE_TWO_EDITIONS = 0.012
_EPISODE_NAMES = (
    "First Light",
    "The Visitor",
    "Old Friends",
    "A Small Favour",
    "Low Tide",
    "The Long Way",
    "Paper Walls",
    "Nothing Personal",
    "The Other Room",
    "High Water",
    "Second Thoughts",
    "A Knock at Night",
    "The Guest List",
    "Loose Ends",
    "Half the Truth",
    "Open Windows",
    "The Wrong Coat",
    "Late Train",
    "Quiet Please",
    "The Promise",
    "Blind Spot",
    "Turning Back",
    "A Seat at the Table",
    "The Last Piece",
    "Homecoming",
    "What Was Said",
    "Fair Weather",
    "The Key",
    "Before Breakfast",
    "All In",
)


def write_titles(
    work: Work, artwork: list[dict[str, Any]], now: datetime, draws: Draws
) -> list[Title]:
    """The titles of one work: its editions, or a series and its episodes."""
    main = _write_main(work, artwork, draws)
    if work.kind == "series":
        return [main, *_write_episodes(work, main, now, draws)]
    if work.kind == "movie" and draws.chance(_SHARE_TWO_EDITIONS):
        return _two_editions(main, work, draws)
    return [main]


def _write_main(work: Work, artwork: list[dict[str, Any]], draws: Draws) -> Title:
    audio = sorted({work.language} | {c for c in _AUDIO_BY_COUNTRY if draws.chance(0.62)})
    subtitles = sorted({"en"} | {c for c in ("de", "fr", "es", "da") if draws.chance(0.72)})
    title: Title = {
        "title_id": work.work_id,
        "kind": work.kind,
        "name": work.name,
        "synopsis": work.synopsis,
        "release_year": work.year,
        "added_at": format_time(work.licence.added_at),
        "runtime_minutes": work.runtime_minutes,
        "genres": list(work.genres),
        "themes": list(work.themes),
        "people": [{"name": person.name, "role": role} for person, role in work.cast],
        "original_language": work.language,
        "audio_languages": audio,
        "subtitle_languages": subtitles,
        "countries": list(work.countries),
        "maturity": work.maturity,
        "kids": work.kids,
        "work_id": work.work_id,
        "supplier": work.supplier,
        "artwork": artwork,
    }
    if work.names:
        title["names"] = dict(work.names)
    if work.licence.windows:
        title["availability"] = [dict(window) for window in work.licence.windows]
    return title


def _two_editions(main: Title, work: Work, draws: Draws) -> list[Title]:
    """The original and either a dub or a longer cut, as one work."""
    other = dict(main, title_id=f"{work.work_id}-b")
    if draws.chance(0.5):
        dubbed = draws.pick([c for c in _AUDIO_BY_COUNTRY if c != work.language])
        other.update(name=f"{work.name} (dubbed)", audio_languages=[dubbed])
        main["audio_languages"] = [work.language]
    else:
        other.update(
            name=f"{work.name} (director's cut)",
            runtime_minutes=work.runtime_minutes + draws.whole(11, 34),
        )
    other.pop("names", None)
    return [main, other]


def _write_episodes(work: Work, main: Title, now: datetime, draws: Draws) -> list[Title]:
    n_seasons = draws.weighted((1, 2, 3, 4), (36, 30, 20, 14))
    running = draws.chance(_SHARE_RUNNING)
    weeks_out = draws.whole(2, 6)
    episodes: list[Title] = []
    if n_seasons > 1 and draws.chance(0.12):
        for number in range(1, draws.whole(1, 2) + 1):
            episodes.append(_write_episode(work, main, 0, number, draws))
    for season in range(1, n_seasons + 1):
        count = draws.whole(6, 10)
        for number in range(1, count + 1):
            episode = _write_episode(work, main, season, number, draws)
            if running and season == n_seasons and number > 1:
                _come_later(episode, work, now, 7 * (number - weeks_out))
            episodes.append(episode)
    return episodes


def _write_episode(work: Work, main: Title, season: int, number: int, draws: Draws) -> Title:
    name = draws.pick(_EPISODE_NAMES)
    minutes = max(6, round(draws.normal(work.runtime_minutes, work.runtime_minutes * 0.06)))
    episode: Title = {
        "title_id": f"{work.work_id}-s{season}e{number:02d}",
        "kind": "episode",
        "name": f"Special: {name}" if season == 0 else name,
        "series_id": work.work_id,
        "season": season,
        "episode": number,
        "added_at": main["added_at"],
        "runtime_minutes": minutes,
        "genres": main["genres"],
        "original_language": work.language,
        "audio_languages": main["audio_languages"],
        "subtitle_languages": main["subtitle_languages"],
        "maturity": work.maturity,
        "kids": work.kids,
        "supplier": work.supplier,
        "release_year": min(work.year + max(season - 1, 0), work.licence.added_at.year),
    }
    if "availability" in main:
        episode["availability"] = main["availability"]
    return episode


def _come_later(episode: Title, work: Work, now: datetime, days_from_now: int) -> None:
    """Let a weekly episode begin that many days from now, unless the work begins later."""
    start = midnight_of(now) + timedelta(days=days_from_now)
    if start <= work.licence.added_at:
        return
    until = [window["until"] for window in work.licence.windows if "until" in window]
    if until and format_time(start) >= min(str(end) for end in until):
        return
    episode["added_at"] = format_time(start)
    episode["availability"] = begin_windows_at(work.licence.windows, start)
