"""The feeds in each language: the day's quote and the day's ranking, of the last days."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import escape

from starlette.requests import Request
from starlette.responses import Response

from kirosample import almanac, horoscope
from kirosample.web import atom, languages, rendering
from kirosample.web.languages import JAPANESE, PREFIXES
from kirosample.web.messages import Messages
from kirosample.web.portal import Portal, portal_of
from kirosample.web.reasons import reason
from kirosample.web.scores import named_scores
from kirosample.web.templating import FORMS

QUOTE, RANKING = "/feeds/quote.xml", "/feeds/ranking.xml"

_DAYS = 10

_Write = Callable[[Portal, Messages, date], atom.Entry]


async def quote(request: Request) -> Response:
    """The quotes of the last days, the newest first."""
    return await _answer(request, QUOTE, "きょうの名言", "/quote", _quote_entry)


async def ranking(request: Request) -> Response:
    """The rankings of the last days, the newest first."""
    return await _answer(request, RANKING, "きょうの星占い", "/horoscope", _ranking_entry)


def _quote_entry(portal: Portal, messages: Messages, day: date) -> atom.Entry:
    found, language = portal.catalogue.of_day(day), messages.language
    author = messages.word("author", found.author)
    words = [(JAPANESE, found.text.split("　"))]
    if language != JAPANESE and found.original:
        words.insert(0, (found.language or JAPANESE, found.original.split(" / ")))
    quoted = "".join(
        f'<blockquote lang="{spoken}"><p>{"<br>".join(map(escape, phrases))}</p></blockquote>'
        for spoken, phrases in words
    )
    source = f'<cite lang="{JAPANESE}">{escape(found.source)}</cite>'
    return atom.Entry(
        day,
        messages.say("{date}の名言：{author}", date=FORMS[language].short_date(day), author=author),
        f"/quote/{found.id}",
        f"{quoted}<p>— {escape(author)} {source}</p>",
    )


def _ranking_entry(portal: Portal, messages: Messages, day: date) -> atom.Entry:
    readings = horoscope.readings(day)
    address = portal.address + PREFIXES[messages.language]

    def row(one: horoscope.Reading) -> str:
        page, name = f"{address}/horoscope/{one.sign}?date={day}", messages.word("sign", one.name)
        return f'<li><a href="{page}">{escape(name)}</a> {escape(_told(one, messages))}</li>'

    return atom.Entry(
        day,
        messages.say(
            "{date}の星占い：1位は{sign}",
            date=FORMS[messages.language].short_date(day),
            sign=messages.word("sign", readings[0].name),
        ),
        f"/horoscope?date={day}",
        f"<ol>{''.join(map(row, readings))}</ol>",
    )


def _told(reading: horoscope.Reading, messages: Messages) -> str:
    """A reading in words: in English, which has none, its scores and why they are so."""
    if messages.language == JAPANESE:
        return reading.text
    scores = ", ".join(f"{name} {points}/5" for name, points in named_scores(reading, messages))
    return " ".join((f"{scores}.", *(reason(fact, messages) for fact in reading.because)))


async def _answer(request: Request, path: str, title: str, page: str, entry: _Write) -> Response:
    portal, language = portal_of(request), languages.of(request)
    today = portal.today()

    def write() -> str:
        messages = portal.templates.messages[language]
        entries = (entry(portal, messages, day) for day in _days(today))
        feed = atom.Feed(portal.address, path, page, language)
        return feed.written(f"KiroSample {messages.say(title)}", today, entries)

    key = ("feed", language, path, today)
    return await rendering.respond(request, key, write, atom.MEDIA_TYPE)


def _days(today: date) -> Iterator[date]:
    for back in range(_DAYS):
        day = today - timedelta(back)
        if day >= almanac.FIRST_DAY:
            yield day
