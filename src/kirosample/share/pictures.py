"""The pictures, 1200 x 630 pixels as Open Graph's readers expect them."""

from typing import Final

from kirosample.share.canvas import Canvas, length
from kirosample.share.cards import Card, QuoteCard, SignCard
from kirosample.share.lines import break_lines, broken_words
from kirosample.share.paths import Point

SIZE: Final = (1200, 630)

PAPER, BRAND, _LINE = "#faf8f3", "#a63a50", "#e3ddd1"
_INK, _SOFT = "#24221e", "#5d584f"

_SUN: Final = "M30 16A14 14 0 1 1 2 16 14 14 0 1 1 30 16z"
_HILL: Final = "M2.6 20.2A14 14 0 0 0 29.4 20.2C25 17.4 20.4 17.6 16 19.8 11.6 22 7 22.4 2.6 20.2z"
_STAR: Final = "m12 2.6 2.9 6 6.6.9-4.8 4.6 1.2 6.6L12 17.5l-5.9 3.2 1.2-6.6L2.5 9.5l6.6-.9z"
_STARS: Final = 5

_LEFT, _MIDDLE, _RIGHT, _TOP, _FOOT = 72, 448, 1128, 76, 566
_BESIDE: Final = 400  # what is said beside a quote is at most so wide
_AUTHOR, _SOURCE = 34, 22
_SIZES: Final = range(66, 28, -2)  # of a quote
_DIVIDED: Final = 8  # a size may be so many pixels smaller to keep a word or a verse whole
_COLUMN: Final = 1.62  # from one column to the next, in ems
_TEXT, _READING = 620, 31  # where a reading begins, and its size
_LEADING: Final = 1.7
_LINES: Final = 7  # of a reading


def picture(card: Card) -> bytes:
    """The PNG of a card."""
    return _quote(card) if isinstance(card, QuoteCard) else _sign(card)


def brand(canvas: Canvas, at: Point, scale: float, color: str = BRAND) -> None:
    """The mark of the portal: the sun behind a hill, on a grid of 32."""
    canvas.fill(_SUN, at, 32, scale, color, without=_HILL)


def _quote(card: QuoteCard) -> bytes:
    canvas = _sheet()
    size, columns = _columns(card.phrases)
    wide = ((len(columns) - 1) * _COLUMN + 1) * size
    right = min(_RIGHT, (_MIDDLE + wide) / 2 + _RIGHT / 2)
    top = _TOP + (_FOOT - _TOP - max(map(len, columns)) * size) / 2
    for n, column in enumerate(columns):
        canvas.upright(column, (right - size / 2 - n * size * _COLUMN, top), size, _INK)
    room = min(_BESIDE, right - wide - _LEFT - 2 * _SOURCE)
    source, author = _fitting(card.source, _SOURCE, room), _fitting(card.author, _AUTHOR, room)
    y = _FOOT - (len(source) - 1) * 34
    for n, line in enumerate(source):
        canvas.across(line, (_LEFT, y + n * 34), _SOURCE, _SOFT)
    y -= 48 + (len(author) - 1) * 46
    for n, line in enumerate(author):
        canvas.across(line, (_LEFT, y + n * 46), _AUTHOR, _INK)
    canvas.box((_LEFT, y - 66, _LEFT + 48, y - 64), BRAND)
    return canvas.png()


def _columns(phrases: list[str]) -> tuple[int, list[str]]:
    """The size at which a quote stands upright beside its source, and its columns.

    As large as it can be; a smaller size is better where fewer words, or verses of a poem, are
    divided.
    """
    found = []
    for size in _SIZES:
        most = (_FOOT - _TOP) // size
        columns = [line for phrase in phrases for line in break_lines(phrase, most, lambda _: 1.0)]
        if len(columns) * size * _COLUMN <= _RIGHT - _MIDDLE:
            divided = 2 * (len(columns) - len(phrases)) if phrases[1:] else broken_words(columns)
            found.append((size - _DIVIDED * divided, size, columns))
    return max(found)[1:]


def _sign(card: SignCard) -> bytes:
    canvas = _sheet()
    canvas.stroke(card.icon, (_LEFT, 176), 24, 4.5, card.accent)
    canvas.across(card.date, (_LEFT + 132, 208), 26, _SOFT)
    canvas.across(card.name, (_LEFT + 130, 276), 60, _INK)
    number = canvas.across(str(card.rank), (_LEFT, 424), 116, card.accent)
    canvas.across("位", (_LEFT + number + 10, 424), 44, card.accent)
    for n, (label, points) in enumerate(card.scores):
        _score(canvas, (_LEFT + n % 2 * 236, 506 + n // 2 * 56), label, points, card.accent)
    canvas.box((_TEXT - 44, 120, _TEXT - 43, _FOOT), _LINE)
    for n, line in enumerate(_beginning(card.text, (_RIGHT - _TEXT) / _READING)):
        canvas.across(line, (_TEXT, 146 + n * _READING * _LEADING), _READING, _INK)
    at = float(_TEXT)
    for label, value in card.lucky:
        canvas.across(label, (at, 520), 20, _SOFT)
        canvas.across(value, (at, 560), 30, _INK)
        at += max(length(label, 20), length(value, 30)) + 40
    return canvas.png()


def _score(canvas: Canvas, at: Point, label: str, points: int, accent: str) -> None:
    canvas.across(label, at, 26, _INK)
    for star in range(_STARS):
        color = accent if star < points else _LINE
        canvas.fill(_STAR, (at[0] + 64 + star * 29, at[1] - 22), 24, 1.1, color)


def _beginning(text: str, most: float) -> list[str]:
    """The lines of as many whole sentences as there is room for."""
    sentences = [sentence + "。" for sentence in text.split("。") if sentence]
    while len(lines := break_lines("".join(sentences), most)) > _LINES and sentences[1:]:
        sentences.pop()
    return lines


def _fitting(text: str, size: int, room: float) -> list[str]:
    return break_lines(text, room / size, lambda one: length(one, size) / size)


def _sheet() -> Canvas:
    canvas = Canvas(SIZE, PAPER)
    canvas.box((0, 0, SIZE[0], 9), BRAND)
    brand(canvas, (_LEFT - 4, 62), 1.5)
    canvas.across("KiroSample", (_LEFT + 58, 98), 30, _INK)
    return canvas
