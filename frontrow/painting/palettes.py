"""Palettes by genre and tone, and the contrast that lettering must keep.

A palette runs from dark to light: `night`, `deep`, `mid`, `glow`, `pale`, with an `accent`.
"""

from dataclasses import dataclass

from frontrow.base.draws import Draws

LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, level AA


@dataclass(frozen=True)
class Palette:
    """Six colours, `#rrggbb`."""

    night: str
    deep: str
    mid: str
    glow: str
    pale: str
    accent: str


PALETTES: dict[str, Palette] = {
    name: Palette(*(f"#{colour}" for colour in colours.split()))
    for name, colours in {
        "harbour": "0d1b26 1d3b4f 3f7085 d9a066 f4ead8 e4572e",
        "dusk": "1b1230 43265c 92406f f0805a ffe3c2 ffc145",
        "noir": "0b0c10 1c2129 454f5b a3aab2 f2f0e9 d7263d",
        "rust": "1d100b 4a2316 94492a e59b57 fae6cc 2fa4a0",
        "fjord": "0a1a24 14405a 2f7fa0 9fd3dc f1fafa f2b134",
        "neon": "0d0820 2a1458 6b21a8 ff3d9a fdeaff 21e6d6",
        "ember": "150707 4a0f10 a8231c ff7b29 fff0d6 ffd23f",
        "moss": "0f1a12 1f3b2a 4c7a4d c9c46b f5f3dc e2673d",
        "candy": "2b1a5e 5a36c4 f0559b ffc93c fff7e3 22c1c3",
        "meadow": "123a33 1f7a5c 62b96b ffd966 fffbe8 ff7052",
        "lagoon": "07303b 0b6a77 25b0a9 ffd58a fffaee ff6f59",
        "rose": "2c0f20 6d2145 c4486b f7a991 fff0e8 ffd166",
        "blush": "3a1d2e 8c3b57 e0778a ffc6b3 fff5ef 3f8f9b",
        "gold": "17120a 41301a 8a6a2f e3b85a fbf2dc b23a2e",
        "velvet": "14081c 3b0f3f 7d1d53 d9576e fbe4da f3c053",
        "ice": "0e1826 27425f 6c93b3 cfe3ec ffffff f25f5c",
        "steel": "0c1218 222f3b 50677a b4c7d1 f4f7f8 ff8c1a",
        "venom": "071310 0f2f26 1f6a4a 9be15d f1ffe4 f6f740",
        "ultra": "0a0d2e 1a237a 3f51d8 7fb2ff eef4ff ffb703",
        "mars": "190b10 4b1a22 a43c2d f0a35e ffefd9 5bc0be",
        "blood": "0a0506 2b0a0e 6a0f18 c2413b f7e7de e8d7b0",
        "fog": "161a1d 39434a 7a868b c7cfc9 f6f6ef b7410e",
        "sunday": "24313d 3d6a80 ef8354 f9c784 fffaf0 2d9c8f",
        "citrus": "203014 4f7b1f f28c1b ffd23f fffbe6 e63946",
        "paper": "2a2320 6b4c3a b98b62 e8d3ad fdf8ec 1f6f78",
        "plum": "1a1026 3f2a68 7f5fb5 d8b4f2 fbf5ff f7b32b",
        "track": "101418 1f3c88 3a78d4 ffcf33 fffdf3 ee4540",
        "jade": "081c1a 0f4740 2a8c76 a8e0b4 f4fff5 ff9f1c",
    }.items()
}

_OF_GENRE: dict[str, tuple[str, ...]] = {
    "Drama": ("harbour", "dusk", "fog", "paper", "fjord", "plum"),
    "Comedy": ("sunday", "citrus", "candy", "lagoon", "blush", "track"),
    "Crime": ("noir", "harbour", "rust", "steel", "fog", "gold"),
    "Thriller": ("noir", "steel", "ember", "venom", "ice", "velvet"),
    "Action": ("ember", "steel", "mars", "ultra", "rust", "track"),
    "Adventure": ("lagoon", "mars", "moss", "jade", "sunday", "gold"),
    "Science fiction": ("ultra", "neon", "ice", "mars", "venom", "jade"),
    "Fantasy": ("plum", "jade", "dusk", "moss", "gold", "ultra"),
    "Horror": ("blood", "noir", "venom", "velvet", "fog", "ember"),
    "Romance": ("rose", "blush", "dusk", "velvet", "sunday", "lagoon"),
    "Documentary": ("fjord", "moss", "paper", "jade", "harbour", "ice"),
    "Animation": ("candy", "meadow", "lagoon", "citrus", "plum", "ultra"),
    "Family": ("meadow", "sunday", "candy", "citrus", "lagoon", "fjord"),
    "History": ("gold", "rust", "paper", "velvet", "moss", "blood"),
    "Music": ("neon", "velvet", "dusk", "candy", "rose", "ultra"),
    "Sport": ("track", "citrus", "steel", "meadow", "ember", "ultra"),
}


def choose_palette(genre: str, second: str, draws: Draws) -> Palette:
    """A palette of the first genre, or now and then of the second."""
    return PALETTES[draws.pick(_OF_GENRE[second if draws.chance(0.2) else genre])]


def mix(one: str, other: str, share: float) -> str:
    """The colour between two, `share` of the way to the other."""
    a, b = _channels(one), _channels(other)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(a, b, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def choose_ink(ground: str, wishes: tuple[str, ...]) -> str:
    """The first wish that reads on this ground, else white or black."""
    for ink in (*wishes, "#ffffff"):
        if contrast(ink, ground) >= LEAST_CONTRAST:
            return ink
    return "#000000"  # reads wherever white does not


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
