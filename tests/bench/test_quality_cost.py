"""The invented services whose fitting is measured, and how the curves are said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bench.quality import cost
from bench.quality.cost import Point, cost_sections, growth_of, section_of
from bench.quality.invented import (
    END_US,
    MOST_OF_ALL,
    START_US,
    Size,
    invented_catalogue,
    invented_plays,
)
from bench.quality.section import Section, markdown_of

SIZE = Size(titles=300, viewers=200, plays=4_000)
PLAYS = invented_plays(SIZE, 1)


def test_an_invented_service_is_of_the_size_that_was_asked() -> None:
    catalogue = invented_catalogue(SIZE, 1)
    assert catalogue.n == SIZE.titles
    assert len(np.unique(PLAYS["viewer"])) == SIZE.viewers
    assert len(PLAYS["work"]) == SIZE.plays
    assert PLAYS["work"].min() >= 0
    assert PLAYS["work"].max() < catalogue.n


def test_no_viewer_plays_a_title_twice_or_more_than_half_of_all() -> None:
    pairs = np.stack([PLAYS["viewer"], PLAYS["work"]])
    assert np.unique(pairs, axis=1).shape == pairs.shape
    crowded = invented_plays(Size(titles=20, viewers=50, plays=450), 1)
    assert np.bincount(crowded["viewer"]).max() == 20 * MOST_OF_ALL
    assert len(crowded["work"]) == 450
    full = invented_plays(Size(titles=20, viewers=50, plays=4_000), 1)
    assert len(full["work"]) == 50 * 20 * MOST_OF_ALL


def test_plays_are_long_tailed_spread_over_the_year_and_mostly_of_a_few_tastes() -> None:
    plays = np.sort(np.bincount(PLAYS["work"], minlength=SIZE.titles))[::-1]
    assert plays[: SIZE.titles // 10].sum() > 0.25 * plays.sum()
    assert plays[SIZE.titles // 2 :].sum() > 0.05 * plays.sum()
    assert PLAYS["us"].min() >= START_US
    assert PLAYS["us"].max() <= END_US
    quarters = np.bincount((PLAYS["us"] - START_US) * 4 // (END_US - START_US + 1))
    assert quarters.min() > 0.05 * len(PLAYS["us"])
    genre = invented_catalogue(SIZE, 1).genres.has.argmax(axis=1)
    most = []
    for viewer in range(SIZE.viewers):
        _, counts = np.unique(genre[PLAYS["work"][PLAYS["viewer"] == viewer]], return_counts=True)
        most.append(np.sort(counts)[::-1][:3].sum() / counts.sum())
    assert np.mean(most) > 0.7


def test_the_same_seed_invents_the_same_service() -> None:
    again, other = invented_plays(SIZE, 1), invented_plays(SIZE, 2)
    for key, values in PLAYS.items():
        np.testing.assert_array_equal(values, again[key])
    assert not np.array_equal(PLAYS["work"], other["work"])


def point(direction: str, factor: int, seconds: float) -> Point:
    size = replace(SIZE, **{direction: getattr(SIZE, direction) * factor})
    return Point(direction, factor, size, size.plays, 3, seconds, 90.0, 500.0 * factor, "")


POINTS = [
    point(direction, factor, 2.0 * factor**power)
    for direction, power in (("titles", 2.0), ("viewers", 1.0), ("plays", 0.5))
    for factor in (1, 3, 10)
]


def test_growth_is_the_power_of_the_last_step() -> None:
    found = [growth_of(POINTS, direction) for direction in ("titles", "viewers", "plays")]
    assert found == pytest.approx([2.0, 1.0, 0.5])


def test_growth_in_plays_is_by_the_plays_that_were_made() -> None:
    few = [replace(p, plays=p.plays // (2 if p.factor == 10 else 1)) for p in POINTS]
    steeper = 0.5 * np.log(10 / 3) / np.log(5 / 3)
    assert growth_of(few, "plays") == pytest.approx(steeper)
    full = [replace(p, plays=4_000) for p in POINTS]
    assert np.isnan(growth_of(full, "plays"))


def test_the_table_says_each_points_size_seconds_and_memory_beside_the_smallest() -> None:
    section = section_of(POINTS)
    row = dict(zip(section.head, section.rows[2], strict=True))
    assert row["more"] == "titles x10"
    assert row["CPU seconds"] == "200.0"
    assert row["times the smallest"] == "100.00"
    assert row["peak MiB"] == "5,000"
    assert row["titles"] == "3,000"
    assert row["plays"] == "4,000"
    assert len(section.rows) == 9
    assert [plot.file for plot in section.plots] == ["cost-cpu", "cost-memory"]
    assert "titles 2.00, viewers 1.00, plays 0.50" in section.text
    assert markdown_of(section, "images").count("\n| ") == 11


def test_both_axes_of_the_curves_are_logarithmic_with_a_line_for_each_direction() -> None:
    for plot in section_of(POINTS).plots:
        encoding = plot.chart["encoding"]
        assert encoding["x"]["scale"]["type"] == encoding["y"]["scale"]["type"] == "log"
        values = next(iter(plot.chart["datasets"].values()))
        assert {row["direction"] for row in values} == {"titles", "viewers", "plays"}
        assert plot.says.endswith("titles")


def test_every_direction_is_measured_by_itself_and_the_smallest_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fitted: list[Size] = []

    def fit(module: str, told: list[str]) -> dict[str, Any]:
        assert module == "bench.quality.cost_run"
        size = Size(**{n.lstrip("-"): int(v) for n, v in (flag.split("=") for flag in told)})
        fitted.append(size)
        return {"plays": size.plays, "slices": 2, "cpu_seconds": 1.0, "before_mib": 1.0,
                "peak_mib": 2.0, "left_out": "sequence"}  # fmt: skip

    monkeypatch.setattr(cost, "_in_a_child", fit)
    heard: list[str] = []
    (section,) = cost_sections(heard.append, Size(10, 20, 30), (1, 10))
    assert fitted == [Size(10, 20, 30), Size(100, 20, 30), Size(10, 200, 30), Size(10, 20, 300)]
    assert len(section.rows) == 6
    assert {row[-1] for row in section.rows} == {"sequence"}
    assert isinstance(section, Section)
    assert heard[0] == "fitting 10 titles, 20 viewers and 30 plays"


@pytest.mark.slow
def test_a_fit_in_a_process_of_its_own_says_what_it_took() -> None:
    found = cost._in_a_child(
        "bench.quality.cost_run", ["--titles=40", "--viewers=40", "--plays=600"]
    )
    assert json.loads(json.dumps(found)) == found
    assert found["cpu_seconds"] > 0.1
    assert found["peak_mib"] >= found["before_mib"] > 20
    assert found["slices"] >= 1
