"""Which viewers to show first: three with clearly different tastes and a rich history."""

import numpy as np

from frontrow.simulation.viewer import Stage, Viewer
from frontrow.simulation.world import Floats

N_SHOWN = 3
_RICH_PLAYS = 12


def choose_worth_looking_at(viewers: list[Viewer], stage: Stage) -> list[str]:
    """Three profile ids: the first across dayparts, each with a series in progress if any has."""
    grown = [viewer for viewer in viewers if "maturity_limit" not in viewer.profile]
    ranked = sorted(
        grown if len(grown) >= N_SHOWN else viewers,
        key=lambda v: (-_richness(v, stage), v.profile_id),
    )
    ranked = ranked[: max(N_SHOWN, len(ranked) // 4)]
    shown: list[Viewer] = [next((v for v in ranked if v.taste.cross_daypart), ranked[0])]
    while len(shown) < min(N_SHOWN, len(ranked)):
        rest = [v for v in ranked if v not in shown]
        shown.append(
            max(
                rest,
                key=lambda v: (
                    min(_distance(v, s) for s in shown) + 0.1 * min(_richness(v, stage), 20.0)
                ),
            )
        )
    return [viewer.profile_id for viewer in shown]


def _richness(viewer: Viewer, stage: Stage) -> float:
    """Titles finished, with a bonus for a series in progress and for the last days' visits."""
    n_plays = sum(event["type"] == "play" for event in viewer.diary.events)
    series = any(
        tile in stage.world.episodes and started.next_episode > 0
        for tile, started in viewer.in_progress.items()
    )
    lately = bool(viewer.diary.seconds) and viewer.diary.seconds[-1] > stage.end - 4 * 86_400
    rich: float = min(n_plays, 4 * _RICH_PLAYS) / 4 + min(len(viewer.finished), 12) / 2
    return rich + (6 if series else 0) + (4 if lately else 0)


def _distance(one: Viewer, other: Viewer) -> float:
    return float(np.linalg.norm(_profile_of(one) - _profile_of(other)))


def _profile_of(viewer: Viewer) -> Floats:
    taste: Floats = viewer.taste.genre + viewer.taste.daypart_genre.mean(axis=0)
    return taste
