"""The course of a sign's rank over some days, as a line."""

from collections.abc import Sequence
from typing import Final

COURSE: Final = "順位を線でつないだ図。内容は表と同じです。"

_WIDTH, _HEIGHT = 324, 88
_LEFT, _RIGHT = 6, 318  # of the days
_FIRST, _LAST = 6, 82  # heights of the first and the last rank
_RANKS: Final = 12


def course(ranks: Sequence[int], at: int, description: str) -> str:
    """A line through the ranks (1 to 12, the first at the top), which is dashed after day `at`.

    It has no text: the page's own beside it grows with the reader's size of letters.
    """
    step = (_RIGHT - _LEFT) / max(1, len(ranks) - 1)
    points = [(_LEFT + n * step, _height(rank)) for n, rank in enumerate(ranks)]
    return "".join(
        (
            f'<svg class="course" width="320" height="110" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
            f' role="img" aria-label="{description}">',
            *(f'<path class="course-rule" d="M{_LEFT} {y:g}H{_RIGHT}"/>' for y in (_FIRST, _LAST)),
            _line("course-past", points[: at + 1]),
            _line("course-ahead", points[at:]),
            *(_dot(*point, n, at) for n, point in enumerate(points)),
            "</svg>",
        )
    )


def _height(rank: int) -> float:
    return _FIRST + (rank - 1) * (_LAST - _FIRST) / (_RANKS - 1)


def _line(kind: str, points: Sequence[tuple[float, float]]) -> str:
    d = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="{kind}" d="M{d}"/>'


def _dot(x: float, y: float, n: int, at: int) -> str:
    kind, r = ("here", 5) if n == at else ("past", 2.5) if n < at else ("ahead", 2.5)
    return f'<circle class="course-dot-{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>'
