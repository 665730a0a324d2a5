"""Names as people type them: every way in which what was typed may be less than the name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.catalog.names import NONE, Tier, tier_of
from frontrow.catalog.names.folding import fold
from frontrow.catalog.names.matching import NameIndex
from frontrow.catalog.names.words import ABSENT, WordIndex, edits_allowed

NAMES = (
    "The Matrix", "Spider-Man", "The Amazing Spider-Man", "Rocky II", "Amélie",
    "Le Fabuleux Destin d'Amélie Poulain", "Fast & Furious", "Max und Moritz", "Mädchen in Uniform",
    "L'Avventura", "Titanic", "Harry Potter and the Goblet of Fire", "Avatar", "WALL·E", "M*A*S*H",
    "$", "Star Wars", "Ocean's Eleven", "Straße der Erinnerung", "Œuvre au noir", "Łódź", "X-Men 2",
    "Москва слезам не верит", "Ζορμπάς", "となりのトトロ", "기생충", "살인의 추억", "霸王别姬",
    "عمر المختار", "ואלס עם באשיר", "ก้านกล้วย", "8½", "71", "Interstellar", "7 Days", "In the 13th Year",
)  # fmt: skip


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(NAMES)


def found(index: NameIndex, query: str) -> list[str]:
    """Names that match, the best first."""
    bands = index.match(query)
    order = np.argsort(bands, kind="stable")
    return [NAMES[i] for i in order.tolist() if bands[i] != NONE]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("mat", "The Matrix"), ("the mat", "The Matrix"), ("amazing sp", "The Amazing Spider-Man"),
        ("goblet harry", "Harry Potter and the Goblet of Fire"),
        ("har gob", "Harry Potter and the Goblet of Fire"), ("the star wars", "Star Wars"),
        # slips: a letter changed, left out, put in, swapped, in a word or in what begins one
        ("matrux", "The Matrix"), ("titnic", "Titanic"), ("avvatar", "Avatar"), ("matirx", "The Matrix"),
        ("star wras", "Star Wars"), ("intresetllar", "Interstellar"), ("intertse", "Interstellar"),
        # spellings
        ("AMELIE", "Amélie"), ("strasse", "Straße der Erinnerung"), ("oeuvre", "Œuvre au noir"),
        ("lodz", "Łódź"), ("maedchen", "Mädchen in Uniform"), ("madchen", "Mädchen in Uniform"),
        ("fast and furious", "Fast & Furious"), ("max & moritz", "Max und Moritz"),
        ("rocky 2", "Rocky II"), ("rocky ii", "Rocky II"), ("x-men ii", "X-Men 2"),
        ("oceans 11", "Ocean's Eleven"), ("seven", "7 Days"),
        ("ocean´s", "Ocean's Eleven"), ("avventura", "L'Avventura"),
        ("spiderman", "Spider-Man"), ("spider man", "Spider-Man"), ("spidermna", "Spider-Man"),
        ("starwars", "Star Wars"), ("wall-e", "WALL·E"), ("walle", "WALL·E"), ("mash", "M*A*S*H"),
        ("$", "$"), ("8 1/2", "8½"), ("\u202ematrix", "The Matrix"), ("ｍａｔｒｉｘ", "The Matrix"),
        # other scripts, from any of their characters where they have no spaces
        ("Москва", "Москва слезам не верит"), ("слез", "Москва слезам не верит"),
        ("зорба", "Ζορμπάς"), ("ζορμπας", "Ζορμπάς"), ("となり", "となりのトトロ"),
        ("ととろ", "となりのトトロ"), ("トトロ", "となりのトトロ"),
        ("기", "기생충"), ("기새", "기생충"), ("기생ㅊ", "기생충"),
        ("살인의추억", "살인의 추억"), ("霸", "霸王别姬"), ("别姬", "霸王别姬"), ("عمر", "عمر المختار"),
        ("באש", "ואלס עם באשיר"), ("ก้าน", "ก้านกล้วย"),
        # from one script to the other, both ways
        ("moskva slez", "Москва слезам не верит"), ("zorba", "Ζορμπάς"), ("totoro", "となりのトトロ"),
        ("gisaeng", "기생충"), ("bawang", "霸王别姬"), ("omar mukhtar", "عمر المختار"),
        ("Титаник", "Titanic"), ("матрикс", "The Matrix"),
        ("гарри поттер", "Harry Potter and the Goblet of Fire"), ("аватар", "Avatar"),
        ("αβαταρ", "Avatar"), ("スパイダーマン", "Spider-Man"),
        ("해리포터", "Harry Potter and the Goblet of Fire"),
    ],
)  # fmt: skip
def test_a_name_is_found_as_it_is_typed(index: NameIndex, query: str, name: str) -> None:
    assert name in found(index, query)[:2]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("mxt", "The Matrix"),  # three letters forgive no slip
        ("martxi", "The Matrix"),  # two slips in six letters
        ("man spidre gob", "Spider-Man"),  # not all words
        ("seven", "71"), ("in t", "Titanic"), ("zzzz", "Star Wars"), ("🎬", "$"),
    ],
)  # fmt: skip
def test_what_is_too_far_is_not_found(index: NameIndex, query: str, name: str) -> None:
    assert name not in found(index, query)


def test_the_better_match_stands_before_the_worse() -> None:
    names = [
        "Night", "Nightcrawler", "Silent Night", "Night of the Living Dead at Noon",
        "Noon after Night", "Nihgt", "Нигт",
    ]  # fmt: skip
    bands = NameIndex(names).match("night")
    exact, begins, word, begins_too, word_too, slip, sound = bands.tolist()
    assert exact < begins == begins_too < word == word_too < slip < sound < NONE

    bands = NameIndex(["Living Dead", "Dead and Living", "Dread Living"]).match("living dead")
    assert list(bands) == sorted(bands)
    assert len(set(bands.tolist())) == 3


def test_a_leading_article_counts_for_nothing_on_either_side() -> None:
    index = NameIndex(["Godfather", "The Godfather", "Der Godfather"])
    assert len(set(index.match("godf").tolist())) == 1
    assert len(set(index.match("godfather").tolist())) == 1
    assert (index.match("the godfather") != NONE).all()


def test_what_may_be_said_of_a_match_is_told_by_its_band() -> None:
    index = NameIndex(["Titanic", "Титаник"])
    typed, sounds = index.match("titanic").tolist()
    assert (tier_of(typed), tier_of(sounds)) == (Tier.TYPED, Tier.SOUNDS)
    close, _ = index.match("titanci").tolist()
    assert tier_of(close) is Tier.CLOSE


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u200b", "\u202e", "\ud800", "\u0301"])
def test_of_nothing_nothing_is_looked_for(text: str) -> None:
    assert fold(text) == ()


LETTERS = st.text("abcd", max_size=12)


def osa(one: str, other: str) -> int:
    """Optimal string alignment, as the textbook has it."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            ways = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (not same)]
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                ways.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(ways)
    return table[len(one), len(other)]


@given(st.lists(LETTERS.filter(bool), min_size=1, max_size=8, unique=True), LETTERS.filter(bool))
@settings(max_examples=300)
def test_slips_are_counted_as_by_the_textbook(words: list[str], asked: str) -> None:
    edits = edits_allowed(len(asked))
    index = WordIndex({word: [i] for i, word in enumerate(words)}, len(words))
    costs = index.costs(asked, typing=True, edits=edits)
    for cost, word in zip(costs.tolist(), words, strict=True):
        slips = min(osa(asked, word[:end]) for end in range(len(word) + 1))
        if slips > edits:
            assert cost == ABSENT
        else:
            assert cost >> 1 == slips


@given(st.lists(st.text(min_size=1, max_size=30), max_size=6), st.text(max_size=40))
@settings(max_examples=300)
def test_anything_may_be_typed_and_be_a_name(names: list[str], query: str) -> None:
    index = NameIndex(names)
    assert index.match(query).shape == (len(names),)
    for place, name in enumerate(names):
        if fold(name):
            assert index.match(name)[place] <= 1, "a name is found by itself, exactly"


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4), st.data())
@settings(max_examples=200)
def test_every_beginning_of_a_name_finds_it(names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    words = fold(name)
    if not words:
        return
    typed = " ".join(words)
    begun = typed[: data.draw(st.integers(1, len(typed)))]
    if fold(begun):
        assert NameIndex(names).match(begun)[names.index(name)] != NONE
