"""What was checked and what is damaged: how far it reaches, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Tell = Callable[[float, str], None]
"""Hears the share that is done and what is being done."""

Part = Literal[
    "database", "log", "titles", "rules", "decisions", "forgotten", "keys", "checkpoints",
    "write-ahead log",
    "bundle", "snapshot", "choices", "settings", "secret",
]  # fmt: skip

RESTORE = "restore the newest backup made before it happened: `frontrow restore FROM --replace`"


class Damage(Struct, frozen=True, kw_only=True):
    """One thing that is not as it was written."""

    part: Part
    what: str
    where: str = ""
    profiles: list[str] = []  # those that it reaches, each as a keyed hash
    titles: list[str] = []
    mend: str = RESTORE


class Verified(Struct, kw_only=True):
    """What a look through a home found."""

    checked: dict[str, int]  # part -> how many of it
    damage: list[Damage]
    unsealed: list[str] = []  # of an older version, without a hash: can't be vouched for

    @property
    def whole(self) -> bool:
        return not self.damage
