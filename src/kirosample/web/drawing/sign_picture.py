"""The picture of a sign's day: rank, scores, reading and lucky things."""

from typing import Final

from kirosample.web.drawing.cards import SignCard
from kirosample.web.drawing.sheet import INK, LINE, SOFT, Area, Sheet
from kirosample.web.svg.icons import MAX_STARS, STAR

_STAR_WIDE: Final = 29
_TEXT_LEFT: Final = 620  # of headline and reading, beside the rank
_DISC: Final = "M22 12A10 10 0 1 1 2 12 10 10 0 1 1 22 12z"
_RING: Final = "M23.2 12A11.2 11.2 0 1 1 .8 12 11.2 11.2 0 1 1 23.2 12z"

_HEADLINE, _HEADLINE_LEADING = 54, 1.25
_NAME: Final = 72
_READING, _LEADING = 29, 1.6
_WESTERN_READING, _WESTERN_LEADING = 27, 1.28
_SMALLEST: Final = 20
_LABEL, _VALUE, _WESTERN_VALUE = 20, 30, 28
_LUCKY_LEADING: Final = 48
_DISC_WIDE: Final = 46  # with the space around it
_BETWEEN: Final = 36  # two lucky things


def draw_sign(card: SignCard, sheet: Sheet) -> None:
    """Draw the sign with rank and scores, and the reading beside or below."""
    if sheet.is_wide:
        area, words = sheet.beside(_TEXT_LEFT)
        _day(sheet, card, area._replace(top=area.top + 56))
        _words(sheet, card, words._replace(top=words.top - 8))
    else:
        y = _day(sheet, card, sheet.area) + sheet.px(36)
        _words(sheet, card, sheet.below(y, 22))


def _day(sheet: Sheet, card: SignCard, area: Area) -> float:
    """Draw sign, rank and scores; returns where they end."""
    px = sheet.px
    x, y = area.left, area.top
    # The icon has some room around it on its grid.
    sheet.canvas.stroke(card.icon, (x - px(12), y), 24, 4.5 * sheet.scale, card.accent)
    rank = sheet.length(str(card.rank), 116) + px(4 if card.western else 10)
    room = area.width - px(130)
    if sheet.is_wide:
        rank_at = x, y + 248
    else:
        whole = rank + sheet.length(card.ordinal, 44)
        rank_at = area.right - whole, y + px(100)
        room -= whole + px(20)
    sheet.line(card.date, (x + px(132), y + px(32)), sheet.fitted(card.date, 26, room), SOFT)
    sheet.line(card.name, (x + px(130), y + px(110)), sheet.fitted(card.name, _NAME, room), INK)
    sheet.line(str(card.rank), rank_at, 116, card.accent)
    sheet.line(card.ordinal, (rank_at[0] + rank, rank_at[1]), 44, card.accent)
    return _scores(sheet, card, Area(x, y + px(330 if sheet.is_wide else 176), *area[2:]))


def _scores(sheet: Sheet, card: SignCard, area: Area) -> float:
    """Draw the scores as stars, two in a row; returns the last baseline."""
    px = sheet.px
    y = area.top
    size = 24 if card.western else 26
    labels = max(sheet.length(label, size) for label, _ in card.scores) + px(12)
    second = area.right - labels - px(MAX_STARS * _STAR_WIDE)
    for n, (label, points) in enumerate(card.scores):
        x, y = (second if n % 2 else area.left), area.top + n // 2 * px(56)
        sheet.line(label, (x, y), size, INK)
        for star in range(MAX_STARS):
            color = card.accent if star < points else LINE
            at = x + labels + px(star * _STAR_WIDE), y - px(22)
            sheet.canvas.fill(STAR, at, 24, 1.1 * sheet.scale, color)
    return y


def _words(sheet: Sheet, card: SignCard, area: Area) -> None:
    """Draw headline, reading and lucky things: the reading whole, as large as has room."""
    px = sheet.px
    x = area.left
    headline = sheet.lines(card.headline, _HEADLINE, area.width)
    y = sheet.paragraph(headline, (x, area.top + px(48)), _HEADLINE, _HEADLINE_LEADING, card.accent)
    lucky = _lucky(sheet, card, area)
    size, leading = (_WESTERN_READING, _WESTERN_LEADING) if card.western else (_READING, _LEADING)
    y += px(16)
    last = lucky - px(_LUCKY_LEADING + 18)
    lines = sheet.lines(card.reading, size, area.width)
    while (len(lines) - 1) * px(size) * leading > last - y and size > _SMALLEST:
        size -= 1
        lines = sheet.lines(card.reading, size, area.width)
    sheet.paragraph(lines, (x, y), size, leading, INK)


def _lucky(sheet: Sheet, card: SignCard, area: Area) -> float:
    """Draw the lucky things at the foot, as many in a row as fit; returns the first baseline."""
    px = sheet.px
    size = _WESTERN_VALUE if card.western else _VALUE
    rows: list[list[tuple[float, str, str, str]]] = [[]]
    end = area.left
    for label, value, color in card.lucky:
        before = sheet.length(label, _LABEL) + px(_DISC_WIDE if color else 12)
        width = min(area.width, before + sheet.length(value, size))
        if rows[-1] and end + width > area.right:
            rows.append([])
            end = area.left
        rows[-1].append((end, label, value, color))
        end += width + px(_BETWEEN)
    first = area.foot - px(6) - (len(rows) - 1) * px(_LUCKY_LEADING)
    for n, row in enumerate(rows):
        for x, label, value, color in row:
            y = first + n * px(_LUCKY_LEADING)
            sheet.line(label, (x, y), _LABEL, SOFT)
            x += sheet.length(label, _LABEL) + px(_DISC_WIDE if color else 12)
            if color:
                at = (x - px(33), y - px(21))
                scale = 1.05 * sheet.scale
                sheet.canvas.fill(_RING, at, 24, scale, LINE, without=_DISC)
                sheet.canvas.fill(_DISC, at, 24, scale, color)
            sheet.line(value, (x, y), sheet.fitted(value, size, area.right - x), INK)
    return first
