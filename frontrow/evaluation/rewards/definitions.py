"""Rewards as versioned settings: each is weights over what a sitting came to, and is named by their hash.

`frontrow` is the definition that models are fitted on (`frontrow.ranking.reward`). The others are proxies
that people use, and the operator's own from `[rewards] own`.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from frontrow.base.errors import BadInput
from frontrow.evaluation.rewards.earned import AMOUNTS
from frontrow.ranking import reward

SHIPPED = "frontrow"

_NAME = re.compile(r"([a-z][a-z0-9_-]{0,31})/([1-9][0-9]{0,5})")
_BY_DEFINITION = ("worth", "good")
"""Amounts that change with the shipped definition."""


@dataclass(frozen=True)
class Reward:
    """One definition: so much for each amount."""

    name: str
    version: int
    weights: Mapping[str, float]
    words: str

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits of version and weights, and of what they rest on."""
        rests = reward.definition_hash() if set(self.weights) & set(_BY_DEFINITION) else ""
        told = msgspec.json.encode([self.version, sorted(self.weights.items()), rests])
        return hashlib.blake2b(told, digest_size=8).hexdigest()


BUILT_IN: tuple[Reward, ...] = (
    Reward(SHIPPED, reward.VERSION, {"worth": 1.0}, "what models are fitted on, of every sitting"),
    Reward("good", reward.VERSION, {"good": 1.0}, "sittings that were good plays by it"),
    Reward("clicks", 1, {"clicks": 1.0}, "tiles opened"),
    Reward("starts", 1, {"starts": 1.0}, "plays that the viewer began"),
    Reward("hours", 1, {"hours": 1.0}, "hours watched"),
    Reward("finishes", 1, {"finishes": 1.0}, "films and episodes watched to the end"),
    Reward("ratings", 1, {"ratings": 1.0}, "what was rated, -1 to 1 each"),
)


def definitions(own: str = "") -> tuple[Reward, ...]:
    """The built-in ones and the operator's own. Raises `BadInput` naming what can't be meant.

    own: `name/version: amount weight, amount weight; …`, as `[rewards] own` has it
    """
    found = list(BUILT_IN)
    for text in filter(None, (part.strip() for part in own.split(";"))):
        one = _parsed(text)
        if any(one.name == other.name for other in found):
            raise BadInput(f"{one.name!r} is there already", where=_WHERE, mend="take another name")
        found.append(one)
    return tuple(found)


_WHERE = "[rewards] own"


def _parsed(text: str) -> Reward:
    head, _, told = text.partition(":")
    named = _NAME.fullmatch(head.strip())
    if named is None:
        raise BadInput(
            f"{head.strip()!r} is no name and version", where=_WHERE,
            mend="write mine/1: finishes 1, hours 0.1; raise the version with every change",
        )  # fmt: skip
    weights: dict[str, float] = {}
    for part in told.split(","):
        amount, _, number = part.strip().partition(" ")
        try:
            weight = float(number)
        except ValueError:
            weight = math.nan
        if amount not in AMOUNTS or not math.isfinite(weight) or amount in weights:
            raise BadInput(
                f"{part.strip()!r} is not an amount and its weight", where=f"{_WHERE}: {head}",
                mend=f"one number for each of {', '.join(AMOUNTS)}, at most once",
            )  # fmt: skip
        weights[amount] = weight
    return Reward(named[1], int(named[2]), weights, "the operator's own")
