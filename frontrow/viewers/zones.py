"""The viewer's hour: from `time_zone`, else from the offset of its event times, else from the country."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from frontrow.viewers.viewer import Viewer

_WHERE_MOST_LIVE = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
}
"""Countries whose first zone in the table is an island's or a corner's."""


@cache
def _zone_by_country() -> dict[str, str]:
    """ISO 3166 -> the IANA zone of the country, the first in the time zone database's own table."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    zones = dict(_WHERE_MOST_LIVE)
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            zones.setdefault(country, name)
    return zones


def zone_of(viewer: Viewer, country: str | None) -> tzinfo:
    """The zone in which this viewer's hours and days are counted; UTC where nothing tells."""
    settings = viewer.settings
    if settings is not None and settings.time_zone is not None:
        return ZoneInfo(settings.time_zone)
    if viewer.offset is not None:
        return timezone(timedelta(minutes=viewer.offset[1]))
    name = _zone_by_country().get((settings.country if settings else None) or country or "")
    return ZoneInfo(name) if name else UTC
