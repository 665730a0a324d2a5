"""The catalogue: titles with their revisions, and the columnar view that everything scores on.

In: titles as `api.md` spells them. Out: `Catalogue`, an immutable view at one revision over the
works that one can choose, index <-> id, editions and episodes beside it. Nothing here knows a
viewer, an event or a score; eligibility for a viewer is asked with a country, a limit and a time.
"""

from frontrow.catalog.building import build_catalogue
from frontrow.catalog.catalogue import Catalogue, Edition, Episode
from frontrow.catalog.lexicon import Lexicon, Words
from frontrow.catalog.store import StoredTitle, TitleStore, TitleVerdict
from frontrow.catalog.title import Artwork, Credit, Title, Window

__all__ = [
    "Artwork",
    "Catalogue",
    "Credit",
    "Edition",
    "Episode",
    "Lexicon",
    "StoredTitle",
    "Title",
    "TitleStore",
    "TitleVerdict",
    "Window",
    "Words",
    "build_catalogue",
]
