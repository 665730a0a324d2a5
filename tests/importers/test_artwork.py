"""A folder of images, brought in for the titles that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from frontrow.base.errors import NotFound
from frontrow.catalog import Title, TitleStore
from frontrow.catalog.images import ImageFiles
from frontrow.importers import ImportReport, bring_in_artwork
from tests.images import picture
from tests.importers.conftest import NOW, ImportHome


def bring_in(home: ImportHome, folder: Path) -> ImportReport:
    store = TitleStore(home.database)
    store.put([Title(title_id="heat", kind="movie", name="Heat", genres=["Crime"])], now=NOW)
    files = ImageFiles(folder.parent / "artwork")
    return bring_in_artwork(folder, titles=store, files=files, rejected=home.rejected, now=NOW)


def test_files_are_kept_by_their_place_and_known_when_they_come_again(
    home: ImportHome, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    (folder / "heat").mkdir(parents=True)
    (folder / "heat.jpg").write_bytes(picture(keywords=("crime", "Pirates")))
    (folder / "heat" / "wide.webp").write_bytes(picture(form="WEBP", colour=(1, 1, 99)))
    (folder / "nobody.jpg").write_bytes(picture())
    (folder / "heat" / "broken.png").write_bytes(b"no image")
    (folder / "heat" / "notes.txt").write_text("x")
    (folder / "odd name.jpg").write_bytes(picture())

    report = bring_in(home, folder)
    tally = report.tally("images")
    assert (tally.kept, tally.n_left_out, tally.n_rejected) == (2, 1, 3)
    assert report.rejected_file is not None
    assert len(report.rejected_file.read_text().splitlines()) == 3
    assert any("left out: 1" in note for note in report.notes)
    stored = TitleStore(home.database).get("heat").artwork
    assert {a.artwork_id: a.tags for a in stored} == {"main": ["Crime"], "wide": []}

    (folder / "heat" / "broken.png").unlink()
    again = bring_in(home, folder).tally("images")
    assert (again.kept, again.duplicates) == (0, 2)


def test_a_folder_that_is_not_there_is_told(home: ImportHome, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        bring_in(home, tmp_path / "none")
