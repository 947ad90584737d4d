"""The readable page of the API, made from its OpenAPI document."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kirosample.web import languages, rendering
from kirosample.web.portal import portal_of


async def page(request: Request, document: dict[str, Any]) -> Response:
    """Every operation, with its parameters and answers, in the order of the route table."""
    portal, language = portal_of(request), languages.of(request)
    today = portal.today()  # whose colors it has

    def render() -> str:
        schemas = document["components"]["schemas"]
        operations = [
            {
                "method": method.upper(),
                "path": path,
                "body": _fields(operation, schemas),
                **operation,
            }
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]
        return portal.templates.render(
            "api.html",
            language,
            here="/api",
            operations=operations,
            date=today,
            favorites_enabled=portal.favorites is not None,
        )

    return await rendering.respond(request, ("api.html", language, today), render)


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The fields of the JSON that an operation takes, by name; none where it takes no body."""
    if "requestBody" not in operation:
        return {}
    reference: str = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields: dict[str, Any] = schemas[reference.rpartition("/")[2]]["properties"]
    return fields
