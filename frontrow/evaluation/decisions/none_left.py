"""Why there is no choice to judge: none on record, none shown, or none whose window is over."""

from __future__ import annotations

from pathlib import Path

from frontrow.base.duck import glob_safe, open_duck
from frontrow.base.errors import BadInput


def refuse_none(path: Path, kind: str, *, unfinished: bool) -> None:
    """Raises `BadInput` where an export holds no choice of a kind that was shown and is over.

    unfinished: those count too whose attribution window is not over
    """
    with open_duck() as duck:
        told = duck.execute(
            "SELECT count(*), count(*) FILTER (shown), count(*) FILTER (shown AND NOT censored)"
            " FROM read_parquet(?) WHERE kind = ?",
            [glob_safe(path), kind],
        ).fetchone()
    recorded, shown, over = told or (0, 0, 0)
    where = f"choices of the kind {kind}"
    if not recorded:
        raise BadInput(
            "none is on record",
            where=where,
            mend="they come with the pages that viewers are served (docs/estimates.md says how to get"
            " some); if you named --since or --until, look at these",
        )
    if not shown:
        raise BadInput(
            f"{recorded:,} are on record, and none was shown",
            where=where,
            mend="clients send `impression` events with the tiles' tokens",
        )
    if not over and not unfinished:
        raise BadInput(
            f"{shown:,} were shown, and the attribution window of none is over",
            where=where,
            mend="wait for it (`exploration.attribution_hours`), or take these too: --unfinished",
        )
