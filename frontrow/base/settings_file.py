"""A home's `frontrow.toml` as text: written once with every setting shown, and changed in one place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import msgspec

from frontrow.base.settings import describe_settings


def _toml(text: str) -> str:
    """A basic TOML string: JSON's escapes are TOML's too."""
    return msgspec.json.encode(text).decode()


def settings_file(chosen: Mapping[tuple[str, str], str] | None = None) -> str:
    """A `frontrow.toml` that shows every setting at its default, commented out.

    chosen: (part, key) -> what stands there in force
    """
    chosen = chosen or {}
    lines = ["# Frontrow's settings. Remove a # to change one; docs/settings.md explains them."]
    last = ""
    for part, key, default, meaning in describe_settings():
        if part != last:
            lines += ["", f"[{part}]"]
            last = part
        shown = '""' if default is None else msgspec.json.encode(default).decode()
        said = chosen.get((part, key))
        told = f"# {key} = {shown}" if said is None else f"{key} = {_toml(said)}"
        lines += [f"# {meaning}", told]
    return "\n".join(lines) + "\n"


def with_database(text: str, url: str) -> str:
    """A settings file's text with another `database.url`; everything else in it stays as it is."""
    told = f"url = {_toml(url)}" if url else '# url = ""'
    lines, section, placed = text.splitlines(), "", False
    for index, line in enumerate(lines):
        if line.strip().startswith("["):
            section = line.strip().partition("]")[0][1:].strip()
        elif section == "database" and _URL_LINE.match(line):
            lines[index] = "" if placed else told
            placed = True
    if not placed and url:
        if "database" in tomllib.loads(text):
            lines = _after_section(lines, told)
        else:
            lines += ["", "[database]", told]
    return "\n".join(lines) + "\n"


_URL_LINE = re.compile(r"\s*(# *)?url *=")


def _after_section(lines: list[str], told: str) -> list[str]:
    at = next(i for i, line in enumerate(lines) if line.split("#")[0].strip() == "[database]")
    return [*lines[: at + 1], told, *lines[at + 1 :]]
