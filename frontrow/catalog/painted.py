"""Painted images of titles that came without any: their addresses, and the way back from one."""

from __future__ import annotations

from collections.abc import Iterable

from frontrow.base.errors import NotFound
from frontrow.catalog.title import Artwork, Title
from frontrow.painting.stand_ins import Subject, paint_stand_in, stand_ins_of

PAINTED = "/artwork/painted"
_ENDING = ".svg"


def painted_for(title: Title) -> tuple[Artwork, ...]:
    """The images that stand in for a title's own. An address holds a hash of what is painted, so that it
    may be kept for ever; and nobody can guess it who does not know the title's words."""
    return painted_images(title.title_id, title.name, title.genres, title.themes)


def painted_images(
    title_id: str, name: str, genres: Iterable[str], themes: Iterable[str]
) -> tuple[Artwork, ...]:
    """The same for the words of a title."""
    return tuple(
        Artwork(
            artwork_id=f"painted.{one.style}",
            url=f"{PAINTED}/{title_id}/{one.style}.{one.digest}{_ENDING}",
            tags=list(one.tags),
        )
        for one in stand_ins_of(Subject(name, tuple(genres), tuple(themes)))
    )


def painted_image(title: Title, file: str) -> str:
    """The SVG of a title's painted image. Raises `NotFound` where it has none of this address (now)."""
    style, _, digest = file.removesuffix(_ENDING).rpartition(".")
    try:
        return paint_stand_in(_subject_of(title), style, digest)
    except KeyError:
        raise NotFound("there is no such image", where=file) from None


def _subject_of(title: Title) -> Subject:
    return Subject(title.name, tuple(title.genres), tuple(title.themes))
