"""The profile calls: settings, everything held, taste, start again, forget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from frontrow.backups import keep_forgotten
from frontrow.base.errors import BadInput, FieldError, Unavailable
from frontrow.base.files import wait_lock
from frontrow.base.time import format_time, from_us, parse_rfc3339, parse_time
from frontrow.catalog import Catalogue
from frontrow.events import Event
from frontrow.events.event import PROFILE_RESET, PROFILE_SET, TASTE_SET
from frontrow.importers import forget_rejected
from frontrow.page.scoring import may_be_inferred
from frontrow.server.service import Service
from frontrow.server.taste import tell_nothing, tell_taste
from frontrow.viewers import Profile
from frontrow.viewers.corrections import patch_corrections
from frontrow.viewers.profile import merge_patch, read_profile
from frontrow.viewers.vocabulary import vocabulary_of

_UNTIL_PUBLISHED = "the next `frontrow train` that publishes a bundle in its place"

_PATIENCE_SECONDS = 10.0
"""How long a change of settings waits for others; each takes a commit's time."""


class Profiles:
    """The profile calls of the API."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def known(self, after: str, limit: int) -> dict[str, Any]:
        """Known profiles above an id, in pages."""
        found = self._service.log.profiles(after, limit + 1)
        page = found[:limit]
        return {
            "profiles": [{"profile_id": p} for p in page],
            "next": page[-1] if len(found) > limit else None,
        }

    def get(self, profile_id: str) -> Profile:
        """A profile's settings; those of a new viewer where it is unknown."""
        return self._service.viewers.view(profile_id, self._service.catalogue()).profile

    def put(self, profile_id: str, body: Any) -> Profile:
        """Replace the settings."""
        with self._one_at_a_time():
            return self._put(profile_id, body)

    def _put(self, profile_id: str, body: Any) -> Profile:
        before = self.get(profile_id)
        now = self._service.clock()
        created_at = before.created_at or format_time(now)
        profile = read_profile(profile_id, body, created_at=created_at)
        profile = replace(profile, created_at=_created_at(profile, before))
        if profile != before:
            told = msgspec.to_builtins(profile)
            self._service.log.note(profile_id, PROFILE_SET, told, now=now)
        return profile

    def patch(self, profile_id: str, patch: Any) -> Profile:
        """Change some of the settings (RFC 7396)."""
        if not isinstance(patch, dict):
            wrong = FieldError("", "expected an object")
            raise BadInput("a merge patch of a profile is a JSON object", errors=[wrong])
        with self._one_at_a_time():
            before = msgspec.to_builtins(self.get(profile_id))
            return self._put(profile_id, merge_patch(before, patch))

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """A change rests on the settings before it: of two at once, in whichever processes, neither
        may undo the other."""
        lock = self._service.home.run / "settings.lock"
        with wait_lock(lock, _PATIENCE_SECONDS) as mine:
            if not mine:
                raise Unavailable("other settings are being changed", mend="ask again")
            yield

    def reset(self, profile_id: str) -> dict[str, Any]:
        """Start again: history before now no longer counts."""
        now = self._service.clock()
        self._service.log.note(profile_id, PROFILE_RESET, {}, now=now)
        return {"profile_id": profile_id, "reset_at": format_time(now)}

    def data(self, profile_id: str) -> dict[str, Any]:
        """Everything held about a profile."""
        self._service.settle_decisions()
        facts = self._service.log.read(profile_id).events
        events = [logged.event for logged in facts if logged.event is not None]
        return {
            "profile": self.get(profile_id),
            "events": [_in_utc(event) for event in events],
            "offsets_minutes": [_offset_minutes(event) for event in events],
            "notes": [
                {
                    "number": logged.number,
                    "type": logged.type,
                    "at": format_time(from_us(logged.time_us)),
                    "body": logged.body,
                }
                for logged in facts
                if logged.event is None
            ],
            "taste": self.taste(profile_id),
            "decisions": self._service.decisions.held_of_profile(profile_id),
            "checkpoint": self._checkpoint(profile_id),
        }

    def _checkpoint(self, profile_id: str) -> dict[str, Any] | None:
        """Up to where the profile is kept folded: nothing that its events don't say."""
        kept = self._service.checkpoints.load(profile_id)
        if kept is None:
            return None
        return {"number": kept.viewer.number, "catalogue_revision": kept.revision}

    def taste(self, profile_id: str, language: str | None = None) -> dict[str, Any]:
        """What was inferred, in words (None: the profile's language) and numbers, and what was corrected;
        where nothing may be inferred, nothing is."""
        catalogue = self._service.catalogue()
        view = self._service.viewers.view(profile_id, catalogue)
        if not may_be_inferred(view.profile, self._service.settings.service):
            return tell_nothing(view)
        return tell_taste(view, catalogue, self._service.now_us(), language)

    def wishes(self, profile_id: str, language: str | None = None) -> dict[str, Any]:
        """What was said of titles, the latest first: on the list, never again, and muted in the settings."""
        catalogue = self._service.catalogue()
        view = self._service.wishes.view(profile_id, catalogue)
        dismissed = [int(work) for work in view.records.work[view.records.dismissed]]
        dismissed.sort(key=lambda w: (-max(r.dismissed[0] for _, r in view.groups[w]), w))

        language = language or view.profile.language or self._service.settings.service.language

        def named(title_ids: Iterable[str]) -> list[dict[str, str]]:
            return [{"title_id": t, "name": _name_of(t, catalogue, language)} for t in title_ids]

        def of(works: Iterable[int]) -> list[dict[str, str]]:
            return named(catalogue.works[work].title.title_id for work in works)

        return {
            "profile_id": profile_id,
            "listed": of(view.listed),
            "dismissed": of(dismissed),
            "muted": named(view.profile.preferences.muted_titles),
        }

    def patch_taste(self, profile_id: str, patch: Any) -> dict[str, Any]:
        """Mute or correct inferences (RFC 7396 over the corrections); at once in force."""
        with self._one_at_a_time():
            catalogue = self._service.catalogue()
            before = self._service.viewers.view(profile_id, catalogue).viewer.corrections
            after = patch_corrections(before, patch, vocabulary_of(catalogue))
            if after != before:
                told: dict[str, Any] = {**after}
                self._service.log.note(profile_id, TASTE_SET, told, now=self._service.clock())
        return self.taste(profile_id)

    def forget(self, profile_id: str) -> dict[str, Any]:
        """Remove a profile from everywhere; returns when every process has dropped it."""
        service = self._service
        key = service.forget_key(profile_id)
        service.settle_decisions()
        service.decisions.drop({key})
        removed = service.log.forget(profile_id, key=key)
        keep_forgotten(service.home, service.database)
        lines = forget_rejected(service.home.rejected, profile_id)
        service.processes.follow()
        service.processes.wait_for_others(removed.generation)
        policy = service.policy()
        live = None if policy is None else policy.bundle_id
        until = "the next `frontrow train`"
        return {
            "profile_id": profile_id,
            "removed": {
                "events": removed.events,
                "decisions": removed.decisions,
                "rejected_lines": lines,
            },
            "influence": {
                "bundles": [
                    {"bundle": b, "until": _UNTIL_PUBLISHED if b == live else until}
                    for b in service.bundles.all()
                ],
                "snapshots": [{"snapshot": n, "until": until} for n in service.snapshots.numbers()],
                "choices": [{"choices": n, "until": until} for n in service.choices.numbers()],
            },
        }


def _name_of(title_id: str, catalogue: Catalogue, language: str) -> str:
    """The name of a title's work; its id where the catalogue doesn't know it."""
    work = catalogue.work_of_title.get(title_id)
    return title_id if work is None else catalogue.works[work].title.name_in(language)


def _offset_minutes(event: Event) -> int:
    """How far the clock that told an event's time was from UTC."""
    return int((event.time.utcoffset() or timedelta()).total_seconds()) // 60


def _in_utc(event: Event) -> Event:
    """An event as answers tell it; as it came, where its moment has no UTC within the years."""
    try:
        return replace(event, time=event.time.astimezone(UTC))
    except OverflowError:
        return event


def _created_at(profile: Profile, before: Profile) -> str:
    """The moment a profile was made, in UTC: told once at most, and never changed."""
    text = str(profile.created_at)
    if text == before.created_at:
        return text
    try:
        told = format_time(parse_rfc3339(text))
    except BadInput as error:
        wrong = FieldError("/created_at", error.what)
        raise BadInput("the profile can't be accepted", errors=[wrong]) from None
    if before.created_at is not None and parse_time(before.created_at) != parse_rfc3339(text):
        wrong = FieldError("/created_at", f"is {before.created_at} and can't be changed")
        raise BadInput("the profile can't be accepted", errors=[wrong])
    return told
