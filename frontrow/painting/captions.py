"""Captions: where a picture's name stands, on a shade that lets it read."""

from __future__ import annotations

from frontrow.base.draws import Draws
from frontrow.painting.canvas import HEIGHT, WIDTH, Canvas, box
from frontrow.painting.lettering import TYPEFACES, Frame, letter_name
from frontrow.painting.palettes import choose_ink


def caption_below(
    canvas: Canvas,
    name: str,
    typeface: str,
    draws: Draws,
    *,
    slanted: bool = False,
    height: float = 74,
) -> None:
    """The name across the foot of the picture."""
    p = canvas.palette
    shade = canvas.linear((0, p.night, 0), (0.45, p.night, 0.72), (1, p.night, 0.96))
    canvas.add(box(0, HEIGHT - 18 - height, WIDTH, 18 + height, shade))
    anchor = draws.pick(("start", "start", "middle"))
    frame = Frame(16, HEIGHT - 12 - height, WIDTH - 32, height, anchor)
    text = letter_name(
        name,
        frame,
        TYPEFACES[typeface],
        ink=choose_ink(p.night, (p.pale,)),
        ground=p.night,
        largest=42,
    )
    if slanted and draws.chance(0.5):
        text = f'<g transform="rotate(-3 160 150)">{text}</g>'
    canvas.add(text)


def caption_beside(canvas: Canvas, name: str, typeface: str, *, on_the_right: bool) -> None:
    """The name beside a face."""
    p = canvas.palette
    slope = (1, 0, 0, 0) if on_the_right else (0, 0, 1, 0)
    shade = canvas.linear((0, p.night, 0.94), (0.75, p.night, 0.78), (1, p.night, 0), slope=slope)
    x = 118 if on_the_right else 0
    canvas.add(box(x, 0, 202, HEIGHT, shade))
    frame = Frame(150 if on_the_right else 14, 26, 156, 128, settle="middle")
    canvas.add(
        letter_name(
            name,
            frame,
            TYPEFACES[typeface],
            ink=choose_ink(p.night, (p.pale,)),
            ground=p.night,
            largest=44,
        )
    )
