"""Pictures that stand in for a title that has none: a few in different styles, from its own words.

Each is the same for the same words, wherever and whenever it is painted, so its address can hold a hash
of them. No face is invented for a real person.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from frontrow.base.draws import Draws
from frontrow.base.randomness import digest_of, rng_for
from frontrow.painting.action import paint_action
from frontrow.painting.canvas import Canvas
from frontrow.painting.captions import caption_below
from frontrow.painting.emblems import knows_theme
from frontrow.painting.genres import emblems_of_genre, first_painted
from frontrow.painting.lettering import TYPEFACES_OF_GENRE
from frontrow.painting.palettes import choose_palette
from frontrow.painting.places import SCENES
from frontrow.painting.title_led import paint_title_led

VERSION = 1
"""Of the painters: a picture that looks different gets another address."""

_LONGEST_NAME = 70
_WITHOUT_GENRE = "Documentary"  # calm palettes, plain lettering


@dataclass(frozen=True, slots=True)
class Subject:
    """What a title says of itself that can be painted."""

    name: str
    genres: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandIn:
    """A picture that can be painted.

    digest: of everything that it is painted from
    tags:   its look, and the genre that it shows
    """

    style: str
    digest: str
    tags: tuple[str, ...]


def stand_ins_of(subject: Subject) -> list[StandIn]:
    """The pictures that a title without any gets; one in lettering alone where its genre is unknown."""
    terms = (*subject.genres, "/", *subject.themes)
    digest = digest_of(VERSION, "stand-in", subject.name, *terms, size=8).hex()
    shown = first_painted(subject.genres)
    if shown is None:
        return [StandIn("title-led", digest, ("title-led",))]
    return [StandIn(style, digest, (style, shown[0])) for style in ("title-led", "scene", "action")]


def paint_stand_in(subject: Subject, style: str, digest: str) -> str:
    """The SVG of a stand-in. Raises `KeyError` where the title has no such picture (any more)."""
    if not any(one.style == style and one.digest == digest for one in stand_ins_of(subject)):
        raise KeyError(style)
    draws = Draws(rng_for(VERSION, "stand-in", style, digest))
    shown = first_painted(subject.genres)
    genre = _WITHOUT_GENRE if shown is None else shown[1]
    canvas = Canvas(choose_palette(genre, genre, draws))
    name, typeface = _lettered(subject.name), draws.pick(TYPEFACES_OF_GENRE[genre])
    theme = next((theme.lower() for theme in subject.themes if knows_theme(theme.lower())), None)
    emblems = emblems_of_genre(genre) if theme is None else ()
    if style == "title-led":
        paint_title_led(canvas, name, theme, typeface, draws, emblems=emblems)
    elif style == "scene":
        draws.pick(SCENES[genre])(canvas, draws)
        caption_below(canvas, name, typeface, draws)
    else:
        paint_action(canvas, genre, theme, draws, emblems=emblems)
        caption_below(canvas, name, typeface, draws, slanted=True)
    return canvas.to_svg(name)


def _lettered(name: str) -> str:
    """A name as it can be lettered: no control characters, not endless."""
    clean = "".join(" " if unicodedata.category(c).startswith("C") else c for c in name)
    clean = " ".join(clean.split()) or "?"
    return clean if len(clean) <= _LONGEST_NAME else clean[: _LONGEST_NAME - 1].rstrip() + "…"
