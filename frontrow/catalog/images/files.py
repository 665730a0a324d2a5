"""Images that were sent, kept in the home by their content, and how they come to stand with a title."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from frontrow.base.errors import BadInput, NotFound
from frontrow.base.files import write_whole
from frontrow.catalog.images.reading import ReadImage
from frontrow.catalog.images.tagging import Words, words_within
from frontrow.catalog.title import KEPT_IMAGES, MOST_IMAGES, Artwork, Title, is_kept

_FILE = re.compile(r"([0-9a-f]{32})\.jpg\Z")


@dataclass(frozen=True)
class KeptImage:
    """An image of a title, with what was left out of its words because the title doesn't hold it."""

    artwork: Artwork
    widths: tuple[int, ...]
    left_out: tuple[str, ...]


class ImageFiles:
    """The images in a folder: `CONTENT-WIDTH.jpg`, written whole and never changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, image: ReadImage, title: Title, artwork_id: str, said: Words) -> KeptImage:
        """Write an image's files; how it stands with the title.

        said: tags and people that the sender names, beside those in the file
        """
        largest = image.jpegs[max(image.jpegs)]
        name = hashlib.sha256(largest).hexdigest()[:32]
        self._folder.mkdir(exist_ok=True)
        for width, jpeg in image.jpegs.items():
            path = self._folder / f"{name}-{width}.jpg"
            if not path.exists():
                write_whole(path, jpeg)
        told = Words(image.metadata.keywords, image.metadata.people)
        words, left_out = words_within(title, (said, told))
        artwork = Artwork(
            artwork_id, f"{KEPT_IMAGES}{name}.jpg", list(words.tags), list(words.people)
        )
        return KeptImage(artwork, tuple(sorted(image.jpegs)), left_out)

    def read(self, file: str, width: int | None) -> bytes:
        """The JPEG of an address that is at least so wide, else the widest. Raises `NotFound`."""
        matched = _FILE.match(file)
        widths = sorted(self._widths(matched[1])) if matched else []
        if matched is None or not widths:
            raise NotFound("there is no such image", where=file)
        chosen = next((one for one in widths if width is None or one >= width), widths[-1])
        if width is None:
            chosen = widths[-1]
        return (self._folder / f"{matched[1]}-{chosen}.jpg").read_bytes()

    def drop(self, artwork: Artwork) -> None:
        """Remove the files of an image that no title shows any more."""
        matched = _FILE.search(artwork.url)
        if is_kept(artwork) and matched is not None:
            for width in self._widths(matched[1]):
                (self._folder / f"{matched[1]}-{width}.jpg").unlink(missing_ok=True)

    def _widths(self, name: str) -> list[int]:
        return [int(path.stem.partition("-")[2]) for path in self._folder.glob(f"{name}-*.jpg")]


def with_image(title: Title, artwork: Artwork) -> Title:
    """The title with an image; one of the same id gives way. Raises `BadInput` where it has too
    many."""
    ids = [one.artwork_id for one in title.artwork]
    if artwork.artwork_id in ids:
        at = ids.index(artwork.artwork_id)
        return replace(title, artwork=[*title.artwork[:at], artwork, *title.artwork[at + 1 :]])
    if len(ids) >= MOST_IMAGES:
        raise BadInput(f"the title has {MOST_IMAGES} images", mend="take one away first")
    return replace(title, artwork=[*title.artwork, artwork])
