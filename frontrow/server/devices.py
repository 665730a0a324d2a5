"""A device's token: for one profile, asked for by a program that holds a key."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from frontrow.base.errors import BadInput, FieldError
from frontrow.base.time import US_PER_SECOND, format_time, from_us, to_us
from frontrow.base.validation import validate
from frontrow.server.access import Caller, DeviceToken, sign_token
from frontrow.server.service import Service


class TokenBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a device's token is to hold, in seconds; the setting's time where it isn't said."""

    seconds: Annotated[int, Meta(ge=1)] | None = None


class TokenAnswer(Struct, frozen=True):
    profile_id: str
    token: str
    seconds: int
    expires_at: str


class Devices:
    """The token call of the API. Nothing is kept of a token, nor of whom it was for."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def token(self, profile_id: str, body: Any, caller: Caller) -> TokenAnswer:
        """A new token for a profile, which need not be known yet."""
        service = self._service
        seconds = self._seconds(body)
        expires_us = to_us(service.clock()) + seconds * US_PER_SECOND
        token = DeviceToken(
            profile_id=profile_id,
            key_id=caller.key_id,
            expires_us=expires_us,
            forgets=service.log.generation(),
        )
        text = sign_token(token, service.secret)
        return TokenAnswer(profile_id, text, seconds, format_time(from_us(expires_us)))

    def _seconds(self, body: Any) -> int:
        settings = self._service.settings.server
        asked = validate(TokenBody, body)
        if isinstance(asked, list):
            raise BadInput(f"the token can't be made: {asked[0]}", errors=asked)
        most = settings.token_most_seconds
        if asked.seconds is None:
            return min(settings.token_seconds, most)
        if asked.seconds > most:
            wrong = FieldError("/seconds", f"must be at most {most} (setting `token_most_seconds`)")
            raise BadInput("the token can't be made", errors=[wrong])
        return asked.seconds
