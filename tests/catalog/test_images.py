"""Image files: read with care, tagged by what they say, kept by content."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from frontrow.base.errors import BadInput, NotFound
from frontrow.catalog import Credit, Title
from frontrow.catalog.images import MOST_BYTES, ImageFiles, read_image
from frontrow.catalog.images.reading import WIDTHS
from frontrow.catalog.images.tagging import Words, words_within
from tests.images import picture

HEAT = Title(
    title_id="heat",
    kind="movie",
    name="Heat",
    genres=["Crime", "Drama"],
    themes=["heist"],
    people=[Credit("Al Pacino", "actor"), Credit("Robert De Niro", "actor")],
)


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(BytesIO(jpeg))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_an_image_is_kept_in_the_widths_that_it_has_pixels_for(form: str) -> None:
    assert tuple(read_image(picture(1600, 900, form=form)).jpegs) == WIDTHS
    assert tuple(read_image(picture(700, 400, form=form)).jpegs) == (320, 640)
    assert tuple(read_image(picture(100, 90, form=form)).jpegs) == (100,)
    for width, jpeg in read_image(picture(1600, 900, form=form)).jpegs.items():
        assert opened(jpeg).size == (width, width * 9 // 16)


def test_a_picture_taken_with_a_turned_camera_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    jpeg = read_image(picture(900, 1600, exif=exif)).jpegs[1280]
    assert opened(jpeg).size == (1280, 720)


def test_nothing_of_the_metadata_is_in_what_is_shown() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    exif[0x9C9E] = "Crime;Al Pacino".encode("utf-16-le")
    read = read_image(picture(exif=exif, keywords=("heist",), people=("Robert De Niro",)))
    assert read.metadata.keywords == ("heist", "Crime", "Al Pacino")
    assert read.metadata.people == ("Robert De Niro",)
    for jpeg in read.jpegs.values():
        assert not {"exif", "xmp", "icc_profile", "comment"} & opened(jpeg).info.keys()
        assert not any(word in jpeg for word in (b"camera", b"heist", b"Niro"))


def test_what_lets_light_through_stands_on_a_dark_ground() -> None:
    jpeg = read_image(picture(640, 360, form="PNG", colour=(255, 255, 255, 0))).jpegs[640]
    assert max(band[1] for band in opened(jpeg).getextrema()) < 40


@pytest.mark.parametrize(
    "raw",
    [b"", b"GIF89a", b"<svg/>", b"\xff\xd8\xff\xe0" + bytes(50), picture()[:400], picture(20, 20),
     picture(form="PNG")[:200], bytes(MOST_BYTES + 1), picture(64, 5_000), picture(640, 8)],
    ids=["empty", "gif", "svg", "no jpeg", "cut", "tiny", "cut png", "huge", "tower", "strip"],
)  # fmt: skip
def test_what_can_not_be_shown_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(BadInput) as told:
        read_image(raw)
    assert told.value.what
    assert told.value.mend


@pytest.mark.slow
def test_a_small_file_of_very_many_pixels_is_refused_before_it_is_unpacked() -> None:
    bomb = BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(BadInput, match="pixels"):
        read_image(bomb.getvalue())


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 2_000), byte=st.integers(0, 255), cut=st.integers(0, 3_000))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(at: int, byte: int, cut: int) -> None:
    raw = bytearray(picture(320, 180, keywords=("Crime",)))
    raw[at % len(raw)] = byte
    with suppress(BadInput):
        assert read_image(bytes(raw[: len(raw) - cut])).jpegs


def test_metadata_that_bombs_says_nothing() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    assert read_image(picture(xmp=bomb)).metadata.keywords == ()


def test_words_that_the_title_does_not_hold_are_left_out() -> None:
    said = Words(
        ("CRIME", "Close-Up", "Horror", "al pacino", "nice"), ("Robert de Niro", "Val Kilmer")
    )
    fit, left_out = words_within(HEAT, [said])
    assert fit == Words(("Crime", "close-up"), ("Al Pacino", "Robert De Niro"))
    assert left_out == ("Horror", "nice", "Val Kilmer")


def test_an_image_is_kept_by_its_content_and_served_in_the_width_that_is_needed(
    tmp_path: Path,
) -> None:
    files = ImageFiles(tmp_path / "artwork")
    one = files.keep(read_image(picture()), HEAT, "main", Words())
    assert files.keep(read_image(picture()), HEAT, "other", Words()).artwork.url == one.artwork.url
    assert files.keep(read_image(picture(colour=(0, 0, 9))), HEAT, "main", Words()) != one
    name = one.artwork.url.rpartition("/")[2]
    widths = {None: 1280, 1: 320, 320: 320, 321: 640, 5_000: 1280}
    assert {asked: opened(files.read(name, asked)).width for asked in widths} == widths
    files.drop(one.artwork)
    for gone in (name, "../secret.jpg", "x.jpg"):
        with pytest.raises(NotFound):
            files.read(gone, None)


def test_a_colour_profile_is_followed() -> None:
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    plain, told = picture(640, 360), picture(640, 360, icc_profile=lab.tobytes())
    one, other = (opened(read_image(raw).jpegs[640]) for raw in (plain, told))
    assert max(high for _, high in ImageChops.difference(one, other).getextrema()) <= 3
    assert read_image(picture(icc_profile=b"no profile")).jpegs


def test_of_very_many_words_as_many_stay_as_an_image_may_have() -> None:
    many = tuple(f"genre {i}" for i in range(150))
    title = msgspec.structs.replace(HEAT, genres=list(many[:100]), themes=list(many[100:]))
    fit, left_out = words_within(title, [Words(many)])
    assert (len(fit.tags), len(left_out)) == (100, 50)


def test_a_crafted_packet_costs_nothing() -> None:
    nested = (
        '<s xmlns="http://purl.org/dc/elements/1.1/">'
        + "<subject>" * 4_000
        + "</subject>" * 4_000
        + "</s>"
    )
    for packet in (nested.encode(), b"x" * 400_000, b'<?xml version="1.0" encoding="foo"?><x/>'):
        assert read_image(picture(xmp=packet, form="WEBP")).metadata.keywords == ()


def test_sixteen_bits_of_grey_stay_grey() -> None:
    ramp = np.linspace(0, 65_535, 320 * 180).reshape(180, 320).astype(np.uint16)
    out = BytesIO()
    Image.fromarray(ramp).save(out, "PNG")
    shown = np.asarray(opened(read_image(out.getvalue()).jpegs[320]))
    assert abs(int(np.median(shown)) - 127) < 6
