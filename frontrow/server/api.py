"""The endpoint table: every call of the API, what it takes, and what answers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from msgspec import Meta, Struct
from starlette.responses import Response

from frontrow.base.errors import BadInput, Unavailable
from frontrow.base.ids import Id, name_in_logs
from frontrow.base.time import format_time, frozen_now, parse_rfc3339, to_us
from frontrow.catalog import Title
from frontrow.catalog.names.folding import fold
from frontrow.catalog.painted import PAINTED
from frontrow.catalog.title import ANY_TEXT, KEPT_IMAGES, NO_NUL, Country, Language, Tag
from frontrow.events import Event
from frontrow.page import Page, Row, Tile
from frontrow.page.request import Device
from frontrow.page.search import FoundGenre, FoundPerson
from frontrow.page.starter import STARTERS
from frontrow.rules import Rules
from frontrow.server.devices import Devices, TokenAnswer, TokenBody
from frontrow.server.endpoints import Call, Endpoint
from frontrow.server.images import (
    JPEG,
    MOST_BODY,
    SVG,
    ImageAnswer,
    ImageBody,
    Images,
    WidthQuery,
)
from frontrow.server.ingest import MOST_TITLES, take_events, take_titles
from frontrow.server.making import Asked
from frontrow.server.parts import Parts
from frontrow.server.profiles import Profiles
from frontrow.server.replays import Replays
from frontrow.server.rules import HistoryAnswer, OperatorRules, RulesAnswer
from frontrow.server.service import Service
from frontrow.server.stepping_down import StepDown
from frontrow.server.transparency import transparency
from frontrow.viewers import Preferences, Profile

log = structlog.get_logger("frontrow.server")

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Between them every window, decay and page id can be computed."""

Count = Annotated[int, Meta(ge=1, le=200)]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""A text: as a parameter a bare number would be read as seconds since 1970."""
Seed = Annotated[int, Meta(ge=0, lt=2**53)]
Query = Annotated[str, Meta(min_length=1, max_length=1_000, pattern=ANY_TEXT, extra=NO_NUL)]
RowId = Annotated[str, Meta(max_length=256)]


class ViewerQuery(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be asked of whatever is made for a viewer."""

    device: Device = "web"
    country: Country | None = None
    language: Language | None = None
    columns: Count | None = None
    personalised: bool = True
    at: Moment | None = None

    def __post_init__(self) -> None:
        if self.at is not None and not _FIRST <= _moment(self.at) < _LAST:
            raise ValueError(f"`at` must lie in the years {_FIRST.year} to {_LAST.year - 1}")

    def asked(self) -> Asked:
        return Asked(
            device=self.device,
            country=self.country,
            language=self.language,
            columns=self.columns,
            personalised=self.personalised,
            at_us=None if self.at is None else to_us(_moment(self.at)),
        )


class PageQuery(ViewerQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be asked of a page."""

    rows: Count | None = None
    seed: Seed | None = None

    def asked(self) -> Asked:
        return replace(super().asked(), rows=self.rows, seed=self.seed)


def _moment(text: str) -> datetime:
    try:
        return parse_rfc3339(text)
    except BadInput as error:
        raise ValueError(f"`at` {error.what}") from None


class SimilarQuery(Struct, frozen=True, forbid_unknown_fields=True):
    profile_id: Id | None = None
    device: Device = "web"
    country: Country | None = None
    language: Language | None = None
    columns: Count | None = None
    personalised: bool = True


class StarterQuery(Struct, frozen=True, forbid_unknown_fields=True):
    device: Device = "web"
    country: Country | None = None
    language: Language | None = None
    columns: Count = STARTERS


class MoreQuery(Struct, frozen=True, forbid_unknown_fields=True):
    after_row: RowId
    rows: Count | None = None


class RowQuery(Struct, frozen=True, forbid_unknown_fields=True):
    offset: Annotated[int, Meta(ge=0, le=100_000)] = 0
    columns: Count | None = None


class ProfilesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    after: str = ""
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 100


class LanguageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    language: Language | None = None


class SearchQuery(ViewerQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    q: Query

    def __post_init__(self) -> None:
        super().__post_init__()
        if not fold(self.q):
            raise ValueError("`q` holds nothing to look for")


Revision = Annotated[int, Meta(ge=0, lt=2**53)]


class RulesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    revision: Revision | None = None


class SetRulesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    revision: Annotated[
        Revision | None,
        Meta(description="The one that this was made from; 409 where it is not now's."),
    ] = None
    author: Tag | None = None


class TitlesBody(Struct, frozen=True):
    titles: Annotated[list[Title], Meta(max_length=1_000)]


class EventsBody(Struct, frozen=True):
    events: Annotated[list[Event], Meta(max_length=1_000)]


class ProfileBody(Struct, frozen=True, kw_only=True):
    """A profile's settings; the id stands in the address."""

    profile_id: Id | None = None
    household_id: Id | None = None
    country: Country | None = None
    language: Language | None = None
    understands: list[Language] = []
    time_zone: str | None = None
    maturity_limit: Annotated[int, Meta(ge=0, le=99)] | None = None
    kids: bool = False
    created_at: str | None = None
    preferences: Preferences = Preferences()


Said = Annotated[
    dict[str, Annotated[float, Meta(ge=-1, le=1)] | None],
    Meta(
        description="Term -> what stands in place of the inferred affinity: -1 avoids, 0 muted, 1 likes;"
        " null: as inferred again. Terms are the `term` of an inference."
    ),
]


class TasteBody(Struct, frozen=True):
    """Corrections of a taste, as a merge patch; a kind that is null is as inferred again."""

    genres: Said | None = None
    themes: Said | None = None
    people: Said | None = None  # `role:name`
    languages: Said | None = None
    kinds: Said | None = None
    runtimes: Said | None = None
    eras: Said | None = None
    artwork: Said | None = None
    genres_at: Said | None = None  # `weekday_morning:Comedy`
    dayparts: Said | None = None  # a share, from 0


class Rejected(Struct, frozen=True):
    index: int
    error: str
    errors: list[dict[str, str]]
    title_id: str | None = None
    event_id: str | None = None


class TitlesAnswer(Struct, frozen=True):
    accepted: int
    rejected: list[Rejected]


class EventsAnswer(Struct, frozen=True):
    accepted: int
    duplicates: int
    rejected: list[Rejected]


class MoreAnswer(Struct, frozen=True):
    rows: list[Row]
    more: bool


class RowAnswer(Struct, frozen=True):
    tiles: list[Tile]
    more: bool


class SimilarAnswer(Struct, frozen=True):
    tiles: list[Tile]


class StarterAnswer(Struct, frozen=True):
    tiles: list[Tile]


class SearchAnswer(Struct, frozen=True):
    """Works by their names, then those of people and genres that match."""

    tiles: list[Tile]
    people: list[FoundPerson]
    genres: list[FoundGenre]


_PAGE_ID, _ROW_ID = "$response.body#/page_id", "$response.body#/rows/0/row_id"
_FROM_A_PAGE = {
    "get_pages_page_id_more": {"page_id": _PAGE_ID, "after_row": _ROW_ID},
    "get_pages_page_id_rows_row_id": {"page_id": _PAGE_ID, "row_id": _ROW_ID},
    "get_pages_page_id": {"page_id": _PAGE_ID},
}
"""What a page's answer leads to."""


_PROFILE = "/v1/profiles/{profile_id}"


def endpoint_table(service: Service, parts: Parts) -> list[Endpoint]:
    """Every call of `/v1`, over one open home; `parts` are shared with what watches them."""
    images = Images(service)
    return [
        *_of_titles(service, parts, images),
        *_of_profiles(service),
        *_of_pages(service, parts),
        *_of_the_service(service, parts),
        *_of_images(images),
    ]


def _of_titles(service: Service, parts: Parts, images: Images) -> list[Endpoint]:
    pages = parts.pages

    def withdraw(call: Call) -> Response:
        title = service.titles.get(call.path["title_id"])
        service.titles.withdraw(call.path["title_id"], now=service.clock())
        images.drop(title.artwork)
        return Response(status_code=204)

    return [
        Endpoint("POST", "/v1/titles", "ingest", "Upsert up to 1,000 titles",
                 lambda c: take_titles(service, c.body), body=TitlesBody, answer=TitlesAnswer,
                 is_batch=True, intake=parts.intake,
                 most_bytes=MOST_TITLES),
        Endpoint("GET", "/v1/titles/{title_id}", "ingest or pages", "One title as stored",
                 lambda c: service.titles.get(c.path["title_id"]), answer=Title, device=True),
        Endpoint("DELETE", "/v1/titles/{title_id}", "ingest", "Withdraw a title", withdraw,
                 answer=None),
        Endpoint("PUT", "/v1/titles/{title_id}/artwork/{artwork_id}", "ingest",
                 "Send an image of a title",
                 lambda c: images.put(c.path["title_id"], c.path["artwork_id"], c.body),
                 body=ImageBody, answer=ImageAnswer, most_bytes=MOST_BODY, intake=parts.intake),
        Endpoint("DELETE", "/v1/titles/{title_id}/artwork/{artwork_id}", "ingest",
                 "Take an image away that was sent",
                 lambda c: images.delete(c.path["title_id"], c.path["artwork_id"]), answer=None),
        Endpoint("GET", "/v1/titles/{title_id}/similar", "pages", "More like this",
                 lambda c: pages.similar(
                     c.path["title_id"], c.query.profile_id or c.caller.profile_id, _as_page(c.query)),
                 query=SimilarQuery, answer=SimilarAnswer, device=True),
    ]  # fmt: skip


def _of_profiles(service: Service) -> list[Endpoint]:
    profiles, devices = Profiles(service), Devices(service)

    def forget(call: Call) -> dict[str, Any]:
        told = profiles.forget(call.path["profile_id"])
        log.info("forgotten", profile=name_in_logs(call.path["profile_id"], service.secret))
        return told

    return [
        Endpoint("GET", "/v1/profiles", "admin", "Known profiles, in pages",
                 lambda c: profiles.known(c.query.after, c.query.limit), query=ProfilesQuery),
        Endpoint("GET", _PROFILE, "pages", "Settings of a profile",
                 lambda c: profiles.get(c.path["profile_id"]), answer=Profile),
        Endpoint("PUT", _PROFILE, "pages", "Replace the settings of a profile",
                 lambda c: profiles.put(c.path["profile_id"], c.body),
                 body=ProfileBody, answer=Profile),
        Endpoint("PATCH", _PROFILE, "pages", "Change settings of a profile (RFC 7396)",
                 lambda c: profiles.patch(c.path["profile_id"], c.body),
                 body=ProfileBody, answer=Profile, merge_patch=True),
        Endpoint("DELETE", _PROFILE, "pages", "Forget a profile",
                 forget),
        Endpoint("GET", f"{_PROFILE}/data", "pages", "Everything held about a profile",
                 lambda c: profiles.data(c.path["profile_id"])),
        Endpoint("GET", f"{_PROFILE}/taste", "pages", "What was inferred, in words and numbers",
                 lambda c: profiles.taste(c.path["profile_id"], c.query.language),
                 query=LanguageQuery),
        Endpoint("PATCH", f"{_PROFILE}/taste", "pages", "Mute or correct an inference",
                 lambda c: profiles.patch_taste(c.path["profile_id"], c.body),
                 body=TasteBody, merge_patch=True),
        Endpoint("GET", f"{_PROFILE}/wishes", "pages", "What was said of titles, with their names",
                 lambda c: profiles.wishes(c.path["profile_id"], c.query.language),
                 query=LanguageQuery),
        Endpoint("POST", f"{_PROFILE}/reset", "pages", "Start again",
                 lambda c: profiles.reset(c.path["profile_id"])),
        Endpoint("POST", f"{_PROFILE}/token", "pages", "A device's token",
                 lambda c: devices.token(c.path["profile_id"], c.body, c.caller),
                 body=TokenBody, needs_body=False, answer=TokenAnswer),
    ]  # fmt: skip


def _of_pages(service: Service, parts: Parts) -> list[Endpoint]:
    """Events, and the pages that follow from them."""
    pages, step_down, admission = parts.pages, parts.step_down, parts.admission
    replays = Replays(service)
    return [
        Endpoint("POST", "/v1/events", "ingest", "Append up to 1,000 events",
                 lambda c: take_events(service, c.body, of=c.caller.profile_id),
                 body=EventsBody, answer=EventsAnswer, is_batch=True, device=True,
                 intake=parts.intake),
        Endpoint("GET", f"{_PROFILE}/page", "pages", "The homepage",
                 lambda c: step_down.page(c.path["profile_id"], c.query.asked()),
                 query=PageQuery, answer=Page, device=True,
                 admin_query=frozenset({"at", "seed"}), links=_FROM_A_PAGE, admission=admission),
        Endpoint("GET", "/v1/pages/{page_id}/more", "pages", "Further rows of a page",
                 lambda c: pages.more(c.path["page_id"], c.query.after_row, c.query.rows),
                 query=MoreQuery, answer=MoreAnswer, device=True, problems=(410,),
                 admission=admission),
        Endpoint("GET", "/v1/pages/{page_id}/rows/{row_id}", "pages", "Further titles of a row",
                 lambda c: pages.row(
                     c.path["page_id"], c.path["row_id"], c.query.offset, c.query.columns),
                 query=RowQuery, answer=RowAnswer, device=True, problems=(410,),
                 admission=admission),
        Endpoint("GET", "/v1/pages/{page_id}", "admin",
                 "A page as served, and its decisions, later answers included",
                 lambda c: replays.served(c.path["page_id"]), problems=(410,)),
        Endpoint("GET", f"{_PROFILE}/titles/{{title_id}}/why", "admin", "Where a title stands",
                 lambda c: pages.why(
                     c.path["profile_id"], c.path["title_id"], c.query.asked()),
                 query=PageQuery),
        Endpoint("GET", f"{_PROFILE}/search", "pages", "Search as typed so far",
                 lambda c: pages.search(c.path["profile_id"], c.query.q, c.query.asked()),
                 query=SearchQuery, answer=SearchAnswer, device=True,
                 admin_query=frozenset({"at"}), admission=admission),
        Endpoint("GET", f"{_PROFILE}/starter", "pages", "Titles for a new viewer to pick from",
                 lambda c: pages.starter(c.path["profile_id"], _as_page(c.query)),
                 query=StarterQuery, answer=StarterAnswer, device=True),
    ]  # fmt: skip


def _of_the_service(service: Service, parts: Parts) -> list[Endpoint]:
    rules = OperatorRules(service)
    return [
        Endpoint("GET", "/v1/rules", "admin", "The operator's rules in force, or an earlier version",
                 lambda c: rules.get(c.query.revision), query=RulesQuery, answer=RulesAnswer),
        Endpoint("PUT", "/v1/rules", "admin", "Put rules in force, if they are possible",
                 lambda c: rules.put(c.body, revision=c.query.revision, author=c.query.author),
                 query=SetRulesQuery, body=Rules, answer=RulesAnswer, problems=(409,)),
        Endpoint("GET", "/v1/rules/history", "admin", "Every version of the rules",
                 lambda c: rules.history(), answer=HistoryAnswer),
        Endpoint("GET", "/v1/transparency", "none", "What decides a page, and how to change it",
                 lambda c: transparency(service, c.query.language), query=LanguageQuery),
        Endpoint("GET", "/healthz", "none", "Alive", lambda c: {"status": "ok"}, at_once=True),
        Endpoint("GET", "/readyz", "none", "Ready, with the parts that are degraded",
                 lambda c: readiness(service, parts.step_down)),
    ]  # fmt: skip


def _of_images(images: Images) -> list[Endpoint]:
    return [
        Endpoint("GET", "/artwork/{file}", "none", "An image of the invented service",
                 lambda c: images.invented(c.path["file"]), media=SVG),
        Endpoint("GET", f"{PAINTED}/{{title_id}}/{{file}}", "none", "A painted image of a title",
                 lambda c: images.painted(c.path["title_id"], c.path["file"]), media=SVG),
        Endpoint("GET", f"{KEPT_IMAGES}{{file}}", "none", "An image that was sent for a title",
                 lambda c: images.sent(c.path["file"], c.query.width), query=WidthQuery,
                 media=JPEG),
    ]  # fmt: skip


def _as_page(query: SimilarQuery | StarterQuery) -> Asked:
    return Asked(
        device=query.device,
        country=query.country,
        language=query.language,
        columns=query.columns,
        personalised=query.personalised if isinstance(query, SimilarQuery) else True,
    )


def readiness(service: Service, step_down: StepDown) -> dict[str, Any]:
    """Which parts are there; a part that is missing degrades pages and is no failure."""
    policy = service.policy()
    bundle: dict[str, Any] = {"ok": service.bundle_trouble is None and policy is not None}
    if policy is not None:
        bundle["bundle"] = policy.bundle_id
    if service.bundle_trouble is not None:
        bundle["trouble"] = service.bundle_trouble
    elif policy is None:
        bundle["trouble"] = "none is published: fit one with `frontrow train`"
    numbers = service.snapshots.numbers()
    parts = {
        "database": _database(service, step_down),
        "bundle": bundle,
        "snapshots": {"ok": bool(numbers), "latest": numbers[-1] if numbers else None},
        "decisions": {"ok": service.decisions.lost == 0, "lost": service.decisions.lost},
    }
    if service.crowded:
        trouble = "new accounts flock to these titles as nobody else does; see docs/security.md"
        parts["trends"] = {"ok": False, "crowded_titles": service.crowded, "trouble": trouble}
    parts |= {name: {"ok": False, "trouble": why} for name, why in step_down.degraded.items()}
    frozen = frozen_now()
    return {
        "status": "ready",
        "degraded": [name for name, part in parts.items() if not part["ok"]],
        "parts": parts,
        "frozen_now": None if frozen is None else format_time(frozen),
    }


def _database(service: Service, step_down: StepDown) -> dict[str, Any]:
    trouble = service.database.trouble
    if step_down.reading.is_open:  # it hung for a page; this answer must not hang too
        trouble = trouble or "it did not answer in time"
    if trouble is not None:
        return {"ok": False, "trouble": trouble}
    try:
        return {"ok": True, "catalogue_revision": service.titles.revision()}
    except Unavailable as error:
        return {"ok": False, "trouble": str(error)}
