"""Pictures that stand in for a title without any: the same for the same words, true to them, legible."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.painting.genres import painted_genre
from frontrow.painting.palettes import LEAST_CONTRAST, contrast
from frontrow.painting.stand_ins import Subject, paint_stand_in, stand_ins_of

SVG = "{http://www.w3.org/2000/svg}"
GENRES = (
    "Crime",
    "Sci-Fi & Fantasy",
    "Children's",
    "Komödie",
    "Film-Noir",
    "War",
    "Reality",
    "Unheard of",
)


def painted(subject: Subject) -> list[str]:
    return [paint_stand_in(subject, one.style, one.digest) for one in stand_ins_of(subject)]


@pytest.mark.parametrize(
    ("genre", "as_painted"),
    [("Sci-Fi & Fantasy", "Science fiction"), ("Children's", "Family"), ("Krimi", "Crime"),
     ("Komödie", "Comedy"), ("Film-Noir", "Crime"), ("science fiction", "Science fiction"),
     ("Märchen", "Fantasy"), ("Unheard of", None), ("", None)],
)  # fmt: skip
def test_the_genres_of_a_service_are_known_by_their_words(
    genre: str, as_painted: str | None
) -> None:
    assert painted_genre(genre) == as_painted


def test_the_same_words_give_the_same_bytes_and_other_words_another_address() -> None:
    one = Subject("Alien", ("Horror",), ("survival",))
    assert painted(one) == painted(Subject("Alien", ("Horror",), ("survival",)))
    digests = {
        stand_ins_of(s)[0].digest
        for s in (one, Subject("Aliens", ("Horror",), ("survival",)), Subject("Alien", (), ()),
                  Subject("Alien", ("Horror", "survival"), ()))
    }  # fmt: skip
    assert len(digests) == 4
    with pytest.raises(KeyError):
        paint_stand_in(one, "scene", "0" * 16)


def test_a_title_gets_several_styles_that_claim_only_what_it_holds() -> None:
    found = stand_ins_of(Subject("Alien", ("Zzz", "Sci-Fi"), ()))
    assert [one.style for one in found] == ["title-led", "scene", "action"]
    assert {tag for one in found for tag in one.tags} == {"title-led", "scene", "action", "Sci-Fi"}
    assert [one.style for one in stand_ins_of(Subject("X", ("Zzz",), ()))] == ["title-led"]


@settings(max_examples=150, deadline=None)
@given(
    name=st.text(min_size=1, max_size=200),
    genres=st.lists(st.sampled_from(GENRES), max_size=3),
    themes=st.lists(st.sampled_from(("heist", "Dragons", "nothing known")), max_size=2),
)
def test_whatever_a_title_is_called_its_pictures_are_well_formed_small_and_legible(
    name: str, genres: list[str], themes: list[str]
) -> None:
    for svg in painted(Subject(name, tuple(genres), tuple(themes))):
        assert len(svg) < 12_000
        root = ElementTree.fromstring(svg)
        assert not [e for e in root.iter() if e.tag in (f"{SVG}script", f"{SVG}image")]
        lettering = next(e for e in root.iter(f"{SVG}text") if e.get("class") == "name")
        ground = lettering.get("stroke")
        assert ground is not None, "the outline holds the letters apart from the picture"
        assert contrast(str(lettering.get("fill")), ground) >= LEAST_CONTRAST
        for line in lettering:
            left, wide = float(str(line.get("x"))), float(str(line.get("textLength")))
            anchor = {"start": 0.0, "middle": 0.5, "end": 1.0}[str(lettering.get("text-anchor"))]
            assert left - anchor * wide >= -0.5
            assert left + (1 - anchor) * wide <= 320.5


def test_names_of_other_scripts_break_into_lines() -> None:
    subject = Subject("千と千尋の神隠しと長い名前の映画について", ("Animation",), ())
    for svg in painted(subject):
        lettering = next(e for e in ElementTree.fromstring(svg).iter(f"{SVG}text"))
        assert len(lettering) > 1
        assert float(re.sub(r"[^\d.]", "", str(lettering.get("font-size")))) >= 16
