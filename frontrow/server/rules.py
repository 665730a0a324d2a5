"""The rules calls: the document in force, its versions, and a new one, checked before it holds."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from frontrow.base.time import format_time, from_us
from frontrow.rules import Rules, StoredRules, possible_rules
from frontrow.server.service import Service


class RulesAnswer(Struct, frozen=True):
    """A version of the rules; revision 0 where none were ever set."""

    revision: int
    at: str | None
    author: str | None
    rules: Rules


class Version(Struct, frozen=True):
    """What the history tells of a version: how many rules of each sort it has."""

    revision: int
    at: str | None
    author: str | None
    rows: int
    boosts: int
    floors: int
    caps: int
    pins: int


class HistoryAnswer(Struct, frozen=True):
    """Every version, the newest first."""

    history: list[Version]


class OperatorRules:
    """The rules calls of the API."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def get(self, revision: int | None = None) -> RulesAnswer:
        """The document in force, or an earlier version. Raises `NotFound`."""
        return _answer(self._service.rules.read(revision))

    def put(
        self, document: Any, *, revision: int | None = None, author: str | None = None
    ) -> RulesAnswer:
        """Put a document in force; from the next page on it holds in every process.

        revision: the one that it was made from. Raises `Conflict` where another came meanwhile,
        `BadInput` with a pointer to each rule that is wrong or impossible.
        """
        rules = self.check(document)
        now = self._service.clock()
        return _answer(self._service.rules.put(rules, author=author, now=now, on=revision))

    def check(self, document: Any) -> Rules:
        """The rules of a document that could be put in force now. Raises `BadInput`."""
        service = self._service
        catalogue, page = service.catalogue(), service.settings.page
        return possible_rules(document, catalogue, page, at_us=service.now_us())

    def history(self) -> HistoryAnswer:
        """Every version, the newest first."""
        return HistoryAnswer([_version(stored) for stored in self._service.rules.history()])


def _answer(stored: StoredRules) -> RulesAnswer:
    return RulesAnswer(stored.revision, _at(stored), stored.author, stored.rules)


def _version(stored: StoredRules) -> Version:
    rules = stored.rules
    return Version(
        stored.revision,
        _at(stored),
        stored.author,
        rows=len(rules.rows),
        boosts=len(rules.boosts),
        floors=len(rules.floors),
        caps=len(rules.caps),
        pins=len(rules.pins),
    )


def _at(stored: StoredRules) -> str | None:
    return None if stored.at_us is None else format_time(from_us(stored.at_us))
