"""What pages could not have shown is no candidate in fitting and judging either."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import numpy as np

from frontrow.base.time import to_us
from frontrow.catalog import StoredTitle, Title, build_catalogue
from frontrow.ranking.closed import Closed
from frontrow.ranking.reward import rewards
from frontrow.ranking.slices import ask
from frontrow.viewers import Preferences, Profile
from tests.models import small_world

CATALOGUE = small_world.catalogue()
DATASET = small_world.everything(CATALOGUE)
EARLIER, LATER = (to_us(datetime(2026, month, 1, tzinfo=UTC)) for month in (3, 9))

TOLD: list[dict[str, object]] = [
    {"title_id": "a", "maturity": 18},
    {"title_id": "b", "maturity": 6, "kids": True},
    {"title_id": "c", "maturity": 0, "availability": [{"countries": ["DE"]}]},
    {"title_id": "d", "maturity": 0, "availability": [{"from": "2026-06-01T00:00:00Z"}]},
    {"title_id": "e", "maturity": 0, "genres": ["Horror"]},
]
MIXED = build_catalogue(
    1,
    [
        StoredTitle(msgspec.convert({"kind": "movie", "name": "x", **told}, Title), i, 0)
        for i, told in enumerate(TOLD)
    ],
)


def closed_to(profile: Profile | None, at_us: int) -> str:
    """The ids of what is closed to a profile, one after the other."""
    one = replace(
        small_world.datasets(MIXED, small_world.choices(MIXED.n), [at_us])[0],
        profile_ids=("p",),
        moment_us=np.array([at_us]),
        profiles=(profile,) if profile else (),
    )
    row = Closed(MIXED).of(one, np.array([0]))
    return "".join(sorted(MIXED.works[i].work_id for i in row.indices.tolist()))


def test_windows_countries_limits_and_mutes_close_works() -> None:
    assert closed_to(None, LATER) == "c"
    assert closed_to(None, EARLIER) == "cd"
    assert closed_to(Profile(profile_id="p", country="DE"), LATER) == ""
    assert closed_to(Profile(profile_id="p", maturity_limit=12), LATER) == "ac"
    assert closed_to(Profile(profile_id="p", kids=True), LATER) == "acde"
    muted = Preferences(muted_genres=["horror"], muted_titles=["b"])
    assert closed_to(Profile(profile_id="p", preferences=muted), LATER) == "bce"


def test_what_is_closed_is_asked_for_nobody_unless_it_was_played() -> None:
    half = small_world.START_US + small_world.DAYS * 43_200_000_000
    before, after = small_world.datasets(
        CATALOGUE, small_world.choices(CATALOGUE.n), [half, DATASET.at_us]
    )
    muted = Preferences(muted_titles=[work.work_id for work in CATALOGUE.works])
    nothing = replace(
        before, profiles=tuple(Profile(profile_id=p, preferences=muted) for p in before.profile_ids)
    )
    reward = rewards(before, CATALOGUE)
    right = rewards(after, CATALOGUE)
    free = ask(before, reward, after, right, min_good=1)
    shut = ask(nothing, reward, after, right, min_good=1, closed=Closed(CATALOGUE))
    assert (free.relevant != shut.relevant).nnz == 0
    out = (shut.seen.toarray() > 0) | (shut.relevant.toarray() > 0)
    assert out.all()
    assert not ((shut.seen.toarray() > 0) & (shut.relevant.toarray() > 0)).any()


def test_what_came_soon_weighs_more() -> None:
    half = small_world.START_US + small_world.DAYS * 43_200_000_000
    before, after = small_world.datasets(
        CATALOGUE, small_world.choices(CATALOGUE.n), [half, DATASET.at_us]
    )
    asked = ask(
        before, rewards(before, CATALOGUE), after, rewards(after, CATALOGUE), min_good=1, soon=5.0
    )
    for b, viewer in enumerate(asked.viewers.tolist()):
        at = after.profile_ids.index(before.profile_ids[viewer])
        mine = slice(after.indptr[at], after.indptr[at + 1])
        began = dict(
            zip(
                after.records.work[mine].tolist(),
                after.records.first_us[mine].tolist(),
                strict=True,
            )
        )
        row = asked.relevant[[b]]
        order = sorted(
            zip((began[w] for w in row.indices.tolist()), row.data.tolist(), strict=True)
        )
        weights = [weight for _, weight in order]
        assert weights == sorted(weights, reverse=True)
        assert 1 <= min(weights) <= max(weights) <= 5
