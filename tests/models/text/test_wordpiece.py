"""WordPiece: the ids are those that the model was trained on. They come from the model's own tokenizer."""

from __future__ import annotations

import pytest

from frontrow.models.text.wordpiece import MOST_IDS, read_text, vocabulary

IDS = {
    "": [],
    "Heat. A thief plans one last robbery.":
        [3684, 1012, 1037, 12383, 3488, 2028, 2197, 13742, 1012],
    "unaffable": [14477, 20961, 3468],
    "Amélie ÅNGSTRÖM naïve": [25285, 17076, 15687, 15743],
    "a\N{COMBINING ACUTE ACCENT}b": [11113],
    "straße": [2358, 27807],
    "İstanbul ﬁlm ½": [9960, 1984, 13728, 1092],
    "Don't stop-motion! (1999)":
        [2123, 1005, 1056, 2644, 1011, 4367, 999, 1006, 2639, 1007],
    "$5 + 3 = ^8~`|": [1002, 1019, 1009, 1017, 1027, 1034, 1022, 1066, 1036, 1064],
    "千と千尋の神隠し": [1784, 1666, 1784, 100, 1671, 1925, 100, 1657],
    "한국 영화":
        [1469, 30006, 30021, 29991, 30014, 30020, 1463, 30010, 30025, 30005, 30012],
    "Привет мир": [1194, 16856, 10325, 25529, 15290, 22919, 1191, 10325, 16856],
    "Σίσυφος ΟΔΥΣΣΕΥΣ":
        [1173, 18199, 29733, 29735, 29736, 15297,
         1169, 29722, 29735, 29733, 29733, 29723, 29735, 29733],
    "soft\N{SOFT HYPHEN}hyphen\N{ZERO WIDTH SPACE} and\ttab\N{NO-BREAK SPACE}space\N{LINE SEPARATOR}line":
        [3730, 10536, 8458, 2368, 1998, 21628, 2686, 2240],
    "control\0\achar\N{REPLACEMENT CHARACTER}": [2491, 7507, 2099],
    "\N{CLAPPER BOARD} film": [100, 2143],
}  # fmt: skip


@pytest.mark.parametrize("text", IDS, ids=ascii)
def test_a_text_has_the_ids_of_the_models_own_tokenizer(text: str) -> None:
    assert read_text(text) == [101, *IDS[text], 102]


def test_a_word_of_more_than_a_hundred_characters_is_unknown() -> None:
    known, unknown = read_text("x" * 100), read_text("x" * 101)
    assert (len(known), known[-2]) == (52, 20348)
    assert unknown == [101, 100, 102]


def test_a_long_text_is_cut_and_still_ends() -> None:
    ids = read_text("word " * 300)
    assert len(ids) == MOST_IDS
    assert ids[0] == 101
    assert ids[-3:] == [2773, 2773, 102]


def test_nothing_in_a_text_is_markup() -> None:
    # The model's own tokenizer would read a real [SEP]; a synopsis must not be able to say one.
    assert read_text("[SEP]") == [101, 1031, 19802, 1033, 102]


def test_the_vocabulary_is_whole() -> None:
    assert len(vocabulary()) == 30_522
    named = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, "##～": 30_521}
    assert {piece: vocabulary().get(piece) for piece in named} == named
