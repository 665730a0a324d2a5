"""`export profile` and `import profile`: one profile's own data as a file, and back."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from frontrow.base.errors import Conflict, NotFound
from frontrow.cli.arguments import Json, checked_id, refuse_within
from frontrow.cli.show import print_json


def export_profile(profile: str, /, *, to: Path | None = None, json: Json = False) -> None:
    """Everything held about one profile, as a file that `import profile` takes.

    Parameters
    ----------
    to
        The file to write; none: PROFILE.json. It is readable by you alone, and never written over.
    """
    from frontrow.cli.commands import opened
    from frontrow.server import Profiles

    checked_id(profile)
    path = to or Path(f"{profile}.json")
    with opened() as service:
        refuse_within(service.home, path, "--to")
        if not service.log.read(profile).stable:
            raise NotFound("nothing is held about this profile", where=profile)
        told = Profiles(service).data(profile)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(told)))
        os.link(aside, path)  # whole, or not there; never over another
    except FileExistsError:
        raise Conflict("is there already", where=str(path), mend="name another with --to") from None
    finally:
        aside.unlink(missing_ok=True)
    counts = {name: len(told[name]) for name in ("events", "notes", "decisions")}
    if json:
        print_json({"profile_id": profile, "file": str(path), **counts})
        return
    parts = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(f"{profile}: {parts} in {path}")


def import_profile(file: Path, /, *, profile: str | None = None, json: Json = False) -> None:
    """One profile's data as `export profile`, or the API, tells it.

    Parameters
    ----------
    profile
        What it is to be called here; none: as it was called.
    """
    from frontrow.cli.commands import opened
    from frontrow.importers.profile_file import bring_in_profile, read_profile_file

    with opened() as service:
        now = service.clock()
        data = read_profile_file(file, profile_id=profile, now=now)
        if service.left_out()(data.profile_id):
            raise Conflict(
                "this profile asked to be forgotten here, and sent nothing since",
                where=data.profile_id,
                mend="name another with --profile, if its viewer wants that",
            )
        new = bring_in_profile(data, service.log, now=now)
    if json:
        print_json({"profile_id": data.profile_id, "events": data.events, "new": new})
        return
    print(
        f"{data.profile_id}: {data.events:,} events, {len(data.facts) - data.events:,} notes; {new:,} new"
    )
