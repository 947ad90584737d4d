"""The picture of a quote: vertical beside its author, or Western lines above the author."""

from functools import partial
from typing import Final, NamedTuple

from kirosample.quotes import ruby
from kirosample.web.drawing.canvas import Canvas
from kirosample.web.drawing.cards import QuoteCard
from kirosample.web.drawing.faces import WESTERN, typographic
from kirosample.web.drawing.sheet import BRAND, FOOT, INK, LEFT, RIGHT, SOFT, TOP, sheet
from kirosample.web.typesetting.line_breaking import break_atoms, break_lines, break_words
from kirosample.web.typesetting.phrases import atoms

_MIDDLE: Final = 448
_BESIDE: Final = 400  # maximum width of the names beside a quote
_AUTHOR, _ABOUT = 34, 22
_WESTERN_AUTHOR, _WESTERN_ABOUT = 38, 26  # its letters look smaller
_DIVIDED: Final = 8  # pixels of size that an undivided verse is worth

_UPRIGHT_MOST: Final = 66
_FEW, _LONG = 3, 12  # columns, and characters of one
_COLUMN: Final = 1.62  # column pitch in ems

_ACROSS_SIZES: Final = range(86, 34, -2)
_HIGH: Final = (140, 424)  # from the mark to the author
_LEADING: Final = 1.24  # line pitch in ems
_INDENT: Final = 1.2  # of a continued verse, in ems


def draw_quote(card: QuoteCard) -> bytes:
    """The PNG."""
    canvas = sheet(western=card.western)
    room = _across(canvas, card.phrases) if card.western else _upright(canvas, card.phrases)
    _names(canvas, card, room)
    return canvas.png()


def _upright(canvas: Canvas, phrases: list[str]) -> float:
    """Draw a quote in columns; returns the width left beside it."""
    size, columns = _columns(phrases)
    wide = (len(columns) - 1) * _COLUMN + 1
    long = max(map(len, columns))
    right = min(RIGHT, (_MIDDLE + wide * size) / 2 + RIGHT / 2)
    top = TOP + (FOOT - TOP - long * size) / 2
    for n, column in enumerate(columns):
        canvas.upright(column, (right - size / 2 - n * size * _COLUMN, top), size, INK)
    return min(_BESIDE, right - wide * size - LEFT - 2 * _ABOUT)


def _columns(phrases: list[str]) -> tuple[int, list[str]]:
    """The size and columns of a vertical quote: as on its page, but a few long ones are halved."""
    columns = [ruby.plain(phrase) for phrase in phrases]
    long = max(map(len, columns))
    if len(columns) <= _FEW and long > _LONG:
        halves = (half for phrase in phrases for half in break_atoms(atoms(phrase), long // 2 + 2))
        columns = ["".join(atom.text for atom in half) for half in halves]
        long = max(map(len, columns))
    across = (RIGHT - _MIDDLE) / ((len(columns) - 1) * _COLUMN + 1)
    return min(_UPRIGHT_MOST, (FOOT - TOP) // long, int(across)), columns


class _Line(NamedTuple):
    text: str
    continued: bool


def _across(canvas: Canvas, phrases: list[str]) -> float:
    """Draw a quote in lines; returns the width left below it."""
    size, lines = _lines([typographic(phrase) for phrase in phrases])
    high = ((len(lines) - 1) * _LEADING + 1) * size
    y = (sum(_HIGH) - high) / 2 + 0.8 * size
    for n, line in enumerate(lines):
        x = LEFT + (_INDENT * size if line.continued else 0)
        canvas.across(line.text, (x, y + n * _LEADING * size), size, INK)
    return RIGHT - LEFT


def _lines(phrases: list[str]) -> tuple[int, list[_Line]]:
    """The size and lines of a horizontal quote.

    The largest size that fits, or a little less where fewer verses are divided.
    """
    found = []
    for size in _ACROSS_SIZES:
        room = (RIGHT - LEFT) / size - (_INDENT if phrases[1:] else 0)
        lines = [
            _Line(text, continued=n > 0 and len(phrases) > 1)
            for phrase in phrases
            for n, text in enumerate(break_words(phrase, room, partial(WESTERN.length, size=1)))
        ]
        if ((len(lines) - 1) * _LEADING + 1) * size <= _HIGH[1] - _HIGH[0]:
            divided = 2 * (len(lines) - len(phrases)) if phrases[1:] else 0
            found.append((size - _DIVIDED * divided, size, lines))
    return max(found)[1:]


def _names(canvas: Canvas, card: QuoteCard, room: float) -> None:
    """Draw the author and the line below at the foot, in the width left."""
    western = card.western
    large, small = (_WESTERN_AUTHOR, _WESTERN_ABOUT) if western else (_AUTHOR, _ABOUT)
    breaking = break_words if western else break_lines

    def fitting(text: str, size: int) -> list[str]:
        return breaking(text, room / size, lambda piece: canvas.length(piece, size) / size)

    about, author = fitting(card.about, small), fitting(card.author, large)
    y = FOOT - (len(about) - 1) * 34
    for n, line in enumerate(about):
        canvas.across(line, (LEFT, y + n * 34), small, SOFT)
    y -= 48 + (len(author) - 1) * 46
    for n, line in enumerate(author):
        canvas.across(line, (LEFT, y + n * 46), large, INK)
    canvas.box((LEFT, y - 66, LEFT + 48, y - 64), BRAND)
