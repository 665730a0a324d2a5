"""The pictures of a work: which kinds it gets, how each is composed, where its name stands."""

from dataclasses import dataclass

from frontrow.base.randomness import rng_for
from frontrow.simulation.artwork.action import paint_action
from frontrow.simulation.artwork.animals import paint_animal
from frontrow.simulation.artwork.canvas import HEIGHT, WIDTH, Canvas, box
from frontrow.simulation.artwork.lettering import (
    TYPEFACES,
    TYPEFACES_OF_GENRE,
    Frame,
    letter_name,
)
from frontrow.simulation.artwork.palettes import choose_ink, choose_palette
from frontrow.simulation.artwork.places import SCENES
from frontrow.simulation.artwork.portraits import looks_of, paint_backdrop, paint_portrait
from frontrow.simulation.artwork.title_led import paint_title_led
from frontrow.simulation.draws import Draws
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
        _letter_at_the_bottom(canvas, work.name, typeface, draws, slanted=kind == "action")
    return Picture(kind, people, canvas.to_svg(work.name))


def _letter_at_the_bottom(
    canvas: Canvas,
    name: str,
    typeface: str,
    draws: Draws,
    *,
    slanted: bool = False,
    height: float = 74,
) -> None:
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
        _letter_beside(canvas, work.name, typeface, on_the_right=spots[0][0] < WIDTH / 2)
    else:
        _letter_at_the_bottom(canvas, work.name, typeface, draws, height=48)
    return () if animal else tuple(heads)


def _letter_beside(canvas: Canvas, name: str, typeface: str, *, on_the_right: bool) -> None:
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


def _mood_of(tone: str, draws: Draws) -> str:
    if tone in _GLAD_TONES:
        return draws.pick(("glad", "glad", "calm"))
    if tone in _GRAVE_TONES:
        return draws.pick(("grave", "grave", "calm"))
    return "calm"
