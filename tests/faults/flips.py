"""Flip one bit of a home, ask `verify`, and compare everything that anyone can read of it.

A flip is found, or it changed nothing: bytes of a database that no row, index or definition uses. Both are
counted; a third kind is a bug.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from frontrow.backups import verify_home
from frontrow.base.errors import BadBundle, FrontrowError
from frontrow.base.home import Home
from frontrow.base.randomness import rng_for
from frontrow.bundles import BundleStore
from frontrow.viewers.snapshot_store import SnapshotStore


class _Text(bytes):
    """A text, told from a blob."""


def dump(home: Home) -> str:
    """A hash of everything that can be read of a home: rows, indexes, definitions, bundles, snapshots.

    Where something can't be read, that is what is read of it.
    """
    hasher = hashlib.blake2b()
    for part in (_dump_database, _dump_bundles, _dump_snapshots):
        hasher.update(repr(part(home)).encode())
    return hasher.hexdigest()


def _dump_database(home: Home) -> list[Any]:
    connection = sqlite3.connect(home.database_path)
    connection.text_factory = _Text
    found: list[Any] = []
    try:
        made = connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
        ).fetchall()
        found.append(_told(made))
        for kind, name, table, _ in made:
            if kind == b"table":
                found.append(_read(connection, f"SELECT * FROM {name.decode()} ORDER BY 1, 2"))
            else:
                told = connection.execute(f"PRAGMA index_info('{name.decode()}')").fetchall()
                columns = ", ".join(column[2].decode() for column in told)
                query = f"SELECT {columns} FROM {table.decode()} INDEXED BY {name.decode()}"
                found.append(_read(connection, f"{query} ORDER BY {columns}"))
    except (sqlite3.Error, ValueError, AttributeError) as error:
        found.append(str(error))
    connection.close()
    return found


def _read(connection: sqlite3.Connection, query: str) -> Any:
    try:
        return _told(connection.execute(query).fetchall())
    except sqlite3.Error as error:
        return str(error)


def _told(rows: list[tuple[Any, ...]]) -> list[Any]:
    return [[(type(value).__name__, value) for value in row] for row in rows]


def _dump_bundles(home: Home) -> list[Any]:
    store = BundleStore(home.bundles)
    found: list[Any] = []
    try:
        found.append(store.live())
    except BadBundle as error:
        found.append(str(error))
    for bundle_id in store.all():
        try:
            policy = store.load(bundle_id)
            arrays = policy.ranker.arrays()
            hashes = {n: hashlib.blake2b(a.tobytes()).hexdigest() for n, a in arrays.items()}
            found.append((bundle_id, sorted(hashes.items()), policy.ranker.config()))
        except BadBundle as error:
            found.append(str(error))
    return found


def _dump_snapshots(home: Home) -> list[Any]:
    store = SnapshotStore(home.snapshots, home.run / "snapshots.lock")
    found: list[Any] = []
    for number in store.numbers():
        try:
            one = store.load(number)
            found.append((one.number, one.at_us, one.as_of_us, one.position, one.countries,
                          one.titles, one.counts.tobytes(), one.accounts.tobytes()))  # fmt: skip
        except FrontrowError as error:
            found.append(str(error))
    return found


def files_of(home: Home) -> dict[str, list[Path]]:
    """What is flipped, by kind."""
    return {
        "database": [home.database_path],
        "bundles": sorted(p for p in home.bundles.rglob("*") if p.is_file()),
        "snapshots": sorted(home.snapshots.glob("*.safetensors")),
    }


def flip_bits(pristine: Home, folder: Path, n: int, *, seed: int) -> Counter[str]:
    """Flip `n` bits, one at a time, in a copy of a home; how many were found or changed nothing.

    Raises `AssertionError` naming a flip that changed what can be read and was not found.
    """
    rng = rng_for(seed, "flips")
    home = Home(folder / "flipped")
    shutil.copytree(pristine.path, home.path)
    before = dump(home)
    found = verify_home(home)
    assert found.whole, found.damage
    counted: Counter[str] = Counter()
    kinds = ("database", "database", "database", "bundles", "snapshots")
    for index in range(n):
        kind = kinds[index % len(kinds)]
        paths = files_of(home)[kind]
        path = paths[int(rng.integers(len(paths)))]
        content = path.read_bytes()
        at, bit = int(rng.integers(len(content))), int(rng.integers(8))
        flipped = bytearray(content)
        flipped[at] ^= 1 << bit
        path.write_bytes(flipped)
        try:
            caught = not verify_home(home).whole
        except FrontrowError:
            caught = True  # refused by name
        if caught:
            counted[f"{kind}, found"] += 1
        else:
            changed = dump(home) != before
            assert not changed, f"bit {bit} of byte {at} of {path.name} changed something unseen"
            counted[f"{kind}, nothing changed"] += 1
        for side in ("-wal", "-shm"):
            home.database_path.with_name(home.database_path.name + side).unlink(missing_ok=True)
        path.write_bytes(content)
    assert verify_home(home).whole
    return counted


def main(n: int) -> None:
    """Flip bits in a new home and print what became of them."""
    import tempfile

    from tests.backups.lived_in import make_home

    with tempfile.TemporaryDirectory() as folder:
        counted = flip_bits(
            make_home(Path(folder) / "home"),
            Path(folder),
            n,
            seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1,
        )
    for name, count in sorted(counted.items()):
        print(f"{name}: {count}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
