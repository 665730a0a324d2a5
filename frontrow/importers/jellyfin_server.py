"""A Jellyfin server, asked over its API: its users, its library, and what each user made of it.

Facts of the API are from Jellyfin's published OpenAPI document (api.jellyfin.org): `GET /Users`, `GET
/Items`, keys in the `Authorization` header, lengths in ticks of 100 ns.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPException
from typing import IO, Any, NoReturn, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

from frontrow.base.errors import BadInput, Unavailable

T = TypeVar("T")

TIMEOUT_SECONDS = 60
ITEMS_AT_ONCE = 500

KINDS = ("Movie", "Series", "Episode")
_FIELDS = (
    "DateCreated", "Genres", "OriginalTitle", "Overview", "People", "ProductionLocations",
    "ProviderIds", "Tags",
)  # fmt: skip
FILTERS = ("IsPlayed", "IsResumable", "IsFavorite", "Likes", "Dislikes")
"""Which items of a user are asked for: all others say nothing."""

_WRONG_ADDRESS = "give the address that the server is opened at in a browser, without /web"
_WRONG_KEY = "give a key that the server's dashboard made (--key, or JELLYFIN_KEY)"


class User(Struct, rename="pascal"):
    """Who watches, as far as it is read: not the name."""

    id: str
    policy: dict[str, Any] = {}


class _Items(Struct, rename="pascal"):
    items: list[dict[str, Any]]
    total_record_count: int = 0


class Server:
    """A Jellyfin server under a key."""

    def __init__(self, url: str, key: str) -> None:
        """Raises `BadInput` for an address or a key that can be none."""
        parts = urlsplit(url if "://" in url else f"http://{url}")
        try:
            wrong = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
        except ValueError:
            wrong = True
        if wrong or parts.query or parts.fragment:
            raise BadInput("is no address of a server", where=url, mend=_WRONG_ADDRESS)
        if parts.username is not None or parts.password is not None:
            raise BadInput("holds a name or a password", where="URL", mend=_WRONG_KEY)
        if not key:
            raise BadInput("is asked without a key", where=url, mend=_WRONG_KEY)
        if not key.isascii() or not key.isprintable() or set(key) & set('", '):
            raise BadInput("is no key of a Jellyfin server", where="key", mend=_WRONG_KEY)
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self.name = f"{parts.netloc}{parts.path.rstrip('/')}"
        self._headers = {
            "Authorization": f'MediaBrowser Token="{key}", Client="Frontrow", Device="Frontrow",'
            ' DeviceId="frontrow-import", Version="1"',
            "Accept": "application/json",
        }
        self._opener = urllib.request.build_opener(_NoRedirects)

    def users(self) -> list[User]:
        """All users, in an order that stays."""
        return sorted(self._get("/Users", list[User]), key=lambda user: user.id)

    def library(self) -> Iterator[dict[str, Any]]:
        """Every film, series and episode."""
        yield from self._all({"fields": ",".join(_FIELDS), "enableUserData": "false"})

    def history(self, user_id: str) -> Iterator[dict[str, Any]]:
        """What a user played, began, marked or liked: each item once."""
        seen: set[str] = set()
        for one in FILTERS:
            for item in self._all({"userId": user_id, "filters": one, "enableImages": "false"}):
                if item.get("Id") not in seen:
                    seen.add(str(item.get("Id")))
                    yield item

    def _all(self, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        at = 0
        while True:
            page = self._page({**asked, "startIndex": at, "limit": ITEMS_AT_ONCE})
            yield from page.items
            at += len(page.items)
            if not page.items or at >= page.total_record_count:
                return

    def _page(self, asked: dict[str, Any]) -> _Items:
        common = {
            "recursive": "true", "includeItemTypes": ",".join(KINDS),
            "excludeLocationTypes": "Virtual", "sortBy": "DateCreated,SortName",
        }  # fmt: skip
        return self._get(f"/Items?{urlencode({**common, **asked}, quote_via=quote)}", _Items)

    def _get(self, path: str, kind: type[T]) -> T:
        request = urllib.request.Request(f"{self.url}{path}", headers=self._headers)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                body = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                self._refused(error.code)
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", None) or str(error) or type(error).__name__
            raise Unavailable(
                f"the server does not answer ({reason})", where=self.url, mend=_WRONG_ADDRESS
            ) from None
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError:
            what = "answers, but not as a Jellyfin server does"
            raise BadInput(what, where=self.url, mend=_WRONG_ADDRESS) from None

    def _refused(self, status: int) -> NoReturn:
        if status in (401, 403):
            raise BadInput("the server refuses the key", where=self.url, mend=_WRONG_KEY)
        if status >= 500:
            raise Unavailable(
                f"the server answers {status}", where=self.url, mend="try again in a while"
            )
        what = f"the server answers {status}, not as Jellyfin does"
        raise BadInput(what, where=self.url, mend=_WRONG_ADDRESS)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The key goes to the address that was given, and to no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str,
        headers: Message, newurl: str,
    ) -> None:  # fmt: skip
        return None
