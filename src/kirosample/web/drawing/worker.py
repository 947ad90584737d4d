"""The drawing process: reads cards from standard input and writes a PNG for each.

Every message has its length before it, in four bytes, big-endian.
"""

import signal
import sys
from typing import BinaryIO

from kirosample.web.drawing.cards import WIDE, Card, DateCard, QuoteCard, RankingCard, decode
from kirosample.web.drawing.date_picture import draw_date
from kirosample.web.drawing.quote_picture import draw_quote
from kirosample.web.drawing.ranking_picture import draw_ranking
from kirosample.web.drawing.sign_picture import draw_sign


def picture(card: Card, shape: str = WIDE) -> bytes:
    """The PNG of a card."""
    match card:
        case QuoteCard():
            return draw_quote(card, shape)
        case RankingCard():
            return draw_ranking(card, shape)
        case DateCard():
            return draw_date(card, shape)
    return draw_sign(card, shape)


def main() -> None:
    """Serve until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server, which ends this
    requests, responses = sys.stdin.buffer, sys.stdout.buffer
    while message := _read(requests):
        png = picture(*decode(message))
        responses.write(len(png).to_bytes(4) + png)
        responses.flush()


def _read(requests: BinaryIO) -> bytes:
    """The next message; empty at the end."""
    length = int.from_bytes(requests.read(4))
    return requests.read(length)


if __name__ == "__main__":
    main()
