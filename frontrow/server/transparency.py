"""`/v1/transparency`: the main parameters of the ranking in force, made from what is in force."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from frontrow.base.settings import describe_settings
from frontrow.page.assembly import LATEST_ROW
from frontrow.page.choosing import FLOOR
from frontrow.page.rows import SOURCES
from frontrow.server.service import Service

HOW_TO_CHANGE = [
    {
        "what": "no profiling for one request",
        "how": "GET /v1/profiles/{profile_id}/page?personalised=false",
    },
    {
        "what": "no profiling at all",
        "how": "PATCH /v1/profiles/{profile_id} preferences.personalised",
    },
    {
        "what": "mute genres and titles, hide and pin rows",
        "how": "PATCH /v1/profiles/{profile_id} preferences",
    },
    {"what": "start again", "how": "POST /v1/profiles/{profile_id}/reset"},
    {"what": "be forgotten", "how": "DELETE /v1/profiles/{profile_id}"},
    {
        "what": "see what was inferred",
        "how": "GET /v1/profiles/{profile_id}/taste",
    },
    {
        "what": "mute or correct what was inferred",
        "how": "PATCH /v1/profiles/{profile_id}/taste",
    },
]
"""What a viewer or a client can do about it."""


def _operator(service: Service) -> dict[str, Any]:
    """The operator's own hand on pages, where there is one: rows and boosts, without who set them."""
    rules = service.rules.read().rules
    left_out = ("author", "note")
    parts: dict[str, list[Any]] = {"editorial_rows": rules.rows, "boosts": rules.boosts}
    told = {
        name: [
            {field: value for field, value in rule.items() if field not in left_out}
            for rule in msgspec.to_builtins(listed)
        ]
        for name, listed in parts.items()
        if listed
    }
    words = {
        "editorial_rows": "Rows chosen by the operator's editors, the same for everyone they are for"
        " but for what a viewer may not see; where they select, ranked for the viewer.",
        "boosts": "Titles whose value the operator raises by a bounded share (strength); a tile that it"
        " raised says so.",
    }
    if not told:
        return {}
    return {**told, "operator": [words[name] for name in told]}


def _attention(service: Service) -> str:
    """By what the best titles are put where they are looked at."""
    policy, page = service.policy(), service.settings.page
    learned = [] if policy is None or not page.learned_attention else policy.ranker.positions.tables
    told = "Better titles stand where viewers look more: as `page.attention_rows`,"
    told += " `page.attention_columns` and `screens` have it"
    if not learned:
        return f"{told}."
    return f"{told}, but on these devices as was learned from swapped places: {', '.join(learned)}."


def transparency(service: Service) -> dict[str, Any]:
    """What decides a page, in plain words and machine-readable, and how to change it."""
    policy = service.policy()
    settings = service.settings
    if policy is None:
        ranking = (
            "No bundle is published: titles are ordered by what many viewers start, newer ones"
            " first, the same for everyone."
        )
    else:
        ranking = (
            "Each title gets a probability that this viewer will enjoy it and one that they will finish"
            " it, from what they watched, rated, left and put on their list, in which order, at which"
            " hours and in this session, from what viewers with similar histories enjoyed, from genres,"
            " themes, people and length, from the languages that the profile names, from what is started"
            " by many now, and from the age of the title. Age, gender, ethnicity and address of the"
            " viewer are no inputs."
        )
    values = msgspec.to_builtins(settings)
    parameters = [
        {"name": f"{part}.{key}", "value": values[part][key], "meaning": meaning}
        for part, key, _, meaning in describe_settings()
        if part in ("service", "page", "screens", "exploration")
    ]
    told = {
        "ranking": ranking,
        "never_used": "Genres, themes and tags of images about health, faith or sexuality, as"
        " `service.sensitive_tags` lists them, are used for nothing personal: no model, row, reason"
        " or taste.",
        "bundle": None if policy is None else policy.bundle_id,
        "fitted_without": {} if policy is None else policy.manifest.left_out,
        "rows": [source.kind for source in SOURCES],
        "shown_at_latest_in_row": LATEST_ROW,
        "exploration": (
            f"One slot in {settings.exploration.every} beyond the first"
            f" {settings.page.top_picks_head} of the top picks, and the row “explore”, are drawn by"
            f" chance, at most {settings.exploration.budget} titles of a page (none for the least"
            " adventurous, twice as many for the most); each draw's probability is recorded."
        )
        if settings.exploration.every
        else "Nothing is drawn by chance.",
        "places": (
            f"On {settings.exploration.swap_share:.1%} of pages neighbouring rows and titles change"
            " places by chance, so that it can be learned how much each place is looked at; never for"
            " children, nor without profiling."
        )
        if settings.exploration.swap_share
        else "No places are changed by chance.",
        "attention": _attention(service),
        "artwork": "Of a title's images the one is likelier that more plays came of which were not left"
        " early: among all viewers, among those who watch the same genres, and by how you took to images"
        f" of its kind. One draw in {round(1 / FLOOR)} is by equal chance. It is kept for"
        f" {settings.exploration.artwork_days} day(s), and its probability is recorded. Without profiling"
        " nothing of it is yours. Of several true reasons of a title one is told, chosen alike.",
        "parameters": parameters,
        **_operator(service),
        "how_to_change": HOW_TO_CHANGE,
    }
    return {"version": hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16], **told}
