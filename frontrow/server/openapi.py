"""OpenAPI 3.1 out of the endpoint table and the structs, and a reference page without a script."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, select_autoescape
from msgspec import Struct

from frontrow import __version__
from frontrow.base.ids import ID_PATTERN
from frontrow.server.endpoints import Endpoint
from frontrow.server.problems import TITLES


class Problem(Struct, frozen=True):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]]


_REF = "#/components/schemas/{name}"


def openapi(table: list[Endpoint]) -> dict[str, Any]:
    """The document of a table."""
    types: list[Any] = [Problem]
    for endpoint in table:
        types += [t for t in (endpoint.query, endpoint.body, endpoint.answer) if _is_struct(t)]
    unique = list(dict.fromkeys(types))
    schemas, components = msgspec.json.schema_components(unique, ref_template=_REF)
    by_type = dict(zip(unique, schemas, strict=True))
    paths: dict[str, Any] = {}
    for endpoint in table:
        entry = paths.setdefault(endpoint.path, {})
        entry[endpoint.method.lower()] = _operation(endpoint, by_type, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Frontrow",
            "version": __version__,
            "description": "For every profile its own homepage.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": _for_readers(components), "securitySchemes": _SECURITY},
    }


_SECURITY = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key (`frontrow keys create`), or a device's token for its own profile. A"
        " service without keys answers its own machine only, and needs none.",
    }
}


def _for_readers(schema: Any) -> Any:
    """A schema with its patterns as readers of other languages know them: `$` ends a text there."""
    if isinstance(schema, dict):
        return {
            name: part.replace(r"\Z", "$")
            if name == "pattern" and isinstance(part, str)
            else _for_readers(part)
            for name, part in schema.items()
        }
    return [_for_readers(part) for part in schema] if isinstance(schema, list) else schema


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _operation(
    endpoint: Endpoint, by_type: dict[Any, Any], components: dict[str, Any]
) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _of_path(name)}
        for name in re.findall(r"\{(\w+)\}", endpoint.path)
    ]
    if endpoint.query is not None:
        schema = components[endpoint.query.__name__]
        for name, part in schema["properties"].items():
            needed = name in schema.get("required", [])
            parameters.append(
                {"name": name, "in": "query", "required": needed, "schema": _for_readers(part)}
            )
    answers = {str(status): _refusal(status, by_type[Problem]) for status in _refusals(endpoint)}
    if endpoint.answer is None:
        answers["204"] = {"description": "Done"}
    else:
        other = {"type": "object" if endpoint.media == "application/json" else "string"}
        schema = by_type.get(endpoint.answer, other)
        answers["200"] = {
            "description": "Done",
            "content": {endpoint.media: {"schema": schema}},
        }
        if endpoint.links:
            answers["200"]["links"] = {
                name: {"operationId": name, "parameters": dict(parameters)}
                for name, parameters in endpoint.links.items()
            }
    if endpoint.media.startswith("image/"):
        answers["304"] = {"description": "As the caller knows it"}
    operation: dict[str, Any] = {
        "operationId": _operation_id(endpoint),
        "summary": endpoint.summary,
        "description": f"Scope: {endpoint.scope}.",
        "parameters": parameters,
        "responses": dict(sorted(answers.items())),
        "security": [{"key": []}, {}] if endpoint.scopes else [],
    }
    if endpoint.body is not None:
        schema = by_type.get(endpoint.body, {"type": "object"})
        kinds = ["application/json"]
        if endpoint.merge_patch:
            kinds.append("application/merge-patch+json")
            schema = _patch_of(schema, components)
        operation["requestBody"] = {
            "required": endpoint.needs_body,
            "content": {kind: {"schema": schema} for kind in kinds},
        }
    return operation


def _patch_of(schema: Any, components: dict[str, Any]) -> Any:
    """The schema of a merge patch (RFC 7396): nothing is needed, and null takes anything away."""
    if isinstance(schema, list):
        return [_patch_of(part, components) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _patch_of(components[schema["$ref"].rpartition("/")[2]], components)
    changed = {name: part for name, part in schema.items() if name not in ("required", "default")}
    if "properties" in changed:
        changed["properties"] = {
            name: {"anyOf": [_patch_of(part, components), {"type": "null"}]}
            for name, part in changed["properties"].items()
        }
    return _for_readers(changed)


def _of_path(name: str) -> dict[str, Any]:
    if name == "page_id":
        return {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9_-]+$"}
    return {"type": "string", "pattern": ID_PATTERN.replace(r"\Z", "$")}


def _refusals(endpoint: Endpoint) -> list[int]:
    found = {400, 403, 404, 414, 422, 431, 500, 503, *endpoint.problems}
    if endpoint.scopes:
        found |= {401, 429}
    if endpoint.method != "GET":
        found |= {408, 413, 415}
    return sorted(found)


_HEADERS = {
    401: ("WWW-Authenticate", "What is missing or wrong (RFC 6750)."),
    429: ("Retry-After", "Seconds to wait."),
    503: ("Retry-After", "Seconds to wait."),
}


def _refusal(status: int, schema: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": TITLES[status],
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status in _HEADERS:
        name, meaning = _HEADERS[status]
        told["headers"] = {
            name: {"description": meaning, "required": True, "schema": {"type": "string"}}
        }
    return told


def _operation_id(endpoint: Endpoint) -> str:
    """The call's name in programs that are generated from the document."""
    steps = [step.strip("{}") for step in re.split(r"[/.-]", endpoint.path) if step != "v1"]
    return "_".join([endpoint.method.lower(), *filter(None, steps)])


@cache
def _template() -> Any:
    environment = Environment(autoescape=select_autoescape(default=True))
    return environment.from_string(_REFERENCE)


def reference(document: dict[str, Any]) -> str:
    """The reference as HTML."""
    return str(_template().render(api=document))


_REFERENCE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Frontrow API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/app/docs.css"></head>
<body><main><h1>{{ api.info.title }} API {{ api.info.version }}</h1>
<p>{{ api.info.description }} The whole document: <a href="/openapi.json">/openapi.json</a>.</p>
{% for path, methods in api.paths.items() %}{% for method, call in methods.items() %}
<section id="{{ call.operationId }}"><h2><code><b>{{ method | upper }}</b> {{ path }}</code></h2>
<p>{{ call.summary }}. {{ call.description }}</p>
{% if call.parameters %}<table><thead><tr><th>parameter</th><th>in</th><th>needed</th></tr></thead>
<tbody>{% for p in call.parameters %}<tr><td><code>{{ p.name }}</code></td><td>{{ p.in }}</td>
<td>{{ "yes" if p.required else "no" }}</td></tr>{% endfor %}</tbody></table>{% endif %}
<p class="answers">Answers: {% for status, answer in call.responses.items() %}<code>{{ status }}</code>
{{ answer.description }}{{ ", " if not loop.last }}{% endfor %}.</p></section>
{% endfor %}{% endfor %}</main></body></html>
"""
