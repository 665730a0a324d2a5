"""Settings with some of them changed for once: `page.redundancy=0.3`, checked as the file is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from frontrow.base.errors import BadInput
from frontrow.base.settings import Settings
from frontrow.base.settings_read import wrong_setting

NOT_OF_PAGES = frozenset({"snapshots", "bundles", "server", "models", "database"})
"""Parts that decide how the service runs, and nothing of what stands on a page."""

_MEND = "docs/settings.md lists all of them"


def with_changes(settings: Settings, changes: Sequence[str]) -> Settings:
    """The settings with `part.key=value` laid over them. Raises `BadInput` naming what is wrong."""
    tree: dict[str, dict[str, Any]] = msgspec.to_builtins(settings)
    for change in changes:
        name, equals, value = change.partition("=")
        part, dot, key = name.strip().partition(".")
        if not equals or not dot:
            raise BadInput(
                "is not part.key=value", where=change, mend="write it as page.redundancy=0.3"
            )
        if part in NOT_OF_PAGES:
            decides = ", ".join(sorted(set(tree) - NOT_OF_PAGES))
            raise BadInput(
                f"`{part}` decides nothing of a page", where=change, mend=f"change one of {decides}"
            )
        if key not in tree.get(part, {}):
            raise BadInput(f"no setting is called {name.strip()}", where=change, mend=_MEND)
        tree[part][key] = value.strip()
        try:
            msgspec.convert(tree, Settings, strict=False)
        except msgspec.ValidationError as error:
            raise BadInput(wrong_setting(error), where=change, mend=_MEND) from None
    return msgspec.convert(tree, Settings, strict=False)
