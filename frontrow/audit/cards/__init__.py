"""Model cards: of each kind of row what it is for, what it reads, which rules hold, and how it was fitted.

In: the settings in force and, where one is live, a bundle's own account of itself. Out: a card as a value, as
Markdown and as HTML. No viewer is read, and none is named.
"""

from frontrow.audit.cards.card import Card, Fitted, cards_of
from frontrow.audit.cards.kinds import KINDS
from frontrow.audit.cards.writing import html_of, markdown_of

__all__ = ["KINDS", "Card", "Fitted", "cards_of", "html_of", "markdown_of"]
