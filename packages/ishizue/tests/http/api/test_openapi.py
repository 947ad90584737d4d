"""What the document says of an operation besides its parameters and its body."""

import msgspec
from tests.notes_settings import NOTES

from ishizue.http.api.endpoints import Endpoint, NoQuery
from ishizue.http.api.openapi import document
from ishizue.http.context import RequestContext
from ishizue.http.dispatch import CHEAP
from ishizue.visitors import SECURITY_SCHEME


class Note(msgspec.Struct):
    text: str


async def notes(_: RequestContext, _query: NoQuery) -> None:
    """Every note."""


async def add(_: RequestContext, _note: Note) -> None:
    """Add a note."""


API = (
    Endpoint("GET", "/notes", notes, CHEAP, request_headers={"X-Shelf": "The shelf."}),
    Endpoint(
        "POST",
        "/notes",
        add,
        CHEAP,
        problems=(422, 503),
        security=("visitor",),
        response_headers={"Set-Cookie": "The visitor."},
    ),
)


def test_headers_cookies_and_security_schemes_are_described() -> None:
    schemes = {"visitor": SECURITY_SCHEME}
    made = document(API, product=NOTES, description="Notes.", security_schemes=schemes)
    get, post = made["paths"]["/notes"]["get"], made["paths"]["/notes"]["post"]
    [shelf] = get["parameters"]
    assert (shelf["in"], shelf["name"], shelf["description"]) == ("header", "X-Shelf", "The shelf.")
    assert "security" not in get
    assert post["security"] == [{}, {"visitor": []}]
    assert made["components"]["securitySchemes"] == schemes
    assert (SECURITY_SCHEME["in"], SECURITY_SCHEME["name"]) == ("cookie", "visitor")
    described = {
        code: [*response.get("headers", ())] for code, response in post["responses"].items()
    }
    assert described == {"200": ["Set-Cookie"], "422": [], "503": ["Retry-After"]}
