"""The readable page of the API, made from its OpenAPI document."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kirosample.web import languages, page_cache
from kirosample.web.portal import portal_of


async def page(request: Request, document: dict[str, Any]) -> Response:
    """Every operation, with its parameters and answers, in the order of the route table."""
    portal, language = portal_of(request), languages.of(request)

    def render() -> str:
        operations = [
            {"method": method.upper(), "path": path, **operation}
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]
        return portal.templates.render(
            "api.html",
            language,
            here="/api",
            operations=operations,
            schemas=document["components"]["schemas"],
            favorites_enabled=portal.favorites is not None,
        )

    return page_cache.answer(request, portal.cache.page(("api.html", language), render))
