"""Audits: what was planted is found beyond noise, what wasn't is not, and what can't be told says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from frontrow.audit import Audit, Exposures, Finding, audit
from frontrow.audit.report import html_of, table_of
from frontrow.audit.treatment import bands_of
from frontrow.base.bounds import AuditSettings
from frontrow.base.randomness import rng_for
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.evaluation.guards import Suppliers

GENRES = ("Drama", "Comedy", "Crime", "Horror", "Music")
N, B, WEEKS, DAY = 200, 120, 6, 20_000


def catalogue() -> Catalogue:
    titles = [
        Title(
            title_id=f"t{i:03}", kind="movie", name=f"T {i}", genres=[GENRES[i % 5]],
            supplier=("north", "south", "west")[i % 3], original_language=("en", "de")[i % 2],
            countries=[("FR", "US")[i % 2]], release_year=2000 + i % 24,
            added_at="2024-10-01" if i % 10 == 0 else "2020-01-01",
        )
        for i in range(N)
    ]  # fmt: skip
    return build_catalogue(1, [StoredTitle(t, i, 0) for i, t in enumerate(titles)])


CATALOGUE = catalogue()


def seen(
    seed: int,
    *,
    spread: float = 5.0,
    narrowing: float = 0.0,
    starved: float = 0.0,
    unfair: float = 0.0,
) -> Exposures:
    """Tiles of viewers who each like two genres a little more.

    narrowing: share of tiles that go to the first genre alone by the last week; starved: of the north's
    tiles given to others; unfair: how much less the first forty viewers' tiles please
    """
    rng = rng_for(seed, "seen")
    rows = []
    for viewer in range(B):
        liked = rng.choice(5, 2, replace=False)
        for week in range(WEEKS):
            for _ in range(30):
                work = int(rng.integers(N))
                if rng.random() < narrowing * week / (WEEKS - 1):
                    work = int(rng.integers(N // 5)) * 5 + int(liked[0])
                if work % 3 == 0 and rng.random() < starved:
                    work = (work + 1 + int(rng.integers(2))) % N
                chance = 0.3 if work % 5 in liked else 0.15
                started = rng.random() < chance
                quality = started and rng.random() < 0.6 * (1 - unfair * (viewer < 40))
                drawn = rng.random() < 0.1
                personal = viewer % 4 != 0 or week % 2 == 0
                rows.append((viewer, DAY + 7 * week + int(rng.integers(7)), work, drawn, personal,
                             started, quality))  # fmt: skip
    table = np.array(rows)
    return Exposures(
        *(table[:, i].astype(np.int32) for i in range(3)),
        *(table[:, i].astype(bool) for i in range(3, 7)),
        tuple(f"p{i}" for i in range(B)),
    )  # type: ignore[call-arg, arg-type]


def run(exposures: Exposures, groups: dict[str, str] | None = None) -> Audit:
    return audit(exposures, CATALOGUE, AuditSettings(), rng_for(1, "audit"), groups=groups)


def finding(found: Audit, name: str, part: str = "") -> Finding:
    (one,) = (f for f in found.findings if (f.name, f.part) == (name, part))
    return one


@pytest.mark.slow
def test_a_fair_service_passes_and_every_finding_has_words() -> None:
    for seed in range(3):
        found = run(seen(seed))
        assert found.failed == [], found.failed
    assert all(f.told for f in found.findings)
    assert {f.name for f in found.findings} == {
        "narrowing", "calibration", "new genres", "against no profiling", "growing alike", "popularity",
        "popularity inflation", "supplier", "language", "age of title", "new titles", "share of titles",
        "exploration", "supplier without profiling", "without profiling",
    }  # fmt: skip
    assert finding(found, "supplier", "north").value == pytest.approx(1, abs=0.1)
    assert finding(found, "share of titles", "European works").value == pytest.approx(0.5, abs=0.05)
    assert finding(found, "exploration", "spent").value == pytest.approx(0.1, abs=0.02)


@pytest.mark.slow
def test_pages_that_narrow_while_choices_do_not_are_found() -> None:
    exposures = seen(2, narrowing=0.9)
    rng = rng_for(3, "choices")
    free = exposures.started & (rng.random(len(exposures)) < 1)
    work = exposures.work.copy()
    work[free] = rng.integers(0, N, int(free.sum()))  # choices stay as wide as they were
    shown = Exposures(
        np.concatenate([exposures.viewer, exposures.viewer[free]]),
        np.concatenate([exposures.day, exposures.day[free]]),
        np.concatenate([np.where(free, exposures.work, exposures.work), work[free]]).astype(
            np.int32
        ),
        *(np.concatenate([flag, flag[free]]) for flag in (exposures.drawn, exposures.personal)),
        *(
            np.concatenate([flag & ~free, flag[free]])
            for flag in (exposures.started, exposures.quality)
        ),
        exposures.viewers,
    )
    narrowing = finding(run(shown), "narrowing")
    assert narrowing.passed is False
    assert narrowing.value is not None
    assert narrowing.value < -0.05


@pytest.mark.slow
def test_a_supplier_that_is_shown_less_than_viewers_make_of_it_is_found() -> None:
    exposures = seen(5)
    rng = rng_for(9, "starve")
    north = exposures.work % 3 == 0
    keep = ~north | exposures.quality | (rng.random(len(exposures)) < 0.6)
    supplier = finding(run(exposures.take(keep)), "supplier", "north")
    assert supplier.passed is False
    assert finding(run(exposures), "supplier", "north").passed
    assert finding(run(exposures.take(keep)), "supplier", "south").passed


@pytest.mark.slow
def test_small_suppliers_are_told_together_and_one_that_starves_is_found_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = tuple(f"s{i:02}" for i in range(N // 2))
    index = np.where(np.arange(N) < N // 2, np.arange(N) % (N // 2), len(many))
    suppliers = Suppliers(index.astype(np.int32), (*many, "large"))
    monkeypatch.setattr("frontrow.audit.treatment.suppliers_of", lambda catalogue: suppliers)
    exposures = seen(5)
    few = replace(
        exposures, quality=exposures.quality & (rng_for(2, "few").random(len(exposures)) < 0.4)
    )
    fair = [f for f in run(few).findings if f.name == "supplier" and f.passed is not None]
    assert [f.part for f in fair][-1].startswith("the small ones")
    assert all(f.passed for f in fair)
    keep = (few.work >= N // 2) | few.quality | (rng_for(9, "starve").random(len(few)) < 0.5)
    starved = [
        f for f in run(few.take(keep)).findings if f.name == "supplier" and f.passed is False
    ]
    assert len(starved) == 1
    assert starved[0].part.startswith("the small ones")


@pytest.mark.slow
def test_pages_without_profiling_are_in_no_finding_about_profiling() -> None:
    exposures = seen(4)
    rng = rng_for(11, "others")
    strange = replace(exposures, work=np.where(
        exposures.personal, exposures.work, 5 * rng.integers(0, N // 5, len(exposures))
    ).astype(np.int32))  # fmt: skip
    names = {
        "narrowing",
        "calibration",
        "new genres",
        "growing alike",
        "popularity inflation",
        "exploration",
    }
    one, other = (
        {(f.name, f.part): f.value for f in run(of).findings if f.name in names}
        for of in (exposures.take(exposures.personal), strange)
    )
    told = {key for key, value in one.items() if value is not None}
    assert {name for name, _ in told} == names
    for key in told - {("calibration", "")}:
        tolerance = 0.02 if key[0] == "popularity inflation" else 0.01
        assert other[key] == pytest.approx(one[key], abs=tolerance), key
    share = finding(run(strange), "without profiling").value
    assert share == pytest.approx(1 - exposures.personal.mean())


@pytest.mark.slow
def test_a_group_named_from_outside_that_is_served_worse_is_found() -> None:
    groups = {f"p{i}": "first" if i < 40 else "rest" for i in range(B)} | {"p119": "few"}
    assert run(seen(6), groups).failed == []
    found = run(seen(6, unfair=0.6), groups)
    assert [f.part for f in found.failed] == ["first"]
    assert finding(found, "group", "few").value is None


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
def test_a_group_or_new_titles_of_which_too_little_was_seen_are_not_called_badly_served() -> None:
    exposures = seen(6)
    nothing = replace(exposures, quality=np.zeros(len(exposures), dtype=bool))
    groups = {f"p{i}": "first" if i < 40 else "rest" for i in range(B)}
    found = run(nothing, groups)  # as where clients don't say how sittings end
    assert [f for f in found.failed if f.name == "group"] == []
    assert "0 quality plays would be usual" in finding(found, "group", "first").told

    few = exposures.take((exposures.viewer >= 40) | (exposures.day % 42 == 0))
    told = finding(run(few, groups), "group", "first")
    assert told.value is None
    assert "30 are needed" in told.told

    day = 1_727_740_800_000_000 // US_PER_DAY  # 2024-10-01
    dated = replace(exposures, day=exposures.day - DAY + day)
    unlucky = dated.take(np.flatnonzero(dated.work % 10 != 0)[:200])
    told = finding(run(unlucky), "new titles")
    assert (told.value, told.passed) == (None, None)
    assert "13 tiles of them would be usual of the 200 seen; 30 are needed" in told.told


@pytest.mark.slow
def test_pages_that_grow_alike_are_found() -> None:
    exposures = seen(7)
    rng = rng_for(7, "alike")
    week = exposures.week
    same = rng.random(len(exposures)) < week / (WEEKS - 1)
    alike = replace(
        exposures, work=np.where(same, exposures.work % 12, exposures.work).astype(np.int32)
    )
    assert finding(run(alike), "growing alike").passed is False
    assert finding(run(exposures), "growing alike").passed


def test_bands_hold_half_of_the_starts_then_four_fifths() -> None:
    exposures = seen(1)
    band = bands_of(exposures, N)
    starts = np.bincount(exposures.work[exposures.started], minlength=N)
    assert starts[band == 0].sum() >= 0.5 * starts.sum()
    assert starts[band == 0].min() >= starts[band == 1].max() >= starts[band == 2].max()


def test_little_says_so_instead_of_a_figure() -> None:
    few = seen(1)
    few = few.take(few.viewer < 5)
    found = run(few)
    assert found.failed == []
    quiet = {f.name for f in found.findings if f.value is None}
    assert {"narrowing", "calibration", "growing alike", "popularity inflation"} <= quiet
    nothing = run(few.take(np.zeros(len(few), dtype=bool)))
    assert nothing.tiles == 0
    assert nothing.failed == []


def test_the_report_names_what_failed_and_runs_no_script() -> None:
    groups = {f"p{i}": "<first>" if i < 40 else "rest" for i in range(B)}
    found = run(seen(6, unfair=0.6), groups)
    html = html_of(found)
    assert "<script" not in html
    assert "<first>" not in html
    assert "&lt;first&gt;" in html
    assert "1 out of bounds" in html
    assert table_of(found).row_count == len(found.findings)
    assert found.to_json()["passed"] is False


@pytest.mark.slow
def test_new_titles_are_those_of_the_last_four_weeks() -> None:
    day = 1_727_740_800_000_000 // US_PER_DAY  # 2024-10-01
    exposures = seen(4)
    dated = replace(exposures, day=exposures.day - DAY + day)
    newcomers = finding(run(dated), "new titles")
    assert newcomers.value == pytest.approx(1, abs=0.4)
    hidden = dated.take(dated.work % 10 != 0)
    assert finding(run(hidden), "new titles").passed is False


def alike_viewers(starts_of: list[int], per_week: int = 40) -> Exposures:
    """Viewers who are all alike: tiles and starts by chance, so many starts in each week."""
    rng = rng_for(11, "alike viewers")
    rows = []
    for viewer in range(300):
        for week, starts in enumerate(starts_of):
            works = rng.integers(0, N, per_week)
            for place, work in enumerate(works.tolist()):
                started = place < starts
                rows.append((viewer, DAY + 7 * week, work, False, True, started, started))
    table = np.array(rows)
    return Exposures(
        *(table[:, i].astype(np.int32) for i in range(3)),
        *(table[:, i].astype(bool) for i in range(3, 7)),
        tuple(f"p{i}" for i in range(300)),
    )  # type: ignore[call-arg, arg-type]


@pytest.mark.slow
def test_viewers_who_are_alike_are_not_called_niche_for_what_chance_did() -> None:
    found = run(alike_viewers([5, 5]))
    inflation = finding(found, "popularity inflation", "niche less diverse")
    assert inflation.value == pytest.approx(0, abs=0.15)
    assert inflation.passed


@pytest.mark.slow
def test_viewers_who_watch_more_and_more_do_not_narrow() -> None:
    for starts in ([2, 3, 5, 7, 9], [9, 7, 5, 3, 2]):
        narrowing = finding(run(alike_viewers(starts)), "narrowing")
        assert narrowing.value == pytest.approx(0, abs=0.02)
        assert narrowing.passed
