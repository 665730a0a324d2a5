"""`/v1/transparency`: the main parameters of the ranking in force, made from what is in force."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from frontrow.base.settings import describe_settings
from frontrow.base.texts import FALLBACK, Parameter, say
from frontrow.page.assembly import LATEST_ROW
from frontrow.page.balance import INTERESTS
from frontrow.page.choosing import FLOOR
from frontrow.page.rows import SOURCES
from frontrow.rules import Dated
from frontrow.server.service import Service

HOW_TO_CHANGE = {
    "once": "GET /v1/profiles/{profile_id}/page?personalised=false",
    "never": "PATCH /v1/profiles/{profile_id} preferences.personalised",
    "wishes": "PATCH /v1/profiles/{profile_id} preferences",
    "bold": "PATCH /v1/profiles/{profile_id} preferences.adventurousness",
    "taste": "GET /v1/profiles/{profile_id}/taste",
    "correct": "PATCH /v1/profiles/{profile_id}/taste",
    "data": "GET /v1/profiles/{profile_id}/data",
    "again": "POST /v1/profiles/{profile_id}/reset",
    "forget": "DELETE /v1/profiles/{profile_id}",
}
"""What a viewer or a client can do about it -> how; the viewer app has all of it in “Your page, your say”."""


def _operator(service: Service, language: str | None) -> dict[str, Any]:
    """The operator's own hand on pages, where there is one: its rules of now, without who set them."""
    rules, now_us = service.rules.read().rules, service.now_us()
    left_out = ("author", "note")
    parts: dict[str, list[Any]] = {
        "editorial_rows": rules.rows,
        "boosts": rules.boosts,
        "floors": rules.floors,
        "caps": rules.caps,
        "pins": rules.pins,
    }

    def holds(rule: Any) -> bool:
        return not isinstance(rule, Dated) or rule.start_us <= now_us < rule.until_us

    told = {
        name: [
            {field: value for field, value in rule.items() if field not in left_out}
            for rule in msgspec.to_builtins([one for one in listed if holds(one)])
        ]
        for name, listed in parts.items()
    }
    told = {name: listed for name, listed in told.items() if listed}
    if not told:
        return {}
    return {**told, "operator": [say(language, f"transparency.{name}") for name in told]}


def _rows_named(language: str | None) -> dict[str, str]:
    """The rows that the texts speak of, as they are called on a page."""
    return {"explore": say(language, "row.explore")}


def _learned(service: Service) -> list[str]:
    """The devices on which titles are placed by learned attention."""
    policy = service.policy()
    if policy is None or not service.settings.page.learned_attention:
        return []
    return list(policy.ranker.positions.tables)


def transparency(service: Service, language: str | None = None) -> dict[str, Any]:
    """What decides a page, in plain words and machine-readable, and how to change it. Both follow what is in
    force: the `version` is another with every change of it, in whatever language it is told."""
    policy, settings = service.policy(), service.settings
    exploration, learned = settings.exploration, _learned(service)
    values = msgspec.to_builtins(settings)
    parameters = [
        {"name": f"{part}.{key}", "value": values[part][key], "meaning": meaning}
        for part, key, _, meaning in describe_settings()
        if part in ("service", "page", "screens", "exploration")
    ]
    page = settings.page
    # The head is never drawn; where the row ends before it does, `explore` alone is.
    code = "exploration" if page.top_picks_length > page.top_picks_head else "exploration.row"
    drawn = {
        "every": exploration.every,
        "head": settings.page.top_picks_head,
        "budget": exploration.budget,
    }
    tried = {
        "row": exploration.trial_row,
        "days": exploration.trial_days,
        "impressions": exploration.trial_impressions,
    }

    def told_in(tongue: str | None) -> dict[str, Any]:
        def words(code: str, **parameters: Parameter) -> str:
            return say(tongue, f"transparency.{code}", {**parameters, **_rows_named(tongue)})

        return {
            "ranking": words("ranking" if policy is not None else "ranking.none"),
            "interests": words("interests", most=INTERESTS)
            if policy is not None and settings.page.interests
            else words("interests.none"),
            "spread": words("spread" if policy is not None and page.spread else "spread.none"),
            "never_used": words("never_used"),
            "bundle": None if policy is None else policy.bundle_id,
            "fitted_without": {} if policy is None else policy.manifest.left_out,
            "rows": [source.kind for source in SOURCES],
            "shown_at_latest_in_row": LATEST_ROW,
            "exploration": words(code, **drawn) if exploration.every else words("exploration.none"),
            "trials": words("trials", **tried)
            if exploration.every and exploration.trial_row
            else words("trials.none"),
            "places": words("places", share=f"{exploration.swap_share:.1%}")
            if exploration.swap_share
            else words("places.none"),
            "attention": words("attention.learned", devices=", ".join(learned))
            if learned
            else words("attention"),
            "artwork": words("artwork", one_in=round(1 / FLOOR), days=exploration.artwork_days),
            "searching": words("searching"),
            "parameters": parameters,
            **_operator(service, tongue),
            "how_to_change": [
                {"what": words(f"change.{code}"), "how": how} for code, how in HOW_TO_CHANGE.items()
            ],
        }

    version = hashlib.sha256(msgspec.json.encode(told_in(FALLBACK))).hexdigest()[:16]
    return {"version": version, **told_in(language)}
