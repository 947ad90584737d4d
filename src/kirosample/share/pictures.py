"""The pictures."""

from kirosample.share.cards import Card, QuoteCard
from kirosample.share.quote_picture import draw_quote
from kirosample.share.sign_picture import draw_sign


def picture(card: Card) -> bytes:
    """The PNG of a card."""
    return draw_quote(card) if isinstance(card, QuoteCard) else draw_sign(card)
