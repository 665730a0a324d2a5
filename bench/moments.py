"""The public moments that populations are held to, from the data: `python -m bench.moments`."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from frontrow.simulation.loop.moments import gini

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"

TABLES: dict[str, tuple[str, str, str]] = {
    "MovieLens 1M": ("ml-1m/ratings_known.parquet", "item_id", "user_id"),
    "MovieLens latest-small": ("ml-latest-small/ratings.parquet", "movieId", "userId"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED, help="the folder of public data")
    folder = parser.parse_args().data
    for name, (file, title, viewer) in TABLES.items():
        path = folder / file
        if not path.exists():
            print(f"{name}: not here ({path})")
            continue
        told = {
            of: gini(_counts(path, column))
            for of, column in (("titles", title), ("viewers", viewer))
        }
        print(f"{name}: Gini over titles {told['titles']:.2f}, over viewers {told['viewers']:.2f}")


def _counts(path: Path, column: str):  # type: ignore[no-untyped-def]  # duckdb's own arrays
    query = f'select count(*) as n from read_parquet(?) group by "{column}"'
    return duckdb.execute(query, [str(path)]).fetchnumpy()["n"]


if __name__ == "__main__":
    main()
