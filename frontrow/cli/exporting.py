"""`frontrow export`: one profile's data, or every choice with its probability and outcome, for any tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from frontrow.base.errors import BadInput
from frontrow.cli.app import WrongUsage
from frontrow.cli.arguments import Json, refuse_within
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json, progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from frontrow.evaluation.decisions import Exported
    from frontrow.server import Service

export = App(name="export", help="Take out what the home holds: choices, or one profile's data.")
export.command(
    "frontrow.cli.profile_files:export_profile",
    name="profile",
    help="One profile's own data: settings, events, taste and decisions.",
)

Yes = Annotated[bool, Parameter(negative="")]


@export.command
def decisions(
    *,
    to: Path | None = None,
    since: str | None = None,
    until: str | None = None,
    profile_ids: Yes = False,
    json: Json = False,
) -> None:
    """Write every recorded choice as Parquet: what could be drawn, how likely, what came of it.

    Parameters
    ----------
    to
        A file that ends in .parquet, or a folder that is there; outside the home (else ./decisions.parquet).
    since
        Pages made from this moment on (RFC 3339).
    until
        Pages made before this moment.
    profile_ids
        Write profile ids instead of keyed hashes: the file then says who watched what.
    """
    from frontrow.evaluation.decisions import write_choices

    bounds = bounds_of(since, until)
    with opened() as service, progress_bar(quiet=json) as tell:
        target = _file(to, service)
        rows, exported = choices_of_home(
            service, since_us=bounds[0], until_us=bounds[1], profile_ids=profile_ids, tell=tell
        )
        exported.choices = write_choices(rows, target)
    told = {
        "file": str(target),
        "choices": dict(exported.choices),
        "pages": exported.pages,
        "profiles": exported.profiles,
        "events_not_joined": dict(exported.unjoined),
    }
    if json:
        print_json(told)
        return
    print(f"{exported.choices.total():,} choices of {exported.pages:,} pages in {target}")
    if not exported.pages:
        when = "yet" if bounds == (None, None) else "of that time"
        print(f"no page is on record {when}; docs/estimates.md says how to get some")
    for kind, count in exported.choices.items():
        print(f"  {kind}: {count:,}")
    for reason, count in exported.unjoined.items():
        print(f"{count:,} events name a tile and are not of it: {reason.replace('_', ' ')}")


def choices_of_home(
    service: Service,
    *,
    since_us: int | None = None,
    until_us: int | None = None,
    profile_ids: bool = False,
    kind: str | None = None,
    tell: Callable[[float, str], None] = lambda share, what: None,
) -> tuple[Iterator[dict[str, Any]], Exported]:
    """A home's choices, read as they are asked for; and what is counted meanwhile."""
    from frontrow.base.ids import SHARDS, name_outside, shard_of
    from frontrow.evaluation.decisions import (
        HOUR_US,
        KINDS,
        Exported,
        Joining,
        choices_of,
        generated_us,
        is_within,
        joined_decisions,
    )

    window_us = service.settings.exploration.attribution_hours * HOUR_US
    now_us = service.now_us()
    how = Joining(service.log, service.catalogue(), service.secret, window_us, now_us)
    exported = Exported()
    kinds = KINDS if kind is None else (kind,)

    def name_of(profile_id: str) -> str:
        return profile_id if profile_ids else name_outside(profile_id, service.secret)

    def rows() -> Iterator[dict[str, Any]]:
        for joined in joined_decisions(service.decisions, how):
            tell(shard_of(joined.profile_id) / SHARDS, "joining choices to outcomes")
            made = [generated_us(decision) for decision in joined.decisions]
            pages = sum(is_within(us, since_us, until_us) for us in made)
            exported.pages += pages
            exported.profiles += pages > 0
            exported.unjoined.update(joined.unjoined)
            yield from choices_of(joined, name_of=name_of, window_us=window_us, now_us=now_us,
                                  since_us=since_us, until_us=until_us, kinds=kinds)  # fmt: skip

    return rows(), exported


def bounds_of(since: str | None, until: str | None) -> tuple[int | None, int | None]:
    """`--since` and `--until` in us; None: not given."""
    since_us, until_us = moment(since, "--since"), moment(until, "--until")
    if since_us is not None and until_us is not None and until_us <= since_us:
        raise WrongUsage(
            "is not after --since: nothing lies between", where="--until", mend="swap the two"
        )
    return since_us, until_us


def moment(text: str | None, where: str) -> int | None:
    """An instant of the command line in us; None: none was given."""
    from frontrow.base.time import parse_time, to_us

    if text is None:
        return None
    try:
        return to_us(parse_time(text))
    except BadInput as error:
        raise WrongUsage(error.what, where=where, mend=error.mend) from None


def _file(to: Path | None, service: Service) -> Path:
    """The file to write; never in the home, from which a profile that is forgotten must be gone."""
    to = Path("decisions.parquet") if to is None else to
    if to.is_dir():
        to = to / "decisions.parquet"
    elif to.suffix != ".parquet":
        raise WrongUsage(
            "is no folder that is there, and doesn't end in .parquet, which is what is written",
            where=f"--to {to}",
            mend="let it end in .parquet, or make the folder first",
        )
    elif not to.parent.is_dir():
        raise WrongUsage(
            f"there is no folder {to.parent}", where=f"--to {to}",
            mend="make it first, or name a file in one that is there",
        )  # fmt: skip
    refuse_within(service.home, to, "--to")
    return to
