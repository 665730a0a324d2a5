"""Title-led pictures: big lettering on flat colour, with geometry or an emblem."""

from collections.abc import Sequence

from frontrow.base.draws import Draws
from frontrow.painting.canvas import Canvas, box, disc, number, path, stroke
from frontrow.painting.emblems import EMBLEMS, emblems_of
from frontrow.painting.lettering import TYPEFACES, Frame, letter_name
from frontrow.painting.palettes import choose_ink, mix


def paint_title_led(
    canvas: Canvas,
    name: str,
    theme: str | None,
    typeface: str,
    draws: Draws,
    *,
    emblems: Sequence[str] = (),
) -> None:
    """The name as the picture; with an emblem of the theme, or where there is none, one of `emblems`."""
    layout = draws.pick(
        (_set_geometric, _set_framed, _set_emblem_behind, _set_split, _set_banded, _set_quarters)
    )
    layout(
        canvas, name, draws.pick(emblems if theme is None else emblems_of(theme)), typeface, draws
    )


def _emblem(name: str, x: float, y: float, size: float, colour: str, extra: str = "") -> str:
    return (
        f'<g transform="translate({number(x)} {number(y)}) scale({number(size)})"{extra}>'
        f"{path(EMBLEMS[name], colour, ' fill-rule=' + chr(34) + 'evenodd' + chr(34))}</g>"
    )


def _grounds(canvas: Canvas) -> tuple[str, ...]:
    p = canvas.palette
    return (p.night, p.deep, p.accent, p.pale, mix(p.mid, p.night, 0.25))


def _set_geometric(canvas: Canvas, name: str, emblem: str, typeface: str, draws: Draws) -> None:
    """Discs and bars at the right edge, the name large at the left."""
    p = canvas.palette
    ground = draws.pick((p.night, p.deep, p.pale))
    canvas.fill(ground)
    canvas.add(
        disc(300, 60, 78, p.mid),
        disc(300, 60, 52, p.glow),
        disc(262, 150, 40, p.accent),
        path("M320 180v-70a70 70 0 0 0-70 70z", mix(p.mid, p.deep, 0.4)),
    )
    ink = choose_ink(ground, (p.pale, p.night))
    canvas.add(
        letter_name(
            name,
            Frame(18, 20, 226, 140, settle="middle"),
            TYPEFACES[typeface],
            ink=ink,
            ground=ground,
            largest=62,
        )
    )


def _set_framed(canvas: Canvas, name: str, emblem: str, typeface: str, draws: Draws) -> None:
    """A thin frame, a small emblem, the name in the middle."""
    p = canvas.palette
    ground = draws.pick((p.night, p.deep, p.pale))
    canvas.fill(ground)
    line = choose_ink(ground, (p.glow, p.accent, p.mid))
    ink = choose_ink(ground, (p.pale, p.night))
    glow = canvas.radial((0, p.mid, 0.45), (1, p.mid, 0), radius=0.6)
    if ground != p.pale:
        canvas.fill(glow)
    canvas.add(
        f'<rect x="10" y="10" width="300" height="160" fill="none" stroke="{line}" stroke-width="1.6"/>'
        f'<rect x="15" y="15" width="290" height="150" fill="none" stroke="{line}" stroke-width=".6"/>',
        _emblem(emblem, 160, 46, 0.5, line),
        letter_name(
            name,
            Frame(30, 74, 260, 76, "middle", "middle"),
            TYPEFACES[typeface],
            ink=ink,
            ground=ground,
            largest=48,
        ),
    )


def _set_emblem_behind(canvas: Canvas, name: str, emblem: str, typeface: str, draws: Draws) -> None:
    """A huge emblem, cut by the edge, the name across it."""
    p = canvas.palette
    ground = draws.pick((p.night, p.deep))
    canvas.fill(canvas.linear((0, ground, 1), (1, mix(ground, p.mid, 0.35), 1), slope=(0, 0, 1, 1)))
    canvas.add(
        _emblem(emblem, 226, 86, 2.25, mix(ground, p.mid, 0.3)),
        _emblem(emblem, 226, 86, 2.0, mix(mix(p.mid, p.accent, 0.35), ground, 0.4)),
    )
    ink = choose_ink(ground, (p.pale,))
    canvas.add(
        letter_name(
            name,
            Frame(18, 22, 284, 138),
            TYPEFACES[typeface],
            ink=ink,
            ground=ground,
            largest=60,
            outline=0.14,
        )
    )


def _set_split(canvas: Canvas, name: str, emblem: str, typeface: str, draws: Draws) -> None:
    """A panel with an emblem at one side, the name on the other."""
    p = canvas.palette
    ground, panel = draws.pick(
        ((p.pale, p.accent), (p.night, p.glow), (p.deep, p.accent), (p.pale, p.deep))
    )
    right = draws.chance(0.5)
    x = 210 if right else 0
    canvas.fill(ground)
    lean = 18
    edge = f"M{x - lean * right} 0H{x + 110 + lean * (not right)}L{x + 110} 180H{x}z"
    canvas.add(path(edge, panel), _emblem(emblem, x + 56, 88, 1.08, ground))
    ink = choose_ink(ground, (p.night, p.pale))
    canvas.add(
        letter_name(
            name,
            Frame(16 if right else 138, 22, 168, 136, settle="middle"),
            TYPEFACES[typeface],
            ink=ink,
            ground=ground,
            largest=54,
        )
    )


def _set_banded(canvas: Canvas, name: str, emblem: str, typeface: str, draws: Draws) -> None:
    """Slanted bands of the palette above, the name on the dark below."""
    p = canvas.palette
    canvas.fill(p.night)
    tones = (p.mid, p.accent, p.glow, p.deep)
    for i, tone in enumerate(tones):
        y = -34 + i * 23
        canvas.add(path(f"M-5 {y + 36}L325 {y - 12}v24L-5 {y + 60}z", tone))
    canvas.add(
        letter_name(
            name,
            Frame(18, 84, 284, 80),
            TYPEFACES[typeface],
            ink=choose_ink(p.night, (p.pale,)),
            ground=p.night,
            largest=56,
        )
    )


def _set_quarters(canvas: Canvas, name: str, emblem: str, typeface: str, draws: Draws) -> None:
    """A row of quarter circles like tiles, the name under it."""
    p = canvas.palette
    ground = draws.pick(_grounds(canvas))
    ink = choose_ink(ground, (p.pale, p.night))
    canvas.fill(ground)
    tones = [tone for tone in (p.accent, p.glow, p.mid, p.pale, p.deep, p.night) if tone != ground]
    for i in range(8):
        x = i * 40
        canvas.add(box(x, 0, 40, 40, draws.pick(tones)))
        shape = draws.pick(
            (
                f"M{x} 0h40a40 40 0 0 1-40 40z",
                f"M{x} 40h40A40 40 0 0 0 {x} 0z",
                f"M{x + 40} 40V0a40 40 0 0 0-40 40z",
                f"M{x} 20a20 20 0 1 1 40 0a20 20 0 1 1-40 0z",
            )
        )
        canvas.add(path(shape, draws.pick(tones)))
    canvas.add(stroke("M18 166h44", ink, 3))
    canvas.add(
        letter_name(
            name,
            Frame(18, 52, 284, 102, settle="middle"),
            TYPEFACES[typeface],
            ink=ink,
            ground=ground,
            largest=56,
        )
    )
