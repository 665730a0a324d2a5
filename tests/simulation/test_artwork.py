"""The invented artwork: well-formed, small, and legible."""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter

from frontrow.painting.lettering import TYPEFACES, Frame, letter_name
from frontrow.painting.palettes import PALETTES, choose_ink, contrast
from frontrow.simulation import Service
from frontrow.simulation.artwork import KINDS

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 8_000
LEAST_LETTERS = 16.0  # units of 320; eight pixels in a tile of 160


def lettering_of(svg: str) -> tuple[str, ElementTree.Element]:
    """The name as lettered, and its text element."""
    root = ElementTree.fromstring(svg)
    element = next(e for e in root.iter(f"{SVG}text") if e.get("class") == "name")
    return " ".join(span.text or "" for span in element), element


def test_every_artwork_is_drawn_once_and_named_by_its_title(service: Service) -> None:
    named = [
        art["artwork_id"]
        for title in service.titles
        if not title["title_id"].endswith("-b")
        for art in title.get("artwork", [])
    ]
    assert sorted(named) == sorted(service.artwork)
    assert all(
        art["url"] == f"/artwork/{art['artwork_id']}.svg"
        for title in service.titles
        for art in title.get("artwork", [])
    )


def test_a_work_has_three_or_four_pictures_of_different_kinds(service: Service) -> None:
    for title in service.titles:
        if title["kind"] != "episode":
            kinds = [art["tags"][0] for art in title["artwork"]]
            assert 3 <= len(kinds) == len(set(kinds)) <= 4
            assert set(kinds) <= set(KINDS)


def test_a_picture_names_only_people_of_its_title(service: Service) -> None:
    shown = Counter[str]()
    for title in service.titles:
        cast = {person["name"] for person in title.get("people", [])}
        for art in title.get("artwork", []):
            assert set(art.get("people", [])) <= cast
            assert not art.get("people") or art["tags"][0] == "face"
            shown[art["tags"][0]] += len(art.get("people", []))
    assert shown["face"] > 0


def test_every_picture_is_well_formed_small_and_sixteen_by_nine(service: Service) -> None:
    for svg in service.artwork.values():
        assert ElementTree.fromstring(svg).get("viewBox") == "0 0 320 180"
        assert len(svg.encode()) < MOST_BYTES
        assert "<script" not in svg
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_every_picture_shows_the_name_of_its_work(service: Service) -> None:
    for title in service.titles:
        if title["kind"] == "episode" or title["title_id"].endswith("-b"):
            continue
        for art in title["artwork"]:
            svg = service.artwork[art["artwork_id"]]
            assert lettering_of(svg)[0].casefold() == title["name"].casefold()
            assert ElementTree.fromstring(svg).get("aria-label") == title["name"]


def test_lettering_is_large_enough_for_a_small_tile_and_stays_inside(service: Service) -> None:
    for svg in service.artwork.values():
        _, element = lettering_of(svg)
        assert float(element.get("font-size", "0")) >= LEAST_LETTERS
        for span in element:
            width, x = float(span.get("textLength", "0")), float(span.get("x", "0"))
            left = {"start": x, "middle": x - width / 2}[element.get("text-anchor", "start")]
            assert left >= 0
            assert left + width <= 320


def test_lettering_keeps_the_contrast_of_level_aa(service: Service) -> None:
    for svg in service.artwork.values():
        _, element = lettering_of(svg)
        ink, ground = element.get("fill", ""), element.get("stroke", "")
        assert contrast(ink, ground) >= 4.5


def test_ink_reads_on_every_colour_of_every_palette() -> None:
    for palette in PALETTES.values():
        for ground in (palette.night, palette.deep, palette.mid, palette.glow, palette.pale):
            assert contrast(choose_ink(ground, (palette.pale,)), ground) >= 4.5


def test_a_name_with_markup_is_escaped_and_a_long_one_shrinks() -> None:
    name = 'Salt & <Signal> in the Extraordinarily Longwinded "Archipelago" of Names'
    text = letter_name(
        name, Frame(10, 10, 200, 80), TYPEFACES["book"], ink="#ffffff", ground="#000000"
    )
    element = ElementTree.fromstring(text)
    assert " ".join(span.text or "" for span in element) == name
    assert max(float(span.get("textLength", "0")) for span in element) <= 200
    assert not re.search(r"<Signal>", text)
