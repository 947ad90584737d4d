"""The API's documentation page, rendered from its OpenAPI document."""

from typing import Any, Final

from starlette.responses import Response

from ishizue.http.page_responses import cached_response
from kirosample.web.context import PortalRequest

_MANY_VALUES: Final = 12


async def page(request: PortalRequest, document: dict[str, Any]) -> Response:
    """Every operation with its parameters and statuses, in the order of the route table."""
    portal = request.portal
    language = request.language
    today = request.today  # for the colors

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
        # The operation in which a long list of values stands; those after it refer to it.
        first_with: dict[str, str] = {}
        for each in operations:
            for parameter in each.get("parameters", ()):
                if len(parameter["schema"].get("enum", ())) > _MANY_VALUES:
                    first_with.setdefault(parameter["name"], each["path"])
        return portal.templates.render(
            "api.html",
            language,
            here="/api",
            url=portal.service_state.url,
            operations=operations,
            first_with=first_with,
            date=today,
        )

    return await cached_response(request, ("api.html", language, today), render, request.lifetime())


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The fields of an operation's body by name; empty if it takes none."""
    if "requestBody" not in operation:
        return {}
    reference: str = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields: dict[str, Any] = schemas[reference.rpartition("/")[2]]["properties"]
    return fields
