"""How the report says what was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.quality.judging import LEAD, Judged, K, judge
from bench.quality.looks import count_look, read_looks
from bench.quality.report import front, sections_of, write_report
from bench.quality.section import Plot, Section, markdown_of
from bench.quality.tables import Measured, dials_section, split_section, targets_section
from bench.quality.targets import EASE, FULL, TARGETS
from tests.bench.few_ratings import ratings_of, split_of

RATINGS = [(viewer, work, 1, 1.0) for viewer in range(30) for work in range(viewer % 3 + 1)]
SPLIT = split_of(ratings_of(RATINGS, 40), range(30), [[10 + viewer % 5] for viewer in range(30)])


def lists_with(places: int) -> np.ndarray:
    """What was right for a viewer stands in one of the first `places` places."""
    lists = np.tile(np.arange(20, 40, dtype=np.int32), (30, 1))
    for viewer in range(30):
        lists[viewer, viewer % places] = 10 + viewer % 5
    return lists


def measured() -> Measured:
    models = {EASE: judge([lists_with(12)], SPLIT), FULL: judge([lists_with(2)], SPLIT)}
    return Measured(SPLIT, models, {EASE: "regularization 500"})


def cells(section: Section, first: str) -> dict[str, str]:
    """The row that begins with `first`, by the head's words."""
    (row,) = [row for row in section.rows if row[0] == first]
    return dict(zip(section.head, row, strict=True))


def test_a_section_is_a_heading_its_words_a_table_and_its_pictures() -> None:
    plot = Plot("curve", "a curve that rises", {})
    section = Section("Cost", "Some words.", ("model", "a"), (("x", "1"), ("y", "2")), (plot,), 3)
    assert markdown_of(section, "images/quality") == (
        "### Cost\n\nSome words.\n\n"
        "| model | a |\n| --- | ---: |\n| x | 1 |\n| y | 2 |\n\n"
        "![a curve that rises](images/quality/curve.svg)"
    )


def test_a_section_without_a_table_is_its_words() -> None:
    assert markdown_of(Section("Cost", "Some words."), "images") == "## Cost\n\nSome words."


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(AssertionError, match="'Cost' has 1 cells"):
        markdown_of(Section("Cost", "", ("a", "b"), (("x",),)), "images")


def test_a_splits_table_has_every_model_with_its_intervals_and_the_full_system_beside_it() -> None:
    one = measured()
    section = split_section("ml-1m-b", one)
    ease, full = cells(section, EASE), cells(section, f"**{FULL}**")
    mean, (low, high) = one.models[EASE].means[LEAD], one.models[EASE].intervals[LEAD]
    assert ease[f"nDCG@{K}"] == f"{mean:.4f} ({low:.3f} to {high:.3f})"
    assert ease[f"recall@{K}"].startswith("1.0000 ")
    assert ease[f"coverage@{K}"] == "62.5%"  # 25 of 40 works
    ratio = one.models[FULL].means[LEAD] / mean
    assert ease["full / model"].startswith(f"{ratio:.3f} (")
    assert full["full / model"] == ""
    assert "30 viewers asked, 30 relevant works; 60 ratings of 30 viewers" in section.text


def test_the_plot_says_which_model_is_highest() -> None:
    (plot,) = split_section("ml-1m-b", measured()).plots
    assert plot.file == "ndcg-ml-1m-b"
    assert plot.says.endswith(f"highest: {FULL}")


def test_every_target_has_its_row_with_what_was_asked_and_what_was_found() -> None:
    section = targets_section({"ml-1m-b": measured()})
    assert len(section.rows) == len(TARGETS)
    rows = [dict(zip(section.head, row, strict=True)) for row in section.rows]
    (found,) = [r for r in rows if (r["split"], r["the full system against"]) == ("ml-1m-b", EASE)]
    assert found["asked"] == "1.50x"
    assert found["verdict"] == "met"
    assert found["difference"].startswith("+")
    others = [row for row in rows if row is not found]
    assert {row["verdict"] for row in others} == {"not measured"}
    assert {row["ratio"] for row in others} == {""}


def test_dials_stand_beside_their_split_and_model() -> None:
    section = dials_section({"ml-1m-b": measured()})
    assert section.rows == ((f"ml-1m-b: {EASE}", "regularization 500"),)


def test_the_opening_says_where_when_and_how_often_was_looked() -> None:
    words = front(date="2026-11-01", machine="2 cores", looks={"ml-1m-b": 3, "ml-1m-a": 2})
    assert words.endswith(
        "Measured on 2026-11-01, on 2 cores."
        " The test sides were looked at so often until now: ml-1m-a 2, ml-1m-b 3."
    )
    assert front(date="", machine="", looks={}).endswith("until now: never.")


def test_the_page_is_written_whole_with_its_plots_and_without_those_of_before(
    tmp_path: Path,
) -> None:
    images = tmp_path / "images" / "quality"
    images.mkdir(parents=True)
    (images / "of-before.svg").write_text("<svg/>")
    further = Section("What else", "More words.")
    page = write_report("# Quality", sections_of({"ml-1m-b": measured()}, [further]), tmp_path)
    text = page.read_text()
    places = [text.index(f"\n## {title}") for title in ("Targets", "MovieLens", "What", "Dials")]
    assert places == sorted(places)
    assert [path.name for path in images.iterdir()] == ["ndcg-ml-1m-b.svg"]
    assert "<svg" in (images / "ndcg-ml-1m-b.svg").read_text()
    assert "](images/quality/ndcg-ml-1m-b.svg)" in text


def test_a_model_that_never_hit_has_no_rank_of_hits() -> None:
    nothing: Judged = judge([np.full((30, K), -1, dtype=np.int32)], SPLIT)
    section = split_section("ml-1m-b", Measured(SPLIT, {EASE: nothing}))
    assert cells(section, EASE)["rank of hits"] == ""


def test_looks_are_counted_for_each_split_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "looks.json"
    assert read_looks(path) == {}
    assert [count_look("ml-1m-a", path) for _ in range(2)] == [1, 2]
    assert count_look("ml-1m-b", path) == 1
    assert read_looks(path) == {"ml-1m-a": 2, "ml-1m-b": 1}
