"""Past experiments as a table: a row for each unit, or for each arm with its moments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from frontrow.base.errors import BadInput
from frontrow.evaluation.rewards import Arm, arm_of
from frontrow.importers.tables import Row, open_table, whole_rows

_NAMES = ("experiment", "arm", "profile_id")


def read_arms(
    file: Path, outcome: str, proxies: Sequence[str] = ()
) -> tuple[list[Arm], tuple[str, ...]]:
    """(the arms, their metrics, the outcome last). Raises `BadInput` naming the row.

    A table has `experiment` and `arm`, and either a column for each metric of each unit, or `n` with
    `mean_…`, `var_…` and `cov_…_…` for each arm.
    proxies: none: every metric that is there
    """
    columns = open_table(file, holding="rows").columns
    told = "n" in columns and f"mean_{outcome}" in columns
    there = (
        [name[len("mean_") :] for name in columns if name.startswith("mean_")]
        if told
        else [name for name in columns if name not in _NAMES]
    )
    chosen = tuple(proxies) or tuple(name for name in there if name != outcome)
    missing = [name for name in (*chosen, outcome) if name not in there]
    if missing or not chosen:
        raise BadInput(
            f"has no metric {missing[0]}" if missing else "has no metric beside the outcome",
            where=str(file),
            mend=f"it has {', '.join(there)}; --outcome and --proxies name them",
        )
    metrics = (*chosen, outcome)
    return (_told_arms if told else _unit_arms)(file, metrics), metrics


def _unit_arms(file: Path, metrics: tuple[str, ...]) -> list[Arm]:
    units: dict[tuple[str, str], list[list[float]]] = {}
    for number, row in whole_rows(file, "experiment", "arm", *metrics):
        key = str(row["experiment"]), str(row["arm"])
        units.setdefault(key, []).append([_number(row, name, number, file) for name in metrics])
    return [arm_of(experiment, arm, np.array(rows)) for (experiment, arm), rows in units.items()]


def _told_arms(file: Path, metrics: tuple[str, ...]) -> list[Arm]:
    arms: dict[tuple[str, str], Arm] = {}
    needed = [f"{what}_{name}" for what in ("mean", "var") for name in metrics]
    for number, row in whole_rows(file, "experiment", "arm", "n", *needed):
        covariance = np.zeros((len(metrics), len(metrics)))
        for i, one in enumerate(metrics):
            covariance[i, i] = _number(row, f"var_{one}", number, file)
        outcome = metrics[-1]
        for i, one in enumerate(metrics[:-1]):
            name = (
                f"cov_{outcome}_{one}" if f"cov_{outcome}_{one}" in row else f"cov_{one}_{outcome}"
            )
            covariance[i, -1] = covariance[-1, i] = _number(row, name, number, file)
        key = str(row["experiment"]), str(row["arm"])
        if key in arms:
            raise BadInput(f"row {number} has arm {key[1]} of {key[0]} again", where=str(file))
        mean = np.array([_number(row, f"mean_{name}", number, file) for name in metrics])
        n = _number(row, "n", number, file)
        if n != int(n):
            raise BadInput(
                f"row {number} says that there are {n:g} units", where=str(file),
                mend="n is the number of units of the arm",
            )  # fmt: skip
        arms[key] = Arm(*key, int(n), mean, covariance)
    return list(arms.values())


def _number(row: Row, name: str, number: int, file: Path) -> float:
    value: Any = row.get(name)
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = float("nan")
    if not np.isfinite(found):
        raise BadInput(
            f"row {number} has no number as {name}", where=str(file),
            mend="each arm's row holds n, mean_…, var_… and cov_…_… of proxy and outcome"
            if name.startswith(("mean_", "var_", "cov_"))
            else "leave out units of which a metric is not known",
        )  # fmt: skip
    return found
