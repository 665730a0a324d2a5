"""What a device may reach: its own profile, and the pages that were made for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from frontrow.base.errors import Gone, NotFound, Unavailable
from frontrow.base.schema import forgotten
from frontrow.page.reference import read_page_id
from frontrow.server.access.gate import Caller, forbidden, unknown
from frontrow.server.kept import Kept
from frontrow.server.service import Service

_MOST_KEPT = 10_000
"""Profiles with tokens of before the last forget, of which is kept whether it was theirs."""

_ANOTHERS = "this token is for one profile only, and that is another's"


class Ownership:
    """Checks the calls of devices over an open home."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._forgotten_at = Kept(_MOST_KEPT)

    def check(
        self, caller: Caller, path: Mapping[str, str], query: Any, scopes: frozenset[str]
    ) -> None:
        """Refuse a device whatever names another profile. Raises `HttpProblem`."""
        own = caller.profile_id
        if own is None:
            return
        if self._was_forgotten(own, caller.forgets):
            raise unknown("this token's profile was forgotten: ask for a new one", invalid=True)
        named = [path.get("profile_id"), getattr(query, "profile_id", None)]
        if "page_id" in path:
            named.append(self._profile_of_page(path["page_id"]))
        if any(profile is not None and profile != own for profile in named):
            raise forbidden(_ANOTHERS, scopes)

    def _was_forgotten(self, profile_id: str, since: int) -> bool:
        """Whether a profile was forgotten after so many forgets of the home. Mostly nobody was, and
        that is known without the database: a forget is answered when every process has heard of it."""
        heard_of = self._service.processes.generation
        if heard_of <= since:
            return False
        key = self._service.forget_key(profile_id)
        try:
            return self._forgotten_at.get((key, heard_of), lambda: self._read(key)) > since
        except Unavailable:
            return False  # nothing of a profile can be read now, so nothing of it can be told

    def _read(self, key: bytes) -> int:
        """At which of the home's forgets a profile was forgotten last; 0: it never was."""
        wanted = sa.select(forgotten.c.generation).where(forgotten.c.key == key)
        with self._service.database.read() as connection:
            return int(connection.execute(wanted).scalar() or 0)

    def _profile_of_page(self, page_id: str) -> str:
        reference = read_page_id(page_id, self._service.secret)
        if reference.profile_id is not None:
            return reference.profile_id
        try:
            return str(self._service.decisions.read(page_id)["profile_id"])
        except NotFound:
            raise Gone("this page's record is no longer kept", mend="load a new page") from None
