"""Which of an image's words may stand with it: those of its looks, and what its title holds too.

A picture tagged with a genre or a person that isn't in the title would promise what the title doesn't keep.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from frontrow.catalog.looks import LOOKS
from frontrow.catalog.title import Title

MOST_WORDS = 100
"""Tags, and people, of one image: as many as `Artwork` may have."""


@dataclass(frozen=True)
class Words:
    """Tags and names of people."""

    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


def words_within(title: Title, said: Iterable[Words]) -> tuple[Words, tuple[str, ...]]:
    """(words that fit the title, spelt as it spells them; those that don't)."""
    held = {term.casefold(): term for term in (*title.genres, *title.themes)}
    known = {credit.name.casefold(): credit.name for credit in title.people}
    tags: list[str] = []
    people: list[str] = []
    left_out: list[str] = []
    for words in said:
        for tag in words.tags:
            plain = tag.casefold()
            if plain in LOOKS:
                tags.append(plain)
            elif plain in held:
                tags.append(held[plain])
            elif plain in known:  # keywords name people too
                people.append(known[plain])
            else:
                left_out.append(tag)
        for person in words.people:
            if person.casefold() in known:
                people.append(known[person.casefold()])
            else:
                left_out.append(person)
    kept_tags, kept_people = list(dict.fromkeys(tags)), list(dict.fromkeys(people))
    left_out += kept_tags[MOST_WORDS:] + kept_people[MOST_WORDS:]
    fit = Words(tuple(kept_tags[:MOST_WORDS]), tuple(kept_people[:MOST_WORDS]))
    return fit, tuple(dict.fromkeys(left_out))
