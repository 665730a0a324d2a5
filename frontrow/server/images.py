"""Images over HTTP: sent for a title, and served under addresses that hold a hash of their content.

Who shows a page has no key in the tags of its pictures, so images are served to whoever knows their
address; nobody can guess one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import replace
from starlette.responses import Response

from frontrow.base.errors import BadInput, FieldError, NotFound
from frontrow.base.validation import validate
from frontrow.catalog.images import MOST_BYTES, ImageFiles, read_image, with_image
from frontrow.catalog.images.tagging import Words
from frontrow.catalog.painted import painted_image
from frontrow.catalog.title import Artwork, Tags, Title, is_kept
from frontrow.server.problems import HttpProblem
from frontrow.server.service import Service

SVG, JPEG = "image/svg+xml", "image/jpeg"

MOST_BODY = MOST_BYTES * 4 // 3 + 100_000
"""Bytes of a body that holds the largest image as base64, and its words."""

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"


class ImageBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An image of a title."""

    data: Annotated[
        str, Meta(min_length=4, description="A JPEG, PNG or WebP of at most 20 MB, as base64.")
    ]
    tags: Tags = []
    people: Tags = []


class ImageAnswer(Struct, frozen=True):
    """The image as it stands with the title now."""

    artwork_id: str
    url: str
    widths: list[int]
    tags: list[str]
    people: list[str]
    left_out: list[str]


class WidthQuery(Struct, frozen=True, forbid_unknown_fields=True):
    width: Annotated[
        Annotated[int, Meta(ge=1, le=10_000)] | None,
        Meta(
            description="Pixels that are needed: the next larger file there is; none: the widest."
        ),
    ] = None


class Images:
    """The images of a home."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def _files(self) -> ImageFiles:
        return ImageFiles(self._service.home.artwork)

    # -- sent for a title

    def put(self, title_id: str, artwork_id: str, body: Any) -> dict[str, Any]:
        """Keep an image and let it stand with its title. Raises `NotFound`, `HttpProblem`."""
        sent = _checked(body)
        title = self._service.titles.get(title_id)
        try:
            image = read_image(_decoded(sent.data))
        except BadInput as error:
            raise HttpProblem(
                422, f"the image {error.what}", errors=[FieldError("/data", error.what)]
            ) from None
        said = Words(tuple(sent.tags), tuple(sent.people))
        kept = self._files.keep(image, title, artwork_id, said)
        before, _ = self._service.titles.change(
            title_id, lambda now: with_image(now, kept.artwork), now=self._service.clock()
        )
        replaced = [a for a in before.artwork if a.artwork_id == artwork_id]
        self.drop([a for a in replaced if a.url != kept.artwork.url])
        return {
            "artwork_id": artwork_id,
            "url": kept.artwork.url,
            "widths": list(kept.widths),
            "tags": kept.artwork.tags,
            "people": kept.artwork.people,
            "left_out": list(kept.left_out),
        }

    def delete(self, title_id: str, artwork_id: str) -> Response:
        """Take away an image that was sent. Raises `NotFound`."""

        def without(title: Title) -> Title:
            left = [a for a in title.artwork if not (a.artwork_id == artwork_id and is_kept(a))]
            if len(left) == len(title.artwork):
                raise NotFound("no such image was sent for this title", where=artwork_id)
            return replace(title, artwork=left)

        before, _ = self._service.titles.change(title_id, without, now=self._service.clock())
        self.drop([a for a in before.artwork if a.artwork_id == artwork_id])
        return Response(status_code=204)

    def drop(self, images: Sequence[Artwork]) -> None:
        """Remove the files of images that no title shows any more."""
        gone = [image for image in images if is_kept(image)]
        if not gone:
            return
        _, titles = self._service.titles.read()
        shown = {artwork.url for stored in titles for artwork in stored.title.artwork}
        for image in gone:
            if image.url not in shown:
                self._files.drop(image)

    # -- served

    def sent(self, file: str, width: int | None) -> Response:
        """An image that was sent. Raises `NotFound`."""
        return _served(self._files.read(file, width), JPEG, _FOR_EVER)

    def painted(self, title_id: str, file: str) -> Response:
        """A painted image of a title. Raises `NotFound`."""
        svg = painted_image(self._service.titles.get(title_id), file)
        return _served(svg.encode(), SVG, _FOR_EVER)

    def invented(self, file: str) -> Response:
        """An image of the invented service; names are ids, so none leads out of its folder."""
        path = self._service.home.artwork / file
        if file.startswith(".") or path.suffix != ".svg" or not path.is_file():
            raise NotFound("there is no such image", where=file)
        return _served(path.read_bytes(), SVG, _FOR_A_DAY)


def _served(content: bytes, media: str, caching: str) -> Response:
    tag = hashlib.sha256(content).hexdigest()[:32]
    return Response(
        content, media_type=media, headers={"Cache-Control": caching, "ETag": f'"{tag}"'}
    )


def _checked(body: Any) -> ImageBody:
    checked = validate(ImageBody, body)
    if isinstance(checked, ImageBody):
        return checked
    raise HttpProblem(422, f"the image can't be taken: {checked[0]}", errors=checked)


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("is not base64") from None
