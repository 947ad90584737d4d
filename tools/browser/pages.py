"""Every page, from the route table so that none is missing."""

from ishizue.http.assets import FOLDER
from tools import addresses as routes
from tools.servers import Running

_NO_PAGES = (f"{FOLDER}/", "/api/", "/share/", "/en/share/")

MORE = (
    "/?date=2026-05-05",
    "/date?date=1900-01-01",
    "/date?date=2100-12-31",
    *(f"/date?date={day}" for day in ("2026-12-16", "2027-01-01", "2027-02-03", "2026-09-25")),
    "/year?year=2027",
    "/days?for=wedding",
    "/days?for=wedding&off=true&on=2026-12-16&on=2027-05-15&on=2027-02-22",
    "/days/wedding/2026-12-16",
    "/days/any/1900-01-01",
    "/days/registration/2027-02-22",
    "/days?day=tora&without=fujoju&overlap=true",
    "/days?day=tensha&without=butsumetsu&without=fujoju&off=true&overlap=true&from=2027-01-01",
    "/calendar?kou=true&rokuyo=true&alarm=07:30",
    "/calendar?sign=leo",
    "/birthday/02-29",
    "/horoscope?date=2026-05-05",
    "/horoscope?by=love",
    "/horoscope/aries?date=2026-05-05",
    "/horoscope/capricorn/sagittarius?date=2026-05-05",
    "/horoscope/aries/aries",
    "/quote?date=2026-05-05",
    "/quotes?q=人生",
    "/quotes?q=nothing-has-these-words",
    "/favorites?mine=true",
    "/favorites?mine=true&type=horoscope",
)
"""The pages of the table with other content."""

PROBLEMS = {
    "/nothing": 404,
    "/quote/nothing": 404,
    "/date?date=yesterday": 400,
    "/days?for=divorce": 422,
    "/omikuji/101": 404,
    "/birthday/02-30": 422,
}
"""Paths of problem pages, with their status."""


def addresses(server: Running) -> tuple[str, ...]:
    longest = max(server.portal.catalogue.quotes, key=lambda quote: len(quote.text.ja))
    pages = []
    for method, path in routes.addresses(server, one="taurus", other="libra", quote_id=longest.id):
        if method != "GET" or path.startswith(_NO_PAGES):
            continue
        answer = server.client.get(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert answer.status_code == 200, path
            pages.append(path)
    return tuple(pages)


def faces(server: Running) -> tuple[str, ...]:
    """The pages, some with other content too, and the problem pages."""
    return (*addresses(server), *MORE, *PROBLEMS)
