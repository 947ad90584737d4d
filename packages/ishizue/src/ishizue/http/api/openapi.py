"""The API's OpenAPI document, made from the table that serves it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

from ishizue.http.api import health
from ishizue.http.api.endpoints import Endpoint
from ishizue.http.caching.page_cache import UNTIL_RELEASE
from ishizue.http.context import RequestContext
from ishizue.http.dispatch import CACHED, Route
from ishizue.http.page_responses import cached_response
from ishizue.http.problems import ProblemDetails, name_status
from ishizue.http.requests import BODY_BYTES
from ishizue.program import Program

JsonSchema = dict[str, Any]

PATH = "/openapi.json"

_RETRIED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def document(
    endpoints: Sequence[Endpoint],
    *,
    product: Program,
    description: str,
    security_schemes: Mapping[str, JsonSchema] | None = None,
) -> JsonSchema:
    """The OpenAPI 3.1 document of these endpoints, and of the health checks."""
    endpoints = (*endpoints, *health.endpoints({endpoint.path for endpoint in endpoints}))
    used = (type_ for e in endpoints for type_ in (e.takes, e.returns, e.path_type) if type_)
    types = {*used, ProblemDetails} - {bytes}
    ordered = sorted(types, key=lambda type_: type_.__name__)
    made, components = msgspec.json.schema_components(
        ordered, ref_template="#/components/schemas/{name}"
    )
    references = dict(zip(ordered, made, strict=True))
    paths: dict[str, JsonSchema] = defaultdict(dict)
    for endpoint in endpoints:
        operation = _operation(endpoint, references, components)
        paths[endpoint.path][endpoint.method.lower()] = operation
    apart = {e.takes.__name__ for e in endpoints if not e.takes_body}
    apart |= {e.path_type.__name__ for e in endpoints if e.path_type}
    return {
        "openapi": "3.1.0",
        "info": {"title": product.name, "version": product.version, "description": description},
        "paths": paths,
        "components": {
            "schemas": {name: s for name, s in components.items() if name not in apart},
            **({"securitySchemes": dict(security_schemes)} if security_schemes else {}),
        },
    }


def route(made: Callable[[], JsonSchema]) -> Route[Any]:
    """The route of a document, which is made at its first request."""

    def write() -> str:
        return msgspec.json.encode(made()).decode()

    async def openapi_json(request: RequestContext) -> Response:
        return await cached_response(request, PATH, write, UNTIL_RELEASE, "application/json")

    return "GET", PATH, openapi_json, CACHED


def _operation(
    endpoint: Endpoint,
    references: dict[type, JsonSchema],
    components: dict[str, JsonSchema],
) -> JsonSchema:
    operation: JsonSchema = {
        "summary": endpoint.summary or (endpoint.handler.__doc__ or "").strip(),
        "operationId": endpoint.handler.__name__,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": schema}
            for name, schema in _properties(endpoint.path_type, components).items()
        ]
        + [
            {"name": name, "in": "header", "description": text, "schema": {"type": "string"}}
            for name, text in endpoint.request_headers.items()
        ],
        "responses": {
            **{str(code): _response(code, endpoint, references) for code in endpoint.statuses},
            **{str(code): _problem(code, references) for code in endpoint.problems},
        },
    }
    if endpoint.security:
        operation["security"] = [{}, *({name: []} for name in endpoint.security)]
    if endpoint.takes_body:
        raw = endpoint.takes is bytes
        body: JsonSchema = {} if raw else {"schema": references[endpoint.takes]}
        if endpoint.example is not None:
            body["example"] = endpoint.example
        media_type = endpoint.media_type or ("*/*" if raw else "application/json")
        operation["requestBody"] = {"required": True, "content": {media_type: body}}
        if endpoint.body_bytes != BODY_BYTES:
            described = f"Up to {endpoint.body_bytes:,} bytes."
            operation["requestBody"]["description"] = described
    else:
        queried = _properties(endpoint.takes, components)
        operation["parameters"] += [_parameter(*each) for each in queried.items()]
    return operation


def _properties(type_: type | None, components: dict[str, JsonSchema]) -> JsonSchema:
    properties: JsonSchema = components[type_.__name__]["properties"] if type_ else {}
    return properties


def _parameter(name: str, schema: JsonSchema) -> JsonSchema:
    bare = dict(schema)
    description = bare.pop("description", "")
    if bare.get("default") == "":  # only says that it is optional
        del bare["default"]
    return {"name": name, "in": "query", "description": description, "schema": bare}


def _response(status: int, endpoint: Endpoint, references: dict[type, JsonSchema]) -> JsonSchema:
    response: JsonSchema = {"description": name_status(status)}
    if endpoint.returns and status != HTTPStatus.NO_CONTENT:
        response["content"] = {"application/json": {"schema": references[endpoint.returns]}}
    if endpoint.links:
        response["links"] = endpoint.links
    if endpoint.response_headers:
        response["headers"] = {
            name: {"description": said, "schema": {"type": "string"}}
            for name, said in endpoint.response_headers.items()
        }
    return response


def _problem(status: int, references: dict[type, JsonSchema]) -> JsonSchema:
    content = {"application/problem+json": {"schema": references[ProblemDetails]}}
    described: JsonSchema = {"description": name_status(status), "content": content}
    if status in _RETRIED:
        described["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return described
