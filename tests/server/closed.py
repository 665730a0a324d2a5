"""A home with keys, and callers who show them: what the tests of access are told with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from frontrow.base.database import open_database
from frontrow.base.home import Home
from frontrow.base.time import system_clock, to_us
from frontrow.server import Service
from frontrow.server.access import DeviceToken, KeyStore, sign_token
from frontrow.server.web import make_app


def make_key(home: Home, *scopes: str, expires: datetime | None = None) -> str:
    """A new key of a home."""
    database = open_database(home.database_path)
    try:
        store = KeyStore(database, home.secret())
        return store.create(scopes, name="test", expires=expires, now=system_clock()())[1]
    finally:
        database.close()


def revoke_key(home: Home, key: str) -> None:
    database = open_database(home.database_path)
    try:
        KeyStore(database, home.secret()).revoke(key, now=system_clock()())
    finally:
        database.close()


def key_id(key: str) -> str:
    return key.split("_")[1]


def old_token(home: Home, profile_id: str, key: str) -> str:
    """A token that ended a second ago."""
    ended = to_us(system_clock()() - timedelta(seconds=1))
    return sign_token(DeviceToken(profile_id, key_id(key), ended, 0), home.secret())


def bearing(credential: str | None) -> dict[str, str]:
    return {} if credential is None else {"authorization": f"Bearer {credential}"}


class Caller:
    """Calls with a credential, in this process."""

    def __init__(self, client: Any, credential: str | None) -> None:
        self.client = client
        self.credential = credential

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        headers = {**bearing(self.credential), **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        return self.client.request(method, path, headers=headers, **more)

    def token(self, profile_id: str, **asked: Any) -> Caller:
        """A device of a profile, with the token that this caller asked for."""
        answer = self("POST", f"/v1/profiles/{profile_id}/token", asked or None)
        assert answer.status_code == 200, answer.text
        return Caller(self.client, answer.json()["token"])


def client_of(home: Home) -> TestClient:
    """The application over a home; to be used as a context."""
    app = make_app(Service(home, system_clock()))
    return TestClient(app, base_url="http://service.example", raise_server_exceptions=False)


def forget_the_copy(monkeypatch: Any) -> None:
    """Let every call look at the keys anew, instead of a second later."""
    monkeypatch.setattr("frontrow.server.access.gate.COPY_SECONDS", -1.0)
