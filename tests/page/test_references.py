"""The signed names of pages and tiles: ids like any other, that only this service can make."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontrow.base.errors import NotFound
from frontrow.base.tile_tokens import TokenMaker, page_tag, read_token
from frontrow.page.reference import PageReference, read_page_id, sign_page
from frontrow.page.request import PARTS

SECRET = b"one secret"
ALPHABET = "abcXYZ019._:@-"
ID = re.compile(r"[A-Za-z0-9._:@-]{1,128}")
LANGUAGES = st.from_regex(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,6}", fullmatch=True)


@st.composite
def references(draw: Any) -> PageReference:
    bundle = draw(st.none() | st.binary(min_size=6, max_size=6))
    return PageReference(
        profile_id=draw(st.text(ALPHABET, min_size=1, max_size=128)),
        now_us=draw(st.integers(0, 253_402_300_799_999_999)),
        device=draw(st.sampled_from(["tv", "web", "phone", "tablet"])),
        country=draw(st.none() | st.from_regex(r"[A-Z]{2}", fullmatch=True)),
        language=draw(LANGUAGES),
        rows=draw(st.integers(1, 200)),
        columns=draw(st.integers(1, 200)),
        personalised=draw(st.booleans()),
        at=draw(st.booleans()),
        seed=draw(st.none() | st.integers(0, 2**53 - 1)),
        revision=draw(st.integers(0, 2**32 - 1)),
        bundle=None if bundle is None else bundle.hex(),
        snapshot=draw(st.none() | st.integers(0, 2**32 - 1)),
        number=draw(st.integers(0, 2**32 - 1)),
        incarnation=draw(st.just("") | st.just("a1b2c3")),
        rules=draw(st.integers(0, 2**16 - 1)),
        left_out=tuple(p for p in PARTS if draw(st.booleans())),
    )


@given(references())
def test_a_page_id_is_an_id_and_says_what_it_was_made_of(reference: PageReference) -> None:
    page_id, left_out = sign_page(reference, SECRET)
    assert ID.fullmatch(page_id)
    read = read_page_id(page_id, SECRET)
    for name in PageReference.__slots__:
        if name == "profile_id" and left_out:
            assert read.profile_id is None
        else:
            assert getattr(read, name) == getattr(reference, name), name


@given(references(), st.integers(0, 127), st.sampled_from("ABCxyz-_"))
def test_a_page_id_that_was_changed_is_no_page(
    reference: PageReference, at: int, letter: str
) -> None:
    page_id, _ = sign_page(reference, SECRET)
    at %= len(page_id) - 1  # the last letter may hold bits that say nothing
    changed = page_id[:at] + letter + page_id[at + 1 :]
    if changed != page_id:
        with pytest.raises(NotFound):
            read_page_id(changed, SECRET)
    with pytest.raises(NotFound):
        read_page_id(page_id, b"another secret")


@pytest.mark.parametrize("text", ["", "x", "A" * 128, "....", "=", "é", "a b"])
def test_what_is_no_page_id_is_no_page(text: str) -> None:
    with pytest.raises(NotFound):
        read_page_id(text, SECRET)


@given(st.integers(0, 199), st.lists(st.integers(0, 600), max_size=9, unique=True))
def test_a_token_names_its_tile_and_no_other(row: int, columns: list[int]) -> None:
    tokens = TokenMaker("page", SECRET).tokens(row, columns)
    assert len(set(tokens)) == len(columns)
    for column, token in zip(columns, tokens, strict=True):
        assert len(token) <= 512
        assert read_token(token, SECRET) == (page_tag("page"), row, column)
        assert read_token(token, b"another secret") is None
        assert read_token(token[:-1], SECRET) is None


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 27, "A" * 28, "A" * 400])
def test_what_is_no_token_names_no_tile(token: str) -> None:
    assert read_token(token, SECRET) is None
