"""For search engines: the sitemap, and `robots.txt`."""

from html import escape

from starlette.responses import Response

from ishizue.http.page_responses import cached_response
from kirosample import horoscope, omikuji
from kirosample.web.context import Portal, PortalRequest
from kirosample.web.i18n.languages import JAPANESE, PREFIXES

_OF_THE_DAY = ("/", "/date", "/days", "/horoscope", "/quote")
_STANDING = ("/year", "/birthday", "/quotes", "/omikuji", "/about")

_ROBOTS = """\
User-agent: *
# The days of two centuries, one's own pages, and what is for programs.
Disallow: /*?*date=
Disallow: /*?*from=
Disallow: /*days?*on=
Disallow: /*?*mine=
Disallow: /*/random
Disallow: /*omikuji/mine
Disallow: /favorites/export
Disallow: /en/favorites/export
Disallow: /api/

Sitemap: {address}/sitemap.xml
"""


async def sitemap(request: PortalRequest) -> Response:
    """Every page with a path of its own, in each language."""
    portal = request.portal
    today = request.today.isoformat()

    def write() -> str:
        signs = [f"/horoscope/{sign.id}" for sign in horoscope.SIGNS]
        signs += [f"/horoscope/{one}/{other}" for one, other in horoscope.PAIRS]
        favorites = ("/favorites",) if portal.favorites else ()
        quotes = (f"/quote/{quote.id}" for quote in portal.catalogue.quotes)
        daily = [_page(portal, path, today) for path in (*_OF_THE_DAY, *signs)]
        lots = (f"/omikuji/{number}" for number in omikuji.lots())
        others = [_page(portal, path) for path in (*_STANDING, *favorites, *quotes, *lots)]
        return "\n".join(
            (
                '<?xml version="1.0" encoding="utf-8"?>',
                '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
                ' xmlns:xhtml="http://www.w3.org/1999/xhtml">',
                *daily,
                *others,
                "</urlset>\n",
            )
        )

    key = ("sitemap", today)
    lifetime = request.lifetime()
    return await cached_response(request, key, write, lifetime, "application/xml")


async def robots(request: PortalRequest) -> Response:
    """The paths to leave out, and the URL of the sitemap."""
    text = _ROBOTS.format(address=request.service_state.url)
    return await cached_response(request, "robots", lambda: text, request.lifetime(), "text/plain")


def _page(portal: Portal, path: str, changed: str = "") -> str:
    """A page in each language, each with links to all."""
    addresses = {
        language: portal.service_state.url + escape(prefix + path)
        for language, prefix in PREFIXES.items()
    }
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
        for language, address in (*addresses.items(), ("x-default", addresses[JAPANESE]))
    )
    last = f"<lastmod>{changed}</lastmod>" if changed else ""
    return "\n".join(
        f"<url><loc>{address}</loc>{last}{alternates}</url>" for address in addresses.values()
    )
