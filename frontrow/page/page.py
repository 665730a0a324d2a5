"""The page as users get it: rows of tiles, each with its reason. The fields are the API's."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType


class TileArtwork(Struct, frozen=True, gc=False):
    """The image shown."""

    artwork_id: str
    url: str


class TileReason(Struct, frozen=True, gc=False, omit_defaults=True):
    """Why this tile is here, in a code, in words, and with what it claims."""

    code: str
    text: str
    evidence: dict[str, Any] = {}


class TileResume(Struct, frozen=True, gc=False, kw_only=True):
    """Where to go on; `season` and `episode` for series only."""

    title_id: str
    season: int | UnsetType = UNSET
    episode: int | UnsetType = UNSET
    position_seconds: float
    fraction: float


class Tile(Struct, frozen=True, gc=False):
    """One work on the page."""

    title_id: str
    name: str
    token: str
    explore: bool
    artwork: TileArtwork | None
    reason: TileReason
    resume: TileResume | None


class RowReason(Struct, frozen=True, gc=False, omit_defaults=True):
    """Why this row is here, with what it claims, spelt as in the catalogue."""

    code: str
    text: str
    genres: list[str] | UnsetType = UNSET
    themes: list[str] | UnsetType = UNSET
    person: str | UnsetType = UNSET
    title_ids: list[str] | UnsetType = UNSET
    days: int | UnsetType = UNSET
    country: str | UnsetType = UNSET
    minutes: int | UnsetType = UNSET
    decade: int | UnsetType = UNSET
    editorial: str | UnsetType = UNSET


class Row(Struct, frozen=True, gc=False):
    """A window of a row's titles; `more` says whether it goes on."""

    row_id: str
    kind: str
    title: str
    reason: RowReason
    tiles: list[Tile]
    more: bool


class GaveWay(Struct, frozen=True, gc=False):
    """A rule of the operator that could not be kept on a page."""

    rule: str
    text: str


class Page(Struct, frozen=True, gc=False):
    """A homepage."""

    page_id: str
    profile_id: str
    generated_at: str
    mode: str
    bundle: str | None
    snapshot: int | None
    seed: int
    experiments: dict[str, str]
    rows: list[Row]
    more: bool
    gave_way: list[GaveWay] = []
