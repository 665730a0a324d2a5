"""A folder of image files, brought in for titles that are there: `TITLE.jpg`, or `TITLE/NAME.jpg`.

The same files again change nothing: an image is kept by its content.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from frontrow.base.errors import BadInput, NotFound
from frontrow.base.ids import Id
from frontrow.catalog import TitleStore
from frontrow.catalog.images import MOST_BYTES, ImageFiles, read_image, with_image
from frontrow.catalog.images.tagging import Words
from frontrow.importers.rejected import RejectedRows
from frontrow.importers.report import ImportReport, count_reason
from frontrow.importers.source import Refused

_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_ALONE = "main"
"""Id of a title's only image, whose file is named like the title."""

_OF = "images"
_ODD_WORDS = "words of images that their titles don't hold, left out"


def bring_in_artwork(
    folder: Path,
    *,
    titles: TitleStore,
    files: ImageFiles,
    rejected: Path,
    now: datetime,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> ImportReport:
    """Keep every image of a folder and let it stand with its title; the report of it.

    rejected: the folder in which is written aside what was rejected, and why
    Raises `NotFound` where there is no such folder. Ctrl-C ends it with `interrupted` set.
    """
    if not folder.is_dir():
        raise NotFound("there is no such folder", where=str(folder))
    report = ImportReport("artwork", folder.name)
    found = [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")]
    odd = 0
    with RejectedRows(rejected, report.importer, folder, None) as aside:
        try:
            for done, path in enumerate(found):
                progress(done, len(found))
                try:
                    odd += _bring_in(path, folder, titles, files, now, report)
                except (BadInput, NotFound, OSError) as error:
                    reason = str(getattr(error, "what", None) or error.__class__.__name__)
                    count_reason(report.tally(_OF).rejected, reason)
                    name = str(path.relative_to(folder))
                    aside.write(Refused(_OF, done + 1, reason, str(error), name))
            progress(len(found), len(found))
        except KeyboardInterrupt:
            report.interrupted = True
        report.rejected_file = aside.written
    if odd:
        report.notes.append(f"{_ODD_WORDS}: {odd:,}")
    return report


def _bring_in(
    path: Path,
    folder: Path,
    titles: TitleStore,
    files: ImageFiles,
    now: datetime,
    report: ImportReport,
) -> int:
    """Bring one file in; how many of its words its title doesn't hold."""
    if path.suffix.lower() not in _ENDINGS:
        count_reason(report.tally(_OF).left_out, f"no image: {path.suffix or 'without an ending'}")
        return 0
    title_id, artwork_id = _named(path, folder)
    title = titles.get(title_id)
    if path.stat().st_size > MOST_BYTES:
        raise BadInput(f"is over {MOST_BYTES:,} bytes", where=str(path))
    kept = files.keep(read_image(path.read_bytes()), title, artwork_id, Words())
    before, after = titles.change(title_id, lambda now: with_image(now, kept.artwork), now=now)
    tally = report.tally(_OF)
    if before == after:
        tally.duplicates += 1
    else:
        tally.kept += 1
    return len(kept.left_out)


def _named(path: Path, folder: Path) -> tuple[str, str]:
    """(title id, artwork id) that a file's place says."""
    parts = path.relative_to(folder).with_suffix("").parts
    if len(parts) > 2:
        raise BadInput("lies too deep", mend="name it TITLE.jpg or TITLE/NAME.jpg")
    title_id, artwork_id = (parts[0], _ALONE) if len(parts) == 1 else (parts[0], parts[1])
    for one in (title_id, artwork_id):
        try:
            msgspec.convert(one, Id)
        except msgspec.ValidationError:
            raise BadInput(
                f"{json.dumps(one)} is no id: 1-128 characters [A-Za-z0-9._:@-]"
            ) from None
    return title_id, artwork_id
