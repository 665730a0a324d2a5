"""The package's dependencies are the lines of requirements/core.in, and those of its extra `text` the
lines of requirements/text.in: written once, read here."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RequirementsHook(MetadataHookInterface):
    def update(self, metadata: dict[str, object]) -> None:
        metadata["dependencies"] = self._lines("core")
        metadata["optional-dependencies"] = {"text": self._lines("text")}

    def _lines(self, part: str) -> list[str]:
        text = (Path(self.root) / "requirements" / f"{part}.in").read_text("utf-8")
        return [line for line in text.splitlines() if line and line[0] not in "#-"]
