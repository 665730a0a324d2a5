"""The pictures of a work: which kinds it gets, how each is composed, where its name stands."""

from dataclasses import dataclass

from frontrow.base.draws import Draws
from frontrow.base.randomness import rng_for
from frontrow.painting.action import paint_action
from frontrow.painting.animals import paint_animal
from frontrow.painting.canvas import WIDTH, Canvas
from frontrow.painting.captions import caption_below, caption_beside
from frontrow.painting.lettering import (
    TYPEFACES_OF_GENRE,
)
from frontrow.painting.palettes import choose_palette
from frontrow.painting.places import SCENES
from frontrow.painting.portraits import looks_of, paint_backdrop, paint_portrait
from frontrow.painting.title_led import paint_title_led
from frontrow.simulation.works import Work

KINDS: tuple[str, ...] = ("face", "scene", "action", "title-led")
_SHARE_ALL_FOUR = 0.5
_GLAD_TONES = frozenset(("light", "witty", "warm", "playful", "bright"))
_GRAVE_TONES = frozenset(("dark", "tense", "gritty", "intense", "eerie", "cool"))


@dataclass(frozen=True)
class Picture:
    """One artwork: its kind, the people whose faces it shows, and the SVG."""

    kind: str
    people: tuple[str, ...]
    svg: str


def draw_artwork(work: Work, seed: int) -> list[Picture]:
    """Three or four pictures of different kinds; the same for the same work and seed."""
    draws = Draws(rng_for(seed, "artwork", work.work_id))
    kinds = list(KINDS)
    if work.kind == "live":
        kinds.remove("face")
    elif not draws.chance(_SHARE_ALL_FOUR):
        kinds.remove(draws.pick(KINDS[:3]))
    typeface = draws.pick(TYPEFACES_OF_GENRE[work.genres[0]])
    return [_draw(kind, work, typeface, seed, draws) for kind in kinds]


def _draw(kind: str, work: Work, typeface: str, seed: int, draws: Draws) -> Picture:
    second = work.genres[1] if len(work.genres) > 1 else work.genres[0]
    canvas = Canvas(choose_palette(work.genres[0], second, draws))
    people: tuple[str, ...] = ()
    if kind == "face":
        people = _compose_face(canvas, work, typeface, seed, draws)
    elif kind == "title-led":
        paint_title_led(canvas, work.name, work.themes[0], typeface, draws)
    else:
        if kind == "scene":
            draws.pick(SCENES[work.genres[0]])(canvas, draws)
        else:
            paint_action(canvas, work.genres[0], work.themes[0], draws)
        caption_below(canvas, work.name, typeface, draws, slanted=kind == "action")
    return Picture(kind, people, canvas.to_svg(work.name))


def _compose_face(
    canvas: Canvas, work: Work, typeface: str, seed: int, draws: Draws
) -> tuple[str, ...]:
    """One face beside the name, one above it, or two; returns whose they are."""
    cast = [person.name for person, role in work.cast if role in ("actor", "presenter")]
    animal = work.kids and (not cast or "Animation" in work.genres)
    if not cast and not animal:
        cast = [person.name for person, _ in work.cast]
    layout = draws.pick(("beside", "beside", "above", "pair"))
    heads = (cast or [work.name])[: 2 if layout == "pair" else 1]
    if len(heads) < 2 and layout == "pair":
        layout = "above"
    spots = {
        "beside": ((draws.pick((84.0, 236.0)), 80.0, 1.5),),
        "above": ((160.0, 62.0, 1.3),),
        "pair": ((104.0, 66.0, 1.16), (216.0, 60.0, 1.22)),
    }[layout]
    paint_backdrop(canvas, draws, spots[0][0])
    light, mood = draws.pick((-1, 1)), _mood_of(work.tone, draws)
    for person, (x, y, size) in zip(heads, spots, strict=True):
        if animal:
            paint_animal(canvas, work.name, x, y, size * 0.92, draws)
        else:
            paint_portrait(
                canvas, looks_of(person, seed), x, y, size, light=light, mood=mood, draws=draws
            )
    canvas.vignette(0.55)
    if layout == "beside":
        caption_beside(canvas, work.name, typeface, on_the_right=spots[0][0] < WIDTH / 2)
    else:
        caption_below(canvas, work.name, typeface, draws, height=48)
    return () if animal else tuple(heads)


def _mood_of(tone: str, draws: Draws) -> str:
    if tone in _GLAD_TONES:
        return draws.pick(("glad", "glad", "calm"))
    if tone in _GRAVE_TONES:
        return draws.pick(("grave", "grave", "calm"))
    return "calm"
