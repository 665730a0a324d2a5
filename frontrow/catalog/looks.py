"""Words for how an image looks, whatever its title holds: what it shows, and in which mood.

Any other tag of an image that names a genre, a theme or a person of the catalogue is a promise, and true
only where the title holds it too.
"""

from __future__ import annotations

SHOWN = frozenset(
    {
        "face", "close-up", "portrait", "pair", "group", "crowd", "scene", "place", "landscape", "city",
        "interior", "action", "object", "animal", "emblem", "title-led", "text", "still", "poster",
    }
)  # fmt: skip
"""What fills the picture."""

MOODS = frozenset(
    {
        "light", "dark", "bright", "warm", "cool", "witty", "playful", "tender", "romantic", "calm", "tense",
        "gritty", "intense", "eerie", "melancholy", "epic", "colourful", "black-and-white",
    }
)  # fmt: skip
"""What it feels like."""

LOOKS = SHOWN | MOODS
