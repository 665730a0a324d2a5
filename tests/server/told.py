"""A caller that holds every answer against the API's own document."""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}


class Told:
    """Calls the service; an answer that `/openapi.json` does not describe is a failure."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.document: dict[str, Any] = client.get("/openapi.json").json()

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if body is not None:
            more["json"] = body
        answer = self._client.request(method, path, **more)
        for name, value in _HEADERS.items():
            assert answer.headers[name] == value
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        operation = self._operation(method, path.partition("?")[0])
        assert operation is not None, path
        described = operation["responses"].get(str(answer.status_code))
        assert described is not None, (method, path, answer.status_code, answer.text)
        for media, content in described.get("content", {}).items():
            kind = media.partition(";")[0]
            assert answer.headers["content-type"].partition(";")[0] == kind
            if kind.endswith("json"):
                schema = {**content["schema"], "components": self.document["components"]}
                Draft202012Validator(schema).validate(answer.json())
        return answer

    def _operation(self, method: str, path: str) -> Any:
        for template, methods in self.document["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in methods:
                return methods[method.lower()]
        return None
