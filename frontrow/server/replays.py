"""Served pages, and their later answers, made again from their records: with the catalogue, viewer,
trends, bundle and settings of then.

Nothing of a page is kept but its record. The log gives the viewer and the trends at their places in it,
the revisions of titles give the catalogue; only a bundle can be gone, and only a forgotten profile
changes what the log says of before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from frontrow.base.errors import Gone, NotFound
from frontrow.base.settings import Settings
from frontrow.catalog import Catalogue
from frontrow.events import Position
from frontrow.page import BuiltPage
from frontrow.page.choice_values import ChoiceValues
from frontrow.page.continued import asked_of, continuation_of
from frontrow.page.decisions import CONTINUED
from frontrow.page.record import page_digest
from frontrow.page.reference import read_page_id
from frontrow.server.continuing import go_on, judging_then
from frontrow.server.making import Made
from frontrow.server.pages import Pages
from frontrow.server.service import Service
from frontrow.viewers import Trends, no_trends

FORGOTTEN = "profiles were forgotten since: what they started is in no trend any more"
TEXTS = "later titles were placed with the sentence model then and not now, or the other way round"
UNKNOWN = "another version of Frontrow built it, or a file of this home was changed by hand"

_BEFORE_IT_WAS_KNOWN: dict[str, dict[str, Any]] = {
    "service": {"painted_artwork": False, "sensitive_tags": ""},
    "page": {"spread": 0.0},
}
"""Settings whose default is not what earlier versions did, by part."""


@dataclass(frozen=True)
class Again:
    """A later answer of a page, made again."""

    record: dict[str, Any]  # as it was kept
    again: dict[str, Any] | None  # None: it can't be made any more
    why: str | None  # what keeps its bytes from being the same; None: they are

    @property
    def same(self) -> bool:
        return self.why is None


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

    def _decision(self, page_id: str) -> dict[str, Any]:
        """The record of a page; where another process answered it just now, it is waited for."""
        try:
            return self._service.decisions.read(page_id)
        except NotFound:
            read_page_id(page_id, self._service.secret)  # no other id is worth waiting for
            self._service.settle_decisions()
            return self._service.decisions.read(page_id)

    def served(self, page_id: str) -> dict[str, Any]:
        """A page as it was served, its decision record, and whether its bytes are the same."""
        decision = self._decision(page_id)
        built = self.build(decision, anew=False)
        found = self._compared(built, decision)
        told = {"page": built.page, "decision": decision, "rebuilt_to_the_byte": found.same}
        if found.why is not None:
            told["differs_because"] = found.why
        later = self.continued(decision, anew=False)
        if later:
            told[CONTINUED] = [
                {
                    "answer": one.record["answer"],
                    "rebuilt_to_the_byte": one.same,
                    **({} if one.same else {"differs_because": one.why}),
                }
                for one in later
            ]
        return told

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
        return self._pages.build(self._made(decision, decision, anew))

    def continued(self, decision: dict[str, Any], *, anew: bool = True) -> list[Again]:
        """The later answers of a served page, each made again from its record."""
        return [self._again(decision, record, anew) for record in decision.get(CONTINUED, [])]

    def _again(self, decision: dict[str, Any], record: dict[str, Any], anew: bool) -> Again:
        service = self._service
        try:
            made = self._made(decision, record, anew)
            judging = judging_then(service, made, record)
        except (Gone, NotFound) as gone:
            return Again(record, None, gone.what)
        asked = asked_of(record)
        answer = go_on(made, asked, judging, service.secret)
        again = continuation_of(
            answer, asked, judging.told, made.request, made.page_id, made.inputs.settings
        )
        same = again["answer_sha256"] == record["answer_sha256"]
        return Again(record, again, None if same else self._because(record))

    def _made(self, decision: dict[str, Any], record: dict[str, Any], anew: bool) -> Made:
        """The parts of a served page, as its record or that of a later answer has them."""
        page_id = decision["page_id"]
        reference = read_page_id(page_id, self._service.secret)
        reference = replace(reference, profile_id=decision["profile_id"])
        settings = settings_of(record, self._service.settings)
        catalogue = self._service.catalogue(reference.revision, settings.service)
        trends = self._trends(decision, catalogue, settings)
        choices = self._choices(record, catalogue, settings, anew)
        return self._pages.maker.rebuild(reference, page_id, settings, catalogue, trends, choices)

    def _compared(self, built: BuiltPage, decision: dict[str, Any]) -> Replayed:
        if page_digest(built) == decision["page_sha256"]:
            return Replayed(built, True, None)
        return Replayed(built, False, self._because(decision))

    def _because(self, record: dict[str, Any]) -> str:
        """Why what is made again of a record is not what it was."""
        if self._service.log.generation() > record.get("forgets", 0):
            return FORGOTTEN
        reads_texts = self._service.texts is not None
        return UNKNOWN if record.get("reads_texts", False) == reads_texts else TEXTS

    def _trends(self, decision: dict[str, Any], catalogue: Catalogue, settings: Settings) -> Trends:
        """The trends that a page read, made again from the log."""
        if decision["snapshot"] is None:
            return no_trends(catalogue.n)
        told = decision.get("trends")
        if told is None:
            raise Gone("this page was made by a version whose trends can't be made again")
        position = Position(tuple((int(part), int(seq)) for part, seq in told["position"]))
        made = self._service.trends_again(
            position, int(told["at_us"]), catalogue, settings.service.country
        )
        return made if told.get("counts_shown", True) else replace(made, shown=None)

    def _choices(
        self, decision: dict[str, Any], catalogue: Catalogue, settings: Settings, anew: bool
    ) -> ChoiceValues | None:
        """What a page's choices of images rested on, made again from the log or as it is kept."""
        told = decision.get("choices", {}).get("posterior")
        if told is None:
            return None
        position = Position(tuple((int(part), int(seq)) for part, seq in told["position"]))
        at_us = int(told["at_us"])
        learned_on = catalogue  # as versions did that say nothing of it
        if "catalogue_revision" in told:
            revision = int(told["catalogue_revision"])
            learned_on = self._service.catalogue(revision, settings.service)
        worths = self._service.worths
        if not anew:
            kept = worths.kept(position, at_us, learned_on, catalogue)
            if kept is not None:
                return kept
        return worths.again(position, at_us, learned_on, catalogue, settings.service)


def settings_of(decision: dict[str, Any], now: Settings) -> Settings:
    """The settings that a page was made under; of parts that no page reads, those of now."""
    told = decision["settings"]
    told = {**told, **{part: {**old, **told[part]} for part, old in _BEFORE_IT_WAS_KNOWN.items()}}
    try:
        return msgspec.convert({**msgspec.to_builtins(now), **told}, Settings)
    except msgspec.ValidationError:
        raise Gone("this page was made under settings of another version") from None
