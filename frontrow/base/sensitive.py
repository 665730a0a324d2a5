"""Tags that say something of a viewer that is nobody's business: health, faith, sexuality.

A genre or a theme that is on the list is no ground for anything personal: no model reads it, no row or reason
is made of it, and no taste holds it. What a viewer mutes, and what editors select by name, still counts.
The kinds are those of GDPR Article 9.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

DEFAULT = (
    "abortion, addiction, aids, alcoholism, anorexia, autism, bipolar, bulimia, cancer, dementia, depression,"
    " disability, eating disorder, hiv, infertility, mental health, mental illness, pregnancy, psychiatry,"
    " rehab, schizophrenia, self harm, suicide,"
    " abtreibung, alkoholismus, behinderung, demenz, depressionen, essstörung, krebs, psychiatrie,"
    " schwangerschaft, sucht, suizid,"
    " bible, buddhism, buddhist, catholic, christian, christianity, church, faith, gospel, hindu, hinduism,"
    " islam, islamic, jewish, judaism, mormon, muslim, protestant, religion, religious, scientology, sikh,"
    " bibel, christentum, christlich, glaube, judentum, katholisch, kirche, muslimisch, religiös,"
    " asexual, bisexual, bisexuality, coming out, drag queen, gay, homosexual, homosexuality, intersex,"
    " lesbian, lgbt, lgbtq, lgbtqia, nonbinary, pansexual, queer, sexuality, trans, transgender, transsexual,"
    " bisexuell, homosexualität, homosexuell, lesbisch, schwul, sexualität"
)


@dataclass(frozen=True)
class Sensitive:
    """The list in force: words, or several in their order."""

    terms: frozenset[tuple[str, ...]]

    def holds(self, tag: str) -> bool:
        """Whether a tag names something on the list, alone or among other words."""
        words = _words(tag)
        longest = max(map(len, self.terms), default=0)
        return any(
            words[start : start + length] in self.terms
            for start in range(len(words))
            for length in range(1, min(longest, len(words) - start) + 1)
        )


@lru_cache(8)
def sensitive_of(listed: str) -> Sensitive:
    """The list that a setting spells, its terms between commas."""
    return Sensitive(frozenset(words for part in listed.split(",") if (words := _words(part))))


NOTHING = Sensitive(frozenset())


@lru_cache(1 << 16)
def _words(text: str) -> tuple[str, ...]:
    return tuple(
        re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold().replace("+", ""))
    )
