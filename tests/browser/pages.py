"""Every page that there is, taken from the route table so that none is forgotten."""

import re

from tests.servers import Running

from kirosample.routes import RULES
from kirosample.web.assets import FOLDER

CONTRACT = {"/", "/date", "/horoscope", "/horoscope/leo", "/quote", "/favorites", "/api", "/about"}
"""Pages that are always there."""

MORE = (
    "/?date=2026-05-05",
    "/date?date=1900-01-01",
    "/date?date=2100-12-31",
    "/horoscope?date=2026-05-05",
    "/horoscope/aries?date=2026-05-05",
    "/quote?date=2026-05-05",
    "/quotes?q=人生",
    "/quotes?q=nothing-has-these-words",
    "/favorites?mine=true",
    "/favorites?type=horoscope",
)
"""Other faces of the same pages."""

PROBLEMS = {
    "/nothing": 404,
    "/quote/nothing": 404,
    "/date?date=yesterday": 400,
}
"""Addresses that answer a problem, and its status."""


def addresses(server: Running) -> tuple[str, ...]:
    """The address of every route that answers a page, one for each."""
    longest = max(server.portal.catalogue.quotes, key=lambda quote: len(quote.text))
    samples = {"sign": "leo", "quote_id": longest.id}
    pages = []
    for method, pattern, _ in RULES:
        if method != "GET" or pattern.startswith((f"{FOLDER}/", "/api/")):
            continue
        # What has no sample here is no page: a picture, say.
        address = re.sub(r"\{(\w+)\}", lambda match: samples.get(match[1], "none"), pattern)
        answer = server.client.get(address)
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            pages.append(address)
    assert set(pages) >= CONTRACT, f"not answered: {CONTRACT - set(pages)}"
    return tuple(pages)


def faces(server: Running) -> tuple[str, ...]:
    """The pages, some of them with more than one face, and the problems."""
    return (*addresses(server), *MORE, *PROBLEMS)
