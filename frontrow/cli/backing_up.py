"""`frontrow verify`, `backup` and `restore`: is a home as it was written, and copies of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from frontrow.base.home import open_home
from frontrow.cli.app import chosen_home
from frontrow.cli.arguments import Json
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
