"""The package's dependencies are the lines of requirements/core.in, and those of its extras
`text`, `postgres` and `traces` the lines of their files there: written once, read here."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RequirementsHook(MetadataHookInterface):
    def update(self, metadata: dict[str, object]) -> None:
        metadata["dependencies"] = self._lines("core")
        extras = ("text", "postgres", "traces")
        metadata["optional-dependencies"] = {part: self._lines(part) for part in extras}

    def _lines(self, part: str) -> list[str]:
        text = (Path(self.root) / "requirements" / f"{part}.in").read_text("utf-8")
        return [line for line in text.splitlines() if line and line[0] not in "#-"]
