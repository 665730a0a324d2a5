"""A profile's settings. There is no field for age, gender, ethnicity or postcode, on purpose."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Meta, Struct

from frontrow.base.errors import BadInput, FieldError
from frontrow.base.ids import Id
from frontrow.base.validation import validate
from frontrow.catalog.title import Country, Language, Tag

RowKind = Literal[
    "continue_watching",
    "my_list",
    "top_picks",
    "because_you_watched",
    "genre",
    "theme",
    "person",
    "trending",
    "top10",
    "new",
    "leaving_soon",
    "watch_again",
    "for_now",
    "explore",
    "editorial",
]


class Preferences(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """What a viewer asks for."""

    personalised: bool = True
    adventurousness: Annotated[float, Meta(ge=0, le=1)] = 0.5
    muted_genres: Annotated[list[Tag], Meta(max_length=1_000)] = []
    muted_titles: Annotated[list[Id], Meta(max_length=10_000)] = []
    hidden_rows: list[RowKind] = []
    pinned_rows: list[RowKind] = []
    only_understood_languages: bool = False


class Profile(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """Settings of a profile, as the API spells them."""

    profile_id: Id
    household_id: Id | None = None
    country: Country | None = None
    language: Language | None = None
    understands: Annotated[list[Language], Meta(max_length=100)] = []
    time_zone: Annotated[str, Meta(max_length=64)] | None = None
    maturity_limit: Annotated[int, Meta(ge=0, le=99)] | None = None
    kids: bool = False
    created_at: str | None = None
    preferences: Preferences = Preferences()

    def __post_init__(self) -> None:
        if self.time_zone is not None:
            try:
                ZoneInfo(self.time_zone)
            except (ValueError, OSError, ZoneInfoNotFoundError):
                raise ValueError(_no_zone(self.time_zone)) from None


def _no_zone(name: str) -> str:
    return f"{name!r} is not an IANA time zone, as Europe/Berlin"


@cache
def _zones() -> frozenset[str]:
    """The names of the time zone database. `localtime` stands beside them on many machines, and is
    whatever zone the machine is in."""
    return frozenset(available_timezones() - {"localtime"})


def languages_of(profile: Profile) -> tuple[str, ...]:
    """What the viewer understands: what the profile says of that, else its own language; () if neither
    is known."""
    return tuple(profile.understands) or ((profile.language,) if profile.language else ())


def read_profile(profile_id: str, body: Any, *, created_at: str | None) -> Profile:
    """A profile of a decoded JSON object; its id may be left out. Raises `BadInput`."""
    if not isinstance(body, dict):
        raise BadInput("a profile is a JSON object", errors=[FieldError("", "expected an object")])
    if body.get("profile_id") not in (None, profile_id):
        raise BadInput(
            "the profile's id does not match the address",
            errors=[FieldError("/profile_id", f"is not {profile_id}")],
        )
    value = {**body, "profile_id": profile_id}
    if value.get("created_at") is None:
        value["created_at"] = created_at
    checked = validate(Profile, value)
    if isinstance(checked, Profile):
        if checked.time_zone is None or checked.time_zone in _zones():
            return checked
        checked = [FieldError("/time_zone", _no_zone(checked.time_zone))]
    for error in checked:  # the only rule over a field's content
        if error.pointer == "" and "time zone" in error.detail:
            error.pointer = "/time_zone"
    raise BadInput("the profile can't be accepted", errors=checked)


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result
