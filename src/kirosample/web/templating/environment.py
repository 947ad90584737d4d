"""The templates of each language, with their filters, their pictures, and the `site`."""

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from importlib import resources
from typing import Any, Final

import minijinja

from ishizue.http.assets import Assets
from kirosample import almanac, horoscope, notice
from kirosample.quotes import LANGUAGES, Catalogue, ruby
from kirosample.text import split_sentences
from kirosample.web import colors, site
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.day_words import named, sky_in_place
from kirosample.web.i18n.formats import named_scores
from kirosample.web.i18n.languages import JAPANESE, PREFIXES, Language, Messages
from kirosample.web.i18n.reasons import HOUSES, reason
from kirosample.web.kinds import KINDS
from kirosample.web.queries import MAX_CHARACTERS
from kirosample.web.svg import icons, pictures
from kirosample.web.svg.course import COURSE, course
from kirosample.web.svg.pictures import season_picture
from kirosample.web.templating import filters
from kirosample.web.templating.listing import Listing
from kirosample.web.typesetting.columns import columns, height, many

_FILTERS: Final = (
    "long_date", "day_of_year", "short_date", "sent_date", "weekday", "month", "birthday", "moment",
    "years", "era_year", "lunar_date", "eto", "eto_year", "ordinal",
)  # fmt: skip
"""The formats that templates use as filters."""


_CONSTANT: Final = re.compile(r'(?<![\w.])_\(("[^"{}]*")\)')
"""A message without values, which is translated once: a page has up to two hundred, and takes 6 %
longer if it calls for each."""


class Templates:
    """Renders `templates/` in each language, escaping every value."""

    def __init__(
        self,
        assets: Assets,
        catalogue: Catalogue,
        public_url: str | None = None,
        *,
        favorites_enabled: bool = True,
        contact: site.Contact | None = None,
        logs: Mapping[str, int] | None = None,
        preview: date | None = None,
    ) -> None:
        self.messages = {language: Messages(language) for language in PREFIXES}
        folder = resources.files("kirosample.web") / "templates"
        sources = {
            file.name: file.read_text(encoding="utf-8")
            for file in folder.iterdir()
            if file.name.endswith(".html")
        }
        given = {
            "public_url": public_url,
            "favorites_enabled": favorites_enabled,
            "contact": contact,
            "logs": dict(logs or {}),
            "preview": preview,
        }
        self._environments = {
            language: _environment(sources, assets, catalogue, messages, given)
            for language, messages in self.messages.items()
        }

    def render(self, template: str, language: Language = JAPANESE, /, **context: Any) -> str:
        """The HTML of this template with these values."""
        return self._environments[language].render_template(template, **context)


def _environment(
    sources: dict[str, str],
    assets: Assets,
    catalogue: Catalogue,
    messages: Messages,
    given: dict[str, Any],
) -> minijinja.Environment:
    language = messages.language

    def said(call: re.Match[str]) -> str:
        return json.dumps(messages.say(json.loads(call[1])), ensure_ascii=False)

    environment = minijinja.Environment(
        loader=lambda name: _CONSTANT.sub(said, sources[name]),
        filters={
            **_filters(catalogue, messages),
            **_pictures(messages),
            "asset": lambda name: minijinja.safe(assets.url(name)),  # `/` would be escaped
        },
        globals={
            "_": messages.say,
            "count": messages.count,
            "word": messages.word,
            "markup": messages.markup,
            "language": language,
            "base": PREFIXES[language] and minijinja.safe(PREFIXES[language]),
            "site": {**given, **_site(messages, given["public_url"]), **_vocabulary(messages)},
        },
        undefined_behavior="strict",
        trim_blocks=True,
        lstrip_blocks=True,
    )
    listing = Listing(catalogue, messages, environment.render_template)
    environment.add_filter("listed", listing.items)
    environment.add_filter("links", listing.links)
    # Customs are the same on all pages of a purpose.
    environment.add_filter("customs", _drawn(cache(partial(_customs, environment))))
    return environment


def _filters(catalogue: Catalogue, messages: Messages) -> dict[str, Any]:
    """The filters: how facts and texts are written in the language."""
    formats = FORMATS[messages.language]
    given = notice.load()
    return {
        **{name: getattr(formats, name) for name in _FILTERS},
        "clock": almanac.clock,
        "columns": lambda quote: columns(quote.ruby or quote.text.ja),
        "height": height,
        "many": many,
        "thousands": "{:,}".format,
        "season": filters.season,
        "unbroken": filters.unbroken,
        "first_words": filters.first_words,
        "opening": lambda text: split_sentences(text)[0],
        "nested": filters.nested,
        "starred": filters.starred,
        "breakable": filters.breakable,
        "typed": filters.typed,
        "without_readings": ruby.without_readings,
        "day_name": filters.day_name,
        "day_words": lambda name: named([name], messages)[0],
        "path": lambda liked: minijinja.safe(html.escape(KINDS[liked.type].path(liked.item))),
        "lines": partial(filters.lines_of, language=messages.language),
        "original_lines": partial(filters.original_lines, language=messages.language),
        "named_scores": partial(named_scores, messages=messages),
        "text": messages.text,
        "reason": partial(reason, messages=messages),
        "sky": lambda day: list(sky_in_place(day, messages, formats.moment)),
        "liked": filters.liked(catalogue, messages),
        "about_term": almanac.about_term,
        "notice": given.on if given else lambda _: None,
    }


def _site(messages: Messages, public_url: str | None) -> dict[str, Any]:
    """The site's names, and what is the same on all its pages."""
    # Calendar programs subscribe to this scheme; it needs an absolute address.
    webcal = f"webcal:{public_url.partition(':')[2]}" if public_url else ""
    return {
        "name": messages.text(site.NAME),
        "tagline": messages.text(site.TAGLINE),
        "product": messages.text(site.SITE),
        "languages": LANGUAGES,
        "webcal": minijinja.safe(webcal),
        # The attribute that marks Japanese text on an English page.
        "in_japanese": "" if messages.language == JAPANESE else minijinja.safe(' lang="ja"'),
        "heart": minijinja.safe(icons.heart()),
        "shapes": minijinja.safe(icons.shapes()),
    }


def _vocabulary(messages: Messages) -> dict[str, Any]:
    """The tables of the almanac, of the horoscope and of the kinds of favorites."""
    *days, sunday = FORMATS[messages.language].WEEKDAYS
    words = almanac.load_words()
    return {
        # What the things that can be liked are called: one of them, and all.
        "kind": {type_: messages.word("kind", kind.name) for type_, kind in KINDS.items()},
        "kinds": {type_: messages.say(kind.name) for type_, kind in KINDS.items()},
        "signs": horoscope.SIGNS_BY_ID,
        "houses": HOUSES,
        "bodies": horoscope.BODY_NAMES,
        "months": words.months,
        "observances": words.observances,
        "eho": {name: direction.text for name, direction in words.eho.items()},
        "rekichu": words.rekichu,
        "senjitsu": words.senjitsu,
        "zassetsu": words.zassetsu,
        "first_day": almanac.FIRST_DAY,
        "last_day": almanac.LAST_DAY,
        "max_characters": MAX_CHARACTERS,
        "weekdays_from_sunday": [name[:3] for name in (sunday, *days)],
    }


def _pictures(messages: Messages) -> dict[str, Any]:
    """The filters that draw as SVG, and the color of the paper."""
    return {
        "paper": lambda scheme: colors.tokens(scheme)["paper"],
        "icon": _drawn(icons.icon),
        "again": _drawn(icons.again),
        "shape": _drawn(icons.shape),
        "stars": _drawn(icons.stars),
        "moon": _drawn(pictures.moon),
        "moon_of_age": _drawn(pictures.moon_of_age),
        "season_picture": _drawn(season_picture),
        "wheel": _drawn(_wheel(messages)),
        "course": _drawn(_course(messages)),
        "swatch": _drawn(pictures.swatch),
    }


def _customs(environment: minijinja.Environment, purpose: str) -> str:
    words = almanac.load_words()
    of = {"purpose": words.purposes[purpose], "cautions": words.cautions}
    return environment.render_template("days_customs.html", **of)


def _wheel(messages: Messages) -> Callable[..., str]:
    """The wheel of the sky, labeled in the language; English labels have two letters."""
    names = {body: messages.word("body", name)[:2] for body, name in horoscope.BODY_NAMES.items()}
    letters = pictures.LETTERS if messages.language == JAPANESE else names
    return partial(pictures.wheel, letters=letters, description=messages.say(pictures.WHEEL))


def _course(messages: Messages) -> Callable[..., str]:
    """The course of a sign's rank."""

    def draw(fortnight: Sequence[tuple[date, int, int]], day: date) -> str:
        days, ranks, _ = zip(*fortnight, strict=True)
        return course(ranks, days.index(day), messages.say(COURSE))

    return draw


def _drawn(picture: Callable[..., str]) -> Callable[..., str]:
    """Mark a picture's SVG as safe, so that a template does not escape it."""

    def draw(*facts: Any) -> str:
        return minijinja.safe(picture(*facts))

    return draw
