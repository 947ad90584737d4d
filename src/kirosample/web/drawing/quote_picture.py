"""The picture of a quote: in columns, or in Western lines, with its author beside or below."""

from functools import partial
from typing import Final, NamedTuple

from kirosample import ruby
from kirosample.web.drawing.cards import QuoteCard
from kirosample.web.drawing.faces import WESTERN
from kirosample.web.drawing.sheet import BRAND, INK, SOFT, Area, Sheet
from kirosample.web.typesetting.line_breaking import break_atoms, break_words
from kirosample.web.typesetting.phrases import atoms

_NAMES: Final = 376  # width kept for the author beside a quote
_BESIDE: Final = 400  # maximum width of the names there
_AUTHOR, _ABOUT = 34, 22
_HEADING, _SMALL_HEADING = 96, 64
_WESTERN_AUTHOR, _WESTERN_ABOUT = 38, 26  # its letters look smaller
_DIVIDED: Final = 8  # pixels of size that an undivided verse is worth

_UPRIGHT_MOST: Final = 66
_FEW: Final = 3  # columns
_LONG: Final = 12  # characters of a column
_COLUMN: Final = 1.62  # column pitch in ems

_ACROSS_SIZES: Final = range(86, 34, -2)
_LEADING: Final = 1.24  # line pitch in ems
_INDENT: Final = 1.2  # of a continued verse, in ems


def draw_quote(card: QuoteCard, sheet: Sheet) -> None:
    """Draw the quote, and its author beside or below."""
    area = sheet.area
    if card.western or not sheet.is_wide:
        top = _names(sheet, card, area.width)
        above = area._replace(top=area.top + sheet.px(20), foot=top)
        (_across if card.western else _upright)(sheet, card.phrases, above)
    else:
        # Columns may begin beside the mark.
        beside = Area(area.left + _NAMES, area.top - 44, area.right, area.foot)
        left = _upright(sheet, card.phrases, beside)
        _names(sheet, card, min(_BESIDE, left - area.left - 2 * _ABOUT))


def _upright(sheet: Sheet, phrases: list[str], area: Area) -> float:
    """Draw a quote in columns amid an area; returns where it begins at the left."""
    size, columns = _columns(phrases, area, sheet.px(_UPRIGHT_MOST))
    wide = ((len(columns) - 1) * _COLUMN + 1) * size
    right = (area.left + area.right + wide) / 2
    top = area.top + (area.height - max(map(len, columns)) * size) / 2
    for n, column in enumerate(columns):
        at = right - size / 2 - n * size * _COLUMN, top
        sheet.canvas.upright(column, at, size, INK)
    return right - wide


def _columns(phrases: list[str], area: Area, most: int) -> tuple[int, list[str]]:
    """The size and columns of a vertical quote: as on its page, but a few long ones are halved."""
    columns = [ruby.plain(phrase) for phrase in phrases]
    long = max(map(len, columns))
    if len(columns) <= _FEW and long > _LONG:
        halves = (half for phrase in phrases for half in break_atoms(atoms(phrase), long // 2 + 2))
        columns = ["".join(atom.text for atom in half) for half in halves]
        long = max(map(len, columns))
    across = area.width / ((len(columns) - 1) * _COLUMN + 1)
    return min(most, int(area.height // long), int(across)), columns


class _Line(NamedTuple):
    text: str
    continued: bool


def _across(sheet: Sheet, phrases: list[str], area: Area) -> None:
    """Draw a quote in lines amid the height of an area."""
    size, lines = _lines(phrases, area, sheet.scale)
    high = ((len(lines) - 1) * _LEADING + 1) * size
    y = (area.top + area.foot - high) / 2 + 0.8 * size
    for n, line in enumerate(lines):
        x = area.left + (_INDENT * size if line.continued else 0)
        sheet.canvas.across(line.text, (x, y + n * _LEADING * size), size, INK)


def _lines(phrases: list[str], area: Area, scale: float) -> tuple[int, list[_Line]]:
    """The size and lines of a horizontal quote.

    The largest size that fits, or a little less where fewer verses are divided. A long word alone
    may be wider than a line of the larger sizes.
    """
    fitting = []
    wide = partial(WESTERN.length, size=1)
    for size in (round(size * scale) for size in _ACROSS_SIZES):
        room = area.width / size - (_INDENT if phrases[1:] else 0)
        lines = [
            _Line(text, continued=n > 0 and len(phrases) > 1)
            for phrase in phrases
            for n, text in enumerate(break_words(phrase, room, wide))
        ]
        if max(wide(line.text) for line in lines) > room:
            continue
        if ((len(lines) - 1) * _LEADING + 1) * size <= area.height:
            divided = 2 * (len(lines) - len(phrases)) if phrases[1:] else 0
            fitting.append((size - _DIVIDED * divided, size, lines))
    return max(fitting)[1:]


def _names(sheet: Sheet, card: QuoteCard, room: float) -> float:
    """Draw the names and the heading at the foot; returns where the room above them ends."""
    large, small = (_WESTERN_AUTHOR, _WESTERN_ABOUT) if card.western else (_AUTHOR, _ABOUT)
    px = sheet.px
    left = sheet.area.left
    about, author = sheet.lines(card.about, small, room), sheet.lines(card.author, large, room)
    y = sheet.area.foot - (len(about) - 1) * px(34)
    for n, line in enumerate(about):
        sheet.line(line, (left, y + n * px(34)), small, SOFT)
    y -= px(48) + (len(author) - 1) * px(46)
    for n, line in enumerate(author):
        sheet.line(line, (left, y + n * px(46)), large, INK)
    sheet.canvas.box((left, y - px(66), left + px(48), y - px(64)), BRAND)
    if card.heading:
        _heading(sheet, card.heading, y, sheet.length(author[0], large), room)
    return y - px(66 + 28)


def _heading(sheet: Sheet, heading: str, y: float, author: float, room: float) -> None:
    """Draw the heading above an author's name beside the quote, or else right of it.

    `author` is the width of the name, whose baseline is `y`.
    """
    left = sheet.area.left
    px = sheet.px
    if room < sheet.area.width:  # beside the quote
        size = sheet.fitted(heading, _HEADING, room)
        sheet.line(heading, (left, y - px(104)), size, BRAND)
        return
    size = sheet.fitted(heading, _SMALL_HEADING, room - author - px(48))
    x = sheet.area.right - sheet.length(heading, size)
    sheet.line(heading, (x, y), size, BRAND)
