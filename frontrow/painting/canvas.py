"""A canvas of 320 by 180 that collects SVG elements and the gradients that they use."""

from collections.abc import Sequence
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from frontrow.painting.palettes import Palette

WIDTH = 320
HEIGHT = 180

Point = tuple[float, float]


class Canvas:
    """Elements in painting order; `ground` is the colour behind the lettering."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self._defs: list[str] = []
        self._body: list[str] = []

    def add(self, *elements: str) -> None:
        """Paint these elements on top."""
        self._body.extend(elements)

    def fill(self, colour: str) -> None:
        """Cover the whole canvas."""
        self.add(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colour}"/>')

    def linear(
        self, *stops: tuple[float, str, float], slope: Sequence[float] = (0, 0, 0, 1)
    ) -> str:
        """A linear gradient of (offset, colour, opacity); returns its paint."""
        x1, y1, x2, y2 = (number(v) for v in slope)
        return self._gradient("linearGradient", f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"', stops)

    def radial(
        self, *stops: tuple[float, str, float], at: Point = (0.5, 0.5), radius: float = 0.5
    ) -> str:
        """A radial gradient of (offset, colour, opacity); returns its paint."""
        place = f'cx="{number(at[0])}" cy="{number(at[1])}" r="{number(radius)}"'
        return self._gradient("radialGradient", place, stops)

    def clip(self, element: str) -> str:
        """A clipping shape; returns its reference."""
        name = f"c{len(self._defs)}"
        self._defs.append(f'<clipPath id="{name}">{element}</clipPath>')
        return f"url(#{name})"

    def vignette(self, strength: float) -> None:
        """Darken the edges."""
        paint = self.radial(
            (0.55, self.palette.night, 0), (1, self.palette.night, strength), radius=0.75
        )
        self.fill(paint)

    def to_svg(self, label: str) -> str:
        """The whole picture; the label is what a screen reader says."""
        defs = f"<defs>{''.join(self._defs)}</defs>" if self._defs else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'role="img" aria-label={quoteattr(label)}>{defs}{"".join(self._body)}</svg>'
        )

    def _gradient(self, element: str, place: str, stops: Sequence[tuple[float, str, float]]) -> str:
        name = f"g{len(self._defs)}"
        marks = "".join(
            f'<stop offset="{number(offset)}" stop-color="{colour}"'
            + (f' stop-opacity="{number(opacity)}"' if opacity < 1 else "")
            + "/>"
            for offset, colour, opacity in stops
        )
        self._defs.append(f'<{element} id="{name}" {place}>{marks}</{element}>')
        return f"url(#{name})"


def number(value: float) -> str:
    """A coordinate, short: one decimal, or two below one."""
    return (
        f"{value:.2f}".rstrip("0").rstrip(".")
        if abs(value) < 1
        else f"{value:.1f}".removesuffix(".0")
    )


def polygon(points: Sequence[Point], fill: str, extra: str = "") -> str:
    """A filled polygon."""
    marks = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polygon points="{marks}" fill="{fill}"{extra}/>'


def curve(points: Sequence[Point]) -> str:
    """Path commands of a smooth line through the points' middles."""
    path = f"M{number(points[0][0])} {number(points[0][1])}"
    for (x, y), (u, v) in pairwise(points[1:]):
        path += f"Q{number(x)} {number(y)} {number((x + u) / 2)} {number((y + v) / 2)}"
    return path + f"L{number(points[-1][0])} {number(points[-1][1])}"


def disc(x: float, y: float, radius: float, fill: str, extra: str = "") -> str:
    """A filled circle."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"{extra}/>'


def box(x: float, y: float, width: float, height: float, fill: str, extra: str = "") -> str:
    """A filled rectangle."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" '
        f'height="{number(height)}" fill="{fill}"{extra}/>'
    )


def path(commands: str, fill: str, extra: str = "") -> str:
    """A filled path."""
    return f'<path d="{commands}" fill="{fill}"{extra}/>'


def stroke(commands: str, colour: str, width: float, extra: str = "") -> str:
    """A line with round ends."""
    return (
        f'<path d="{commands}" fill="none" stroke="{colour}" stroke-width="{number(width)}" '
        f'stroke-linecap="round" stroke-linejoin="round"{extra}/>'
    )
