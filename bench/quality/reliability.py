"""Calibration on the later slice: predicted probabilities of a good play beside what came."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
from numpy.typing import NDArray

from bench.quality.section import Plot, Section

BINS = 15
LISTED = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Pairs of viewer and title in bins of equal numbers, by what was predicted."""

    predicted: Floats  # [bins], mean probability
    came: Floats  # [bins], share of good plays
    pairs: int

    @property
    def error(self) -> float:
        """Expected calibration error (Naeini et al. 2015): the mean distance of the two."""
        return float(np.abs(self.predicted - self.came).mean())


def reliability(probability: Floats, good: NDArray[np.bool_]) -> Reliability:
    """Of float64[m] predictions, and whether each came true."""
    order = np.argsort(probability, kind="stable")
    bins = [part for part in np.array_split(order, BINS) if len(part)]
    predicted = np.array([probability[part].mean() for part in bins])
    came = np.array([good[part].mean() for part in bins])
    return Reliability(predicted, came, len(probability))


def listed(probability: Floats, open_: NDArray[np.bool_], good: NDArray[np.bool_]) -> Reliability:
    """Of each viewer's best `LISTED` titles, or of all that are open where those are fewer; all [b, n]."""
    value = np.where(open_, probability, -1.0)
    best = np.argsort(-value, axis=1, kind="stable")[:, :LISTED]
    there = np.take_along_axis(open_, best, axis=1)
    return reliability(
        np.take_along_axis(value, best, axis=1)[there], np.take_along_axis(good, best, 1)[there]
    )


def reliability_section(found: dict[str, tuple[Reliability, Reliability]]) -> Section:
    """found: where -> (all pairs that were shown, the first ones of each viewer)."""
    rows = []
    points = []
    for where, (every, of_lists) in found.items():
        for what, one in (
            ("all that was shown", every), (f"the first {LISTED} of it for each viewer", of_lists),
        ):  # fmt: skip
            rows.append(
                (f"{where}, {what}", f"{one.pairs:,}", f"{one.predicted.mean():.4f}",
                 f"{one.came.mean():.4f}", f"{one.error:.4f}")
            )  # fmt: skip
        points += [
            {"where": where, "predicted": float(p), "came": float(c)}
            for p, c in zip(of_lists.predicted, of_lists.came, strict=True)
        ]
    return Section(
        "Calibration",
        "How likely a viewer who comes back and is shown a title plays it well in the slice after the fit,"
        f" as predicted and as it came, in {BINS} bins of equal numbers. The expected calibration error of"
        " all that was shown is small wherever most is never played; that of what the model would have put"
        " first says more. Asked: below .02.",
        ("where", "pairs", "predicted", "came", "expected calibration error"),
        tuple(rows),
        (Plot("reliability", "Reliability of the first titles' probabilities", _chart(points)),),
    )


def _chart(points: list[dict[str, object]]) -> dict[str, object]:
    top = max(float(str(p[k])) for p in points for k in ("predicted", "came"))
    even = alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": top, "y": top}])).mark_line(
        color="#8a8f98", strokeDash=[4, 4]
    )
    dots = alt.Chart(alt.Data(values=points)).mark_line(point=True)
    chart = even.encode(x="x:Q", y="y:Q") + dots.encode(
        x=alt.X("predicted:Q", title="predicted"),
        y=alt.Y("came:Q", title="came"),
        color=alt.Color("where:N", title=None, scale=alt.Scale(range=["#c2410c", "#1d4ed8"])),
    )
    found: dict[str, object] = chart.properties(width=360, height=300).to_dict()
    return found
