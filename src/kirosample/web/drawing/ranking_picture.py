"""The picture of a day's ranking: the first three signs with their headlines, and the others."""

from typing import Final

from kirosample.web.drawing.cards import RankingCard
from kirosample.web.drawing.sheet import INK, LINE, SOFT, Area, Sheet

_FIRST: Final = 3
_REST_LEFT: Final = 780  # of the others, beside the first three


def draw_ranking(card: RankingCard, shape: str) -> bytes:
    """The PNG."""
    sheet = Sheet(shape, western=card.western)
    px, (left, top, right, foot) = sheet.px, sheet.area
    end, y = _REST_LEFT - 88 if sheet.is_wide else right, top + px(56 if sheet.is_wide else 46)
    title = sheet.line(card.title, (left, y), 44, INK)
    date = sheet.fitted(card.date, 26, end - left - title - px(24))
    sheet.line(card.date, (end - sheet.length(card.date, date), y), date, SOFT)
    first = Area(left, y + px(30), end, foot)
    if sheet.is_wide:
        _first(sheet, card, first)
        sheet.canvas.box((_REST_LEFT - 44, top, _REST_LEFT - 43, foot), LINE)
        _rest(sheet, card, Area(_REST_LEFT, top - 10, right, foot), columns=1)
    else:
        columns, high = (3, 200) if shape == "square" else (1, 375)
        middle = foot - px(high)
        _first(sheet, card, first._replace(foot=middle - px(16)))
        sheet.canvas.box((left, middle, right, middle + 1), LINE)
        _rest(sheet, card, Area(left, middle + px(16), right, foot), columns)
    return sheet.canvas.png()


def _first(sheet: Sheet, card: RankingCard, area: Area) -> None:
    """Draw the first signs, one below the other."""
    px, high = sheet.px, area.height / _FIRST
    number = max(sheet.length(str(n), 64) for n in (1, 2, 3))
    ordinals = max(sheet.length(text, 24) for text in card.ordinals[:_FIRST])
    for n, (icon, name, headline) in enumerate(card.signs[:_FIRST]):
        y = area.top + n * high + (high - px(96)) / 2
        at = area.left + (number - sheet.length(str(n + 1), 64)) / 2
        sheet.line(str(n + 1), (at, y + px(68)), 64, card.accent)
        sheet.line(card.ordinals[n], (area.left + number + px(6), y + px(68)), 24, card.accent)
        x = area.left + number + ordinals + px(30)
        sheet.canvas.stroke(icon, (x, y + px(12)), 24, 3 * sheet.scale, card.accent)
        x += px(96)
        sheet.line(name, (x, y + px(36)), 36, INK)
        size = sheet.fitted(headline, 26, area.right - x)
        sheet.line(headline, (x, y + px(82)), size, SOFT)


def _rest(sheet: Sheet, card: RankingCard, area: Area, columns: int) -> None:
    """Draw the other signs by rank: down in one column, or across in several."""
    px, rest = sheet.px, card.signs[_FIRST:]
    high, wide = area.height / (len(rest) / columns), area.width / columns
    number = max(sheet.length(str(n), 30) for n in (10, 11, 12))
    room = wide - number - px(62) - px(22 if columns > 1 else 0)
    size = min(sheet.fitted(name, 28, room) for _, name, _ in rest)
    for n, (icon, name, headline) in enumerate(rest):
        x = area.left + n % columns * wide
        y = area.top + n // columns * high + high / 2 + px(11)
        rank = str(n + _FIRST + 1)
        sheet.line(rank, (x + number - sheet.length(rank, 30), y), 30, card.accent)
        x += number + px(14)
        sheet.canvas.stroke(icon, (x, y - px(28)), 24, 1.5 * sheet.scale, card.accent)
        x += px(48)
        sheet.line(name, (x, y), size, INK)
        if columns == 1 and not sheet.is_wide:
            x += max(sheet.length(name, 28) for _, name, _ in rest) + px(20)
            sheet.line(headline, (x, y), sheet.fitted(headline, 20, area.right - x), SOFT)
