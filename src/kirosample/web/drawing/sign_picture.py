"""The picture of a sign's day: rank, scores, reading and lucky things."""

from collections.abc import Callable
from functools import partial
from typing import Final

from kirosample.web.drawing.canvas import Canvas
from kirosample.web.drawing.cards import SignCard
from kirosample.web.drawing.faces import WESTERN
from kirosample.web.drawing.sheet import FOOT, INK, LEFT, LINE, RIGHT, SOFT, sheet
from kirosample.web.svg.icons import MOST_STARS, STAR
from kirosample.web.typesetting.line_breaking import break_lines, break_words

_STAR_WIDE: Final = 29

_TEXT, _TOP = 620, 146  # left edge and first line of headline and reading
_WIDTH: Final = RIGHT - _TEXT
_HEADLINE: Final = 35
_HEADLINE_LEADING: Final = 1.3
_BELOW_HEADLINE: Final = 16

_READING: Final = 29
_LEADING: Final = 1.6
_LAST_LINE: Final = 470  # of the reading

_WESTERN_READING: Final = 27
_WESTERN_LEADING: Final = 1.28
_WESTERN_LAST_LINE: Final = 426
_WESTERN_LABEL, _WESTERN_LUCK = 22, 28


def draw_sign(card: SignCard) -> bytes:
    """The PNG."""
    canvas = sheet(western=card.western)
    canvas.stroke(card.icon, (LEFT, 176), 24, 4.5, card.accent)
    canvas.across(card.date, (LEFT + 132, 208), 26, SOFT)
    canvas.across(card.name, (LEFT + 130, 276), 60, INK)
    number = canvas.across(str(card.rank), (LEFT, 424), 116, card.accent)
    gap = 4 if card.western else 10
    canvas.across(card.ordinal, (LEFT + number + gap, 424), 44, card.accent)
    _scores(canvas, card)
    canvas.box((_TEXT - 44, 120, _TEXT - 43, FOOT), LINE)
    if card.western:
        _western_text(canvas, card)
    else:
        _japanese_text(canvas, card)
    return canvas.png()


def _scores(canvas: Canvas, card: SignCard) -> None:
    """Draw the scores as stars, two in a row."""
    size, gap = (24, 20) if card.western else (26, 27)
    labels = max(canvas.length(label, size) for label, _ in card.scores) + 12
    second = labels + MOST_STARS * _STAR_WIDE + gap
    for n, (label, points) in enumerate(card.scores):
        x, y = LEFT + n % 2 * second, 506 + n // 2 * 56
        canvas.across(label, (x, y), size, INK)
        for star in range(MOST_STARS):
            color = card.accent if star < points else LINE
            canvas.fill(STAR, (x + labels + star * _STAR_WIDE, y - 22), 24, 1.1, color)


def _japanese_text(canvas: Canvas, card: SignCard) -> None:
    """Draw headline, reading, and the lucky things side by side."""
    y = _headline(canvas, card, break_lines(card.headline, _WIDTH / _HEADLINE))
    leading = _READING * _LEADING
    most = 1 + int((_LAST_LINE - y) // leading)
    lines = _fitting(card, most, lambda texts: break_lines("".join(texts), _WIDTH / _READING))
    for n, line in enumerate(lines):
        canvas.across(line, (_TEXT, y + n * leading), _READING, INK)
    at = float(_TEXT)
    for label, value in card.lucky:
        canvas.across(label, (at, 520), 20, SOFT)
        canvas.across(value, (at, 560), 30, INK)
        at += max(canvas.length(label, 20), canvas.length(value, 30)) + 40


def _western_text(canvas: Canvas, card: SignCard) -> None:
    """Draw headline, reading, and the lucky things one below the other."""
    broken = partial(break_words, width=partial(WESTERN.length, size=1))
    y = _headline(canvas, card, broken(card.headline, _WIDTH / _HEADLINE))
    leading = _WESTERN_READING * _WESTERN_LEADING
    most = 1 + int((_WESTERN_LAST_LINE - y) // leading)
    lines = _fitting(card, most, lambda texts: broken(" ".join(texts), _WIDTH / _WESTERN_READING))
    for n, line in enumerate(lines):
        canvas.across(line, (_TEXT, y + n * leading), _WESTERN_READING, INK)
    x = _TEXT + max(canvas.length(label, _WESTERN_LABEL) for label, _ in card.lucky) + 24
    for n, (label, value) in enumerate(card.lucky, 1 - len(card.lucky)):
        canvas.across(label, (_TEXT, FOOT - 4 + n * 44), _WESTERN_LABEL, SOFT)
        fitting = int(_WESTERN_LUCK * min(1, (RIGHT - x) / canvas.length(value, _WESTERN_LUCK)))
        canvas.across(value, (x, FOOT - 4 + n * 44), fitting, INK)


def _headline(canvas: Canvas, card: SignCard, lines: list[str]) -> float:
    """Draw the headline; returns where the first line of the reading is."""
    leading = _HEADLINE * _HEADLINE_LEADING
    for n, line in enumerate(lines):
        canvas.across(line, (_TEXT, _TOP + n * leading), _HEADLINE, card.accent)
    return _TOP + len(lines) * leading + _BELOW_HEADLINE


def _fitting(card: SignCard, most: int, broken: Callable[[list[str]], list[str]]) -> list[str]:
    """The lines of the first sentences, as many as have room in `most` lines."""
    sentences = [*card.sentences]
    while len(lines := broken(sentences)) > most:
        sentences.pop()
    return lines
