"""The course of a sign's rank over some days, as a line."""

from collections.abc import Sequence
from typing import Final

COURSE: Final = "順位を線でつないだ図。内容は表と同じです。"

_WIDTH, _HEIGHT = 360, 132
_LEFT, _RIGHT = 34, 346  # of the days
_FIRST, _LAST = 20, 96  # heights of the first and the last rank
_RANKS: Final = 12
_DATES: Final = 124  # the baseline of the dates
_NEAR: Final = 4  # days from an end
_ABOVE, _BELOW = -9, 18  # the baseline of a rank beside its dot


def course(
    ranks: Sequence[int], at: int, dates: Sequence[str], labels: Sequence[str], description: str
) -> str:
    """A line through the ranks (1 to 12, the first at the top), which is dashed after day `at`.

    `dates` stand below the first day, day `at` and the last day; `labels` are the first rank, that
    of day `at`, and the last rank.
    """
    step = (_RIGHT - _LEFT) / max(1, len(ranks) - 1)
    points = [(_LEFT + n * step, _height(rank)) for n, rank in enumerate(ranks)]
    here_x, here_y = points[at]
    first, here, last = labels
    named = list(zip((_LEFT, here_x, _RIGHT), ("start", "middle", "end"), dates, strict=True))
    if not _NEAR <= at < len(ranks) - _NEAR:
        del named[1]  # at an end of the calendar its date would stand on the other
    own = (
        "" if ranks[at] in (1, _RANKS) else _text(here, here_x, here_y + _beside(ranks, at), "own")
    )
    return "".join(
        (
            f'<svg class="course" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"',
            f' aria-label="{description}">',
            *(f'<path class="course-rule" d="M{_LEFT} {y:g}H{_RIGHT}"/>' for y in (_FIRST, _LAST)),
            _text(first, _LEFT - 8, _FIRST + 4, "end"),
            _text(last, _LEFT - 8, _LAST + 4, "end"),
            _line("course-past", points[: at + 1]),
            _line("course-ahead", points[at:]),
            *(_dot(*point, n, at) for n, point in enumerate(points)),
            own,
            *(_text(date, x, _DATES, anchor) for x, anchor, date in named),
            "</svg>",
        )
    )


def _height(rank: int) -> float:
    return _FIRST + (rank - 1) * (_LAST - _FIRST) / (_RANKS - 1)


def _beside(ranks: Sequence[int], at: int) -> int:
    """Where today's rank has room: on the side of the worse neighbors."""
    near = ranks[max(0, at - 1) : at + 2]
    above = sum(near) / len(near) >= ranks[at]
    return _ABOVE if above else _BELOW


def _line(kind: str, points: Sequence[tuple[float, float]]) -> str:
    d = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="{kind}" d="M{d}"/>'


def _dot(x: float, y: float, n: int, at: int) -> str:
    kind, r = ("here", 5) if n == at else ("past", 2.5) if n < at else ("ahead", 2.5)
    return f'<circle class="course-dot-{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>'


def _text(text: str, x: float, y: float, kind: str) -> str:
    return f'<text class="course-{kind}" x="{x:.1f}" y="{y:.1f}">{text}</text>'
