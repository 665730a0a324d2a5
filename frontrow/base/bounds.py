"""Bounds of what pages may do to viewers, titles and suppliers: of a launch, and of an audit."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from frontrow.base.part import Part


class LaunchSettings(Part, frozen=True):
    error: Annotated[
        float,
        Meta(
            gt=0,
            lt=0.5,
            description="Chance that a candidate that is just as good is refused, over all that it is held"
            " to together.",
        ),
    ] = 0.02
    exposure: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            description="Share of what a supplier's titles are looked at on the live pages that a candidate"
            " must leave them.",
        ),
    ] = 0.85
    diversity: Annotated[
        float, Meta(gt=0, le=1, description="Share of the live pages' diversity that must be left.")
    ] = 0.9
    entropy: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            description="Share of the effective number of genres on the live pages that must be left.",
        ),
    ] = 0.9
    new_genres: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            description="Share of what is looked at on the live pages of genres new to a viewer that must be"
            " left.",
        ),
    ] = 0.75
    calibration: Annotated[
        float,
        Meta(
            gt=0,
            description="Nats by which pages may lie further from the genres of a viewer's past than live"
            " pages do.",
        ),
    ] = 0.3
    left_early: Annotated[
        float,
        Meta(
            ge=1,
            description="Times the live pages' share of starts that are left early, up to which a candidate"
            " may lie.",
        ),
    ] = 1.03
    latency: Annotated[
        float,
        Meta(
            gt=1, description="Times the live pages' build time, up to which a candidate may lie."
        ),
    ] = 1.5


class AuditSettings(Part, frozen=True):
    narrowing: Annotated[
        float,
        Meta(
            le=0,
            description="Least weekly change of the entropy of genres shown less that of genres started.",
        ),
    ] = -0.02
    growing_alike: Annotated[
        float,
        Meta(
            ge=0,
            description="Most weekly change of the share of titles that two viewers' pages have in common.",
        ),
    ] = 0.02
    treatment: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            description="Least share of the exposure that a supplier, a language or an age of titles would"
            " get by its quality plays.",
        ),
    ] = 0.8
    inflation: Annotated[
        float,
        Meta(
            ge=0,
            description="By how much more the popularity of what niche viewers are shown may lie above that"
            " of what they start than other viewers' does.",
        ),
    ] = 0.5
    newcomers: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="Least share of the exposure that new titles would get by number.",
        ),
    ] = 0.5
    groups: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            description="Least quality plays an impression of a group of viewers, beside all viewers'.",
        ),
    ] = 0.8
