"""One image file, read with care: what it is, how large, turned upright, in sRGB, in a few widths.

The JPEGs carry nothing of the file's metadata: no place, no camera, no thumbnail of what was cut away.
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms, ImageOps

from frontrow.base.errors import BadInput
from frontrow.catalog.images.metadata import Metadata, metadata_of

MOST_BYTES = 20_000_000
_MOST_PIXELS = 30_000_000
_LEAST_WIDTH = 64
_MOST_TO_ONE = 8
"""Of a strip longer than that nothing is left on a tile: 64 x 20,000 pixels were kept 8 wide."""

WIDTHS = (320, 640, 1280)
"""Widths that are kept, in pixels: a tile, a tile on a dense screen, a title's own sheet."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_BEHIND = (16, 16, 18)
"""What stands behind a picture that lets something through."""

_QUALITY = 84

_one_at_a_time = threading.Lock()

Image.MAX_IMAGE_PIXELS = None  # it warns or raises by its own measure; ours stands below


@dataclass(frozen=True)
class ReadImage:
    """An image as it can be shown.

    jpegs: width in pixels -> the file
    """

    jpegs: dict[int, bytes]
    metadata: Metadata


def read_image(raw: bytes) -> ReadImage:
    """Read a JPEG, PNG or WebP. Raises `BadInput` for what is none, or is too large to be read safely."""
    if len(raw) > MOST_BYTES:
        raise BadInput(f"is over {MOST_BYTES:,} bytes", mend="send a smaller image")
    try:
        with Image.open(BytesIO(raw), formats=_FORMATS) as image:
            width, height = image.size
            if width * height > _MOST_PIXELS:
                raise BadInput(
                    f"has {width * height:,} pixels", mend=f"send at most {_MOST_PIXELS:,}"
                )
            if width < _LEAST_WIDTH:
                raise BadInput(f"is {width} pixels wide", mend=f"send {_LEAST_WIDTH} or more")
            if max(width, height) > _MOST_TO_ONE * min(width, height):
                raise BadInput(
                    f"is a strip of {width} x {height} pixels",
                    mend=f"send one whose sides are at most {_MOST_TO_ONE} to 1",
                )
            told = metadata_of(image)
            image.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
            with _one_at_a_time:  # a large one takes some hundred megabytes while it is open
                if image.mode not in ("P", "1") and not image.mode.startswith("I"):
                    image.thumbnail((2 * WIDTHS[-1], 2 * WIDTHS[-1]))
                upright = _in_srgb(ImageOps.exif_transpose(image))
                return ReadImage(_sized(upright), told)
    except (OSError, SyntaxError, ValueError, struct.error, EOFError) as error:
        raise BadInput(
            f"is no JPEG, PNG or WebP that can be read ({type(error).__name__})",
            mend="save it anew as JPEG",
        ) from None


def _in_srgb(image: Image.Image) -> Image.Image:
    """RGB in the colours that every screen takes for granted."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, own, srgb, outputMode="RGB")
            image = image if converted is None else converted
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: as if there were none
    if image.mode.startswith("I"):  # 16 bits of grey
        image = Image.fromarray(
            (np.asarray(image).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8)
        )
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        behind = Image.new("RGBA", seen.size, (*_BEHIND, 255))
        image = Image.alpha_composite(behind, seen)
    return image.convert("RGB")


def _sized(image: Image.Image) -> dict[int, bytes]:
    """The widths that it has enough pixels for; a smaller one as it is."""
    widths = [width for width in WIDTHS if width <= image.width] or [image.width]
    found = {}
    for width in widths:
        height = max(round(image.height * width / image.width), 1)
        sized = image.resize((width, height), Image.Resampling.LANCZOS)
        sized.info.clear()
        out = BytesIO()
        sized.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        found[width] = out.getvalue()
    return found
