"""The Atom feeds: the quotes and the rankings of the last days."""

from collections.abc import Callable
from datetime import date, timedelta
from html import escape

from starlette.responses import Response

from ishizue.http.page_responses import cached_response
from kirosample import almanac, horoscope
from kirosample.quotes import lines
from kirosample.web import site
from kirosample.web.context import Portal, PortalRequest
from kirosample.web.feeds import atom
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.languages import PREFIXES, Messages

QUOTE, RANKING = "/feeds/quote.xml", "/feeds/ranking.xml"

_DAYS = 10

WriteEntry = Callable[[Portal, Messages, date], atom.Entry]


async def quote(request: PortalRequest) -> Response:
    """The quotes of the last days, the newest first."""
    return await feed(request, QUOTE, request.messages.say("今日の名言"), "/quote", _quote_entry)


async def ranking(request: PortalRequest) -> Response:
    """The rankings of the last days, the newest first."""
    title = request.messages.say("今日の星占い")
    return await feed(request, RANKING, title, "/horoscope", _ranking_entry)


async def feed(
    request: PortalRequest, path: str, title: str, page: str, entry: WriteEntry
) -> Response:
    """A feed of the last days, the newest first, with the Japanese paths of itself and its page."""
    portal = request.portal
    messages = request.messages
    today = request.today
    name = messages.text(site.NAME)

    def write() -> str:
        days = (today - timedelta(back) for back in range(_DAYS))
        entries = (entry(portal, messages, day) for day in days if day >= almanac.FIRST_DAY)
        made = atom.Feed(portal.service_state.url, path, page, messages.language)
        return made.document(f"{title} | {name}", today, entries)

    key = ("feed", messages.language, path, today)
    return await cached_response(request, key, write, request.lifetime(), atom.MEDIA_TYPE)


def _quote_entry(portal: Portal, messages: Messages, day: date) -> atom.Entry:
    quote = portal.catalogue.of_day(day)
    language = messages.language
    when = FORMATS[language].short_date(day)
    author = messages.text(quote.author.name)
    texts: list[tuple[str, str]] = [(messages.text(quote.text), language)]
    if original := quote.translated_from(language):
        texts.append(original)
    quoted = "".join(
        f'<blockquote lang="{spoken}"><p>{"<br>".join(map(escape, lines(text)))}</p></blockquote>'
        for text, spoken in texts
    )
    source = f"<cite>{escape(messages.text(quote.source))}</cite>"
    return atom.Entry(
        day,
        messages.say("{date}の名言：{author}", date=when, author=author),
        f"/quote/{quote.id}",
        f"{quoted}<p>— {escape(author)} {source}</p>",
    )


def _ranking_entry(portal: Portal, messages: Messages, day: date) -> atom.Entry:
    readings = horoscope.readings(day)
    address = portal.service_state.url + PREFIXES[messages.language]

    def row(reading: horoscope.Reading) -> str:
        page = f"{address}/horoscope/{reading.sign}?date={day}"
        name = messages.text(reading.name)
        headline, text = (escape(messages.text(each)) for each in (reading.headline, reading.text))
        return f'<li><a href="{page}">{escape(name)}</a> <b>{headline}</b><br/>{text}</li>'

    return atom.Entry(
        day,
        messages.say(
            "{date}の星占い：1位は{sign}「{headline}」",
            date=FORMATS[messages.language].short_date(day),
            sign=messages.text(readings[0].name),
            headline=messages.text(readings[0].headline),
        ),
        f"/horoscope?date={day}",
        f"<ol>{''.join(map(row, readings))}</ol>",
    )
