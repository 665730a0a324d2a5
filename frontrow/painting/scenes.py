"""Scenes of nature: mountains, sea, forest, desert, hills, and space.

Each paints the whole canvas, light above and dark below, so that a name can stand at the
bottom. `SCENES` in `places.py` says which genre goes where.
"""

import math

from frontrow.base.draws import Draws
from frontrow.painting.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    Point,
    box,
    curve,
    disc,
    number,
    path,
    polygon,
    stroke,
)
from frontrow.painting.palettes import mix


def paint_sky(canvas: Canvas, draws: Draws, *, dark: bool = False) -> None:
    """A graded sky; a dark one has stars."""
    p = canvas.palette
    if dark:
        canvas.fill(canvas.linear((0, p.night, 1), (0.6, p.deep, 1), (1, p.mid, 1)))
        stars = "".join(f"M{draws.whole(2, 318)} {draws.whole(2, 95)}h.1" for _ in range(34))
        canvas.add(stroke(stars, p.pale, 1.3, ' opacity=".75"'))
    else:
        canvas.fill(canvas.linear((0, p.deep, 1), (0.45, p.mid, 1), (0.85, p.glow, 1)))


def warm(canvas: Canvas) -> str:
    """The accent where it is a warm colour, else the palest."""
    p = canvas.palette
    return p.accent if int(p.accent[1:3], 16) > int(p.accent[5:7], 16) + 60 else p.pale


def paint_sun(canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    """A disc with a wide halo."""
    halo = canvas.radial((0, colour, 0.75), (0.35, colour, 0.25), (1, colour, 0))
    canvas.add(disc(x, y, radius * 3.2, halo), disc(x, y, radius, colour))


def ridge(draws: Draws, base: float, height: float, steps: int, *, sharp: bool) -> list[Point]:
    """A skyline of peaks from left to right, closed at the bottom."""
    points: list[Point] = []
    phase = draws.between(0, 6.3)
    for i in range(steps + 1):
        swell = math.sin(phase + i * 6.3 / steps * draws.between(0.9, 1.1)) * height * 0.35
        peak = (i % 2) * height * draws.between(0.35, 1.0) if sharp else draws.unit() * height * 0.5
        points.append((WIDTH * i / steps, base - peak - swell))
    return [(-10, HEIGHT + 5), (-10, base), *points, (WIDTH + 10, base), (WIDTH + 10, HEIGHT + 5)]


def paint_mountains(canvas: Canvas, draws: Draws) -> None:
    """Ridges that fade with distance, a sun or moon, sometimes snow."""
    p = canvas.palette
    dark = draws.chance(0.35)
    paint_sky(canvas, draws, dark=dark)
    paint_sun(
        canvas,
        draws.between(60, 260),
        draws.between(35, 75),
        draws.between(10, 20),
        p.pale if dark else warm(canvas),
    )
    tones = (mix(p.mid, p.glow, 0.35), p.mid, p.deep, p.night)
    for layer, tone in enumerate(tones):
        base = 105 + layer * 21
        points = ridge(draws, base, 52 - layer * 8, draws.whole(7, 12), sharp=layer < 3)
        canvas.add(polygon(points, tone))
        if layer == 1:
            caps = [
                _snow_cap(a, b, c)
                for a, b, c in zip(points, points[1:], points[2:], strict=False)
                if b[1] < a[1] - 12 and b[1] < c[1] - 12
            ]
            canvas.add(path("".join(caps), p.pale, ' opacity=".85"'))
        haze = canvas.linear((0, p.glow, 0), (1, p.glow, 0.22))
        canvas.add(box(0, base - 25, WIDTH, 40, haze))


def _snow_cap(left: Point, top: Point, right: Point) -> str:
    def along(end: Point, share: float) -> str:
        x, y = top[0] + (end[0] - top[0]) * share, top[1] + (end[1] - top[1]) * share
        return f"{number(x)} {number(y)}"

    return (
        f"M{number(top[0])} {number(top[1])}L{along(left, 0.35)}L{number(top[0] - 2)} "
        f"{number(top[1] + 7)}L{along(right, 0.3)}Z"
    )


def paint_sea(canvas: Canvas, draws: Draws) -> None:
    """A horizon, light on the water, and a boat or a lighthouse."""
    p = canvas.palette
    dark = draws.chance(0.4)
    paint_sky(canvas, draws, dark=dark)
    light = p.pale if dark else mix(warm(canvas), p.glow, 0.3)
    x, horizon = draws.between(90, 230), 104.0
    paint_sun(canvas, x, draws.between(48, 96), draws.between(12, 24), light)
    canvas.add(
        box(
            0,
            horizon,
            WIDTH,
            HEIGHT,
            canvas.linear((0, mix(p.mid, p.deep, 0.4), 1), (0.7, p.night, 1)),
        )
    )
    gleam = "".join(
        f"M{number(x - w)} {number(y)}h{number(2 * w)}"
        for y, w in ((horizon + 3 + i * i * 0.9, draws.between(6, 15 + 3 * i)) for i in range(8))
    )
    canvas.add(stroke(gleam, light, 1.8, ' opacity=".6"'))
    if draws.chance(0.5):
        _paint_boat(canvas, draws.pick((70, 150, 240)), horizon + draws.between(6, 18))
    else:
        _paint_lighthouse(canvas, draws.pick((52, 268)), light)


def _paint_boat(canvas: Canvas, x: float, y: float) -> None:
    p = canvas.palette
    canvas.add(
        path(f"M{x - 24} {number(y - 5)}h48q-4 12-12 12h-24q-8 0-12-12z", p.night),
        path(f"M{x} {number(y - 52)}v44h24q-4-28-24-44z", p.pale, ' opacity=".92"'),
        path(f"M{x - 3} {number(y - 44)}v36h-17q6-20 17-36z", p.accent),
    )


def _paint_lighthouse(canvas: Canvas, x: float, light: str) -> None:
    p = canvas.palette
    side = 1 if x < WIDTH / 2 else -1
    beam = canvas.linear(
        (0, light, 0.75), (1, light, 0), slope=(0, 0, 1, 0) if side > 0 else (1, 0, 0, 0)
    )
    canvas.add(
        polygon([(x, 44), (x + side * 260, 2), (x + side * 260, 74)], beam),
        path(f"M{x - 50} 122q20-20 50-22 32 2 56 24v20h-106z", p.night),
        path(f"M{x - 8} 104l3-52h10l3 52z", p.pale),
        path(f"M{x - 6.5} 84l1-14h11l1 14z", p.accent),
        box(x - 6, 40, 12, 12, p.night),
        box(x - 4, 42, 8, 8, light),
        path(f"M{x - 8} 40l8-9 8 9z", p.accent),
    )


def paint_forest(canvas: Canvas, draws: Draws) -> None:
    """Trunks or firs in three depths, with light between them."""
    p = canvas.palette
    canvas.fill(canvas.linear((0, p.deep, 1), (0.55, p.mid, 1), (1, p.glow, 1)))
    glow = canvas.radial((0, p.pale, 0.9), (0.4, p.glow, 0.5), (1, p.glow, 0))
    canvas.add(disc(draws.between(110, 210), 80, 105, glow))
    firs = draws.chance(0.55)
    for layer, tone in enumerate((mix(p.mid, p.glow, 0.25), p.deep, p.night)):
        shapes = ""
        x = draws.between(-12, 8)
        while x < WIDTH + 15:
            width = draws.between(9, 15) + layer * 9
            if firs:
                shapes += _fir(x, 128 + layer * 17, width, draws.between(55, 80) + layer * 12)
            else:
                shapes += f"M{number(x)} -5h{number(width * 0.55)}l{number(width * 0.3)} 190"
                shapes += f"h-{number(width)}z"
            x += width * (1.3 if firs else 2.4) * draws.between(0.8, 1.7 if layer < 2 else 2.4)
        canvas.add(path(shapes, tone))
    canvas.add(path("M0 152q80-16 160-6t160-4v40H0z", p.night))


def _fir(x: float, foot: float, width: float, height: float) -> str:
    shape = ""
    for tier in range(3):
        top = foot - height + tier * height * 0.24
        spread = width * (0.5 + tier * 0.28)
        shape += (
            f"M{number(x)} {number(top)}l{number(spread)} {number(height * 0.42)}"
            f"h{number(-2 * spread)}z"
        )
    return shape + f"M{number(x - 2)} {number(foot - height * 0.12)}h4v70h-4z"


def paint_desert(canvas: Canvas, draws: Draws) -> None:
    """Dunes under a big sun, and a small figure for scale."""
    p = canvas.palette
    canvas.fill(canvas.linear((0, p.deep, 1), (0.4, mix(p.mid, p.glow, 0.3), 1), (0.75, p.glow, 1)))
    paint_sun(canvas, draws.between(80, 240), draws.between(55, 85), draws.between(22, 34), p.pale)
    for layer, tone in enumerate((mix(p.glow, p.mid, 0.5), p.mid, p.deep, p.night)):
        y = 100 + layer * 20
        points = [(-10.0, y + draws.between(-8, 8))]
        points += [(x, y + draws.between(-17, 13)) for x in range(50, 320, 68)]
        points += [(WIDTH + 10.0, y + draws.between(-8, 8))]
        canvas.add(path(curve(points) + "V190H-10Z", tone))
    if draws.chance(0.75):
        paint_figure(canvas, draws.between(70, 250), 132, 26, p.night)


def paint_figure(canvas: Canvas, x: float, foot: float, height: float, colour: str) -> None:
    """A standing person in a coat, from behind."""
    u = height / 10
    canvas.add(
        path(
            f"M{number(x)} {number(foot - 10 * u)}a{number(u)} {number(u)} 0 1 1-.1 0z"
            f"M{number(x - 1.5 * u)} {number(foot - 7.4 * u)}"
            f"q{number(1.5 * u)} {number(-u)} {number(3 * u)} 0"
            f"l{number(0.6 * u)} {number(4.6 * u)}h{number(-0.9 * u)}l{number(-0.3 * u)} {number(2.8 * u)}"
            f"h{number(-0.7 * u)}l{number(-0.2 * u)} {number(-2.4 * u)}l{number(-0.2 * u)} {number(2.4 * u)}"
            f"h{number(-0.7 * u)}l{number(-0.3 * u)} {number(-2.8 * u)}h{number(-0.9 * u)}z",
            colour,
        )
    )


def paint_hills(canvas: Canvas, draws: Draws) -> None:
    """Rolling hills with a house or two, a tree and clouds."""
    p = canvas.palette
    canvas.fill(
        canvas.linear((0, mix(p.mid, p.pale, 0.25), 1), (0.7, mix(p.glow, p.pale, 0.35), 1))
    )
    paint_sun(
        canvas, draws.between(50, 270), draws.between(30, 60), draws.between(13, 22), warm(canvas)
    )
    for _ in range(draws.whole(1, 3)):
        x, y = draws.between(10, 270), draws.between(18, 62)
        canvas.add(
            path(
                f"M{number(x)} {number(y)}a9 9 0 0 1 15-6 12 12 0 0 1 22 2 8 8 0 0 1 5 15"
                f"h-42a7 7 0 0 1 0-11z",
                p.pale,
                ' opacity=".85"',
            )
        )
    tones = (mix(p.mid, p.deep, 0.2), mix(p.mid, p.deep, 0.6), p.deep, p.night)
    for layer, tone in enumerate(tones):
        y = 88 + layer * 22
        points = [(-10.0, y + draws.between(-6, 14))]
        points += [(x, y + draws.between(-20, 14)) for x in range(60, 320, 100)]
        points += [(WIDTH + 10.0, y + draws.between(-6, 14))]
        canvas.add(path(curve(points) + "V190H-10Z", tone))
        if layer == 1:
            _paint_house(canvas, draws.between(50, 250), 113, draws)
    x = draws.pick((42, 280))
    canvas.add(
        box(x - 2, 100, 5, 40, p.night),
        disc(x, 88, 20, p.night),
        disc(x - 13, 97, 13, p.night),
        disc(x + 14, 98, 12, p.night),
    )


def _paint_house(canvas: Canvas, x: float, foot: float, draws: Draws) -> None:
    p = canvas.palette
    canvas.add(
        box(x - 14, foot - 18, 28, 24, p.pale),
        polygon([(x - 18, foot - 17), (x, foot - 33), (x + 18, foot - 17)], p.accent),
        box(x - 4, foot - 8, 8, 14, p.deep),
        box(x + 7, foot - 13, 5, 5, p.glow),
    )


def paint_space(canvas: Canvas, draws: Draws) -> None:
    """A planet, perhaps with a ring, its moon, and stars."""
    p = canvas.palette
    canvas.fill(
        canvas.linear((0, p.night, 1), (1, mix(p.night, p.deep, 0.8), 1), slope=(0, 0, 1, 1))
    )
    nebula = canvas.radial((0, p.mid, 0.75), (1, p.mid, 0))
    canvas.add(disc(draws.between(0, 320), draws.between(0, 120), 130, nebula))
    for width, count in ((1.1, 46), (2.2, 9)):
        stars = "".join(f"M{draws.whole(0, 320)} {draws.whole(0, 150)}h.1" for _ in range(count))
        canvas.add(stroke(stars, p.pale, width, ' opacity=".85"'))
    x, y, radius = draws.pick((92, 160, 232)), draws.between(62, 84), draws.between(36, 54)
    body = canvas.linear((0, p.glow, 1), (0.55, p.mid, 1), (1, p.night, 1), slope=(0, 0, 1, 1))
    spin = draws.between(-25, 25)
    ring = f' transform="rotate({number(spin)} {number(x)} {number(y)})"'
    wide, flat = radius * 1.7, radius * 0.38
    back = (
        f"M{number(x - wide)} {number(y)}a{number(wide)} {number(flat)} 0 0 1 {number(2 * wide)} 0"
    )
    front = (
        f"M{number(x - wide)} {number(y)}a{number(wide)} {number(flat)} 0 0 0 {number(2 * wide)} 0"
    )
    has_ring = draws.chance(0.55)
    if has_ring:
        canvas.add(stroke(back, p.accent, 4, ring + ' opacity=".8"'))
    canvas.add(disc(x, y, radius, body))
    clip = canvas.clip(disc(x, y, radius, "#000"))
    bands = "".join(
        f"M{number(x - radius)} {number(y - radius + 2 * radius * f)}"
        f"q{number(radius)} 9 {number(2 * radius)} 0"
        for f in (0.25, 0.42, 0.6, 0.78)
    )
    veil = ring + ' opacity=".16"'
    canvas.add(f'<g clip-path="{clip}">{stroke(bands, p.pale, 4, veil)}</g>')
    if has_ring:
        canvas.add(stroke(front, p.accent, 4, ring))
    moon = draws.between(-1, 1)
    canvas.add(disc(x + radius * 2.1 * (1 if x < 160 else -1), y - 30 + 20 * moon, 9, p.glow))
