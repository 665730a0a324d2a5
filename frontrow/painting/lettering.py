"""Lettering: sets a name into a box, as large as it fits, in lines of even length.

Widths are estimated, and each line carries its `textLength`, so that a viewer's machine
with other fonts still keeps it inside the box. Ink is chosen for its contrast on the
ground, and an outline in the ground's colour holds it apart from the picture.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from frontrow.painting.canvas import number

_SANS = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif"


@dataclass(frozen=True)
class Typeface:
    """How a name is set.

    breadth:  width of its letters relative to a bold grotesque
    tracking: extra width of each letter, in em
    leading:  height of a line, in em
    """

    family: str
    weight: int
    breadth: float
    tracking: float = 0.0
    leading: float = 1.02
    capitals: bool = False
    italic: bool = False


TYPEFACES: dict[str, Typeface] = {
    "poster": Typeface(_SANS, 800, 1.0, -0.01, 0.94, capitals=True),
    "headline": Typeface(_SANS, 800, 1.0, -0.02, 0.98),
    "narrow": Typeface(
        "'Arial Narrow','Liberation Sans Narrow','Helvetica Neue',sans-serif",
        700,
        0.82,
        0.01,
        0.96,
        capitals=True,
    ),
    "wide": Typeface(
        "'Avenir Next',Futura,'Century Gothic','Helvetica Neue',Arial,sans-serif",
        500,
        0.93,
        0.16,
        1.12,
        capitals=True,
    ),
    "book": Typeface("Georgia,'Times New Roman','Liberation Serif',serif", 700, 0.97, 0.0, 1.02),
    "romantic": Typeface(
        "Georgia,'Times New Roman','Liberation Serif',serif", 400, 0.86, 0.0, 1.02, italic=True
    ),
    "classic": Typeface(
        "Palatino,'Book Antiqua',Georgia,'Liberation Serif',serif",
        700,
        0.95,
        0.05,
        1.06,
        capitals=True,
    ),
    "round": Typeface(
        "'Arial Rounded MT Bold','Trebuchet MS','DejaVu Sans',Verdana,sans-serif",
        800,
        1.1,
        -0.02,
        0.98,
    ),
    "typed": Typeface("'Courier New','Liberation Mono',monospace", 700, 1.0, 0.0, 1.05),
}
TYPEFACES_OF_GENRE: dict[str, tuple[str, ...]] = {
    "Drama": ("book", "wide", "headline"),
    "Comedy": ("headline", "poster", "round"),
    "Crime": ("narrow", "typed", "poster"),
    "Thriller": ("narrow", "wide", "poster"),
    "Action": ("poster", "narrow"),
    "Adventure": ("poster", "classic", "headline"),
    "Science fiction": ("wide", "narrow", "poster"),
    "Fantasy": ("classic", "book"),
    "Horror": ("classic", "narrow", "wide"),
    "Romance": ("romantic", "book"),
    "Documentary": ("headline", "wide", "book"),
    "Animation": ("round",),
    "Family": ("round", "headline"),
    "History": ("classic", "book"),
    "Music": ("poster", "romantic", "wide"),
    "Sport": ("poster", "narrow", "headline"),
}

_WIDTHS = {" ": 0.28, "'": 0.24, ".": 0.28, ",": 0.28, ":": 0.33, "&": 0.72, "-": 0.33, "(": 0.33}
_MOST_TRIED = 12
"""Words up to which every way to break a name into lines is tried."""

_NARROW_LETTERS = frozenset("ijlI")
_HALF_LETTERS = frozenset("frt")
_BROAD_LETTERS = frozenset("mMW")


@dataclass(frozen=True)
class Frame:
    """Where the lettering goes, and how it stands there (`start`, `middle` or `end`)."""

    x: float
    y: float
    width: float
    height: float
    anchor: str = "start"
    settle: str = "bottom"


def measure(text: str, face: Typeface) -> float:
    """Estimated width of a line, in em."""
    if face.family.startswith("'Courier"):
        return 0.6 * len(text)
    total = 0.0
    for letter in text:
        if letter in _WIDTHS:
            width = _WIDTHS[letter]
        elif letter in _NARROW_LETTERS:
            width = 0.28
        elif letter in _HALF_LETTERS:
            width = 0.37
        elif letter in _BROAD_LETTERS:
            width = 0.87
        elif letter.isupper():
            width = 0.7
        elif east_asian_width(letter) in ("W", "F"):
            width = 1.0
        else:
            width = 0.57
        total += width * face.breadth + face.tracking
    return total - face.tracking


def letter_name(
    name: str,
    frame: Frame,
    face: Typeface,
    *,
    ink: str,
    ground: str,
    largest: float = 46,
    outline: float = 0.09,
) -> str:
    """SVG of the name in its frame: ink on ground, with an outline of `outline` em."""
    text = name.upper() if face.capitals else name
    lines, size = _set_lines(text, frame, face, largest)
    step = size * face.leading
    block = step * (len(lines) - 1) + size * 0.74
    first = {
        "bottom": frame.y + frame.height - block,
        "middle": frame.y + (frame.height - block) / 2,
        "top": frame.y,
    }[frame.settle] + size * 0.74
    x = {"start": frame.x, "middle": frame.x + frame.width / 2, "end": frame.x + frame.width}[
        frame.anchor
    ]
    rows = "".join(
        f'<tspan x="{number(x)}" y="{number(first + step * i)}" '
        f'textLength="{number(measure(line, face) * size)}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(line)}</tspan>"
        for i, line in enumerate(lines)
    )
    spacing = f' letter-spacing="{number(face.tracking * size)}"' if face.tracking > 0 else ""
    slant = ' font-style="italic"' if face.italic else ""
    edge = (
        (
            f' stroke="{ground}" stroke-width="{number(outline * size)}" stroke-linejoin="round" '
            'paint-order="stroke"'
        )
        if outline
        else ""
    )
    return (
        f'<text class="name" font-family="{face.family}" font-weight="{face.weight}" '
        f'font-size="{number(size)}" text-anchor="{frame.anchor}"{spacing}{slant}'
        f' fill="{ink}"{edge}>{rows}</text>'
    )


def _set_lines(text: str, frame: Frame, face: Typeface, largest: float) -> tuple[list[str], float]:
    """Break the text where it can be set largest; fewer lines win a tie."""
    words, between = text.split(" "), " "
    if len(words) == 1 and any(east_asian_width(letter) in ("W", "F") for letter in text):
        words, between = list(text), ""  # such scripts break anywhere
    best: tuple[float, list[str]] = (0.0, [text])
    for n_lines in range(1, min(len(words), 4) + 1):
        for cuts in _cuts(len(words), n_lines):
            edges = (0, *cuts, len(words))
            lines = [between.join(words[a:b]) for a, b in pairwise(edges)]
            widest = max(measure(line, face) for line in lines)
            tall = face.leading * (n_lines - 1) + 0.8
            size = min(largest, frame.width / widest, frame.height / tall)
            if size > best[0] + 0.4:
                best = (size, lines)
    return best[1], best[0]


def _cuts(n_words: int, n_lines: int) -> Iterable[tuple[int, ...]]:
    """Where a name may be cut into lines: anywhere, of a long one into about equal parts."""
    if n_words <= _MOST_TRIED:
        return combinations(range(1, n_words), n_lines - 1)
    return [tuple(round(i * n_words / n_lines) for i in range(1, n_lines))]
