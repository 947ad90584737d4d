"""The bodies of requests and responses of the JSON API, and their schemas in `/openapi.json`."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, Struct

from kirosample import almanac, horoscope, quotes
from kirosample.favorites import Favorite, Offer, Stat, Transfer, Type
from kirosample.quotes import ruby
from kirosample.web.i18n import english
from kirosample.web.i18n.day_words import named
from kirosample.web.i18n.languages import JAPANESE, Messages
from kirosample.web.i18n.reasons import reason
from kirosample.web.kinds import KINDS, LIKABLE_DAYS_BACK
from kirosample.web.queries import FavoriteType
from kirosample.web.templating.filters import ruby_html

_MONTH_AND_DAY = Meta(pattern="^[0-9]{2}-[0-9]{2}$", description="MM-DD")


class NewFavorite(Struct, forbid_unknown_fields=True):
    """What a visitor likes."""

    type: FavoriteType
    item: Annotated[
        str,
        Meta(
            max_length=100,
            description=f"{'、または '.join(kind.keys for kind in KINDS.values())}です。"
            f"星占いの日付は {LIKABLE_DAYS_BACK} 日前から明日までです。",
        ),
    ]


class NewTransfer(Struct, forbid_unknown_fields=True):
    """Nothing: the visitor's cookie says whose favorites."""


class KouResponse(Struct):
    """One of the 七十二候, 1 (東風解凍) to 72."""

    number: int
    name: str
    reading: str
    meaning: str


@dataclass(frozen=True, slots=True)
class DayResponse(almanac.Day):
    """A day in the Japanese calendar, as `almanac.Day`."""

    kou: KouResponse  # type: ignore[assignment]  # in one language

    @classmethod
    def of(cls, day: almanac.Day, messages: Messages) -> "DayResponse":
        translated = day if messages.language == JAPANESE else _in_english(day, messages)
        same = {field.name: getattr(translated, field.name) for field in fields(translated)}
        texts = (day.kou.name, day.kou.reading, day.kou.meaning)
        kou = KouResponse(day.kou.number, *(getattr(text, messages.language) for text in texts))
        return cls(**same | {"kou": kou})


def _in_english(day: almanac.Day, messages: Messages) -> almanac.Day:
    """The day with its names in English; `messages` are the English ones."""

    word = messages.word
    words = almanac.load_words()

    def term(given: almanac.SolarTerm) -> almanac.SolarTerm:
        return replace(given, name=word("solar term", given.name))

    return replace(
        day,
        weekday=english.weekday(day.date),
        era=replace(day.era, name=english.era_name(day.era)),
        rokuyo=word("rokuyo", day.rokuyo),
        solar_term=term(day.solar_term),
        next_solar_term=term(day.next_solar_term),
        zassetsu=tuple(word("zassetsu", name) for name in day.zassetsu),
        holiday=day.holiday and word("holiday", day.holiday),
        eto=almanac.Eto(english.eto(day.eto.year), english.eto(day.eto.day)),
        moon=replace(
            day.moon,
            phase=word("moon phase", day.moon.phase),
            name=day.moon.name and word("moon name", day.moon.name),
        ),
        month_name=words.months[day.date.month - 1].name.en,
        senjitsu=tuple(words.senjitsu[name].name.en for name in day.senjitsu),
        observances=tuple(words.observances[name].name.en for name in day.observances),
        place=replace(day.place, name=word("place", day.place.name)),
    )


class LuckyDayResponse(Struct):
    """A day, the lucky days that fall on it, what speaks against it, and how much is left (0 to
    about 6): 天赦日 counts for three, any other for one, and an unlucky day halves the sum."""

    date: date
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    strength: int


class LuckyDaysResponse(Struct):
    """The lucky days of twelve months, in order."""

    days: tuple[LuckyDayResponse, ...]

    @classmethod
    def of(cls, wish: almanac.Wish, messages: Messages) -> "LuckyDaysResponse":
        def told(day: almanac.LuckyDay) -> LuckyDayResponse:
            reasons, against = named(day.reasons, messages), named(day.against, messages)
            return LuckyDayResponse(day.date, tuple(reasons), tuple(against), day.strength)

        return cls(tuple(map(told, wish.days())))


class LuckyResponse(Struct):
    """A traditional color (its sRGB value as #rrggbb), a thing of daily life, a number up to 99."""

    color: str
    color_hex: str
    item: str
    number: int


class ReadingResponse(Struct):
    """One sign's day: rank 1 to 12, `change` (places gained since the day before, negative when
    lost), scores 1 to 5, headline and text, and the facts that they follow from."""

    date: date
    sign: str
    name: str
    rank: int
    change: int
    overall: int
    love: int
    work: int
    money: int
    headline: str
    text: str
    lucky: LuckyResponse
    because: tuple[str, ...]

    @classmethod
    def of(cls, reading: horoscope.Reading, messages: Messages) -> "ReadingResponse":
        lucky = reading.lucky
        text = messages.text
        return cls(
            reading.date,
            reading.sign,
            text(reading.name),
            reading.rank,
            reading.change,
            reading.overall,
            reading.love,
            reading.work,
            reading.money,
            text(reading.headline),
            text(reading.text),
            LuckyResponse(text(lucky.color), lucky.color_hex, text(lucky.item), lucky.number),
            tuple(reason(fact, messages) for fact in reading.because),
        )


class HoroscopesResponse(Struct):
    """The twelve readings of a day, by rank."""

    date: date
    horoscopes: tuple[ReadingResponse, ...]


class SeasonResponse(Struct, rename={"first": "from", "last": "to"}):
    """The days of every year on which a quote is in season, both included.

    A season that begins later than it ends goes over the end of the year.
    """

    first: Annotated[str, _MONTH_AND_DAY]
    last: Annotated[str, _MONTH_AND_DAY]


class QuoteResponse(Struct):
    """A quote with its source. `reading` is the Japanese words with furigana, as HTML."""

    id: str
    text: str
    author: str
    source: str
    original: str | None
    language: str | None
    topics: tuple[str, ...]
    status: Literal["verified", "copied", "cited"]
    born: int | None
    died: int | None
    born_circa: bool
    died_circa: bool
    reading: str | None
    season: SeasonResponse | None

    @classmethod
    def of(cls, quote: quotes.Quote, messages: Messages) -> "QuoteResponse":
        author = quote.author
        original, language = quote.translated_from(messages.language) or (None, None)
        return cls(
            quote.id,
            messages.text(quote.text),
            messages.text(author.name),
            messages.text(quote.source),
            original,
            language,
            tuple(messages.word("topic", topic) for topic in quote.topics),
            quote.status,
            author.born,
            author.died,
            author.born_circa,
            author.died_circa,
            ruby_html(quote.ruby) if quote.ruby and ruby.has_reading(quote.ruby) else None,
            quote.season and SeasonResponse(*quote.season),
        )


class QuotesResponse(Struct):
    """A page of quotes, and the cursor of the next one."""

    quotes: tuple[QuoteResponse, ...]
    next: str | None


class FavoriteResponse(Struct):
    """An item that visitors like."""

    id: int
    type: Type
    content: str
    author: str
    created_at: datetime
    likes: int

    @classmethod
    def of(cls, favorite: Favorite) -> "FavoriteResponse":
        at = _in_japan(favorite.created_at)
        return cls(
            favorite.id, favorite.type, favorite.content, favorite.author, at, favorite.likes
        )


@lru_cache(maxsize=1024)
def _in_japan(at: datetime) -> datetime:
    """Converting costs a microsecond, and a liked item keeps its time."""
    return at.astimezone(almanac.JST).replace(microsecond=0)


class FavoritesResponse(Struct):
    """A page of favorites, and the cursor of the next one."""

    favorites: tuple[FavoriteResponse, ...]
    next: str | None


class OfferResponse(Struct):
    """A code, until when it is valid, and the number of favorites that it carries."""

    code: str
    expires_at: datetime
    likes: int

    @classmethod
    def of(cls, offer: Offer) -> "OfferResponse":
        expires_at = offer.expires_at.astimezone(almanac.JST).replace(microsecond=0)
        return cls(offer.code, expires_at, offer.likes)


class TransferResponse(Struct):
    """The number of favorites that came, and of those that this visitor had already."""

    likes: int
    already: int

    @classmethod
    def of(cls, transfer: Transfer) -> "TransferResponse":
        return cls(transfer.likes, transfer.already)


class StatsResponse(Struct):
    """Favorites and likes of each type."""

    stats: tuple[Stat, ...]
