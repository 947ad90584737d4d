"""The templates, with the words, forms and pictures that all of them use, once a language."""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import resources
from typing import Any, Final

import minijinja

from kirosample import almanac, horoscope
from kirosample.favorites import Favorite, Type
from kirosample.quotes import LANGUAGES, Catalogue, Quote
from kirosample.web import english, icons, items, japanese, pictures
from kirosample.web.assets import Assets
from kirosample.web.forms import Forms, own_words
from kirosample.web.languages import ENGLISH, JAPANESE, PREFIXES, Language
from kirosample.web.listing import Listing
from kirosample.web.messages import Messages
from kirosample.web.reasons import reason
from kirosample.web.typesetting import columns, height, many, phrases

FORMS: Final[Mapping[Language, Forms]] = {JAPANESE: japanese, ENGLISH: english}
_FILTERS: Final = (
    "long_date",
    "short_date",
    "weekday",
    "month",
    "birthday",
    "moment",
    "years",
    "era_year",
    "lunar_date",
    "eto",
    "ordinal",
)
"""The forms that a template may write a fact in."""

_DATE: Final = re.compile(
    r"[（(]?(?:\d{4}-\d{2}-\d{2}|YYYY-MM-DD|\d{1,2}月\d{1,2}日(?:\u00a0\d{1,2}:\d{2})?)[）)]?"
)
"""With the brackets around it, which stay with what they are around."""


class Templates:
    """Renders `templates/` in each language; what is put into HTML is escaped."""

    def __init__(self, assets: Assets, catalogue: Catalogue, public_url: str | None = None) -> None:
        self.messages = {language: Messages(language) for language in PREFIXES}
        folder = resources.files("kirosample.web") / "templates"
        sources = {
            file.name: file.read_text(encoding="utf-8")
            for file in folder.iterdir()
            if file.name.endswith(".html")
        }
        self._environments = {
            language: _environment(sources, assets, catalogue, messages, public_url)
            for language, messages in self.messages.items()
        }

    def render(self, template: str, language: Language = JAPANESE, /, **context: Any) -> str:
        """The page of this template. All of an environment's language is bound to it."""
        return self._environments[language].render_template(template, **context)


def _environment(
    sources: dict[str, str],
    assets: Assets,
    catalogue: Catalogue,
    messages: Messages,
    public_url: str | None,
) -> minijinja.Environment:
    language = messages.language
    environment = minijinja.Environment(
        templates=sources,
        filters={
            **{name: getattr(FORMS[language], name) for name in _FILTERS},
            "clock": almanac.clock,
            "columns": columns,
            "height": height,
            "many": many,
            "season": season,
            "unbroken": unbroken,
            "breakable": breakable,
            "path": lambda favorite: minijinja.safe(items.path(favorite)),
            "own_words": partial(own_words, language=language),
            "reason": partial(reason, messages=messages),
            "liked": _liked(catalogue, messages),
        },
        globals={
            "_": messages.say,
            "count": messages.count,
            "word": messages.word,
            "markup": messages.markup,
            "language": language,
            "base": PREFIXES[language] and minijinja.safe(PREFIXES[language]),
            "public_url": public_url,
            # For what is Japanese in every language: an attribute that English pages need.
            "in_japanese": "" if language == JAPANESE else minijinja.safe(' lang="ja"'),
            "asset": lambda name: minijinja.safe(assets.url(name)),  # `/` would be escaped
            "signs_of_zodiac": {sign.id: sign for sign in horoscope.SIGNS},
            "languages": LANGUAGES,
            "weekdays_from_sunday": _weekdays_from_sunday(language),
            "bodies": pictures.BODIES,
            "icon": _drawn(icons.icon),
            "heart": _drawn(icons.heart),
            "shapes": _drawn(icons.shapes),
            "stars": _drawn(icons.stars),
            "moon": _drawn(pictures.moon),
            "moon_of_age": _drawn(pictures.moon_of_age),
            "wheel": _drawn(_wheel(messages)),
            "bar": _drawn(pictures.bar),
        },
        undefined_behavior="strict",
        trim_blocks=True,
        lstrip_blocks=True,
    )
    listing = Listing(catalogue, environment.render_template)
    environment.add_global("listed", listing.items)
    environment.add_global("links", listing.links)
    return environment


def _weekdays_from_sunday(language: Language) -> list[str]:
    """As a month's head has them, in little room."""
    *days, sunday = FORMS[language].WEEKDAYS
    return [name[:3] for name in (sunday, *days)]


def season(day: date) -> str:
    """The class that gives a page its accent: term-01 in 小寒 to term-24 in 冬至."""
    return f"term-{almanac.season(day):02}"


def unbroken(text: str) -> str:
    """HTML of a text in which no line breaks inside a date."""
    return minijinja.safe(_DATE.sub(r"<span class='unbroken'>\g<0></span>", html.escape(text)))


def breakable(text: str) -> str:
    """HTML of a Japanese text that says where its phrases end, where a browser cannot tell."""
    return minijinja.safe("<wbr>".join(map(html.escape, phrases(text))))


@dataclass(frozen=True, slots=True)
class _Liked:
    """A favorite as a page in English shows it."""

    id: int
    type: Type
    item: str
    likes: int
    content: str
    author: str
    is_japanese: bool


def _liked(
    catalogue: Catalogue, messages: Messages
) -> Callable[[Iterable[Favorite]], Iterable[Favorite | _Liked]]:
    """Favorites in the language; what was kept with them is Japanese."""

    def words(favorite: Favorite) -> tuple[str, str, bool]:
        if favorite.type == "horoscope":
            day, sign = items.day_and_sign(favorite.item)
            title = f"{messages.word('sign', sign.name)}, {english.day_of_year(day)}"
            return favorite.content, title, True
        try:
            quote: Quote = catalogue.get(favorite.item)
        except KeyError:  # it was taken out of the catalogue
            return favorite.content, favorite.author, True
        original = own_words(quote, ENGLISH)
        author = messages.word("author", quote.author)
        return original or quote.text, author, original is None

    def in_english(favorites: Iterable[Favorite]) -> list[Favorite | _Liked]:
        return [_Liked(one.id, one.type, one.item, one.likes, *words(one)) for one in favorites]

    return (lambda favorites: favorites) if messages.language == JAPANESE else in_english


def _wheel(messages: Messages) -> Callable[..., str]:
    """The wheel of the sky with the language's words; two letters of a body's name stand for it."""
    names = {body: messages.word("body", name)[:2] for body, (_, name) in pictures.BODIES.items()}
    letters = pictures.LETTERS if messages.language == JAPANESE else names
    return partial(pictures.wheel, letters=letters, description=messages.say(pictures.WHEEL))


def _drawn(picture: Callable[..., str]) -> Callable[..., str]:
    """A picture as a template may use it: its markup is not escaped."""

    def draw(*facts: Any) -> str:
        return minijinja.safe(picture(*facts))

    return draw
