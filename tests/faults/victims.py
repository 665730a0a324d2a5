"""Programs that are killed: each does one thing over and over and says on standard output what is done.

A line is written only once what it tells of is durable. `python -m tests.faults.victims WHAT HOME [MORE]`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from frontrow.base.home import Home
from frontrow.base.time import system_clock


def tell(line: str) -> None:
    """One line, at once."""
    os.write(1, f"{line}\n".encode())


def publish(home: Home) -> None:
    """Publish the home's bundles in turn, each written anew before."""
    from frontrow.bundles import BundleStore

    store = BundleStore(home.bundles)
    both = store.all()
    tell("ready")
    for n in range(1_000_000):
        bundle_id = both[n % len(both)]
        store.publish(bundle_id, published_at=f"2026-03-01T00:00:{n % 60:02}Z")
        tell(bundle_id)


def train(home: Home) -> None:
    """Fit and publish over and over, as `frontrow train` does."""
    from frontrow.server import Service
    from frontrow.training.train import train as fit

    service = Service(home, system_clock())
    tell("ready")
    for seed in range(1_000_000):
        result = fit(service.log, service.catalogue(), service.bundles,
                     now_us=service.now_us(), seed=seed, publish=True, keep=2)  # fmt: skip
        service.refold_snapshots()
        service.database.compact()
        tell(result.bundle_id)


def delete(home: Home) -> None:
    """Forget one profile after the other."""
    from frontrow.server import Profiles, Service

    service = Service(home, system_clock())
    profiles = Profiles(service)
    names = service.log.profiles(limit=1_000_000)
    tell("ready")
    for name in names:
        profiles.forget(name)
        tell(name)


def migrate(home: Home) -> None:
    """Open an old database, which brings it to this version."""
    from frontrow.base.database import open_database

    tell("ready")
    open_database(home.database_path).close()
    tell("done")


def backup(home: Home, to: Path) -> None:
    """Write one backup after the other."""
    from frontrow.backups import backup_home

    tell("ready")
    for n in range(1_000_000):
        backup_home(home, to / f"{n}.tar", now=system_clock()())
        tell(str(n))


def restore(home: Home, source: Path) -> None:
    """Put a backup in the place of the home, over and over."""
    from frontrow.backups import restore_home

    tell("ready")
    for n in range(1_000_000):
        restore_home(source, home, replace=True)
        tell(str(n))


WHAT = {
    "publish": publish,
    "train": train,
    "delete": delete,
    "migrate": migrate,
    "backup": backup,
    "restore": restore,
}


if __name__ == "__main__":
    WHAT[sys.argv[1]](Home(Path(sys.argv[2])), *(Path(more) for more in sys.argv[3:]))
