"""Names of works: varied, fitting the genre, and none close to another.

Two names never share two content words, and no word carries more than a handful of
names. Names of one pattern ("The Lighthouse of Halvorsund") have exact translations.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from frontrow.base.draws import Draws
from frontrow.simulation.people import invent_given_name
from frontrow.simulation.wordlists import (
    ADJECTIVES,
    CREATURES,
    GENRE_NOUNS,
    NUMBERS,
    PLACE_HEADS,
    PLACE_TAILS,
    PLURALS,
    SHORT_WORDS,
    TRANSLATED_NOUNS,
    VERBS,
)

Name = tuple[str, dict[str, str], tuple[str, ...]]
"""The English name, its translations, and its content words."""

_MOST_NAMES_OF_A_WORD = 9
_TRIES = 400


def invent_place(draws: Draws) -> str:
    """A place that is on no map."""
    return draws.pick(PLACE_HEADS) + draws.pick(PLACE_TAILS)


class Namer:
    """Gives each work a name of its own; remembers what it gave."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._names: set[str] = set()
        self._pairs: set[tuple[str, str]] = set()
        self._uses: Counter[str] = Counter()

    def invent(self, genre: str, language: str, *, kids: bool) -> tuple[str, dict[str, str]]:
        """A new name for a work of this genre, with translations where it has them."""
        draws = self._draws
        patterns = _KIDS_PATTERNS if kids else _PATTERNS
        makers = [maker for maker, _ in patterns]
        weights = [weight for _, weight in patterns]
        for _ in range(_TRIES):
            name, translations, words = draws.weighted(makers, weights)(genre, language, draws)
            if self._is_new(name, words):
                self._remember(name, words)
                return name, translations
        name, translations, words = _of_place(genre, language, draws)
        while name in self._names:
            name, translations, words = _of_place(genre, language, draws)
        self._remember(name, words)
        return name, translations

    def _is_new(self, name: str, words: Sequence[str]) -> bool:
        if name in self._names or len(set(words)) < len(words):
            return False
        if any(self._uses[word] >= _MOST_NAMES_OF_A_WORD for word in words):
            return False
        if len(words) == 1 and self._uses[words[0]]:
            return False
        return not any(pair in self._pairs for pair in _pairs(words))

    def _remember(self, name: str, words: Sequence[str]) -> None:
        self._names.add(name)
        self._uses.update(words)
        self._pairs.update(_pairs(words))


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    ordered = sorted(words)
    return [(a, b) for i, a in enumerate(ordered) for b in ordered[i + 1 :]]


def _noun(genre: str, draws: Draws) -> str:
    return draws.pick(GENRE_NOUNS[genre])


def _adjective_noun(genre: str, language: str, draws: Draws) -> Name:
    adjective, noun = draws.pick(ADJECTIVES), _noun(genre, draws)
    return f"The {adjective} {noun}", {}, (adjective, noun)


def _of_place(genre: str, language: str, draws: Draws) -> Name:
    noun, german, french, spanish, danish = draws.pick(TRANSLATED_NOUNS)
    place = invent_place(draws)
    link = "d'" if place[0] in "AEIOUÉ" else "de "
    translations = {
        "de": f"{german} von {place}",
        "fr": f"{french} {link}{place}",
        "es": f"{spanish} de {place}",
        "da": f"{danish} i {place}",
    }
    return f"The {noun} of {place}", translations, (noun, place)


def _someones(genre: str, language: str, draws: Draws) -> Name:
    given, noun = invent_given_name(language, draws), _noun(genre, draws)
    ending = "'" if given.endswith("s") else "'s"
    return f"{given}{ending} {noun}", {}, (given, noun)


def _place_alone(genre: str, language: str, draws: Draws) -> Name:
    place = invent_place(draws)
    return place, {}, (place,)


def _counted(genre: str, language: str, draws: Draws) -> Name:
    number, plural = draws.pick(NUMBERS), draws.pick(PLURALS)
    return f"{number} {plural}", {}, (number, plural)


def _compound(genre: str, language: str, draws: Draws) -> Name:
    head, tail = draws.several(SHORT_WORDS, 2)
    word = head + tail.lower()
    return word, {}, (word,)


def _pair_of_nouns(genre: str, language: str, draws: Draws) -> Name:
    first, second = draws.pick(SHORT_WORDS), _noun(genre, draws)
    return f"{first} and {second}", {}, (first, second)


def _two_people(genre: str, language: str, draws: Draws) -> Name:
    one, other = invent_given_name(language, draws), invent_given_name(language, draws)
    return f"{one} & {other}", {}, (one, other)


def _verb_place(genre: str, language: str, draws: Draws) -> Name:
    verb, place = draws.pick(VERBS), invent_place(draws)
    return f"{verb} {place}", {}, (verb, place)


def _plural_adjective(genre: str, language: str, draws: Draws) -> Name:
    adjective, plural = draws.pick(ADJECTIVES), draws.pick(PLURALS)
    return f"{adjective} {plural}", {}, (adjective, plural)


def _for_someone(genre: str, language: str, draws: Draws) -> Name:
    noun, given = _noun(genre, draws), invent_given_name(language, draws)
    article = "An" if noun[0] in "AEIOU" else "A"
    return f"{article} {noun} for {given}", {}, (noun, given)


def _knowing(genre: str, language: str, draws: Draws) -> Name:
    frame = draws.pick(
        (
            "What the {} Knew",
            "Before the {}",
            "Don't Wake the {}",
            "Nobody Owns the {}",
            "The Year of the {}",
            "Below the {}",
            "All That the {} Left",
            "A Song Against the {}",
        )
    )
    adjective, noun = draws.pick(ADJECTIVES), _noun(genre, draws)
    if draws.chance(0.4):
        return frame.format(f"{adjective} {noun}"), {}, (frame, adjective, noun)
    return frame.format(noun), {}, (frame, noun)


def _meeting(genre: str, language: str, draws: Draws) -> Name:
    frame = draws.pick(
        (
            "Meet Me in {}",
            "The Road to {}",
            "Goodnight, {}",
            "{} by Morning",
            "A Winter in {}",
            "Last Call in {}",
            "No Trains to {}",
        )
    )
    place = invent_place(draws)
    return frame.format(place), {}, (frame, place)


def _creature_tale(genre: str, language: str, draws: Draws) -> Name:
    given, creature = invent_given_name(language, draws), draws.pick(CREATURES)
    return f"{given} the {creature}", {}, (given, creature)


def _creature_and_thing(genre: str, language: str, draws: Draws) -> Name:
    creature, adjective, noun = draws.pick(CREATURES), draws.pick(ADJECTIVES), _noun(genre, draws)
    return f"The {creature} and the {adjective} {noun}", {}, (creature, adjective, noun)


def _captain(genre: str, language: str, draws: Draws) -> Name:
    rank = draws.pick(("Captain", "Professor", "Detective", "Little", "Granny", "Doctor"))
    given, creature = invent_given_name(language, draws), draws.pick(CREATURES)
    if draws.chance(0.5):
        return f"{rank} {creature}", {}, (rank, creature)
    return f"{rank} {given}", {}, (rank, given)


_PATTERNS: tuple[tuple[Callable[[str, str, Draws], Name], float], ...] = (
    (_adjective_noun, 17),
    (_of_place, 13),
    (_someones, 7),
    (_place_alone, 8),
    (_counted, 7),
    (_compound, 12),
    (_pair_of_nouns, 8),
    (_two_people, 3),
    (_verb_place, 7),
    (_plural_adjective, 6),
    (_for_someone, 5),
    (_knowing, 6),
    (_meeting, 7),
)
_KIDS_PATTERNS: tuple[tuple[Callable[[str, str, Draws], Name], float], ...] = (
    (_creature_tale, 30),
    (_creature_and_thing, 25),
    (_captain, 20),
    (_someones, 10),
    (_of_place, 10),
    (_place_alone, 5),
)
