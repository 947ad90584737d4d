"""The picture of a quote: upright beside its author, or in Western letters above their name."""

from typing import Final, NamedTuple

from kirosample.share.canvas import Canvas
from kirosample.share.cards import QuoteCard
from kirosample.share.faces import WESTERN, typographic
from kirosample.share.lines import break_lines, break_words, broken_words
from kirosample.share.sheet import BRAND, FOOT, INK, LEFT, RIGHT, SOFT, TOP, sheet

_MIDDLE: Final = 448
_BESIDE: Final = 400  # what is said beside a quote is at most so wide
_AUTHOR, _ABOUT = 34, 22
_WESTERN_AUTHOR, _WESTERN_ABOUT = 38, 26  # for its letters are smaller
_DIVIDED: Final = 8  # a size may be so many pixels smaller to keep a word or a verse whole

_UPRIGHT_SIZES: Final = range(66, 28, -2)
_COLUMN: Final = 1.62  # from one column to the next, in ems

_ACROSS_SIZES: Final = range(86, 34, -2)
_HIGH: Final = (140, 424)  # between the mark and the author
_LEADING: Final = 1.24  # from one line to the next, in ems
_INDENT: Final = 1.2  # where a verse goes on, in ems


def draw_quote(card: QuoteCard) -> bytes:
    """The PNG."""
    canvas = sheet(western=card.names_western)
    room = _across(canvas, card.phrases) if card.western else _upright(canvas, card.phrases)
    _names(canvas, card, room)
    return canvas.png()


def _upright(canvas: Canvas, phrases: list[str]) -> float:
    """Set a quote in columns; tells the room that is left beside it."""
    size, columns = _columns(phrases)
    wide = ((len(columns) - 1) * _COLUMN + 1) * size
    right = min(RIGHT, (_MIDDLE + wide) / 2 + RIGHT / 2)
    top = TOP + (FOOT - TOP - max(map(len, columns)) * size) / 2
    for n, column in enumerate(columns):
        canvas.upright(column, (right - size / 2 - n * size * _COLUMN, top), size, INK)
    return min(_BESIDE, right - wide - LEFT - 2 * _ABOUT)


def _columns(phrases: list[str]) -> tuple[int, list[str]]:
    """The size at which a quote stands upright beside its source, and its columns.

    As large as it can be; a smaller size is better where fewer words, or verses of a poem, are
    divided.
    """
    found = []
    for size in _UPRIGHT_SIZES:
        most = (FOOT - TOP) // size
        columns = [line for phrase in phrases for line in break_lines(phrase, most, lambda _: 1.0)]
        if len(columns) * size * _COLUMN <= RIGHT - _MIDDLE:
            divided = 2 * (len(columns) - len(phrases)) if phrases[1:] else broken_words(columns)
            found.append((size - _DIVIDED * divided, size, columns))
    return max(found)[1:]


class _Line(NamedTuple):
    text: str
    goes_on: bool


def _across(canvas: Canvas, phrases: list[str]) -> float:
    """Set a quote in lines; tells the room that is left below it."""
    size, lines = _lines([typographic(phrase) for phrase in phrases])
    high = ((len(lines) - 1) * _LEADING + 1) * size
    y = (sum(_HIGH) - high) / 2 + 0.8 * size
    for n, line in enumerate(lines):
        x = LEFT + (_INDENT * size if line.goes_on else 0)
        canvas.across(line.text, (x, y + n * _LEADING * size), size, INK)
    return RIGHT - LEFT


def _lines(phrases: list[str]) -> tuple[int, list[_Line]]:
    """The size of a quote that stands across, and its lines: as large as it can be, or a little
    smaller where fewer verses are divided."""
    found = []
    for size in _ACROSS_SIZES:
        room = (RIGHT - LEFT) / size - (_INDENT if phrases[1:] else 0)
        lines = [
            _Line(text, goes_on=n > 0 and len(phrases) > 1)
            for phrase in phrases
            for n, text in enumerate(break_words(phrase, room, _ems))
        ]
        if ((len(lines) - 1) * _LEADING + 1) * size <= _HIGH[1] - _HIGH[0]:
            divided = 2 * (len(lines) - len(phrases)) if phrases[1:] else 0
            found.append((size - _DIVIDED * divided, size, lines))
    return max(found)[1:]


def _ems(piece: str) -> float:
    return WESTERN.length(piece, 1)


def _names(canvas: Canvas, card: QuoteCard, room: float) -> None:
    """Set the author and what is said of them at the foot, within the room that is left."""
    western = card.names_western
    large, small = (_WESTERN_AUTHOR, _WESTERN_ABOUT) if western else (_AUTHOR, _ABOUT)
    breaking = break_words if western else break_lines

    def fitting(text: str, size: int) -> list[str]:
        return breaking(text, room / size, lambda piece: canvas.length(piece, size) / size)

    about, author = fitting(card.about, small) if card.about else [], fitting(card.author, large)
    y = FOOT - (len(about) - 1) * 34
    for n, line in enumerate(about):
        canvas.across(line, (LEFT, y + n * 34), small, SOFT)
    y -= (48 if about else 34) + (len(author) - 1) * 46
    for n, line in enumerate(author):
        canvas.across(line, (LEFT, y + n * 46), large, INK)
    canvas.box((LEFT, y - 66, LEFT + 48, y - 64), BRAND)
