"""What open starts will have been worth: learned from how earlier ones went on, and nothing but open ones."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from frontrow.base.time import US_PER_DAY, from_us
from frontrow.catalog import Catalogue
from frontrow.catalog.building import build_catalogue
from frontrow.catalog.store import StoredTitle
from frontrow.catalog.title import Title
from frontrow.engine import ThisProcess
from frontrow.events import Event
from frontrow.models.histories import GOOD
from frontrow.ranking.reward import rewards
from frontrow.training.foresight import Foresight, fit_foresight, foreseen_rewards
from frontrow.viewers import Dataset, build_datasets
from tests.events.memory_log import MemoryLog

BEGIN_US = 1_767_225_600_000_000  # 2026-01-01
FILMS, VIEWERS, RUNTIME = 40, 60, 6_000.0
FAR, NEAR = 0.6, 0.1
"""Share of a film after its first evening; who came so far sees it to the end five days later."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    films = [
        Title(title_id=f"f{i}", kind="movie", name=f"F{i}", runtime_minutes=100)
        for i in range(FILMS)
    ]
    return build_catalogue(1, [StoredTitle(film, i, BEGIN_US) for i, film in enumerate(films)])


def sitting(profile: str, film: int, day: float, share: float) -> list[Event]:
    """A sitting of an evening, up to a share of a film."""
    common = {"profile_id": profile, "title_id": f"f{film}", "runtime_seconds": RUNTIME}
    kind = "complete" if share >= 1 else "stop"
    times = (("play", day), (kind, day + 0.05))
    return [
        Event(
            event_id=f"{film}-{day:g}-{what}",
            type=what,
            time=from_us(BEGIN_US + int(at * US_PER_DAY)),
            position_seconds=0.0 if what == "play" else share * RUNTIME,
            seconds_watched=None if what == "play" else share * RUNTIME,
            **common,
        )
        for what, at in times
    ]


def lived(days: int) -> MemoryLog:
    """A film every day, of which every other comes to its end five days later."""
    log = MemoryLog()
    for viewer in range(VIEWERS):
        profile, events = f"v{viewer}", []
        for day in range(days):
            far = (viewer + day) % 2 == 0
            events += sitting(profile, day % FILMS, day, FAR if far else NEAR)
            if far and day + 5 < days:
                events += sitting(profile, day % FILMS, day + 5.0, 1.0)
        events.sort(key=lambda event: event.time)
        log.append(events, now=from_us(BEGIN_US + days * US_PER_DAY))
    return log


def datasets(log: MemoryLog, catalogue: Catalogue, *days: float) -> list[Dataset]:
    moments = [BEGIN_US + int(day * US_PER_DAY) for day in days]
    return build_datasets(log, catalogue, moments, engine=ThisProcess())


def test_an_open_start_counts_as_such_starts_went_on(catalogue: Catalogue) -> None:
    *earlier, whole = datasets(lived(36), catalogue, 10.5, 14.5, 18.5, 35.5)
    foresight, why = fit_foresight(earlier, whole, catalogue)
    assert foresight is not None
    assert why == ""
    plain, foreseen = rewards(whole, catalogue), foreseen_rewards(whole, catalogue, foresight)
    age = (whole.at_us - whole.records.first_touch_us) / US_PER_DAY
    far, near = (np.abs(whole.records.fraction - share) < 0.01 for share in (FAR, NEAR))
    day_old = (age > 1) & (age < 3)
    assert (far & day_old).any()
    assert (near & day_old).any()
    assert (plain[far & day_old] < GOOD).all()
    assert (foreseen[far & day_old] >= GOOD).all()
    assert (foreseen[near & day_old] < GOOD).all()
    known = (plain >= GOOD) | (age > 14)
    assert known.any()
    assert (foreseen[known] == plain[known]).all()


def test_what_was_said_outright_is_not_foreseen(catalogue: Catalogue) -> None:
    log = lived(36)
    at = from_us(BEGIN_US) + timedelta(days=35.2)
    words = [("rate", {"value": -1}), ("dismiss", {})]
    for number, (kind, more) in enumerate(words):
        event = Event(
            event_id=f"said-{kind}",
            type=kind,
            profile_id=f"v{number}",
            title_id="f34",
            time=at,
            **more,
        )
        log.append([event], now=at)
    (whole,) = datasets(log, catalogue, 35.5)
    sure = Foresight(np.r_[9.0, np.zeros(15)], good=0.8, other=0.1)  # sees good in everything
    plain, foreseen = rewards(whole, catalogue), foreseen_rewards(whole, catalogue, sure)
    of_film = whole.records.work == catalogue.work_of_title["f34"]
    place = {profile: i for i, profile in enumerate(whole.profile_ids)}
    for number in range(len(words)):
        mine = of_film & (whole.viewer == place[f"v{number}"])
        assert foreseen[mine].tolist() == plain[mine].tolist() == [-1.0]
    others = of_film & ~np.isin(whole.viewer, [place["v0"], place["v1"]])
    assert np.allclose(foreseen[others], 0.8, atol=1 / 256)


def test_too_few_known_starts_foresee_nothing(catalogue: Catalogue) -> None:
    *earlier, whole = datasets(lived(12), catalogue, 3.5, 6.5, 11.5)
    foresight, why = fit_foresight(earlier, whole, catalogue)
    assert foresight is None
    assert why.startswith("of 0 open starts")
    plain = rewards(whole, catalogue)
    assert (foreseen_rewards(whole, catalogue, None) == plain).all()
