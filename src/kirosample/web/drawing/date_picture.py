"""The picture of a day of the calendar: its date, the Moon, and what the day is."""

from math import ceil
from typing import Final

from kirosample.web.drawing.cards import DateCard
from kirosample.web.drawing.paths import Point
from kirosample.web.drawing.sheet import HOLIDAY, INK, MOON_DARK, MOON_LIT, SOFT, Area, Sheet

_FACTS_LEFT: Final = 640  # beside the date
_DISC: Final = "M50 4.5A45.5 45.5 0 0 1 50 95.5A45.5 45.5 0 0 1 50 4.5z"
_SEA: Final = "#e5c984"

_MONTH, _WEEKDAY, _OCCASION = 72, 38, 30
_LABEL, _VALUE = 19, 31
_SEASON: Final = 96
_HEADLINE: Final = 46
_NAME: Final = 132
"""The size of a single name: of what takes the day."""


def draw_date(card: DateCard, sheet: Sheet) -> None:
    """Draw the date with the Moon, and the facts beside or below."""
    if sheet.is_wide:
        area, facts = sheet.beside(_FACTS_LEFT)
        _date(sheet, card, area._replace(top=area.top + 20), day=230, moon=150)
        _season(sheet, card, (facts.right, facts.top + _SEASON - 14))
        _facts(sheet, card, _below_headline(sheet, card, facts), columns=1)
        return
    day = 250 if sheet.is_tall else 160
    y = _date(sheet, card, sheet.area, day=day, moon=min(day, 190)) + sheet.px(36)
    below = _below_headline(sheet, card, sheet.below(y, 14))
    _facts(sheet, card, below, columns=3 if card.headline and not sheet.is_tall else 2)


def _date(sheet: Sheet, card: DateCard, area: Area, *, day: int, moon: int) -> float:
    """Draw date, Moon and occasions, with a day and a Moon of these sizes; returns the end."""
    px = sheet.px
    left, top, right, _ = area
    color = HOLIDAY if card.is_off else INK
    sheet.line(card.year, (left, top + px(26)), 26, SOFT)
    y = top + px(26 + 18 + _MONTH)
    width = sheet.line(card.month, (left, y), _MONTH, INK)
    sheet.line(card.units[0], (left + width + px(8), y), _MONTH / 2, INK)
    _moon(sheet, card, (right - px(moon), top), moon)
    if not sheet.is_wide:
        _season(sheet, card, (right, y + px(32 + 0.74 * day)))
    y += px(32 + 0.74 * day)
    x = left + sheet.line(card.day, (left, y), day, color)
    x += px(12) + sheet.line(card.units[1], (x + px(8), y), day / 4, color)
    size = sheet.fitted(card.weekday, _WEEKDAY, right - x - px(16))
    sheet.line(card.weekday, (x + px(16), y), size, color)
    if card.occasions:
        y += px(_OCCASION + 32)
        size = sheet.fitted(card.occasions, _OCCASION, area.width)
        sheet.line(card.occasions, (left, y), size, HOLIDAY if card.is_off else card.accent)
    return y


def _moon(sheet: Sheet, card: DateCard, at: Point, size: float) -> None:
    if card.sign:
        sheet.canvas.stroke(card.sign, at, 24, sheet.px(size) / 24, card.accent)
        return
    scale = sheet.px(size) / 100
    sheet.canvas.fill(_DISC, at, 100, scale, MOON_DARK)
    sheet.canvas.fill(card.moon, at, 100, scale, MOON_LIT)
    sheet.canvas.fill(card.seas, at, 100, scale, _SEA, within=card.moon)


def _season(sheet: Sheet, card: DateCard, corner: Point) -> None:
    """Draw the picture of the season, with its lower right corner there."""
    size = sheet.px(_SEASON)
    at = corner[0] - size, corner[1] - size
    sheet.canvas.stroke(card.season, at, 48, size / 48, card.accent)


def _below_headline(sheet: Sheet, card: DateCard, area: Area) -> Area:
    """Draw the sum of the headline, in lines that break before a plus; returns the area below."""
    if not card.headline:
        return area
    room = area.width - (_SEASON + 12 if sheet.is_wide else 0)
    lines = [card.headline[0]]
    for name in card.headline[1:]:
        if sheet.length(f"{lines[-1]} + {name}", _HEADLINE) <= room:
            lines[-1] += f" + {name}"
        else:
            lines.append(f"+ {name}")
    size = sheet.fitted(lines[0], _NAME, room) if len(card.headline) == 1 else _HEADLINE
    y = area.top - sheet.px(0.3 * size)
    for line in lines:
        y += sheet.px(1.3 * size)
        sheet.line(line, (area.left, y), sheet.fitted(line, size, room), card.accent)
    return area._replace(top=y + sheet.px(24))


def _facts(sheet: Sheet, card: DateCard, area: Area, columns: int) -> None:
    """Draw the facts, in one column or across in several."""
    px = sheet.px
    wide, high = area.width / columns, area.height / ceil(len(card.facts) / columns)
    room = wide - px(24 if columns > 1 else 0)
    for n, (label, value) in enumerate(card.facts):
        x, y = area.left + n % columns * wide, area.top + (n // columns + 0.5) * high
        sheet.line(label, (x, y - px(14)), sheet.fitted(label, _LABEL, room), SOFT)
        sheet.line(value, (x, y + px(22)), sheet.fitted(value, _VALUE, room), INK)
