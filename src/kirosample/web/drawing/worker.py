"""The drawing process: reads cards from standard input and writes a PNG for each.

Every message has its length before it, in four bytes, big-endian. An empty response means that the
card cannot be drawn; the next message says why.
"""

import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Final

from kirosample.web.drawing.cards import (
    WIDE,
    Card,
    DateCard,
    QuoteCard,
    RankingCard,
    SignCard,
    decode,
)
from kirosample.web.drawing.date_picture import draw_date
from kirosample.web.drawing.quote_picture import draw_quote
from kirosample.web.drawing.ranking_picture import draw_ranking
from kirosample.web.drawing.sheet import Sheet
from kirosample.web.drawing.sign_picture import draw_sign

_DRAW: Final[Mapping[type, Callable[[Any, Sheet], None]]] = {
    QuoteCard: draw_quote,
    SignCard: draw_sign,
    RankingCard: draw_ranking,
    DateCard: draw_date,
}


def picture(card: Card, shape: str = WIDE) -> bytes:
    """The PNG of a card: a sheet that the card's kind fills."""
    sheet = Sheet(shape, western=card.western)
    _DRAW[type(card)](card, sheet)
    return sheet.canvas.png()


def main() -> None:
    """Serve until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server, which ends this
    requests, responses = sys.stdin.buffer, sys.stdout.buffer
    while message := _read(requests):
        try:
            png = picture(*decode(message))
        except Exception:
            _write(responses, b"")
            png = traceback.format_exc().encode(errors="replace")
        _write(responses, png)
        responses.flush()


def _write(responses: BinaryIO, message: bytes) -> None:
    responses.write(len(message).to_bytes(4) + message)


def _read(requests: BinaryIO) -> bytes:
    """The next message; empty at the end."""
    length = int.from_bytes(requests.read(4))
    return requests.read(length)


if __name__ == "__main__":
    main()
