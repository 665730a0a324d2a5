"""The files of a home beside its database: bundles, snapshots, settings, secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from frontrow.backups.damage import RESTORE, Damage
from frontrow.base.errors import BadBundle, BadInput, Gone
from frontrow.base.home import SECRET_BYTES, Home
from frontrow.bundles import BundleStore
from frontrow.viewers.choices_store import ChoicesStore
from frontrow.viewers.snapshot_store import SnapshotStore


def check_settings(home: Home) -> Iterator[Damage]:
    """Settings that can't be read, and a secret that is none."""
    try:
        home.settings()
    except BadInput as error:
        yield Damage(part="settings", what=error.what, where=error.where, mend=error.mend)
    try:
        size = len(home.kept_secret())
    except OSError as error:
        size = -1
        what = f"can't be read ({error.strerror})"
    else:
        what = f"holds {size} bytes, not {SECRET_BYTES}"
    if size != SECRET_BYTES:
        yield Damage(part="secret", what=what, where=str(home.secret_path), mend=RESTORE)


def check_bundles(home: Home, progress: Callable[[int], None]) -> Iterator[Damage | int]:
    """Every bundle to its last byte, and the pointer to the live one."""
    store = BundleStore(home.bundles)
    live: str | None = None
    trouble: BadBundle | None = None
    try:
        live = store.live()
    except BadBundle as error:
        trouble = error
    there = store.all() if home.bundles.is_dir() else []
    whole: list[str] = []
    broken: dict[str, str] = {}  # bundle -> what is wrong with it
    for bundle_id in there:
        try:
            store.load(bundle_id)
            whole.append(bundle_id)
        except BadBundle as error:
            if (home.bundles / bundle_id).exists():  # else it was pruned while we looked
                broken[bundle_id] = error.what
        progress(1)
        yield 1
    another = _another(whole)
    if trouble is not None:
        yield Damage(part="bundle", what=trouble.what, where=trouble.where, mend=another)
    if live is not None and live not in there:
        yield Damage(part="bundle", what="the live bundle is not there", where=live, mend=another)
    for bundle_id, what in broken.items():
        if bundle_id == live:
            what, mend = f"{what}, and it is the live one", another
        else:
            mend = f"delete {home.bundles / bundle_id}"
        yield Damage(part="bundle", what=what, where=bundle_id, mend=mend)


def _another(whole: list[str]) -> str:
    """What to publish in a bundle's place: the newest that is whole, where there is one."""
    if not whole:
        return "fit one with `frontrow train`"
    return f"`frontrow bundles publish {whole[-1][:12]}`, or fit one with `frontrow train`"


def check_choices(home: Home, progress: Callable[[int], None]) -> Iterator[Damage | int | str]:
    """Every record of choices to its last byte."""
    store = ChoicesStore(home.choices, home.run / "choices.lock")
    for number in store.numbers():
        try:
            store.load(number)
        except Gone:
            continue  # pruned while we looked
        except BadBundle as error:
            yield Damage(part="choices", what=error.what, where=error.where, mend=error.mend)
        progress(1)
        yield 1


def check_snapshots(home: Home, progress: Callable[[int], None]) -> Iterator[Damage | int | str]:
    """Every snapshot to its last byte; the names of those that have no seal."""
    store = SnapshotStore(home.snapshots, home.run / "snapshots.lock")
    for number in store.numbers():
        try:
            if not store.is_sealed(number):
                yield f"snapshot {number}"
        except Gone:
            continue  # pruned while we looked
        except BadBundle as error:
            yield Damage(part="snapshot", what=error.what, where=error.where, mend=error.mend)
        progress(1)
        yield 1
