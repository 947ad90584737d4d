"""Filters of the templates."""

import html
import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import minijinja

from kirosample import almanac
from kirosample.favorites import Favorite, Type
from kirosample.quotes import Catalogue, Quote, lines, ruby
from kirosample.web.i18n.languages import JAPANESE, Language, Messages
from kirosample.web.kinds import KINDS
from kirosample.web.svg import icons
from kirosample.web.typesetting.phrases import NAMES, phrases

_UNBROKEN: Final = r"<span class='unbroken'>\g<0></span>"
_NAME: Final = re.compile(f"[「『]?(?:{NAMES.pattern})(?:[」』][ぁ-ん]?)?")

_PARTICLE: Final = re.compile("[」』）][ぁ-ん]")
"""A closing bracket, after which browsers would break a line, and a particle that begins none."""

_DATE: Final = re.compile(
    r"[（(]?(?:\d{4}-\d{2}-\d{2}|YYYY-MM-DD|\d{1,2}月\d{1,2}日(?:\u00a0\d{1,2}:\d{2})?"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[ \u00a0]\d{1,2}"
    r"(?:,\u00a0\d{1,2}:\d{2})?)[）)]?[、,]?"
)
"""A date, with any brackets around it, and a comma that must not begin a line."""

_CLAUSE: Final = re.compile("[^、。！？]+[、。！？」』）]*|[、。！？」』）]+")

_LAST_WORD: Final = re.compile(
    "(?<=..)(?=(?:の日|記念日|誕生日|休日|万倍日|中日|二十日|の儀|名月|七夕)$)"
)

_WITHIN: Final = str.maketrans("「」『』“”", "『』「」‘’")


def season(day: date) -> str:
    """The CSS class of a day's accent: term-01 in 小寒 to term-24 in 冬至, or 元日's own."""
    is_new_year = (day.month, day.day) == (1, 1)
    return "new-year" if is_new_year else f"term-{almanac.season(day):02}"


def unbroken(text: str) -> str:
    """HTML that breaks no line inside a date or a name, or before a bracket's particle."""
    dated = _DATE.sub(_UNBROKEN, html.escape(text))
    return minijinja.safe(_held(NAMES.sub(_UNBROKEN, dated)))


def day_name(name: str) -> str:
    """HTML of a name that may break before its last word, in the narrow days of a month."""
    return minijinja.safe(_LAST_WORD.sub("<wbr>", html.escape(name)))


@lru_cache(maxsize=2048)
def first_words(text: str) -> str:
    """How a text begins, as it is named where it is heard: sixteen characters, or some words."""
    begin = text.partition("／")[0].replace(" / ", " ").strip("「“")
    words = "" if begin[:1] > "⺀" else textwrap.shorten(begin, 40, placeholder="")
    return (words or begin[:16]).rstrip(",;:—、 ")


def nested(text: str) -> str:
    """Words to stand in quotation marks: their own become those of a quotation within one."""
    return text.translate(_WITHIN)


def starred(points: int) -> str:
    """★★★☆☆"""
    return f"{'★' * points:☆<{icons.MAX_STARS}}"


def typed(marked: str) -> str:
    """HTML as of `breakable`, for a text with what a visitor typed: no cache may keep that."""
    parts = [part for phrase in phrases(marked) for part in _CLAUSE.findall(phrase)]
    return minijinja.safe("<wbr>".join(map(_unbroken, parts)))


@lru_cache(maxsize=2048)
def breakable(marked: str) -> str:
    """HTML of a text: Japanese with furigana and with line break opportunities between phrases.

    A stroke between lines of an English verse is the end of the line.
    """
    return minijinja.safe(str(typed(marked)).replace(" / ", "<br>"))


def _unbroken(marked: str) -> str:
    """HTML of a phrase. Browsers would break a line where furigana begin or end within it."""
    text = ruby_html(marked)
    if "<ruby>" in text:
        return f"<span class='unbroken'>{text}</span>"
    return _held(_NAME.sub(_UNBROKEN, text))


def _held(text: str) -> str:
    """HTML whose lines begin with no particle of what stands in brackets."""
    return _PARTICLE.sub(r"<span class='held'>\g<0></span>", text)


def ruby_html(marked: str) -> str:
    """HTML of a text with furigana."""
    return "".join(
        f"<ruby>{html.escape(base)}<rt>{reading}</rt></ruby>"
        if reading
        else html.escape(ruby.plain(base))
        for base, reading in ruby.split(marked)
    )


def lines_of(quote: Quote, language: Language) -> list[str]:
    """The lines of verse or the prose of a quote, in Japanese with furigana."""
    return lines((quote.ruby or quote.text.ja) if language == JAPANESE else quote.text.en)


def original_lines(quote: Quote, language: Language) -> tuple[str, list[str]] | None:
    """The language and lines of what a quote was translated from.

    On an English page these are Japanese for a quote from English.
    """
    original = quote.translated_from(language)
    if original is None and language == JAPANESE:
        return None
    if original is None or original[1] == JAPANESE:
        return JAPANESE, lines_of(quote, JAPANESE)
    return original[1], lines(original[0])


@dataclass(frozen=True, slots=True)
class Liked:
    """A favorite as a page shows it: its kind's icon or none, and its words."""

    id: int
    type: Type
    item: str
    likes: int
    icon: str
    content: str
    marked: str
    author: str
    is_japanese: bool
    headline: str


def liked(catalogue: Catalogue, messages: Messages) -> Callable[[Iterable[Favorite]], list[Liked]]:
    """A filter that puts favorites, which are stored in Japanese, in the language of the page."""

    def shown(favorite: Favorite) -> Liked:
        kind = KINDS[favorite.type]
        item = favorite.item
        words = kind.words(favorite, catalogue, messages)
        return Liked(favorite.id, favorite.type, item, favorite.likes, kind.icon(item), *words)

    return lambda favorites: [shown(favorite) for favorite in favorites]
