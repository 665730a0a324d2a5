"""Animal faces for children's titles: big heads, round eyes, a few strokes each."""

from frontrow.base.draws import Draws
from frontrow.painting.canvas import Canvas, disc, number, path, stroke
from frontrow.painting.palettes import mix

_COATS = ("#c97b3d", "#8a5a3c", "#d9d3c7", "#6f7c8c", "#f0b35a", "#5d4a66", "#e8855b", "#7fa05a")
# creature words that a name may hold: the kind of head that fits
_HEAD_OF_WORD = {
    "Bear": "bear",
    "Panda": "bear",
    "Koala": "bear",
    "Hippo": "bear",
    "Otter": "bear",
    "Mole": "bear",
    "Fox": "fox",
    "Lynx": "cat",
    "Weasel": "fox",
    "Raccoon": "fox",
    "Badger": "fox",
    "Kitten": "cat",
    "Lion": "lion",
    "Tiger": "cat",
    "Bunny": "rabbit",
    "Donkey": "rabbit",
    "Llama": "rabbit",
    "Owl": "owl",
    "Robin": "owl",
    "Finch": "owl",
    "Parrot": "owl",
    "Penguin": "owl",
    "Puffin": "owl",
    "Duck": "owl",
    "Goose": "owl",
    "Magpie": "owl",
    "Frog": "frog",
    "Toad": "frog",
    "Newt": "frog",
    "Gecko": "frog",
    "Turtle": "frog",
    "Tortoise": "frog",
    "Mouse": "mouse",
    "Vole": "mouse",
    "Elephant": "mouse",
    "Pig": "pig",
}
_HEADS = ("bear", "fox", "cat", "rabbit", "owl", "frog", "mouse", "lion", "pig")


def paint_animal(canvas: Canvas, name: str, x: float, y: float, size: float, draws: Draws) -> None:
    """The animal that the name speaks of, or any, with its head's middle at (x, y)."""
    p = canvas.palette
    fitting = [_HEAD_OF_WORD[word] for word in name.split() if word in _HEAD_OF_WORD]
    head = fitting[0] if fitting else draws.pick(_HEADS)
    coat = "#7dbb5b" if head == "frog" else "#f4a9a8" if head == "pig" else draws.pick(_COATS)
    pale, dark = mix(coat, "#fff6e8", 0.62), mix(coat, "#20142b", 0.35)
    scarf = path("M-34 34q34 20 68 0l4 14q-38 20-76 0zM18 46l16 2 4 30-18 2z", p.accent)
    body = path("M-46 110q-2-64 46-66 48 2 46 66z", coat) + path("M-22 110q0-44 22-44t22 44z", pale)
    parts = _ears(head, coat, dark, pale) + body + _skull(head, coat, pale)
    canvas.add(
        f'<g transform="translate({number(x)} {number(y)}) scale({number(size)})">'
        f"{parts}{_eyes(head)}{_muzzle(head, dark, pale, p.accent)}{scarf}</g>"
    )


def _ears(head: str, coat: str, dark: str, pale: str) -> str:
    if head in ("fox", "cat"):
        return path("M-40-8l-4-48 34 20zM40-8l4-48-34 20z", coat) + path(
            "M-35-20l-3-24 18 12zM35-20l3-24-18 12z", dark
        )
    if head == "rabbit":
        return path("M-24-24q-20-54-4-66 18 4 18 62zM24-24q20-54 4-66-18 4-18 62z", coat) + path(
            "M-20-34q-12-34-4-44 8 6 9 42zM20-34q12-34 4-44-8 6-9 42z", pale
        )
    if head == "lion":
        return "".join(
            disc(46 * a, 46 * b, 17, dark)
            for a, b in (
                (1, 0),
                (0.8, 0.6),
                (0.3, 0.9),
                (-0.3, 0.9),
                (-0.8, 0.6),
                (-1, 0),
                (-0.8, -0.6),
                (-0.3, -0.95),
                (0.3, -0.95),
                (0.8, -0.6),
            )
        )
    if head == "owl":
        return path("M-38-14l-6-36 30 18zM38-14l6-36-30 18z", dark)
    if head == "frog":
        return disc(-24, -32, 17, coat) + disc(24, -32, 17, coat)
    if head == "pig":
        return path("M-38-12l-8-34 30 12zM38-12l8-34-30 12z", dark)
    size = 24 if head == "mouse" else 15
    return (
        disc(-34, -32, size, coat)
        + disc(34, -32, size, coat)
        + disc(-34, -32, size * 0.58, pale)
        + disc(34, -32, size * 0.58, pale)
    )


def _skull(head: str, coat: str, pale: str) -> str:
    skull = f'<ellipse cx="0" cy="0" rx="44" ry="40" fill="{coat}"/>'
    if head == "fox":
        return skull + path(
            "M-44 2q20 4 30 18l14 20q-34 2-44-38zM44 2q-20 4-30 18L0 40q34 2 44-38z", pale
        )
    if head == "owl":
        return skull + disc(-17, -6, 19, pale) + disc(17, -6, 19, pale)
    return skull


def _eyes(head: str) -> str:
    x, y = {"frog": (24, -34), "owl": (17, -6)}.get(head, (17, -6))
    return "".join(
        disc(side * x, y, 9.5, "#ffffff")
        + disc(side * x + 1.5, y + 1, 6, "#1d1426")
        + disc(side * x + 3.5, y - 2, 2, "#ffffff")
        for side in (-1, 1)
    )


def _muzzle(head: str, dark: str, pale: str, accent: str) -> str:
    ink = "#1d1426"
    if head == "owl":
        return path("M-8 4h16l-8 15z", "#f7a823")
    if head == "frog":
        return (
            stroke("M-26 10q26 22 52 0", ink, 3)
            + disc(-32, 6, 6, accent, ' opacity=".5"')
            + disc(32, 6, 6, accent, ' opacity=".5"')
        )
    if head == "pig":
        return (
            f'<ellipse cx="0" cy="12" rx="17" ry="12" fill="{dark}"/>'
            + disc(-6, 12, 3, ink)
            + disc(6, 12, 3, ink)
            + stroke("M-9 29q9 6 18 0", ink, 2.6)
        )
    cheeks = "" if head == "fox" else f'<ellipse cx="0" cy="16" rx="21" ry="16" fill="{pale}"/>'
    nose = f'<ellipse cx="0" cy="9" rx="7" ry="5" fill="{ink}"/>'
    whiskers = (
        stroke("M-24 16l-20-4M-24 20l-20 3M24 16l20-4M24 20l20 3", ink, 1.4)
        if head in ("cat", "mouse", "lion")
        else ""
    )
    return cheeks + nose + stroke("M0 13v7q-8 8-14 1M0 20q8 8 14 1", ink, 2.4) + whiskers
