"""IBM's telco customers: an outside check of the regression and of the AUC, not of the log's signals."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import rng_for
from frontrow.evaluation.churn import auc
from frontrow.ranking.logistic import fit_logistic

FOLDS = 10
_LEFT_OUT = {"customerID", "Churn", "gender", "SeniorCitizen"}
_NUMBERS = ("tenure", "MonthlyCharges", "TotalCharges")


def telco_auc(path: Path, seed: int) -> tuple[float, int]:
    """(mean AUC, folds) of a logistic regression on folds that the fit did not see."""
    x, y = _table(path)
    fold = rng_for(seed, "telco").permutation(len(y)) % FOLDS
    found = []
    for number in range(FOLDS):
        out = fold == number
        weights = fit_logistic(
            x[~out], y[~out], np.r_[1e-3, np.full(x.shape[1] - 1, 1.0)], np.zeros(x.shape[1])
        )
        found.append(auc(x[out] @ weights, y[out]))
    return float(np.mean(found)), FOLDS


def _table(path: Path) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    read = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
    names, rows = read.columns, read.fetchall()
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    parts = [np.ones(len(rows))]
    for name in _NUMBERS:
        values = np.array([float(v) if str(v or "").strip() else 0.0 for v in columns[name]])
        for column in (values, np.log1p(values)):
            parts.append((column - column.mean()) / column.std())
    for name in names:
        if name not in _LEFT_OUT and name not in _NUMBERS:
            for value in sorted(set(map(str, columns[name])))[1:]:
                parts.append(np.array([str(v) == value for v in columns[name]], dtype=np.float64))
    return np.stack(parts, axis=1), np.array([v == "Yes" for v in columns["Churn"]])
