"""Profiles in households: country, language, time zone, limits; some are for children."""

from datetime import datetime, timedelta
from typing import Any

from frontrow.base.draws import Draws
from frontrow.base.randomness import rng_for
from frontrow.base.time import format_time

_PLACES: dict[str, tuple[str, str]] = {
    "DE": ("de", "Europe/Berlin"),
    "FR": ("fr", "Europe/Paris"),
    "GB": ("en", "Europe/London"),
}
_COUNTRY_WEIGHTS = (40, 30, 30)
_SHARE_KIDS = 0.09
_SHARE_TEENS = 0.05
_SHARE_JOINED_LATELY = 0.12


def invent_profiles(n_viewers: int, seed: int, *, days: int, now: datetime) -> list[dict[str, Any]]:
    """So many profiles, household by household."""
    draws = Draws(rng_for(seed, "profiles"))
    profiles: list[dict[str, Any]] = []
    household = 0
    while len(profiles) < n_viewers:
        household += 1
        country = draws.weighted(tuple(_PLACES), _COUNTRY_WEIGHTS)
        size = draws.weighted((1, 2, 3, 4), (38, 32, 18, 12))
        joined_lately = draws.chance(_SHARE_JOINED_LATELY)
        age_days = draws.between(2, days) if joined_lately else draws.between(days, 1500)
        created = (now - timedelta(days=age_days)).replace(microsecond=0)
        for member in range(min(size, n_viewers - len(profiles))):
            profiles.append(
                _invent_profile(len(profiles) + 1, household, member, country, created, draws)
            )
    return profiles


def _invent_profile(
    number: int, household: int, member: int, country: str, created: datetime, draws: Draws
) -> dict[str, Any]:
    language, zone = _PLACES[country]
    understands = [language]
    for other, chance in (("en", 0.65), ("fr", 0.15), ("de", 0.12), ("es", 0.15)):
        if other not in understands and draws.chance(chance):
            understands.append(other)
    profile: dict[str, Any] = {
        "profile_id": f"v{number:05d}",
        "household_id": f"h{household:05d}",
        "country": country,
        "language": language,
        "understands": understands,
        "time_zone": zone,
        "created_at": format_time(created),
    }
    # The first of a household is an adult; children come with one. Shares are of all profiles.
    fate = draws.unit()
    if member > 0 and fate < _SHARE_KIDS * 1.9:
        profile.update(kids=True, maturity_limit=draws.pick((0, 6, 6)))
    elif member > 0 and fate < (_SHARE_KIDS + _SHARE_TEENS) * 1.9:
        profile["maturity_limit"] = draws.pick((12, 12, 16))
    return profile
