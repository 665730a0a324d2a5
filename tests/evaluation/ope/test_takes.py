"""How choices did: take fractions, the gain over the random share, and regret, from planted choices."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frontrow.base.errors import BadInput
from frontrow.base.randomness import rng_for
from frontrow.cli import main
from frontrow.evaluation.decisions import write_choices
from frontrow.evaluation.decisions.takes import Takes, takes_of
from frontrow.evaluation.decisions.takes_report import figure, html_of_takes
from frontrow.evaluation.ope import Interval
from tests.evaluation.ope.home import served_home

IMAGES, TITLES, FLOOR = 4, 3, 0.2
WORTH = (0.5, 0.2, 0.2, 0.1)
"""How often each image of a title is played well; the first is the best."""


def planted(path: Path, *, learned: int = 0, viewers: int = 400, days: int = 4) -> Path:
    """Choices of a policy that draws evenly with chance FLOOR, else the image `learned`."""
    rng = rng_for(4, "takes")
    rows = []
    for viewer in range(viewers):
        for shown in range(6):
            random = rng.random() < FLOOR
            image = int(rng.integers(IMAGES)) if random else learned
            title = f"t{shown % TITLES}"
            rows.append(choice(viewer, title, image, random, day=viewer % days,
                               quality=bool(rng.random() < WORTH[image]), learned=learned))  # fmt: skip
    write_choices(rows, path)
    return path


def choice(
    viewer: int, title: str, image: int, random: bool, *, day: int, quality: bool, learned: int
) -> dict[str, Any]:
    probability = FLOOR / IMAGES + (1 - FLOOR) * (image == learned)
    return {
        "kind": "artwork", "page": f"page{viewer}", "profile": f"viewer{viewer}",
        "time": f"2026-03-0{day + 1}T20:00:00Z", "row": 0, "column": 0, "row_id": "top_picks",
        "row_kind": "top_picks", "title_id": title, "device": "tv", "country": None,
        "language": "en", "mode": "personalised", "context": None,
        "candidates": [f"{title}:{i}" for i in range(IMAGES)], "action": f"{title}:{image}",
        "draw": 0, "drawn_before": [], "probability": probability, "probabilities": None,
        "policy": "inverse-gap/1@0", "arm": "floor" if random else "learned", "bundle": None,
        "snapshot": None, "shown": True, "opened": quality, "started": quality,
        "quality": quality, "reward": float(quality), "censored": False,
    }  # fmt: skip


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Takes:
    return takes_of(planted(tmp_path_factory.mktemp("takes") / "c.parquet"), "artwork")


def test_every_impression_is_of_one_arm_one_day_and_one_drawn(takes: Takes) -> None:
    assert takes.overall.shown == 2_400
    for told in (takes.by_arm, takes.by_day, takes.by_drawn):
        assert sum(one.shown for one in told) == 2_400
        assert sum(one.quality for one in told) == takes.overall.quality
    assert [one.day for one in takes.by_day][::2] == [f"2026-03-0{day}" for day in range(1, 5)]


def test_the_best_image_takes_most_and_the_random_share_is_the_mean(takes: Takes) -> None:
    arms = {one.arm: one.fraction for one in takes.by_arm}
    assert arms["floor"].low < float(np.mean(WORTH)) < arms["floor"].high
    assert arms["learned"].low < WORTH[0] < arms["learned"].high
    most = {(one.title_id, one.name) for one in takes.by_drawn[:TITLES]}
    assert most == {(f"t{i}", f"t{i}:0") for i in range(TITLES)}


def test_the_gain_is_what_was_learned_beyond_the_random_share(takes: Takes) -> None:
    assert takes.gain is not None
    assert takes.gain.low > 0
    assert takes.gain.low < WORTH[0] - np.mean(WORTH) < takes.gain.high


def test_where_the_best_is_always_learned_nothing_is_lost_but_the_floor(takes: Takes) -> None:
    assert takes.fixed.best is not None
    lost = takes.fixed.gains[takes.fixed.best]
    assert lost.low < FLOOR * (WORTH[0] - np.mean(WORTH)) < lost.high
    assert takes.regret[-1][1] == pytest.approx(lost.value * takes.fixed.support.choices)


def test_a_policy_that_holds_to_a_worse_image_loses_day_by_day(tmp_path: Path) -> None:
    told = takes_of(planted(tmp_path / "c.parquet", learned=1, viewers=3_000), "artwork")
    assert told.fixed.best is not None
    assert [lost for _, lost in told.regret] == sorted(lost for _, lost in told.regret)
    assert told.regret[-1][1] > 0
    assert told.even.gains["dr"].low > 0  # even an even draw is better than the worse image


def test_without_a_random_share_there_is_no_gain(tmp_path: Path) -> None:
    rows = [choice(v, "t0", 0, False, day=0, quality=v % 2 == 0, learned=0) for v in range(100)]
    write_choices(rows, tmp_path / "c.parquet")
    assert takes_of(tmp_path / "c.parquet", "artwork").gain is None


def test_of_little_that_was_shown_no_interval_is_beyond_what_can_be(tmp_path: Path) -> None:
    for well in (0, 1):
        rows = [choice(v, "t0", v % 2, v % 2 == 1, day=0, quality=v < well, learned=0)
                for v in range(10)]  # fmt: skip
        write_choices(rows, tmp_path / "c.parquet")
        told = takes_of(tmp_path / "c.parquet", "artwork")
        for one in (told.overall, *told.by_arm, *told.by_drawn, *told.by_day):
            assert 0.0 <= one.fraction.low <= one.fraction.high <= 1.0
            assert one.fraction.high > 0.2
        assert told.gain is not None
        assert -1.0 <= told.gain.low < told.gain.high <= 1.0


def test_a_difference_that_rounds_to_nothing_is_no_minus_zero() -> None:
    assert figure(Interval(-1e-9, 1e-9, -2e-9, 0.0), signed=True) == "+0.0000 (+0.0000 to +0.0000)"


def test_where_nothing_was_shown_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="none is on record"):
        takes_of(planted(tmp_path / "c.parquet", viewers=1), "slot")


def test_the_report_holds_its_plots_and_nothing_that_runs_or_is_fetched(takes: Takes) -> None:
    page = html_of_takes(takes)
    assert page.count("<svg") == 3
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=.?https?:", page)


def test_a_homes_choices_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, _ = served_home(tmp_path)
    for options in ((), ("--json",)):
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(home.path), "choices", "slot", "--unfinished", *options])
        assert ended.value.code == 0
        said = capsys.readouterr().out
    told = json.loads(said)
    assert told["overall"]["shown"] > 0
    assert told["gain"] is None
    assert Path(told["report"]) == home.reports / "choices-slot.html"
    assert "viewer-ann" not in Path(told["report"]).read_text()
