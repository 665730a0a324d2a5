"""What one part's settings are made of."""

from __future__ import annotations

from msgspec import Struct


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part's settings; unknown keys are refused."""
