"""The picture of a day's ranking: the first three signs with their headlines, and the others."""

from typing import Final

from kirosample.web.drawing.cards import RankingCard
from kirosample.web.drawing.sheet import INK, SOFT, Area, Sheet

_FIRST: Final = 3
_REST_LEFT: Final = 780  # of the others, beside the first three


def draw_ranking(card: RankingCard, sheet: Sheet) -> None:
    """Draw the first signs below the title, and the others beside or below."""
    if sheet.is_wide:
        area, rest = sheet.beside(_REST_LEFT)
        _first(sheet, card, area, baseline=56)
        _rest(sheet, card, rest._replace(top=rest.top - 10), columns=1)
        return
    columns, high = (1, 375) if sheet.is_tall else (3, 200)
    middle = sheet.area.foot - sheet.px(high)
    _first(sheet, card, sheet.area._replace(foot=middle - sheet.px(16)), baseline=46)
    _rest(sheet, card, sheet.below(middle, 16), columns)


def _first(sheet: Sheet, card: RankingCard, area: Area, baseline: int) -> None:
    """Draw title and date on a baseline, and the first signs below, one below the other."""
    y = area.top + sheet.px(baseline)
    title = sheet.line(card.title, (area.left, y), 44, INK)
    date = sheet.fitted(card.date, 26, area.width - title - sheet.px(24))
    sheet.line(card.date, (area.right - sheet.length(card.date, date), y), date, SOFT)
    area = area._replace(top=y + sheet.px(30))
    px = sheet.px
    high = area.height / _FIRST
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
    px = sheet.px
    rest = card.signs[_FIRST:]
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
