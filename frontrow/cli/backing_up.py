"""`frontrow verify`, `backup` and `restore`: is a home as it was written, and copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from frontrow.base.home import find_home, open_home
from frontrow.base.time import system_clock
from frontrow.cli.app import chosen_home
from frontrow.cli.arguments import Json, refuse_within, wished_database
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json, progress_bar

if TYPE_CHECKING:
    from frontrow.backups import Verified

_MOST_NAMED = 8


def verify(
    *,
    state_hash: Annotated[bool, Parameter(name="--state-hash", negative="")] = False,
    json: Json = False,
) -> int:
    """Look through the whole home: is everything as it was written? Exit 1 where something is not.

    Parameters
    ----------
    state_hash
        Also print a hash of all that the home knows: the same in a home restored from its backup.
    """
    from frontrow.backups import verify_home
    from frontrow.backups.state import state_hash as hash_of

    home = open_home(chosen_home())
    with progress_bar(quiet=json) as tell:
        found = verify_home(home, tell=tell)
    state = None
    if state_hash and found.whole:
        with opened() as service, progress_bar(quiet=json) as tell:
            minutes = service.settings.service.first_import_minutes
            state = hash_of(service.database, service.log, minutes, tell=tell)
    if json:
        print_json({"whole": found.whole, "checked": found.checked, "damage": found.damage,
                    "unsealed": found.unsealed, "state": state})  # fmt: skip
    else:
        _print(found)
        if state is not None:
            print(f"state {state.state}")
    return 0 if found.whole else 1


def _print(found: Verified) -> None:
    for damage in found.damage:
        where = f" ({damage.where})" if damage.where else ""
        print(f"{damage.part}{where}: {damage.what}")
        for what, names in (("profiles", damage.profiles), ("titles", damage.titles)):
            if names:
                rest = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
                print(f"  reaches {what} {', '.join(names[:_MOST_NAMED])}{rest}")
        print(f"  {damage.mend}")
    if found.unsealed:
        print(f"{len(found.unsealed)} of an older version hold no hash and can't be vouched for")
    counts = ", ".join(f"{n:,} {part}" for part, n in found.checked.items())
    if found.whole:
        print(f"everything is as it was written: {counts}")
    else:
        print(f"damaged in {len(found.damage)} places; looked at {counts}")


def backup(to: Path, /, *, even_damaged: bool = False, json: Json = False) -> None:
    """Write a backup of the home, which may be served meanwhile, to one file. It holds the secret and
    everyone's history: keep it as safe as the home.

    Parameters
    ----------
    to
        A file that is not there yet, or a folder, in which it is named by the time; outside the home.
    even_damaged
        Also of a home that `frontrow verify` finds damaged.
    """
    from frontrow.backups import backup_home

    home = open_home(chosen_home())
    refuse_within(home, to)
    with progress_bar(quiet=json) as tell:
        path, manifest = backup_home(
            home, to, now=system_clock()(), even_damaged=even_damaged, tell=tell
        )
    size = path.stat().st_size
    if json:
        print_json({"backup": str(path), "bytes": size, "manifest": manifest})
        return
    counts = ", ".join(f"{n:,} {part}" for part, n in manifest.checked.items())
    print(f"{path}: {size / 1e6:,.1f} MB, verified: {counts}")
    if manifest.without_bundle is not None:
        print(f"  without a bundle ({manifest.without_bundle}): `frontrow train` makes one")
    print("  keep forgotten.keys of the home elsewhere too: a restore leaves out whom it names")


def restore(
    source: Path,
    /,
    *,
    replace: bool = False,
    forgotten: Path | None = None,
    database: str | None = None,
    json: Json = False,
) -> None:
    """Make a home of a backup, at `--home`. It is verified first and never half there.

    Parameters
    ----------
    replace
        Put it in the place of the home that is there, which is kept beside it.
    forgotten
        A home's forgotten.keys: whom it names stays out.
    database
        postgresql://… of an empty database: the home is then on PostgreSQL, wherever it was before (else
        FRONTROW_DATABASE_URL).
    """
    from frontrow.backups import restore_home

    home = find_home(chosen_home())
    database = wished_database(database)
    with progress_bar(quiet=json) as tell:
        restored = restore_home(
            source, home, replace=replace, forgotten=forgotten, database=database, tell=tell
        )
    if json:
        before = None if restored.before is None else str(restored.before)
        print_json({"home": str(home.path), "left_out": restored.left_out, "unread": restored.unread,
                    "before": before, "manifest": restored.manifest})  # fmt: skip
        return
    print(f"restored {home.path} as of {restored.manifest.made_at}")
    if restored.left_out:
        print(f"  left out {restored.left_out:,} profiles that were forgotten since")
    if restored.unread:
        print(f"  {restored.unread:,} lines of the forgotten.keys that was there can't be read: whom they"
              " tell of may be back")  # fmt: skip
    if restored.before is not None:
        print(f"  the home of before is at {restored.before}")
    if restored.manifest.bundle is None:
        print("  it has no bundle: `frontrow train` makes one")
