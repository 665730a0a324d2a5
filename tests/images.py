"""Image files for tests, made here."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

from PIL import Image

_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:iptc="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><dc:subject><rdf:Bag>{keywords}</rdf:Bag>'
    "</dc:subject><iptc:PersonInImage><rdf:Bag>{people}</rdf:Bag></iptc:PersonInImage>"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def picture(
    width: int = 1600,
    height: int = 900,
    *,
    form: str = "JPEG",
    colour: tuple[int, ...] = (200, 40, 40),
    keywords: tuple[str, ...] = (),
    people: tuple[str, ...] = (),
    **more: Any,
) -> bytes:
    """An image of one colour, with words in its metadata."""
    if keywords or people:
        listed = [f"<rdf:li>{word}</rdf:li>" for word in keywords]
        named = [f"<rdf:li>{person}</rdf:li>" for person in people]
        more["xmp"] = _XMP.format(keywords="".join(listed), people="".join(named)).encode()
    out = BytesIO()
    mode = "RGBA" if len(colour) == 4 else "RGB"
    Image.new(mode, (width, height), colour).save(out, form, **more)
    return out.getvalue()


def as_text(raw: bytes) -> str:
    """The bytes as an API takes them."""
    return base64.b64encode(raw).decode()
