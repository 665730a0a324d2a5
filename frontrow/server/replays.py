"""Served pages built again from their records: the catalogue, viewer, trends, bundle and settings of then.

Nothing of a page is kept but its record. The log gives the viewer and the trends at their places in it,
the revisions of titles give the catalogue; only a bundle can be gone, and only a forgotten profile
changes what the log says of before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from frontrow.base.errors import Gone
from frontrow.base.settings import Settings
from frontrow.catalog import Catalogue
from frontrow.events import Position
from frontrow.page import BuiltPage
from frontrow.page.choice_values import ChoiceValues
from frontrow.page.record import page_digest
from frontrow.page.reference import read_page_id
from frontrow.server.pages import Pages
from frontrow.server.service import Service
from frontrow.viewers import Trends, no_trends

FORGOTTEN = "profiles were forgotten since: what they started is in no trend any more"
TEXTS = "later titles were placed with the sentence model then and not now, or the other way round"
UNKNOWN = "another version of Frontrow built it, or a file of this home was changed by hand"

_BEFORE_IT_WAS_KNOWN = {"painted_artwork": False, "sensitive_tags": ""}
"""Settings of the service whose default is not what earlier versions did."""


@dataclass(frozen=True)
class Replayed:
    """A served page, built again; `why` says what keeps its bytes from being the same."""

    built: BuiltPage | None  # None: it can't be built any more
    same: bool
    why: str | None


class Replays:
    """Served pages again."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._pages = Pages(service)

    def served(self, page_id: str) -> dict[str, Any]:
        """A page as it was served, its decision record, and whether its bytes are the same."""
        decision = self._service.decisions.read(page_id)
        built = self.build(decision, anew=False)
        found = self._compared(built, decision)
        told = {"page": built.page, "decision": decision, "rebuilt_to_the_byte": found.same}
        return told if found.why is None else {**told, "differs_because": found.why}

    def replay(self, decision: dict[str, Any]) -> Replayed:
        """A served page again, or why it can't be made."""
        try:
            return self._compared(self.build(decision), decision)
        except Gone as gone:
            return Replayed(None, False, gone.what)

    def build(self, decision: dict[str, Any], *, anew: bool = True) -> BuiltPage:
        """Build a served page from its record alone. Raises `Gone` where a part is gone.

        anew: what its choices rested on is folded from the log again, also where that is still kept
        """
        page_id = decision["page_id"]
        reference = read_page_id(page_id, self._service.secret)
        reference = replace(reference, profile_id=decision["profile_id"])
        settings = settings_of(decision, self._service.settings)
        catalogue = self._service.catalogue(reference.revision, settings.service)
        trends = self._trends(decision, catalogue, settings)
        choices = self._choices(decision, catalogue, settings, anew)
        return self._pages.build(
            self._pages.maker.rebuild(reference, page_id, settings, catalogue, trends, choices)
        )

    def _compared(self, built: BuiltPage, decision: dict[str, Any]) -> Replayed:
        if page_digest(built) == decision["page_sha256"]:
            return Replayed(built, True, None)
        if self._service.log.generation() > decision.get("forgets", 0):
            return Replayed(built, False, FORGOTTEN)
        reads_texts = self._service.texts is not None
        return Replayed(
            built, False, UNKNOWN if decision.get("reads_texts", False) == reads_texts else TEXTS
        )

    def _trends(self, decision: dict[str, Any], catalogue: Catalogue, settings: Settings) -> Trends:
        """The trends that a page read, made again from the log."""
        if decision["snapshot"] is None:
            return no_trends(catalogue.n)
        told = decision.get("trends")
        if told is None:
            raise Gone("this page was made by a version whose trends can't be made again")
        position = Position(tuple((int(part), int(seq)) for part, seq in told["position"]))
        return self._service.trends_again(
            position, int(told["at_us"]), catalogue, settings.service.country
        )

    def _choices(
        self, decision: dict[str, Any], catalogue: Catalogue, settings: Settings, anew: bool
    ) -> ChoiceValues | None:
        """What a page's choices of images rested on, made again from the log or as it is kept."""
        told = decision.get("choices", {}).get("posterior")
        if told is None:
            return None
        position = Position(tuple((int(part), int(seq)) for part, seq in told["position"]))
        at_us = int(told["at_us"])
        if not anew:
            kept = self._service.choice_values_kept(position, at_us, catalogue)
            if kept is not None:
                return kept
        return self._service.choice_values_again(position, at_us, catalogue, settings.service)


def settings_of(decision: dict[str, Any], now: Settings) -> Settings:
    """The settings that a page was made under; of parts that no page reads, those of now."""
    told = decision["settings"]
    told = {**told, "service": {**_BEFORE_IT_WAS_KNOWN, **told["service"]}}
    try:
        return msgspec.convert({**msgspec.to_builtins(now), **told}, Settings)
    except msgspec.ValidationError:
        raise Gone("this page was made under settings of another version") from None
