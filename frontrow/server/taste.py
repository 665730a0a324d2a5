"""A taste as the API tells it: every inference in words and numbers, with what the viewer corrected."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.texts import language_name, say
from frontrow.base.time import format_time, from_us
from frontrow.catalog import Catalogue
from frontrow.page import ViewerView
from frontrow.viewers.taste import Session, Taste, taste_of
from frontrow.viewers.vocabulary import Vocabulary, vocabulary_of

Floats = NDArray[np.float32]

KINDS = {
    "genres": "genre",
    "themes": "theme",
    "people": "person",
    "languages": "language",
    "kinds": "kind",
    "runtimes": "runtime",
    "eras": "era",
    "artwork": "artwork",
    "genres_at": "genre_at",
    "dayparts": "daypart",
}
"""Kind of a vocabulary, as a correction names it -> `kind` of its inferences."""

_MOST_TERMS = 20
"""Inferences of a kind that are told: the strongest."""

_FAINT = {"dayparts": 0.25}
"""A share of watched time below this is no habit; it is what every part would have by chance."""

_FAINT_AFFINITY = 0.01
"""An affinity below this is no inference."""


def tell_taste(
    view: ViewerView, catalogue: Catalogue, now_us: int, language: str | None = None
) -> dict[str, Any]:
    """What was inferred of a viewer, in words (None: the profile's language) and numbers, and what the
    viewer said of it."""
    reward = view.reward_at(catalogue, now_us)
    taste = taste_of(view.records, reward, catalogue, now_us, view.habits)
    vocabulary, language = vocabulary_of(catalogue), language or view.profile.language
    return {
        "profile_id": view.profile.profile_id,
        "profiled": True,
        "rests_on": round(taste.weight, 3),
        "inferences": [
            told for kind in KINDS for told in _of_kind(kind, taste, vocabulary, language)
        ],
        "corrections": view.viewer.corrections,
        "session": _session(taste.session, catalogue, vocabulary, language),
    }


def tell_nothing(view: ViewerView) -> dict[str, Any]:
    """The same of a viewer of whom nothing may be inferred: what it said of itself, for when it may again."""
    return {
        "profile_id": view.profile.profile_id,
        "profiled": False,
        "rests_on": 0.0,
        "inferences": [],
        "corrections": view.viewer.corrections,
        "session": None,
    }


def _of_kind(
    kind: str, taste: Taste, vocabulary: Vocabulary, language: str | None
) -> list[dict[str, Any]]:
    said = None if taste.corrections is None else ~np.isnan(taste.corrections.of(kind))
    affinity, inferred = taste.of(kind), taste.inferred[kind]
    told = []
    for term in _strongest(affinity, _FAINT.get(kind, _FAINT_AFFINITY), said):
        one = _inference(kind, vocabulary.names[kind][term], float(affinity[term]), language)
        if said is not None and said[term]:
            one |= {"corrected": True, "inferred": round(float(inferred[term]), 4)}
        told.append(one)
    return told


def _session(
    session: Session | None, catalogue: Catalogue, vocabulary: Vocabulary, language: str | None
) -> dict[str, Any] | None:
    if session is None:
        return None
    return {
        "since": format_time(from_us(session.since_us)),
        "title_ids": [catalogue.works[work].title.title_id for work in session.works.tolist()],
        "inferences": [
            _inference(kind, vocabulary.names[kind][term], float(affinity[term]), language)
            for kind, affinity in session.affinity.items()
            for term in _strongest(affinity, _FAINT_AFFINITY, None)
        ],
    }


def _strongest(affinity: Floats, faint: float, said: NDArray[np.bool_] | None) -> list[int]:
    """Places of the strongest affinities that aren't faint, and of all of which the viewer spoke."""
    order = np.argsort(-np.abs(affinity), kind="stable")
    kept = np.abs(affinity[order]) >= faint
    kept[_MOST_TERMS:] = False
    if said is not None:
        kept |= said[order]
    return [int(term) for term in order[kept]]


def _inference(kind: str, term: str, affinity: float, language: str | None) -> dict[str, Any]:
    """One inference; `term` is its name in a correction."""
    told: dict[str, Any] = {"kind": KINDS[kind], "name": term, "affinity": round(affinity, 4)}
    if kind == "people":
        told["role"], told["name"] = term.split(":", 1)
    elif kind == "genres_at":
        told["at"], told["name"] = term.split(":", 1)
    told["term"] = term
    if abs(affinity) < _FAINT_AFFINITY:
        sense = "muted"
    elif kind == "dayparts":
        sense = term
    else:
        sense = "likes" if affinity > 0 else "avoids"
    parameters = {"name": _shown(kind, told["name"], language)}
    if kind == "genres_at":
        parameters["at"] = say(language, f"taste.at.{told['at']}")
    code = "taste.muted" if sense == "muted" else f"taste.{KINDS[kind]}.{sense}"
    told["text"] = say(language, code, parameters)
    return told


def _shown(kind: str, name: str, language: str | None) -> str:
    """A term in the language asked for, where it is a word of ours or of CLDR."""
    if kind == "languages":
        return language_name(language, name)
    if kind in ("kinds", "runtimes"):
        return say(language, f"taste.{KINDS[kind]}.name.{name}")
    if kind == "dayparts":
        return say(language, f"taste.daypart.{name}")
    return name.removesuffix("s") if kind == "eras" else name
