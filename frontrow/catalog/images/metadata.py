"""What an image file says of itself: keywords and the people it shows (XMP, IPTC, EXIF)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from PIL import Image, ImageFile, IptcImagePlugin

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_SUBJECT = "{http://purl.org/dc/elements/1.1/}subject"
_PERSON = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}PersonInImage"
_IPTC_KEYWORDS = (2, 25)
_EXIF_KEYWORDS = 0x9C9E  # as Windows writes them: UTF-16, between semicolons
_MOST = 200
_LONGEST = 200
_MOST_XMP = 256_000
"""Bytes of a packet that is read: of a longer one hardly anything is words."""
_MOST_LISTS = 8


@dataclass(frozen=True)
class Metadata:
    """Words as they stand in the file, each once."""

    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def metadata_of(image: ImageFile.ImageFile) -> Metadata:
    """The words of an opened image; a part that is damaged says nothing."""
    subjects, people = _of_xmp(image.info.get("xmp") or image.info.get("XML:com.adobe.xmp"))
    return Metadata(_clean([*subjects, *_of_iptc(image), *_of_exif(image)]), _clean(people))


def _of_xmp(packet: bytes | str | None) -> tuple[list[str], list[str]]:
    if not packet or len(packet) > _MOST_XMP:
        return [], []
    try:
        root = fromstring(packet.rstrip(b"\0 \n") if isinstance(packet, bytes) else packet)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return [], []
    return _listed(root, _SUBJECT), _listed(root, _PERSON)


def _listed(root: Any, name: str) -> list[str]:
    lists = islice(root.iter(name), _MOST_LISTS)
    words = (item.text or "" for found in lists for item in found.iter(f"{_RDF}li"))
    return list(islice(words, _MOST))


def _of_iptc(image: ImageFile.ImageFile) -> list[str]:
    try:
        found = (IptcImagePlugin.getiptcinfo(image) or {}).get(_IPTC_KEYWORDS, [])
    except (OSError, SyntaxError, ValueError, KeyError, IndexError):
        return []
    return [_decoded(one) for one in (found if isinstance(found, list) else [found])]


def _of_exif(image: Image.Image) -> list[str]:
    try:
        found = image.getexif().get(_EXIF_KEYWORDS)
        if isinstance(found, tuple):
            found = bytes(found)
    except (OSError, SyntaxError, ValueError, KeyError, TypeError):
        return []
    if not isinstance(found, bytes):
        return []
    return found.decode("utf-16-le", "replace").split(";")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _clean(words: list[str]) -> tuple[str, ...]:
    plain = (" ".join(word.replace("\0", "").split()) for word in words)
    return tuple(dict.fromkeys(word for word in plain if 0 < len(word) <= _LONGEST))[:_MOST]
