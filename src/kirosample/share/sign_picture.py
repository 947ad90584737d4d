"""The picture of a sign's day: its rank and scores, what is said of it, and what brings luck."""

from typing import Final

from kirosample.share.canvas import Canvas
from kirosample.share.cards import SignCard
from kirosample.share.faces import WESTERN
from kirosample.share.lines import break_lines, break_words
from kirosample.share.sheet import FOOT, INK, LEFT, LINE, RIGHT, SOFT, sheet

_STAR: Final = "m12 2.6 2.9 6 6.6.9-4.8 4.6 1.2 6.6L12 17.5l-5.9 3.2 1.2-6.6L2.5 9.5l6.6-.9z"
_STARS: Final = 5
_STAR_WIDE: Final = 29

_TEXT, _READING = 620, 31  # where a reading begins, and its size
_LEADING: Final = 1.7
_LINES: Final = 7  # of a reading

_WESTERN_READING: Final = 29
_WESTERN_LEADING: Final = 1.26
_BETWEEN_SENTENCES: Final = 14
_WESTERN_LABEL, _WESTERN_LUCK = 22, 28
_LAST_LINE: Final = 426  # of the sentences


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
    """Two a row, each as stars of five."""
    size, gap = (24, 20) if card.western else (26, 27)
    labels = max(canvas.length(label, size) for label, _ in card.scores) + 12
    second = labels + _STARS * _STAR_WIDE + gap
    for n, (label, points) in enumerate(card.scores):
        x, y = LEFT + n % 2 * second, 506 + n // 2 * 56
        canvas.across(label, (x, y), size, INK)
        for star in range(_STARS):
            color = card.accent if star < points else LINE
            canvas.fill(_STAR, (x + labels + star * _STAR_WIDE, y - 22), 24, 1.1, color)


def _japanese_text(canvas: Canvas, card: SignCard) -> None:
    """As many whole sentences as there is room for, and what brings luck side by side."""
    sentences = [*card.sentences]
    most = (RIGHT - _TEXT) / _READING
    while len(lines := break_lines("".join(sentences), most)) > _LINES and sentences[1:]:
        sentences.pop()
    for n, line in enumerate(lines):
        canvas.across(line, (_TEXT, 146 + n * _READING * _LEADING), _READING, INK)
    at = float(_TEXT)
    for label, value in card.lucky:
        canvas.across(label, (at, 520), 20, SOFT)
        canvas.across(value, (at, 560), 30, INK)
        at += max(canvas.length(label, 20), canvas.length(value, 30)) + 40


def _western_text(canvas: Canvas, card: SignCard) -> None:
    """As many sentences as there is room for, and what brings luck one below the other."""
    size, y = _WESTERN_READING, 146.0
    for sentence in card.sentences:
        lines = break_words(
            sentence, (RIGHT - _TEXT) / size, lambda piece: WESTERN.length(piece, 1)
        )
        if y + (len(lines) - 1) * size * _WESTERN_LEADING > _LAST_LINE:
            break
        for line in lines:
            canvas.across(line, (_TEXT, y), size, INK)
            y += size * _WESTERN_LEADING
        y += _BETWEEN_SENTENCES
    x = _TEXT + max(canvas.length(label, _WESTERN_LABEL) for label, _ in card.lucky) + 24
    for n, (label, value) in enumerate(card.lucky, 1 - len(card.lucky)):
        canvas.across(label, (_TEXT, FOOT - 4 + n * 44), _WESTERN_LABEL, SOFT)
        fitting = int(_WESTERN_LUCK * min(1, (RIGHT - x) / canvas.length(value, _WESTERN_LUCK)))
        canvas.across(value, (x, FOOT - 4 + n * 44), fitting, INK)
