"""A card as a value: what code, settings and bundle say of one kind of row, named by a hash of it all."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from frontrow.audit.cards.kinds import EVERY_ROW, KINDS, NEVER_USED, SETTINGS_OF_EVERY_ROW
from frontrow.base.settings import Settings, describe_settings
from frontrow.base.texts import FALLBACK, catalogue_of
from frontrow.page.rows import SOURCES
from frontrow.page.stage import RowSource
from frontrow.ranking import reward
from frontrow.ranking.features import PAIR, TITLE, VIEWER
from frontrow.ranking.resuming import FEATURES as RESUMING

_SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class Fitted:
    """What a bundle says of itself, without any viewer: what it was fitted on, and how it was judged.

    figures: by name, as they stand in the bundle and in the round that published it
    """

    bundle: str
    fitted_at: str
    events: int
    titles: int
    catalogue_revision: int
    seed: int
    reward_version: int
    reward_hash: str | None  # None: fitted before bundles held it
    left_out: Mapping[str, str]
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """One kind of row."""

    kind: str
    version: str  # of all that stands here, and of the row's own source
    names: list[str]
    purpose: str
    inputs: list[str]
    order: str
    needs_profiling: bool
    features: dict[str, list[str]]  # by group; none where no fit moves the row
    never_used: str
    rules: list[str]
    limits: list[str]
    settings: list[dict[str, Any]]
    reward: dict[str, Any] | None
    fitted: Fitted | None

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def cards_of(settings: Settings, fitted: Fitted | None = None) -> list[Card]:
    """A card for each kind of row, in the order of the sources.

    fitted: of the live bundle; None: nothing is fitted, or only the code is told of
    """
    return [_card(source, settings, fitted) for source in SOURCES]


def _card(source: RowSource, settings: Settings, fitted: Fitted | None) -> Card:
    about = KINDS[source.kind]
    features: dict[str, list[str]] = {}
    if about.ranked:
        features = {"viewer and title": list(PAIR), "title": list(TITLE), "viewer": list(VIEWER)}
    if about.resumes:
        features["what is under way"] = list(RESUMING)
    learned = about.ranked or about.resumes
    told = {
        "kind": source.kind,
        "names": _names(source.kind),
        "purpose": about.purpose,
        "inputs": list(about.inputs),
        "order": about.order,
        "needs_profiling": about.inferred,
        "features": features,
        "never_used": NEVER_USED,
        "rules": [*about.rules, *EVERY_ROW],
        "limits": list(about.limits),
        "settings": _settings((*about.settings, *SETTINGS_OF_EVERY_ROW), settings),
        "reward": {"version": reward.VERSION, "hash": reward.definition_hash()}
        if about.ranked
        else None,
    }
    of_bundle = fitted if learned else None
    said = msgspec.json.encode(
        [told, None if of_bundle is None else asdict(of_bundle), source_of(source)], order="sorted"
    )
    version = hashlib.sha256(said).hexdigest()[:16]
    return Card(version=version, fitted=of_bundle, **told)  # type: ignore[arg-type]  # by name


def source_of(source: RowSource) -> str:
    """The text of the file that proposes a kind of row: a change of it is another card."""
    return inspect.getsource(sys.modules[type(source).__module__])


def _names(kind: str) -> list[str]:
    """What such rows are called, in English."""
    codes = [f"row.{kind}", *(["row.for_everyone"] if kind == "top_picks" else [])]
    return [
        words
        for code, words in catalogue_of(FALLBACK).items()
        if code in codes or code.startswith(f"row.{kind}.")
    ]


def _settings(names: tuple[str, ...], settings: Settings) -> list[dict[str, Any]]:
    values = msgspec.to_builtins(settings)
    told = []
    for part, key, default, meaning in describe_settings():
        if f"{part}.{key}" in names:
            value = values[part][key]
            long = isinstance(value, str) and len(value) > _SHOWN_CHARACTERS
            shown = f"{len(value.split(','))} words" if long else value
            told.append(
                {
                    "name": f"{part}.{key}",
                    "value": shown,
                    "is_default": value == default,
                    "meaning": meaning,
                }
            )
    return told
