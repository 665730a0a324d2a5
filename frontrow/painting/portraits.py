"""Stylised portraits: the same person has the same looks in every work.

A portrait is drawn in a square of 100 by 120 around the origin of its head and placed by
a transform. Skin and hair are mixed with the palette, so that a face belongs to its picture.
"""

from dataclasses import dataclass

from frontrow.base.draws import Draws
from frontrow.base.randomness import rng_for
from frontrow.painting.canvas import Canvas, box, disc, number, path, stroke
from frontrow.painting.palettes import mix

_SKINS = ("#f6d7be", "#eebf9b", "#dca27a", "#c68658", "#a1663f", "#7d4c2e", "#5a3522")
_HAIRS = ("#16120f", "#2b1b12", "#4a2c17", "#7a4a22", "#b5793a", "#d9b26a", "#8d8d92", "#a8381f")
_LIGHT_SKINS = frozenset(_SKINS[:4])
_DARK_HAIRS = (*_HAIRS[:3], _HAIRS[6])
_LIPS = "#b5413c"
_LONG_HAIR = ("long", "waves", "bob", "afro", "bun", "ponytail")
_SHORT_HAIR = ("crop", "parting", "curls", "quiff", "bald", "afro")


@dataclass(frozen=True)
class Looks:
    """What makes a face this person's."""

    skin: str
    hair: str
    style: str
    beard: str
    glasses: bool
    jaw: float
    earrings: bool


def looks_of(person: str, seed: int) -> Looks:
    """The looks of this person, whoever draws them."""
    draws = Draws(rng_for(seed, "looks", person))
    long_hair = draws.chance(0.5)
    skin = draws.pick(_SKINS)
    hairs = _HAIRS if skin in _LIGHT_SKINS else _DARK_HAIRS
    return Looks(
        skin=skin,
        hair=draws.pick(hairs),
        style=draws.pick(_LONG_HAIR if long_hair else _SHORT_HAIR),
        beard=""
        if long_hair
        else draws.weighted(("", "full", "stubble", "moustache"), (5, 2, 2, 1)),
        glasses=draws.chance(0.18),
        jaw=draws.between(-2, 3.5) - (2 if long_hair else 0),
        earrings=long_hair and draws.chance(0.4),
    )


def paint_portrait(
    canvas: Canvas,
    looks: Looks,
    x: float,
    y: float,
    size: float,
    *,
    light: int,
    mood: str,
    draws: Draws,
) -> None:
    """A head and shoulders with the head's middle at (x, y).

    size:  1 makes a head of 60 units high
    light: -1 from the left, 1 from the right
    mood:  "grave", "calm" or "glad"
    """
    p = canvas.palette
    skin = mix(looks.skin, p.glow, 0.16)
    shade = mix(mix(looks.skin, p.deep, 0.3), p.night, 0.16)
    hair = mix(looks.hair, p.night, 0.15)
    shine = mix(hair, p.glow, 0.3)
    coat = draws.pick((p.night, p.accent, p.mid, p.deep))
    parts = [
        _back_hair(looks, hair),
        _shoulders(coat, mix(coat, p.night, 0.4), p.pale, skin, shade, draws),
        _head(canvas, looks, skin, shade, light),
        _features(looks, mix(looks.skin, p.night, 0.75), shade, mood),
        _beard(looks, hair),
        _front_hair(looks, hair, shine),
    ]
    if looks.glasses:
        frame = p.night if looks.skin in _SKINS[:5] else p.pale
        parts.append(
            stroke(
                "M-22-2a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M5-2a8.5 8.5 0 1 0 17 0"
                "a8.5 8.5 0 1 0-17 0M-5-3q5-3 10 0",
                frame,
                2,
            )
        )
    if looks.earrings:
        parts.append(disc(-25, 14, 2.4, p.accent) + disc(25, 14, 2.4, p.accent))
    rim = stroke(
        f"M{light * 23}-18q{light * 6} 20 0 34",
        p.accent,
        2.2,
        ' opacity=".55"',
    )
    canvas.add(
        f'<g transform="translate({number(x)} {number(y)}) scale({number(size)})">'
        f"{''.join(parts)}{rim if looks.style in _SHORT_HAIR else ''}</g>"
    )


def _shoulders(coat: str, dark: str, shirt: str, skin: str, shade: str, draws: Draws) -> str:
    body = path("M-62 100q0-40 36-47l26 10 26-10q36 7 36 47v40h-124z", coat)
    neck = path("M-12 20h24v32q-12 13-24 0z", skin) + path(
        "M-12 24q12 16 24 2v14q-13 10-24-3z", shade
    )
    collar = draws.pick(("round", "shirt", "lapels", "roll"))
    if collar == "shirt":
        return body + neck + path("M-15 46l15 18-12 8-12-20zM15 46L0 64l12 8 12-20z", shirt)
    if collar == "lapels":
        return (
            body
            + path("M-16 50L0 98l16-48q-16 8-32 0z", shirt)
            + neck
            + path("M-17 47l-13 7 6 14-6 4 30 32-14-34zM17 47l13 7-6 14 6 4-30 32 14-34z", dark)
        )
    if collar == "roll":
        return body + neck + path("M-17 40q17 12 34 0v14q-17 14-34 0z", dark)
    return body + neck + stroke("M-18 50q18 19 36 0", dark, 3.5)


def _head(canvas: Canvas, looks: Looks, skin: str, shade: str, light: int) -> str:
    j = looks.jaw
    outline = (
        f"M-26-8C-26-34 26-34 26-8C26 8 {number(22 + j)} 22 {number(12 + j)} 31"
        f"Q0 39 {number(-12 - j)} 31C{number(-22 - j)} 22-26 8-26-8z"
    )
    clip = canvas.clip(path(outline, "#000"))
    ears = disc(-26, 2, 5.5, shade if light > 0 else skin) + disc(
        26, 2, 5.5, skin if light > 0 else shade
    )
    side = -light
    dark = path(
        f"M{side * 40}-44V50H{side * 3}Q{side * 9} 24 {side * 5} 10L{side * 2} 2"
        f"Q{side * 10}-14 {side * 7}-44z".replace("--", "-"),
        shade,
    )
    return f'{ears}{path(outline, skin)}<g clip-path="{clip}">{dark}</g>'


def _features(looks: Looks, line: str, shade: str, mood: str) -> str:
    brow = {"grave": 2.0, "calm": -1.0, "glad": -2.5}[mood]
    thick = 2.6 if looks.style in _SHORT_HAIR else 2.0
    brows = stroke(
        f"M-20 {number(-11 - brow / 2)}q7-3 13 {number(brow)}M20 {number(-11 - brow / 2)}"
        f"q-7-3-13 {number(brow)}",
        line,
        thick,
    )
    white = path("M-19-1q6-5.5 12 0-6 4-12 0zM19-1q-6-5.5-12 0 6 4 12 0z", "#f7f4ee")
    eyes = white + disc(-13, -1.4, 2.5, line) + disc(13, -1.4, 2.5, line)
    lids = stroke("M-20-1q7-6 13.5 0M20-1q-7-6-13.5 0", line, 1.7)
    nose = stroke("M-1 0q-4 9-4 11 3 3 7 1", mix(shade, line, 0.45), 1.8)
    lips = mix(line, _LIPS, 0.5)
    mouth = {
        "grave": stroke("M-8 22.5q8-2.5 16 0", lips, 2.4),
        "calm": stroke("M-8 21.5q8 3 16 0", lips, 2.4),
        "glad": path("M-10 19.5q10 3.5 20 0-3 9-10 9t-10-9z", lips)
        + path("M-8 20.5q8 2.5 16 0-.5 2.5-8 2.5t-8-2.5z", "#f7f4ee"),
    }[mood]
    return brows + eyes + lids + nose + mouth


def _beard(looks: Looks, hair: str) -> str:
    if looks.beard == "full":
        return path(
            "M-26 4q3 14 9 14 8-5 17-2 9-3 17 2 6 0 9-14 0 34-26 36-26-2-26-36zM-7 22q7 5 14 0"
            "-7-3.5-14 0z",
            hair,
            ' fill-rule="evenodd"',
        )
    if looks.beard == "stubble":
        return path(
            "M-25 8q3 12 9 11 8-4 16-2 8-2 16 2 6 1 9-11-1 26-25 28-24-2-25-28z",
            hair,
            ' opacity=".32"',
        )
    if looks.beard == "moustache":
        return path("M0 15q-9-1-12 5 8 1 12-2 4 3 12 2-3-6-12-5z", hair)
    return ""


def _back_hair(looks: Looks, hair: str) -> str:
    shapes = {
        "long": "M-31-8C-34-48 34-48 31-8q2 40 10 66h-82q8-26 10-66z",
        "waves": "M-32-8C-36-50 36-50 32-8q-3 14 5 24t0 26q-4 12 4 20h-82q8-8 4-20-8-16 0-26t5-24z",
        "bob": "M-33-6C-36-50 36-50 33-6q3 22-1 36h-64q-4-14-1-36z",
        "ponytail": "M14-30q34-8 32 30 0 24 8 38-24-4-24-38-6-20-16-30z",
    }
    if looks.style in shapes:
        return path(shapes[looks.style], hair)
    if looks.style == "afro":
        return disc(0, -16, 41, hair)
    if looks.style == "bun":
        return disc(0, -42, 13, hair)
    return ""


def _front_hair(looks: Looks, hair: str, shine: str) -> str:
    shapes = {
        "crop": "M-27-4q-5-34 27-34t27 34q-3-10-7-15-20 3-40 0-4 5-7 15z",
        "parting": "M-28-2q-6-38 30-37 30 2 26 37-2-10-6-16-20 2-32-12-6 14-12 14-4 4-6 14z",
        "quiff": "M-27-4q-6-24 2-32 14-14 40-10 18 4 12 42-2-12-6-17-22 2-40 0-6 5-8 17z",
        "long": "M-29 4q-6-44 29-44t29 44q-3-14-12-24-8-6-12-12-6 14-20 19-10 5-14 17z",
        "waves": "M-30 8q-8-48 30-48t30 48q-2-18-14-28-22 0-30-8-2 12-9 18-5 6-7 18z",
        "bob": "M-30 4q-4-44 30-44t30 44q-2-8-4-14-26 4-52 0-2 6-4 14z",
        "bun": "M-27-2q-5-36 27-36t27 36q-4-16-14-22-13-4-26 0-10 6-14 22z",
        "ponytail": "M-28 0q-5-39 28-39t28 39q-3-16-12-21-18 3-30-3-9 8-14 24z",
        "afro": "M-29-4q-2-32 29-32t29 32q-5-11-9-14-20-6-40 0-4 3-9 14z",
    }
    if looks.style == "curls":
        return "".join(
            disc(a, b, 9.5, hair)
            for a, b in (
                (-24, -18),
                (-17, -29),
                (-6, -35),
                (6, -36),
                (17, -30),
                (24, -19),
                (0, -28),
            )
        )
    if looks.style in shapes:
        streak = stroke("M-12-34q8-4 20-2", shine, 2.4, ' opacity=".6"')
        return path(shapes[looks.style], hair) + streak
    return path("M-16-24q10-8 24-5-12 2-24 5z", "#ffffff", ' opacity=".35"')


def paint_backdrop(canvas: Canvas, draws: Draws, x: float) -> None:
    """What stands behind a portrait whose head is at `x`."""
    p = canvas.palette
    kind = draws.pick(("halo", "split", "blinds", "rays", "window", "haze"))
    canvas.fill(canvas.linear((0, p.deep, 1), (1, mix(p.deep, p.mid, 0.75), 1), slope=(0, 0, 1, 1)))
    if kind == "halo":
        canvas.add(disc(x, 78, 76, p.mid), disc(x, 78, 58, mix(p.mid, p.glow, 0.55)))
    elif kind == "split":
        canvas.add(
            path(f"M{number(x + 8)}-4L{number(x - 40)} 190h400V-4z", mix(p.mid, p.glow, 0.45))
        )
    elif kind == "blinds":
        slats = "".join(f"M-10 {y}L330 {y - 46}v9L-10 {y + 9}z" for y in range(8, 236, 22))
        canvas.add(path(slats, p.glow, ' opacity=".42"'))
    elif kind == "rays":
        rays = "".join(
            f"M{number(x)} 84L{u} {v}L{s} {t}z"
            for u, v, s, t in (
                (-30, -60, 30, -60),
                (110, -60, 170, -60),
                (260, -60, 340, -40),
                (380, 40, 380, 100),
                (380, 160, 300, 260),
                (200, 260, 130, 260),
                (60, 260, -40, 220),
                (-60, 140, -60, 70),
            )
        )
        canvas.add(path(rays, mix(p.mid, p.glow, 0.5)))
    elif kind == "window":
        glass = canvas.linear((0, p.glow, 1), (1, mix(p.glow, p.mid, 0.6), 1))
        canvas.add(
            box(x - 66, 12, 132, 130, glass),
            box(x - 2.5, 12, 5, 130, p.deep),
            box(x - 66, 70, 132, 5, p.deep),
        )
    else:
        glow = canvas.radial((0, p.glow, 0.95), (1, p.glow, 0))
        canvas.add(disc(x + 34, 60, 120, glow))
        dots = "".join(
            disc(draws.between(0, 320), draws.between(0, 120), draws.between(4, 13), p.accent)
            for _ in range(7)
        )
        canvas.add(f'<g opacity=".28">{dots}</g>')
