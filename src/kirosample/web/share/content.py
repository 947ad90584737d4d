"""What the share pictures show, in the language of the shared page."""

from datetime import date

from kirosample import horoscope
from kirosample.quotes import Quote, lines
from kirosample.web import colors
from kirosample.web.drawing.cards import QuoteCard, SignCard
from kirosample.web.i18n import FORMATS
from kirosample.web.i18n.formats import named_scores
from kirosample.web.i18n.languages import JAPANESE
from kirosample.web.i18n.messages import Messages
from kirosample.web.svg import icons
from kirosample.web.templating.filters import season
from kirosample.web.typesetting.columns import columns


def quote_card(quote: Quote, messages: Messages) -> QuoteCard:
    """A quote."""
    author, source = messages.text(quote.author.name), messages.text(quote.source)
    if messages.language == JAPANESE:
        return QuoteCard(columns(quote.ruby or quote.text.ja), author, source)
    return QuoteCard(lines(quote.text.en), author, source, western=True)


def sign_card(day: date, sign_id: str, messages: Messages) -> SignCard:
    """A sign's day with its reading."""
    reading, formats = horoscope.reading(day, sign_id), FORMATS[messages.language]
    lucky = reading.lucky
    return SignCard(
        name=messages.text(reading.name),
        date=formats.long_date(day),
        accent=colors.accents("light")[season(day)],
        icon=icons.path(sign_id),
        rank=reading.rank,
        ordinal=formats.ordinal(reading.rank),
        scores=named_scores(reading, messages),
        headline=messages.text(reading.headline),
        sentences=horoscope.sentences(messages.text(reading.text)),
        lucky=[
            (messages.say("ラッキーカラー"), messages.text(lucky.color)),
            (messages.say("アイテム"), messages.text(lucky.item)),
            (messages.say("ナンバー"), str(lucky.number)),
        ],
        western=messages.language != JAPANESE,
    )
