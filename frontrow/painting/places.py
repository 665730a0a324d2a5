"""Built scenes: skyline, interior, road, street, castle, stage and stadium; and who gets which."""

from collections.abc import Callable

from frontrow.base.draws import Draws
from frontrow.painting.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    box,
    disc,
    number,
    path,
    polygon,
    stroke,
)
from frontrow.painting.palettes import mix
from frontrow.painting.scenes import (
    paint_desert,
    paint_figure,
    paint_forest,
    paint_hills,
    paint_mountains,
    paint_sea,
    paint_sky,
    paint_space,
    paint_sun,
    ridge,
    warm,
)


def paint_skyline(canvas: Canvas, draws: Draws) -> None:
    """Towers in two depths with lit windows, under a moon or a setting sun."""
    p = canvas.palette
    dark = draws.chance(0.6)
    paint_sky(canvas, draws, dark=dark)
    paint_sun(
        canvas,
        draws.between(60, 260),
        draws.between(35, 70),
        draws.between(12, 26),
        p.glow if dark else warm(canvas),
    )
    for layer, tone in enumerate((mix(p.deep, p.mid, 0.5), p.night)):
        towers, windows = "", ""
        x = draws.between(-15, 0)
        while x < WIDTH:
            width = draws.between(17, 36)
            top = draws.between(45, 100) + layer * 24
            towers += f"M{number(x)} {number(top)}h{number(width)}V190h-{number(width)}z"
            if draws.chance(0.3):
                towers += f"M{number(x + width / 2)} {number(top - 16)}h2v18h-2z"
            if layer:
                for row in range(int((150 - top) / 11)):
                    for column in range(int(width / 9)):
                        if draws.chance(0.4):
                            windows += f"M{number(x + 4 + column * 9)} {number(top + 7 + row * 11)}h3v4h-3z"
            x += width + draws.between(-1, 7)
        canvas.add(path(towers, tone))
        if windows:
            canvas.add(path(windows, p.glow, ' opacity=".85"'))


def paint_interior(canvas: Canvas, draws: Draws) -> None:
    """A room with one light: a window or a door ajar, and someone or a chair in it."""
    p = canvas.palette
    canvas.fill(canvas.linear((0, p.night, 1), (1, p.deep, 1), slope=(0, 0, 1, 0.4)))
    canvas.add(
        polygon([(0, 138), (WIDTH, 138), (WIDTH, HEIGHT), (0, HEIGHT)], mix(p.night, p.deep, 0.3))
    )
    x = draws.pick((96, 160, 216))
    light = canvas.linear((0, p.glow, 1), (1, p.pale, 1))
    if draws.chance(0.5):
        canvas.add(
            polygon(
                [(x - 40, 138), (x + 44, 138), (x + 96, HEIGHT), (x - 118, HEIGHT)],
                p.glow,
                ' opacity=".28"',
            ),
            box(x - 42, 26, 84, 84, light),
            box(x - 2.5, 26, 5, 84, p.night),
            box(x - 42, 64, 84, 4, p.night),
            disc(x + 20, 48, 9, p.accent),
            path(f"M{x - 42} 110v-20q22-18 42-6t42-8v34z", mix(p.mid, p.deep, 0.3)),
        )
    else:
        canvas.add(
            polygon(
                [(x - 22, 138), (x + 26, 138), (x + 130, HEIGHT), (x - 40, HEIGHT)],
                p.glow,
                ' opacity=".5"',
            ),
            box(x - 22, 30, 48, 108, light),
            polygon([(x - 22, 30), (x - 50, 22), (x - 50, 150), (x - 22, 138)], p.mid),
        )
    if draws.chance(0.6):
        paint_figure(canvas, x + draws.pick((-12, 0, 12)), 146, 74, p.night)
    else:
        chair = x + draws.pick((-74, 74))
        canvas.add(stroke(f"M{chair - 12} 86v60M{chair - 12} 116h26v30", p.accent, 5))
    lamp = x + draws.pick((-96, 92))
    canvas.add(
        stroke(f"M{lamp} 0v30", p.mid, 1.5), path(f"M{lamp - 13} 44l7-15h12l7 15z", p.accent)
    )


def paint_road(canvas: Canvas, draws: Draws) -> None:
    """A road that runs to the horizon."""
    p = canvas.palette
    paint_sky(canvas, draws, dark=draws.chance(0.3))
    x, horizon = draws.between(120, 200), 96.0
    paint_sun(
        canvas,
        x + draws.between(-30, 30),
        horizon - draws.between(0, 22),
        draws.between(16, 28),
        p.pale,
    )
    canvas.add(
        polygon(ridge(draws, horizon + 4, 26, 10, sharp=True), mix(p.mid, p.deep, 0.4)),
        box(0, horizon, WIDTH, HEIGHT, canvas.linear((0, p.deep, 1), (1, p.night, 1))),
        polygon(
            [(x - 3, horizon), (x + 3, horizon), (270, HEIGHT), (40, HEIGHT)],
            mix(p.night, p.deep, 0.15),
        ),
    )
    for near, far in ((0.12, 0.06), (0.32, 0.22), (0.62, 0.46), (0.99, 0.8)):
        a, b = horizon + near * 84, horizon + far * 84
        xa, xb = x + (155 - x) * near, x + (155 - x) * far
        canvas.add(
            polygon(
                [(xb - 3 * far, b), (xb + 3 * far, b), (xa + 3.6 * near, a), (xa - 3.6 * near, a)],
                p.accent,
            )
        )
    poles = "".join(
        f"M{number(x + side)} {number(104 - abs(side) * 0.6)}V{number(100 + abs(side) * 0.3)}"
        for side in draws.pick(((24, 44, 78, 130), (-24, -44, -78, -130)))
    )
    canvas.add(stroke(poles, p.night, 2.6))


def paint_street(canvas: Canvas, draws: Draws) -> None:
    """A narrow street at night, lamps and a lone walker, perhaps in the rain."""
    p = canvas.palette
    canvas.fill(canvas.linear((0, p.deep, 1), (0.7, p.mid, 1)))
    glow = canvas.radial((0, p.glow, 0.95), (1, p.glow, 0))
    canvas.add(disc(160, 100, 95, glow))
    for left, right, tone in ((0, 112, p.deep), (0, 72, p.night)):
        far = 40 if tone == p.deep else 8
        for mirror in (False, True):
            points = [
                (left, -5 + far / 3),
                (right - 22, far),
                (right, far + 16),
                (right, HEIGHT),
                (0, HEIGHT),
            ]
            canvas.add(polygon([(WIDTH - x, y) if mirror else (x, y) for x, y in points], tone))
    lit = "".join(
        f"M{draws.pick((14, 34, 54, 262, 282, 302))} {draws.pick((40, 62, 84, 106))}h8v11h-8z"
        for _ in range(9)
    )
    canvas.add(
        path(lit, p.glow, ' opacity=".9"'),
        polygon([(112, HEIGHT), (146, 124), (174, 124), (208, HEIGHT)], p.glow, ' opacity=".3"'),
    )
    for x in (92, 228):
        canvas.add(
            stroke(f"M{x} 150V72", p.night, 3), disc(x, 68, 15, glow), disc(x, 68, 5, p.pale)
        )
    paint_figure(canvas, draws.between(146, 174), 142, 50, p.night)
    if draws.chance(0.5):
        rain = "".join(f"M{draws.whole(0, 330)} {draws.whole(-5, 150)}l-5 17" for _ in range(38))
        canvas.add(stroke(rain, p.pale, 0.9, ' opacity=".4"'))


def paint_castle(canvas: Canvas, draws: Draws) -> None:
    """A castle on a rock above the mist."""
    p = canvas.palette
    dark = draws.chance(0.5)
    paint_sky(canvas, draws, dark=dark)
    x = draws.between(110, 220)
    paint_sun(
        canvas,
        x + draws.pick((-46, 40)),
        56,
        draws.between(22, 34),
        p.pale if dark else warm(canvas),
    )
    canvas.add(polygon(ridge(draws, 118, 34, 9, sharp=True), mix(p.mid, p.deep, 0.35)))
    towers = "".join(
        f"M{number(x + dx)} {top}h{w}V140h-{w}z"
        + f"M{number(x + dx - 3)} {top}l{w / 2 + 3} -{tip}l{w / 2 + 3} {tip}z"
        for dx, top, w, tip in (
            (-44, 82, 14, 20),
            (-24, 66, 16, 26),
            (2, 48, 18, 34),
            (28, 76, 14, 20),
        )
    )
    canvas.add(
        path(towers + f"M{number(x - 48)} 96h100v50h-100z", p.night),
        path(f"M{number(x - 110)} 190q30-62 70-74h90q40 14 76 74z", p.night),
    )
    lights = "".join(
        f"M{number(x + dx)} {y}h4v7h-4z"
        for dx, y in ((-18, 78), (9, 62), (9, 82), (-39, 92), (33, 88))
    )
    canvas.add(path(lights, p.accent))
    mist = canvas.linear((0, p.glow, 0), (0.5, p.glow, 0.4), (1, p.glow, 0))
    canvas.add(box(0, 108, WIDTH, 44, mist))


def paint_stage(canvas: Canvas, draws: Draws) -> None:
    """Spotlights on a singer, heads of the crowd before it."""
    p = canvas.palette
    canvas.fill(canvas.linear((0, p.night, 1), (0.8, p.deep, 1)))
    tones = (p.accent, p.glow, p.mid, p.accent)
    for i, x in enumerate((40, 116, 204, 280)):
        aim = 160 + draws.between(-70, 70)
        beam = canvas.linear((0, tones[i], 0.85), (1, tones[i], 0.05))
        canvas.add(polygon([(x - 4, -4), (x + 4, -4), (aim + 46, 150), (aim - 46, 150)], beam))
    canvas.add(f'<ellipse cx="160" cy="122" rx="92" ry="11" fill="{p.glow}" opacity=".65"/>')
    paint_figure(canvas, 160, 124, 78, p.night)
    canvas.add(stroke("M174 124V72l-9-3", p.night, 2.2), disc(165, 68, 3, p.night))
    crowd = "".join(
        disc(x, 150 + draws.between(-6, 6), draws.between(9, 14), p.night)
        for x in range(4, 330, 21)
    )
    arms = "".join(
        f"M{number(x)} 150l{number(draws.between(-8, 8))} -{draws.whole(24, 40)}"
        for x in (46, 110, 214, 262, 300)
    )
    canvas.add(crowd, stroke(arms, p.night, 6), box(0, 152, WIDTH, 30, p.night))


def paint_stadium(canvas: Canvas, draws: Draws) -> None:
    """A pitch or a track under floodlights."""
    p = canvas.palette
    canvas.fill(canvas.linear((0, p.night, 1), (0.6, p.deep, 1)))
    for x in (48, 272):
        halo = canvas.radial((0, p.pale, 0.9), (0.25, p.glow, 0.4), (1, p.glow, 0))
        canvas.add(
            disc(x, 36, 74, halo),
            stroke(f"M{x} 40V112", p.night, 4),
            box(x - 17, 26, 34, 16, p.pale, ' rx="2"'),
        )
    canvas.add(path("M0 108q160-34 320 0v20H0z", mix(p.deep, p.mid, 0.5)))
    dots = "".join(f"M{draws.whole(0, 320)} {draws.whole(98, 116)}h.1" for _ in range(70))
    canvas.add(
        stroke(dots, p.glow, 2.4, ' opacity=".6"'),
        polygon([(0, 118), (WIDTH, 118), (WIDTH, HEIGHT), (0, HEIGHT)], p.mid),
    )
    if draws.chance(0.5):
        lanes = "".join(f"M{160 + d * 3} 118L{160 + d * 17} 180" for d in range(-12, 13, 4))
        canvas.add(stroke(lanes, p.pale, 1.8, ' opacity=".8"'))
        paint_figure(canvas, 160, 140, 48, p.night)
    else:
        canvas.add(
            stroke("M0 132H320M160 118V180", p.pale, 1.8, ' opacity=".7"'),
            f'<ellipse cx="160" cy="134" rx="62" ry="13" fill="none" stroke="{p.pale}" '
            'stroke-width="1.8" opacity=".7"/>',
            disc(160, 128, 10, p.pale),
            path("M160 122l5 4-2 6h-6l-2-6z", p.night),
        )


Painter = Callable[[Canvas, Draws], None]
SCENES: dict[str, tuple[Painter, ...]] = {
    "Drama": (paint_sea, paint_interior, paint_road, paint_hills, paint_skyline),
    "Comedy": (paint_hills, paint_skyline, paint_road, paint_interior, paint_sea),
    "Crime": (paint_skyline, paint_street, paint_interior, paint_sea, paint_road),
    "Thriller": (paint_street, paint_interior, paint_forest, paint_skyline, paint_road),
    "Action": (paint_skyline, paint_desert, paint_road, paint_street, paint_mountains),
    "Adventure": (paint_mountains, paint_desert, paint_sea, paint_forest),
    "Science fiction": (paint_space, paint_space, paint_desert, paint_skyline),
    "Fantasy": (paint_castle, paint_castle, paint_forest, paint_mountains),
    "Horror": (paint_forest, paint_interior, paint_street, paint_castle),
    "Romance": (paint_sea, paint_hills, paint_street, paint_skyline),
    "Documentary": (
        paint_mountains,
        paint_sea,
        paint_forest,
        paint_desert,
        paint_hills,
        paint_space,
    ),
    "Animation": (paint_hills, paint_space, paint_castle, paint_sea, paint_forest),
    "Family": (paint_hills, paint_sea, paint_mountains, paint_castle),
    "History": (paint_castle, paint_sea, paint_mountains, paint_hills, paint_interior),
    "Music": (paint_stage, paint_stage, paint_skyline, paint_road),
    "Sport": (paint_stadium, paint_stadium, paint_mountains, paint_road),
}
