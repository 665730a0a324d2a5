"""`frontrow audit`: what pages did to viewers, titles and suppliers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from frontrow.base.errors import BadInput, NotFound
from frontrow.cli.arguments import Json, Seed
from frontrow.cli.exporting import bounds_of
from frontrow.cli.show import print_json, progress_bar, terminal

if TYPE_CHECKING:
    from frontrow.evaluation.decisions import JoinedProfile


def audit(
    *,
    since: str | None = None,
    until: str | None = None,
    groups: Path | None = None,
    html: Path | None = None,
    seed: Seed = 0,
    json: Json = False,
) -> int:
    """Filter bubble, exposure of suppliers, languages, new and rare titles, viewer groups. Exit 1 where a
    figure is out of its bound (`[audit]` in the settings) beyond noise.

    Parameters
    ----------
    since
        Tiles seen from this moment on (RFC 3339).
    until
        Tiles seen before this moment.
    groups
        CSV or Parquet with `profile_id` and `group`: read for this audit, and kept nowhere.
    html
        Where the report goes; none: reports/audit.html in the home.
    """
    from frontrow.audit import audit as audit_of
    from frontrow.audit import exposures_of
    from frontrow.audit.report import html_of, table_of
    from frontrow.base.files import write_whole
    from frontrow.base.ids import SHARDS, shard_of
    from frontrow.base.randomness import rng_for
    from frontrow.cli.commands import opened
    from frontrow.evaluation.decisions import HOUR_US, Joining, joined_decisions

    bounds = bounds_of(since, until)
    named = {} if groups is None else read_groups(groups)
    with opened() as service, progress_bar(quiet=json) as tell:
        catalogue = service.catalogue()
        window_us = service.settings.exploration.attribution_hours * HOUR_US
        how = Joining(service.log, catalogue, service.secret, window_us, service.now_us())

        def joined() -> Iterator[JoinedProfile]:
            for one in joined_decisions(service.decisions, how):
                tell(shard_of(one.profile_id) / SHARDS, "reading what was seen")
                yield one

        seen = exposures_of(joined(), catalogue, since_us=bounds[0], until_us=bounds[1])
        if not len(seen):
            raise NotFound(
                "no tile of a page on record was seen", where=str(service.home.path),
                mend="clients send `impression` events with the tiles' tokens",
            )  # fmt: skip
        found = audit_of(
            seen, catalogue, service.settings.audit, rng_for(seed, "audit"), groups=named
        )
        to = html or service.home.path / "reports" / "audit.html"
    to.parent.mkdir(parents=True, exist_ok=True)
    write_whole(to, html_of(found).encode())
    of_groups = {"read": len(named), "seen": len(named.keys() & set(seen.viewers))}
    if json:
        print_json({**found.to_json(), "groups": of_groups, "report": str(to)})
    else:
        terminal().print(table_of(found))
        if groups is not None:
            print(
                f"groups: of {len(named):,} profiles in the file {of_groups['seen']:,} saw a tile"
            )
        print(f"report: {to}")
    return 1 if found.failed else 0


def read_groups(file: Path) -> dict[str, str]:
    """profile -> group. Raises `BadInput` for a profile in two groups: it would count in one of them alone,
    and nobody could tell in which."""
    from frontrow.importers.tables import whole_rows

    groups: dict[str, str] = {}
    for number, row in whole_rows(file, "profile_id", "group"):
        profile_id, group = (str(row[name] or "").strip() for name in ("profile_id", "group"))
        if not profile_id or not group:
            continue
        if groups.setdefault(profile_id, group) != group:
            raise BadInput(
                f"row {number} has {profile_id} in another group than a row before",
                where=str(file),
                mend="name one group for each profile; for other groups ask another audit",
            )
    return groups
