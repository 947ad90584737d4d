"""The API's description, made from the same table that serves it."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from kirosample import horoscope
from kirosample.web.endpoints import Endpoint
from kirosample.web.schemas import ProblemAnswer

_PATH_PARAMETERS: dict[str, dict[str, Any]] = {
    "sign": {"type": "string", "enum": [sign.id for sign in horoscope.SIGNS]},
    "quote_id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 100},
    "favorite_id": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
}

Schema = dict[str, Any]


def document(endpoints: Iterable[Endpoint]) -> Schema:
    """The OpenAPI 3.1 document of these endpoints."""
    endpoints = tuple(endpoints)
    shapes = {shape for e in endpoints for shape in (e.takes, e.answers) if shape} | {ProblemAnswer}
    ordered = sorted(shapes, key=lambda shape: shape.__name__)
    made, components = msgspec.json.schema_components(
        ordered, ref_template="#/components/schemas/{name}"
    )
    references = dict(zip(ordered, made, strict=True))
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        operation = _operation(endpoint, references, components)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    queries = {e.takes.__name__ for e in endpoints if not e.takes_body}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "KiroSample",
            "version": "1",
            "description": "きょうの暦・星占い・名言と、みんなのお気に入り。",
        },
        "paths": paths,
        "components": {
            "schemas": {name: s for name, s in components.items() if name not in queries}
        },
    }


def _operation(
    endpoint: Endpoint, references: dict[type, Schema], components: dict[str, Schema]
) -> Schema:
    operation: Schema = {
        "summary": (endpoint.handler.__doc__ or "").strip(),
        "operationId": endpoint.handler.__name__,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _PATH_PARAMETERS[name]}
            for name in re.findall(r"{(\w+)}", endpoint.path)
        ],
        "responses": {
            **{str(status): _answer(status, endpoint, references) for status in endpoint.statuses},
            **{str(status): _problem(status, references) for status in endpoint.problems},
        },
    }
    if endpoint.takes_body:
        content = {
            "application/json": {
                "schema": references[endpoint.takes],
                "example": {"type": "quote", "item": "hosai-senku-03"},
            }
        }
        operation["requestBody"] = {"required": True, "content": content}
    else:
        operation["parameters"] += _parameters(components[endpoint.takes.__name__])
    return operation


def _parameters(query: Schema) -> list[Schema]:
    return [_parameter(name, schema) for name, schema in query["properties"].items()]


def _parameter(name: str, schema: Schema) -> Schema:
    bare = dict(schema)
    description = bare.pop("description", "")
    if bare.get("default") == "":  # says only that it may be left out
        del bare["default"]
    return {"name": name, "in": "query", "description": description, "schema": bare}


def _answer(status: int, endpoint: Endpoint, references: dict[type, Schema]) -> Schema:
    answer: Schema = {"description": HTTPStatus(status).phrase}
    if endpoint.answers and status != HTTPStatus.NO_CONTENT:
        answer["content"] = {"application/json": {"schema": references[endpoint.answers]}}
    if endpoint.path == "/api/favorites" and endpoint.method == "POST":
        id_ = {"favorite_id": "$response.body#/id"}
        answer["links"] = {"withdraw": {"operationId": "withdraw", "parameters": id_}}
    return answer


def _problem(status: int, references: dict[type, Schema]) -> Schema:
    content = {"application/problem+json": {"schema": references[ProblemAnswer]}}
    return {"description": HTTPStatus(status).phrase, "content": content}
