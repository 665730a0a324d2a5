"""Action pictures: diagonals, speed and impact, with a figure or a vehicle in the middle."""

import math
from collections.abc import Callable, Sequence

from frontrow.base.draws import Draws
from frontrow.painting.canvas import Canvas, Point, disc, number, path, polygon, stroke
from frontrow.painting.emblems import EMBLEMS, emblems_of
from frontrow.painting.palettes import mix

# Limbs of figures, around the origin, about 80 high: torso, arms and legs as one line each.
_RUNNER = (
    "M-4-18L-12 10",
    "M-4-16L12-8 22-18M-4-16L-22-10-30 2",
    "M-12 10L8 18 4 40M-12 10L-22 30-42 30",
)
_LEAPER = (
    "M0-16L-4 10",
    "M0-14L20-28 34-30M0-14L-20-20-30-36",
    "M-4 10L18 12 36 24M-4 10L-22 22-40 16",
)
_FIGHTER = (
    "M-2-16L-8 12",
    "M-2-14L20-14 38-18M-2-14L-12-4 2-4",
    "M-8 12L14 22 20 44M-8 12L-24 26-30 46",
)
_DANCER = ("M0-16L2 12", "M0-14L18-30 16-48M0-14L-20-8-34-18", "M2 12L10 30 4 48M2 12L-16 20-34 40")


def paint_action(
    canvas: Canvas, genre: str, theme: str | None, draws: Draws, *, emblems: Sequence[str] = ()
) -> None:
    """One of the ground patterns, and on it what moves; an emblem is of the theme, or where there is none
    one of `emblems`."""
    focus = (draws.pick((104.0, 160.0, 216.0)), draws.between(56, 72))
    ground = draws.pick((_paint_burst, _paint_slashes, _paint_shards, _paint_rings, _paint_speed))
    ground(canvas, focus, draws)
    motif = draws.weighted(*_MOTIFS.get(genre, _USUAL_MOTIFS))
    if motif == "emblem":
        _paint_emblem_in_flight(
            canvas, focus, draws.pick(emblems if theme is None else emblems_of(theme)), draws
        )
    elif motif == "mover":
        _paint_mover(canvas, focus, genre, draws)
    else:
        _VEHICLES[motif](canvas, focus, draws)
    _paint_sparks(canvas, focus, draws)


def _paint_burst(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    canvas.fill(mix(p.deep, p.mid, 0.35))
    n_rays, turn = 22, draws.between(0, 1)
    rays = ""
    for i in range(0, n_rays, 2):
        ends = [
            (focus[0] + 420 * math.cos(a), focus[1] + 420 * math.sin(a))
            for a in (
                (i + turn) * 2 * math.pi / n_rays,
                (i + turn + draws.between(0.7, 1.3)) * 2 * math.pi / n_rays,
            )
        ]
        rays += (
            f"M{number(focus[0])} {number(focus[1])}"
            + "".join(f"L{x:.0f} {y:.0f}" for x, y in ends)
            + "z"
        )
    canvas.add(path(rays, p.mid))
    glow = canvas.radial((0, p.pale, 1), (0.25, p.glow, 0.95), (1, p.glow, 0))
    canvas.add(disc(focus[0], focus[1], 118, glow))


def _paint_slashes(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    canvas.fill(canvas.linear((0, p.night, 1), (1, p.deep, 1), slope=(0, 0, 1, 1)))
    x = focus[0] - 170
    for tone, width in (
        (p.mid, 54),
        (p.glow, 20),
        (p.accent, 92),
        (mix(p.accent, p.glow, 0.5), 12),
        (p.mid, 36),
    ):
        canvas.add(
            polygon(
                [(x + 90, -5), (x + 90 + width, -5), (x + width - 10, 190), (x - 10, 190)], tone
            )
        )
        x += width + draws.between(5, 26)


def _paint_shards(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    canvas.fill(canvas.linear((0, p.deep, 1), (1, p.night, 1)))
    glow = canvas.radial((0, p.glow, 0.9), (1, p.glow, 0))
    canvas.add(disc(focus[0], focus[1], 130, glow))
    for i in range(17):
        angle = i * 2 * math.pi / 17 + draws.between(-0.12, 0.12)
        near, far = draws.between(48, 66), draws.between(92, 190)
        lean = draws.between(0.05, 0.16)
        points = [
            (focus[0] + r * math.cos(a), focus[1] + r * math.sin(a))
            for r, a in ((near, angle), (far * 0.8, angle + lean), (far, angle - lean * 0.4))
        ]
        canvas.add(polygon(points, draws.pick((p.accent, p.mid, p.glow, p.pale))))


def _paint_rings(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    canvas.fill(p.deep)
    tones = (mix(p.deep, p.mid, 0.4), p.mid, mix(p.mid, p.glow, 0.5), p.glow)
    for i, tone in enumerate(tones):
        canvas.add(disc(focus[0], focus[1], 148 - i * 31, tone))
    bolt = "M40-96L-8-8h26L-22 100 24 6H-4L76-96z"
    canvas.add(
        f'<g transform="translate({number(focus[0] - 84)} {number(focus[1] + 6)}) rotate(14)">'
        f"{path(bolt, p.accent)}</g>"
    )


def _paint_speed(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    canvas.fill(
        canvas.linear((0, p.deep, 1), (0.55, p.mid, 1), (1, p.night, 1), slope=(0, 0, 0.35, 1))
    )
    canvas.add(disc(focus[0] + 20, focus[1] - 4, 58, p.glow))
    for tone, width in ((p.pale, 1.4), (p.accent, 3.4), (p.glow, 2.2)):
        lines = ""
        for _ in range(9):
            x, y, length = draws.between(-40, 300), draws.between(0, 180), draws.between(30, 120)
            lines += f"M{x:.0f} {y:.0f}l{length:.0f} {-length * 0.34:.0f}"
        canvas.add(stroke(lines, tone, width, ' opacity=".7"'))


def _paint_mover(canvas: Canvas, focus: Point, genre: str, draws: Draws) -> None:
    p = canvas.palette
    poses = {
        "Music": (_DANCER, _LEAPER),
        "Romance": (_DANCER, _RUNNER),
        "Action": (_FIGHTER, _RUNNER, _LEAPER),
        "Sport": (_RUNNER, _LEAPER),
    }.get(genre, (_RUNNER, _LEAPER, _RUNNER))
    torso, arms, legs = draws.pick(poses)
    flip = draws.pick((-1, 1))
    cape = ""
    if genre in ("Fantasy", "History", "Adventure", "Action") and draws.chance(0.6):
        cape = path("M-2-20q-34 4-58 40 22-8 30-2 2-8 12-4 6-16 16-30z", p.accent)
    head = disc(4, -29, 8.5, p.night)
    limbs = stroke(torso, p.night, 17) + stroke(arms, p.night, 7.5) + stroke(legs, p.night, 10)
    canvas.add(
        f'<g transform="translate({number(focus[0])} {number(focus[1] + 6)}) '
        f'scale({number(flip * 1.28)} 1.28)">'
        f"{cape}{limbs}{head}</g>"
    )


def _paint_car(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    flip = draws.pick((-1, 1))
    body = path("M-66 14q-2-14 10-17l22-4q14-20 30-21h22q12 1 26 22 18 2 22 8 4 6 2 14z", p.night)
    glass = path("M-24-8q9-13 18-13h6v13zM5-21h12q7 1 14 13H5z", p.glow)
    wheels = "".join(disc(x, 14, 13, p.night) + disc(x, 14, 6, p.pale) for x in (-38, 40))
    lamp = canvas.linear((0, p.pale, 0.9), (1, p.pale, 0), slope=(0, 0, 1, 0))
    beam = polygon([(66, 2), (190, -22), (190, 40), (68, 10)], lamp)
    trail = stroke("M-76 2h-70M-72 12h-110M-78-8h-40", p.accent, 3)
    canvas.add(
        f'<g transform="translate({number(focus[0])} {number(focus[1] + 12)}) '
        f'scale({flip} 1) rotate(-9)">{trail}{beam}{body}{glass}{wheels}</g>'
    )


def _paint_rocket(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    flame = path("M-13 34q13 72 26 0z", p.accent) + path("M-7 34q7 42 14 0z", p.pale)
    hull = path("M0-58q24 26 17 92h-34q-7-66 17-92z", p.pale) + path(
        "M2-57q22 26 15 91h-13z", p.glow
    )
    fins = path("M-17 8l-19 32 20-6zM17 8l19 32-20-6z", p.accent)
    canvas.add(
        f'<g transform="translate({number(focus[0])} {number(focus[1])}) '
        f'rotate({draws.pick((-38, 32, 44))})">'
        f"{flame}{fins}{hull}{disc(0, -16, 9, p.deep)}{disc(0, -16, 5.5, p.mid)}</g>"
    )


def _paint_swirl(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    x, y = focus
    canvas.add(
        stroke(
            f"M{number(x - 190)} {number(y + 70)}q90 20 140-30t-8-58-30 40 88 8",
            p.pale,
            4,
            ' stroke-dasharray="1 9"',
        )
    )
    canvas.add(
        f'<g transform="translate({number(x + 32)} {number(y - 6)}) rotate({draws.pick((-16, 8))})">'
        + path("M-58 6L62-34 18 44 2 16z", "#ffffff")
        + path("M2 16L62-34-14 12l-4 30z", p.glow)
        + path("M-18 42L2 16l8 14z", p.accent)
        + "</g>"
    )


def _paint_sparks(canvas: Canvas, focus: Point, draws: Draws) -> None:
    p = canvas.palette
    for tone in (p.accent, p.pale):
        bits = ""
        for _ in range(7):
            x, y = focus[0] + draws.between(-150, 150), focus[1] + draws.between(-70, 60)
            bits += f"M{x:.0f} {y:.0f}l{draws.whole(3, 8)} {draws.whole(-6, -1)} "
            bits += f"{draws.whole(-3, 2)} {draws.whole(3, 7)}z"
        canvas.add(path(bits, tone))


def _paint_emblem_in_flight(canvas: Canvas, focus: Point, emblem: str, draws: Draws) -> None:
    """The sign of a theme, hurled along the diagonal, with its trail."""
    p = canvas.palette
    turn, side = draws.pick((-18, -10, 12, 20)), draws.pick((-1, 1))
    whole = ' fill-rule="evenodd"'
    trail = "".join(
        f'<g transform="translate({number(-side * 22 * step)} {number(8 * step)})">'
        + path(EMBLEMS[emblem], tone, f'{whole} opacity="{number(0.75 - 0.18 * step)}"')
        + "</g>"
        for step, tone in ((3, p.mid), (2, p.accent), (1, p.accent))
    )
    edge = f'{whole} stroke="{p.pale}" stroke-width="2.5" stroke-linejoin="round"'
    canvas.add(
        f'<g transform="translate({number(focus[0])} {number(focus[1])}) rotate({turn}) '
        f'scale(1.3)">{trail}{path(EMBLEMS[emblem], p.night, edge)}</g>'
    )


def _paint_pair(canvas: Canvas, focus: Point, draws: Draws) -> None:
    """Two who run hand in hand."""
    p = canvas.palette
    flip = draws.pick((-1, 1))
    figures = ""
    for x, size, coat in ((-26, 1.0, p.night), (30, 1.12, mix(p.night, p.accent, 0.25))):
        torso, arms, legs = _RUNNER
        limbs = stroke(torso, coat, 16) + stroke(arms, coat, 7) + stroke(legs, coat, 9.5)
        figures += (
            f'<g transform="translate({x} 0) scale({size})">{limbs}{disc(4, -29, 8.5, coat)}</g>'
        )
    canvas.add(
        f'<g transform="translate({number(focus[0])} {number(focus[1] + 6)}) '
        f'scale({number(flip * 1.15)} 1.15)">{figures}</g>'
    )


def _paint_birds(canvas: Canvas, focus: Point, draws: Draws) -> None:
    """A flock that bursts upwards."""
    p = canvas.palette
    flock = ""
    for i in range(11):
        x, y = draws.between(-110, 110), draws.between(-52, 46)
        size = draws.between(0.5, 1.0) if i else 1.7
        x, y = (x, y) if i else (0.0, 0.0)
        flock += (
            f'<g transform="translate({number(x)} {number(y)}) rotate({draws.whole(-24, 10)}) '
            f'scale({number(size)})">'
            + path(
                "M0 6q-8-20-34-24 12 12 20 26 8 6 26 2l14-6-8-3q10-18 26-22-24 0-44 27z", p.night
            )
            + "</g>"
        )
    canvas.add(f'<g transform="translate({number(focus[0])} {number(focus[1])})">{flock}</g>')


def _paint_train(canvas: Canvas, focus: Point, draws: Draws) -> None:
    """A train that comes out of the picture's depth."""
    p = canvas.palette
    flip = draws.pick((-1, 1))
    body = polygon([(-190, -34), (30, -46), (66, -8), (70, 36), (-190, 18)], p.night)
    nose = polygon([(30, -46), (66, -8), (40, -4), (12, -40)], p.glow)
    panes = "".join(
        polygon([(x, -26 - d), (x + 26, -28 - d), (x + 28, -10), (x + 2, -9)], p.glow)
        for x, d in ((-160, 0), (-122, 1), (-84, 3), (-46, 5))
    )
    stripe = polygon([(-190, 2), (67, 10), (68, 18), (-190, 7)], p.accent)
    lamp = disc(58, 24, 5, p.pale)
    light = canvas.linear((0, p.pale, 0.85), (1, p.pale, 0), slope=(0, 0, 1, 0))
    beam = polygon([(60, 22), (220, 0), (220, 70), (60, 28)], light)
    canvas.add(
        f'<g transform="translate({number(focus[0] + flip * 20)} {number(focus[1] + 10)}) '
        f'scale({flip} 1) rotate(4)">{beam}{body}{nose}{panes}{stripe}{lamp}</g>'
    )


_VEHICLES: dict[str, Callable[[Canvas, Point, Draws], None]] = {
    "car": _paint_car,
    "rocket": _paint_rocket,
    "plane": _paint_swirl,
    "pair": _paint_pair,
    "birds": _paint_birds,
    "train": _paint_train,
}
_USUAL_MOTIFS: tuple[tuple[str, ...], tuple[float, ...]] = (
    ("mover", "emblem", "birds", "train", "pair"),
    (3, 4, 2, 1, 2),
)
_MOTIFS: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "Action": (("mover", "car", "emblem", "train"), (5, 3, 2, 2)),
    "Crime": (("car", "mover", "emblem", "train", "birds"), (3, 3, 3, 1, 1)),
    "Thriller": (("mover", "train", "car", "birds", "emblem"), (3, 2, 2, 2, 3)),
    "Comedy": (("car", "plane", "pair", "emblem", "mover"), (2, 2, 3, 3, 2)),
    "Science fiction": (("rocket", "emblem", "mover"), (5, 3, 2)),
    "Horror": (("birds", "mover", "emblem"), (4, 2, 4)),
    "Animation": (("plane", "rocket", "emblem", "mover"), (3, 2, 3, 2)),
    "Family": (("plane", "pair", "emblem", "mover"), (3, 2, 3, 2)),
    "Sport": (("mover", "emblem", "car"), (5, 3, 1)),
    "Music": (("mover", "emblem", "pair"), (5, 4, 1)),
    "Documentary": (("birds", "emblem", "train", "plane"), (4, 4, 2, 1)),
}
