"""Settings as they are in force: what the file says, and what `FRONTROW_…` lays over it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from frontrow.base.errors import BadInput
from frontrow.base.settings import Settings, describe_settings
from frontrow.base.validation import field_error

ENVIRONMENT_PREFIX = "FRONTROW_"

_SERVICE_LINK = re.compile(
    r"FRONTROW(_\w+)?_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)"
)


def load_settings(path: Path | None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the file (may be missing) with the environment laid over it.

    Raises `BadInput` naming the key for an unknown key or a value that does not fit.
    """
    environ = os.environ if environ is None else environ
    tree: dict[str, Any] = {}
    if path is not None and path.exists():
        try:
            tree = tomllib.loads(path.read_text("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadInput(str(error), where=str(path), mend="mend the file's TOML") from None
    known = {(part, key): hint for part, key, hint, _ in describe_settings()}
    for (part, key), _hint in known.items():
        text = environ.get(f"{ENVIRONMENT_PREFIX}{part}_{key}".upper())
        if text is not None:
            tree.setdefault(part, {})[key] = text
    unknown = {
        name
        for name in environ
        if name.startswith(tuple(f"{ENVIRONMENT_PREFIX}{part}_".upper() for part, _ in known))
        and name.upper() not in {f"{ENVIRONMENT_PREFIX}{p}_{k}".upper() for p, k in known}
        and not _is_service_link(name, environ[name])
    }
    if unknown:
        raise BadInput(
            f"no setting is called {sorted(unknown)[0]}",
            where="environment",
            mend="docs/settings.md lists all of them",
        )
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        told = wrong_setting(error)
        where = _where(told, environ) or (str(path) if path is not None else "settings")
        raise BadInput(told, where=where, mend="docs/settings.md lists all of them") from None


def _is_service_link(name: str, value: str) -> bool:
    """What Kubernetes puts into every pod beside a Service that is called `frontrow…`: no setting of ours."""
    is_address = name.endswith("_PORT") and re.match("(tcp|udp|sctp)://", value) is not None
    return is_address or _SERVICE_LINK.fullmatch(name) is not None


def _where(told: str, environ: Mapping[str, str]) -> str | None:
    """The variable that a refused setting came from; None: it stands in the file."""
    part, _, key = told.split("`")[1].partition(".") if told.startswith("`") else ("", "", "")
    variable = f"{ENVIRONMENT_PREFIX}{part}_{key}".upper()
    return variable if variable in environ else None


def wrong_setting(error: msgspec.ValidationError) -> str:
    """What msgspec refused of the settings: which one, and what it may be."""
    found = field_error(error, Settings)
    name = found.pointer[1:].replace("/", ".")
    return f"`{name}` {found.detail}" if name else found.detail
