"""How choices did: the take fraction, which is quality plays per impression, by what was drawn, by arm and
by day; what the policy adds to its own random share; and what it lost against the best fixed choice.

In: an exported file of choices. Out: a `Takes`. The random share is drawn by lot for every choice, so that
the two arms differ in nothing else, and their difference is what the policy adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from frontrow.base.duck import glob_safe, open_duck
from frontrow.evaluation.decisions.none_left import refuse_none
from frontrow.evaluation.ope import Choices, Interval, Judged, Uniform, judge
from frontrow.evaluation.ope.choices import Bools, Doubles, Longs, halves_of
from frontrow.evaluation.ope.evaluate import terms_of
from frontrow.evaluation.ope.reading import Columns, read_choices
from frontrow.evaluation.ope.shares import gain_of, share_of
from frontrow.evaluation.ope.targets import learn_best_fixed
from frontrow.evaluation.ope.weighing import weigh

RANDOM = "floor"
"""The arm that draws evenly."""

MOST_DRAWN = 200
"""Of what was drawn, the most shown are told one by one."""

_DAY_US = 86_400_000_000
_BETWEEN = "\x1f"  # in no id


@dataclass(frozen=True)
class Take:
    """How often what was shown was played well."""

    name: str
    title_id: str | None
    arm: str | None
    day: str | None
    shown: int
    quality: int
    fraction: Interval


@dataclass(frozen=True)
class Takes:
    """How one kind of choice did."""

    kind: str
    policies: tuple[str, ...]  # versions that drew
    overall: Take
    by_arm: tuple[Take, ...]
    by_drawn: tuple[Take, ...]  # the most shown first
    by_day: tuple[Take, ...]  # of each arm
    gain: Interval | None  # learned minus random share; None: one of them drew nothing
    even: Judged  # what an even draw would have earned
    fixed: Judged  # what the best fixed choice would have earned, learned on half of the viewers
    regret: tuple[
        tuple[str, float], ...
    ]  # day, cumulated: best fixed minus earned; empty if refused


@dataclass(frozen=True)
class _Shown:
    """What was shown, as arrays."""

    arm: Any
    drawn: Any
    title_id: Any
    policy: Any
    day: Longs  # since 1970
    cluster: Longs
    quality: Doubles


def takes_of(path: Path, kind: str, *, unfinished: bool = False, seed: int = 0) -> Takes:
    """How the choices of one kind did. Raises `BadInput` where none was shown."""
    refuse_none(path, kind, unfinished=unfinished)
    where = f"kind = '{kind}' AND shown" + ("" if unfinished else " AND NOT censored")
    shown = _read(path, where)
    choices = read_choices(path, Columns(reward="quality", context=("device",), where=where))
    even = judge(choices, Uniform(), seed=seed)
    fixed, regret = _best_fixed(choices, shown.day, seed)
    arms = [arm for arm in np.unique(shown.arm).tolist() if arm]
    return Takes(
        kind=kind,
        policies=tuple(sorted(set(shown.policy.tolist()))),
        overall=_take(shown, np.ones(len(shown.quality), dtype=bool), "all"),
        by_arm=tuple(_take(shown, shown.arm == arm, arm, arm=arm) for arm in arms),
        by_drawn=_by_drawn(shown, by_title=kind != "evidence"),
        by_day=tuple(
            _take(shown, (shown.arm == arm) & (shown.day == day), arm, arm=arm, day=_date(day))
            for day in np.unique(shown.day).tolist()
            for arm in arms
            if ((shown.arm == arm) & (shown.day == day)).any()
        ),
        gain=_gain(shown),
        even=even,
        fixed=fixed,
        regret=regret,
    )


def _read(path: Path, where: str) -> _Shown:
    with open_duck() as duck:
        told = duck.execute(
            "SELECT coalesce(arm, '') AS arm, action, coalesce(title_id, '') AS title_id, policy,"
            f" epoch_us(time) // {_DAY_US} AS day, profile, quality::DOUBLE AS quality"
            f" FROM read_parquet(?) WHERE {where}",
            [glob_safe(path)],
        ).fetchnumpy()
    _, cluster = np.unique(told["profile"].astype(str), return_inverse=True)
    return _Shown(
        arm=told["arm"].astype(str),
        drawn=told["action"].astype(str),
        title_id=told["title_id"].astype(str),
        policy=told["policy"].astype(str),
        day=np.asarray(told["day"], dtype=np.int64),
        cluster=np.asarray(cluster, dtype=np.int64),
        quality=np.asarray(told["quality"], dtype=np.float64),
    )


def _take(
    shown: _Shown, where: Bools, name: str, *, title_id: str | None = None,
    arm: str | None = None, day: str | None = None,
) -> Take:  # fmt: skip
    quality = shown.quality[where]
    return Take(
        name, title_id, arm, day, len(quality), int(quality.sum()),
        share_of(quality, shown.cluster[where]),
    )  # fmt: skip


def _by_drawn(shown: _Shown, *, by_title: bool) -> tuple[Take, ...]:
    """The most shown first; an image is of a title, a reason is the same for all."""
    of = shown.title_id if by_title else np.full(len(shown.drawn), "")
    pairs = np.char.add(np.char.add(of, _BETWEEN), shown.drawn)
    names, place, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    order = np.argsort(place, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)])
    told = []
    for which in np.argsort(-counts, kind="stable")[:MOST_DRAWN].tolist():
        mine = np.zeros(len(place), dtype=bool)
        mine[order[starts[which] : starts[which + 1]]] = True
        title_id, _, drawn = str(names[which]).partition(_BETWEEN)
        told.append(_take(shown, mine, drawn, title_id=title_id or None))
    return tuple(told)


def _gain(shown: _Shown) -> Interval | None:
    """The take fraction of what was learned minus that of the random share."""
    random = shown.arm == RANDOM
    if not random.any() or random.all():
        return None
    return gain_of(shown.quality, shown.cluster, ~random)


def _best_fixed(
    choices: Choices, day: Longs, seed: int
) -> tuple[Judged, tuple[tuple[str, float], ...]]:
    """The best fixed choice, learned on half of the viewers and judged on the other half; and what was
    lost against it there, day by day."""
    learning, judging = halves_of(choices.cluster, seed)
    target = learn_best_fixed(choices.take(learning))
    rest = choices.take(judging)
    judged = judge(rest, target, seed=seed)
    if judged.best is None:
        return judged, ()
    terms = terms_of(weigh(rest, target, seed=seed))[judged.best].each - rest.reward
    days, place = np.unique(day[judging], return_inverse=True)
    lost = np.cumsum(np.bincount(place, weights=terms))
    return judged, tuple(
        (_date(one), float(total)) for one, total in zip(days.tolist(), lost.tolist(), strict=True)
    )


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))
