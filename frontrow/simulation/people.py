"""The invented people: actors, directors, creators, writers and presenters.

Given names are ordinary ones; family names are put together from syllables of a region,
so that they sound right and belong to nobody. A person has a language, two home genres
and a fame; fame is long-tailed, so a few hundred people recur.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from frontrow.base.draws import Draws
from frontrow.simulation.taxonomy import GENRES
from frontrow.simulation.wordlists import split_words

_GIVEN: dict[str, tuple[str, ...]] = {
    "en": split_words(
        "Ada Alfie Beth Callum Cora Dexter Edie Ewan Fern Gareth Hattie Imogen Isla Jonah Keira "
        "Lachlan Maeve Nell Orla Percy Quinn Rhys Saoirse Tamsin Una Wilf"
    ),
    "de": split_words(
        "Anke Bastian Clemens Dörte Elke Falk Greta Hanno Ilka Jannis Katja Leif Malte Nele Ole Petra "
        "Ruth Sönke Tilda Ulla Vera Wieland Yara"
    ),
    "fr": split_words(
        "Agathe Basile Capucine Damien Élodie Fabrice Gaëlle Honoré Inès Julien Léonie Maëlle Noémie "
        "Octave Perrine Rémi Solène Thibault Yann Zoé"
    ),
    "es": split_words(
        "Amaia Bruno Candela Diego Elvira Fermín Gala Hugo Itziar Joaquín Lola Mateo Nerea Paloma "
        "Rocío Saúl Teo Vega Ximena"
    ),
    "ja": split_words(
        "Aiko Daichi Emi Fumio Haruka Isamu Jun Kaede Makoto Nao Rei Sachiko Takumi Umi Yuzuki"
    ),
    "da": split_words(
        "Asger Birgit Ditte Esben Freja Gry Henning Inger Jeppe Karen Mads Nanna Oluf Pernille Signe "
        "Troels"
    ),
    "ko": split_words(
        "Bora Chan-mi Daehyun Eun-ji Hana Jin-woo Kyung-soo Min-seo Nari Seo-jun Sora Tae-yang Yuna"
    ),
    "it": split_words(
        "Alba Bruna Cosimo Dario Elsa Fosca Gino Ilaria Lapo Marta Nevio Ornella Pietro Rosalba "
        "Silvio Tea"
    ),
    "sv": split_words(
        "Alva Björn Ebba Folke Gunilla Hedda Ingrid Kalle Linnea Måns Nils Ottilia Runa Sixten Tyra"
    ),
    "pl": split_words(
        "Agata Bartosz Celina Dorota Emil Grażyna Hubert Iga Jagoda Kacper Lidia Maja Oskar Renata "
        "Szymon Zofia"
    ),
    "pt": split_words(
        "Anabela Caetano Davi Eulália Flávia Heitor Iara Jandira Luan Marisa Nuno Otília Rui Tainá "
        "Vasco"
    ),
    "hi": split_words(
        "Aarav Bhavna Chetan Deepa Farhan Gauri Harsh Ishani Kiran Lata Manav Nandini Rohan Sunita "
        "Vikram"
    ),
}
_FAMILY: dict[str, tuple[str, str]] = {
    "en": (
        "Ald Brack Corn Dun Ember Fal Gren Hather Kes Loxen Merri Norb Penha Quill Rusk Stan "
        "Thack Wether Winn Yar",
        "dale worth ley combe hurst mere wick thorne sby gill more",
    ),
    "de": (
        "Alten Brunn Dürren Eich Falken Grün Hollen Ister Karls Lohen Mühl Nessel Orten Quell "
        "Rauch Silber Tannen Wald",
        "brecht hagen mark rieder stett wenger roth bühl auer lin",
    ),
    "fr": (
        "Aubre Beau Carre Delan Estre Fonta Garri Haute Lavi Mont Noire Orve Pella Roche Save "
        "Tour Vale",
        "gnac lier mont val reuil nard ville tel court vray",
    ),
    "es": (
        "Alca Bel Cala Duero Esca Fuen Guada Herre Izar Lanza Monte Nava Oro Pala Sala Torre",
        "mora lejo rres quín drón villa zaga nedo stilla",
    ),
    "ja": (
        "Ama Fuku Hoshi Ino Kage Kuro Mizu Nishi Oka Sawa Tama Ura Yuki",
        "hara kura mori no saki shiro tani wari zuka",
    ),
    "da": (
        "Ager Bjerre Dal Elle Fugl Grøn Hede Klint Lyng Mølle Nør Rugg Skov Sønd Thor Vinter",
        "gaard holm strup lund by kær bæk toft",
    ),
    "ko": ("Baek Cheon Do Eom Gil Hwan Jang Min Nam Ok Pyo Ryang Seol Won", " "),
    "it": (
        "Albe Bran Carpe Donna Ferra Gali Lom Mara Nove Orse Pessa Rava Solda Tera Vico",
        "netti gnolo rini vella storo bardi nesi letto monte",
    ),
    "sv": (
        "Alm Berg Dahl Ek Fors Gran Hög Isak Lind Malm Norr Ros Sand Tall Vik",
        "qvist strand sjö fjell ander hult mark löf",
    ),
    "pl": (
        "Bana Czarno Dobro Glin Jawo Kalin Lesz Mazu Niedz Olsz Rado Sikor Topol Wron",
        "wicz cki rek lak nowski szyc",
    ),
    "pt": (
        "Albu Barra Cardo Dama Espin Fonte Guima Lour Mora Oli Peda Quei Ramo Silve Tava",
        "cento reira velho nho beira rães queiro veda",
    ),
    "hi": (
        "Amar Bhan Chandra Devi Gopa Indra Jaya Kale Lok Mohan Nara Pala Rath Suri Varu",
        "kar wala pur das nath garh ni",
    ),
}
LANGUAGES: tuple[str, ...] = tuple(_GIVEN)
# How often a work is made in each language.
LANGUAGE_WEIGHTS: tuple[float, ...] = (38, 12, 13, 8, 6, 5, 6, 4, 3, 2, 2, 1)

PEOPLE_PER_WORK = 1.8
_FAME_EXPONENT = 0.7  # Zipf; with the offset, the first hundred get about a quarter of all parts
_FAME_OFFSET = 15


@dataclass(frozen=True)
class Person:
    """One invented person; `fame` is a relative weight, `role` the one mostly played."""

    name: str
    role: str
    language: str
    genres: tuple[str, str]
    fame: float


def invent_given_name(language: str, draws: Draws) -> str:
    """A given name of this language's region."""
    return draws.pick(_GIVEN[language])


def invent_people(n_works: int, draws: Draws) -> list[Person]:
    """People enough for so many works, the most famous first; no name comes twice."""
    count = max(60, int(n_works * PEOPLE_PER_WORK))
    roles = ("actor", "director", "writer", "creator", "presenter")
    names: set[str] = set()
    people: list[Person] = []
    while len(people) < count:
        language = draws.weighted(LANGUAGES, LANGUAGE_WEIGHTS)
        name = _invent_full_name(language, draws)
        if name in names:
            continue
        names.add(name)
        home = draws.weighted(GENRES, [genre.share for genre in GENRES])
        second = draws.pick(home.neighbours)
        role = draws.weighted(roles, (56, 15, 13, 10, 6))
        fame = float((len(people) + _FAME_OFFSET) ** -_FAME_EXPONENT)
        people.append(Person(name, role, language, (home.name, second), fame))
    return people


def _invent_full_name(language: str, draws: Draws) -> str:
    given = draws.pick(_GIVEN[language])
    heads, tails = (part.split(" ") for part in _FAMILY[language])
    return f"{given} {draws.pick(heads)}{draws.pick(tails)}"


class Casting:
    """Chooses people for a work: the famous more often, at home in its genre and language."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._by_role: dict[str, list[Person]] = {}
        for person in people:
            self._by_role.setdefault(person.role, []).append(person)
        self._fame = {
            role: np.array([person.fame for person in those])
            for role, those in self._by_role.items()
        }
        self._homes: dict[tuple[str, str], np.ndarray] = {}
        self._speakers: dict[tuple[str, str], np.ndarray] = {}

    def choose(
        self, role: str, genres: Sequence[str], language: str, count: int, rng: np.random.Generator
    ) -> list[Person]:
        """`count` different people of this role, in billing order (fewer if there are fewer)."""
        those = self._by_role.get(role, [])
        if not those or count <= 0:
            return []
        weight = self._fame[role] * self._at_home(role, genres[0]) * self._speaks(role, language)
        # The largest keys of weight ** (1 / u): Efraimidis and Spirakis (2006), eq. 2, in logs.
        keys = np.log(rng.random(len(those))) / weight
        first = np.argsort(-keys)[:count]
        return sorted((those[i] for i in first), key=lambda person: (-person.fame, person.name))

    def _at_home(self, role: str, genre: str) -> np.ndarray:
        if (role, genre) not in self._homes:
            self._homes[role, genre] = np.array(
                [9.0 if genre in person.genres else 1.0 for person in self._by_role[role]]
            )
        return self._homes[role, genre]

    def _speaks(self, role: str, language: str) -> np.ndarray:
        if (role, language) not in self._speakers:
            self._speakers[role, language] = np.array(
                [12.0 if person.language == language else 1.0 for person in self._by_role[role]]
            )
        return self._speakers[role, language]
