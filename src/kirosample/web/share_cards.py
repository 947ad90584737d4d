"""What the pictures of shared addresses show, in the language of the page that is shared."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from kirosample import horoscope
from kirosample.quotes import Quote
from kirosample.share.cards import QuoteCard, SignCard
from kirosample.web import icons
from kirosample.web.assets import Assets
from kirosample.web.languages import JAPANESE
from kirosample.web.messages import Messages
from kirosample.web.reasons import reason
from kirosample.web.scores import named_scores
from kirosample.web.templating import FORMS, season

WESTERN: Final = frozenset(
    {
        "ang",
        "cs",
        "da",
        "de",
        "en",
        "es",
        "fr",
        "grc",
        "it",
        "la",
        "nl",
        "no",
        "pl",
        "pt",
        "ru",
        "sv",
    }
)
"""Languages of originals whose letters the Western font has. Arabic and Indian ones it has not."""

_UPRIGHT: Final = "zh"  # classical Chinese, in columns as Japanese is


def quote_card(quote: Quote, messages: Messages) -> QuoteCard:
    """A quote: in English its original, where its letters can be set, with the author's years."""
    if messages.language == JAPANESE:
        return QuoteCard(quote.text.split("　"), quote.author, quote.source)
    author = messages.word("author", quote.author)
    years = FORMS[messages.language].years(quote)
    if quote.original and quote.language in WESTERN:
        phrases = quote.original.split(" / ")
        return QuoteCard(phrases, author, years, western=True, names_western=True)
    if quote.original and quote.language == _UPRIGHT:
        return QuoteCard([quote.original], author, years, names_western=True)
    return QuoteCard(quote.text.split("　"), author, years, names_western=True)


def sign_card(day: date, sign_id: str, messages: Messages, assets: Assets) -> SignCard:
    """A sign's day: its reading, or in English, which has none, the facts that it follows from."""
    reading, forms, word = horoscope.reading(day, sign_id), FORMS[messages.language], messages.word
    is_japanese = messages.language == JAPANESE
    return SignCard(
        name=word("sign", reading.name),
        date=forms.long_date(day),
        accent=_accents(assets)[season(day)],
        icon=icons.path(sign_id),
        rank=reading.rank,
        ordinal=forms.ordinal(reading.rank),
        scores=named_scores(reading, messages),
        sentences=_sentences(reading.text)
        if is_japanese
        else [reason(fact, messages) for fact in reading.because],
        lucky=[
            (messages.say("ラッキーカラー"), word("color", reading.lucky.color)),
            (messages.say("アイテム"), word("item", reading.lucky.item)),
            (messages.say("ナンバー"), str(reading.lucky.number)),
        ],
        western=not is_japanese,
    )


def _sentences(text: str) -> list[str]:
    return [f"{sentence}。" for sentence in text.split("。") if sentence]


@lru_cache(maxsize=1)
def _accents(assets: Assets) -> dict[str, str]:
    """The accent of each season, from the one place that has them."""
    css = assets["style.css"].body.decode()
    return dict(re.findall(r"\.(term-\d\d) \{ --accent-light: (#[0-9a-f]{6});", css))
