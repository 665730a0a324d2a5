"""When a viewer comes: days by habit and mood, hours by daypart, in the viewer's time zone."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontrow.base.time import parse_time
from frontrow.simulation.viewer import Stage, Viewer
from frontrow.simulation.world import seconds_of

# First and last hour of each daypart, local; the night runs past midnight.
_HOURS: tuple[tuple[float, float], ...] = ((6.0, 10.5), (12.0, 17.5), (18.2, 21.8), (22.0, 25.3))
_SHARE_SECOND_VISIT = 0.22
_PULL_OF_MOOD = 0.7
_WEEKEND_FACTOR = 1.35


def plan_visits(viewer: Viewer, stage: Stage) -> Iterator[tuple[int, int]]:
    """Times (seconds since 1970) and dayparts at which this viewer comes.

    Drawn day by day as it is asked, since the mood after each visit changes the next days.
    """
    draws = viewer.draws
    joined = seconds_of(parse_time(viewer.profile["created_at"]))
    zone = ZoneInfo(viewer.profile["time_zone"])
    first_day = datetime.fromtimestamp(stage.first, UTC)
    for day in range(stage.days + 1):
        date = first_day + timedelta(days=day)
        weekend = date.weekday() >= 5
        rate = viewer.taste.visits_per_week / 7 * math.exp(_PULL_OF_MOOD * viewer.mood)
        if not draws.chance(1 - math.exp(-rate * (_WEEKEND_FACTOR if weekend else 1.0))):
            continue
        habit = viewer.taste.daypart_habit[int(weekend)].tolist()
        parts = {draws.weighted(range(4), habit)}
        if draws.chance(_SHARE_SECOND_VISIT):
            parts.add(draws.weighted(range(4), habit))
        for part in sorted(parts):
            low, high = _HOURS[part]
            local = datetime(date.year, date.month, date.day, tzinfo=zone) + timedelta(
                seconds=int(3600 * draws.between(low, high))
            )
            at = seconds_of(local)
            if at >= max(joined, stage.first):
                yield at, part
