"""The Atom feeds: the quotes and the rankings of the last days."""

from collections.abc import Callable
from datetime import date, timedelta
from html import escape

from starlette.responses import Response

from kirosample import almanac, horoscope
from kirosample.http import rendering
from kirosample.quotes import lines
from kirosample.web.context import PortalRequest
from kirosample.web.feeds import atom
from kirosample.web.i18n import FORMATS, languages
from kirosample.web.i18n.languages import PREFIXES
from kirosample.web.i18n.messages import Messages
from kirosample.web.portal import Portal

QUOTE, RANKING = "/feeds/quote.xml", "/feeds/ranking.xml"

_DAYS = 10

_Write = Callable[[Portal, Messages, date], atom.Entry]


async def quote(request: PortalRequest) -> Response:
    """The quotes of the last days, the newest first."""
    return await _respond(request, QUOTE, "今日の名言", "/quote", _quote_entry)


async def ranking(request: PortalRequest) -> Response:
    """The rankings of the last days, the newest first."""
    return await _respond(request, RANKING, "今日の星占い", "/horoscope", _ranking_entry)


def _quote_entry(portal: Portal, messages: Messages, day: date) -> atom.Entry:
    found, language = portal.catalogue.of_day(day), messages.language
    when = FORMATS[language].short_date(day)
    author = messages.text(found.author.name)
    texts: list[tuple[str, str]] = [(messages.text(found.text), language)]
    if original := found.translated_from(language):
        texts.append(original)
    quoted = "".join(
        f'<blockquote lang="{spoken}"><p>{"<br>".join(map(escape, lines(text)))}</p></blockquote>'
        for text, spoken in texts
    )
    source = f"<cite>{escape(messages.text(found.source))}</cite>"
    return atom.Entry(
        day,
        messages.say("{date}の名言：{author}", date=when, author=author),
        f"/quote/{found.id}",
        f"{quoted}<p>— {escape(author)} {source}</p>",
    )


def _ranking_entry(portal: Portal, messages: Messages, day: date) -> atom.Entry:
    readings = horoscope.readings(day)
    address = portal.service_state.url + PREFIXES[messages.language]

    def row(one: horoscope.Reading) -> str:
        page, name = f"{address}/horoscope/{one.sign}?date={day}", messages.text(one.name)
        headline, text = (escape(messages.text(each)) for each in (one.headline, one.text))
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


async def _respond(
    request: PortalRequest, path: str, title: str, page: str, entry: _Write
) -> Response:
    portal, language = request.portal, languages.of(request)
    today = request.today

    def write() -> str:
        messages = portal.templates.messages[language]
        days = (today - timedelta(back) for back in range(_DAYS))
        entries = (entry(portal, messages, day) for day in days if day >= almanac.FIRST_DAY)
        feed = atom.Feed(portal.service_state.url, path, page, language)
        return feed.document(f"KiroSample {messages.say(title)}", today, entries)

    key = ("feed", language, path, today)
    return await rendering.respond(request, key, write, request.lifetime(), atom.MEDIA_TYPE)
