"""What a viewer says of its own taste: an affinity in the place of the one that was inferred.

Told as a merge patch (RFC 7396) of kinds and terms: `{"genres": {"Horror": 0, "Comedy": 0.8}}`. A number
from -1 to 1 stands in place of the inference, 0 mutes it, null takes the correction back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontrow.base.errors import BadInput, FieldError
from frontrow.base.validation import escape
from frontrow.viewers.profile import merge_patch
from frontrow.viewers.viewer import Spoken
from frontrow.viewers.vocabulary import OF_MOMENTS, OF_WORKS, Vocabulary

Floats = NDArray[np.float32]

MOST_TERMS = 1_000
"""Corrections that a profile may hold."""

_LEAST = {"dayparts": 0.0}  # a share of time; everything else is an affinity, from -1


@dataclass(frozen=True)
class Corrections:
    """A viewer's corrections over a catalogue's vocabulary; nan where nothing was said."""

    genres: Floats  # [g]
    themes: Floats  # [t]
    people: Floats  # [p]
    languages: Floats  # [l]
    kinds: Floats  # [k]
    runtimes: Floats  # [len(RUNTIMES)]
    eras: Floats  # [e]
    artwork: Floats  # [a]
    genres_at: Floats  # [len(SLOTS) * g]
    dayparts: Floats  # [len(DAYPARTS)]

    def of(self, kind: str) -> Floats:
        """Those of one kind."""
        found: Floats = getattr(self, kind)
        return found


def corrections_on(spoken: Spoken, vocabulary: Vocabulary) -> Corrections | None:
    """A viewer's corrections over a catalogue; None where there are none. Terms that the catalogue
    doesn't have (any more) rest until it has them."""
    if not any(spoken.values()):
        return None
    arrays = {}
    for kind in (*OF_WORKS, *OF_MOMENTS):
        index = vocabulary.index[kind]
        said = np.full(len(index), np.nan, dtype=np.float32)
        for term, value in spoken.get(kind, {}).items():
            if term in index:
                said[index[term]] = value
        arrays[kind] = said
    slots = len(arrays["genres_at"]) // max(len(arrays["genres"]), 1)
    everywhen = np.tile(arrays["genres"], slots)  # what is said of a genre holds at every hour
    arrays["genres_at"] = np.where(np.isnan(arrays["genres_at"]), everywhen, arrays["genres_at"])
    return Corrections(**arrays)


def corrected(inferred: Floats, said: Floats | None) -> Floats:
    """Inferences with corrections in their place."""
    if said is None:
        return inferred
    found: Floats = np.where(np.isnan(said), inferred, said)
    return found


def patch_corrections(spoken: Spoken, patch: Any, vocabulary: Vocabulary) -> Spoken:
    """The corrections after a merge patch. Raises `BadInput` with a pointer to all that is wrong."""
    if not isinstance(patch, dict):
        raise BadInput(
            "a merge patch of a taste is a JSON object",
            errors=[FieldError("", "expected an object")],
        )
    errors = [error for kind in patch for error in _check(kind, patch[kind], spoken, vocabulary)]
    if errors:
        raise BadInput("the taste can't be corrected so", errors=errors)
    merged: Spoken = merge_patch(spoken, patch)
    after = {
        kind: {term: float(value) for term, value in sorted(terms.items())}
        for kind, terms in sorted(merged.items())
        if terms
    }
    if sum(len(terms) for terms in after.values()) > MOST_TERMS:
        wrong = FieldError("", f"a profile holds at most {MOST_TERMS} corrections")
        raise BadInput("the taste can't be corrected so", errors=[wrong])
    return after


def _check(kind: str, terms: Any, spoken: Spoken, vocabulary: Vocabulary) -> list[FieldError]:
    at = f"/{escape(kind)}"
    if kind not in vocabulary.index:
        known = ", ".join(sorted(vocabulary.index))
        return [FieldError(at, f"is no kind of taste; the kinds are {known}")]
    if terms is None:
        return []
    if not isinstance(terms, dict):
        return [FieldError(at, "expected an object of terms")]
    index: Mapping[str, int] = vocabulary.index[kind]
    least = _LEAST.get(kind, -1.0)
    errors = []
    for term, value in terms.items():
        here = f"{at}/{escape(term)}"
        if term not in index and term not in spoken.get(kind, {}):
            errors.append(FieldError(here, f"the catalogue has none of these {kind}"))
        elif isinstance(value, bool) or not isinstance(value, int | float | None):
            errors.append(FieldError(here, f"expected a number from {least:g} to 1, or null"))
        elif value is not None and not least <= value <= 1:
            errors.append(FieldError(here, f"lies outside {least:g} to 1"))
    return errors
