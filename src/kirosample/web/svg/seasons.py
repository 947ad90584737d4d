"""The twenty-four seasons (二十四節気): strokes on a 48 x 48 grid, as the icons are drawn."""

from typing import Final

_STROKES: Final = {
    "小雪": (
        "M24 16C16 12 8 17 8 26s7 15 16 15 16-6 16-15-8-14-16-10z"
        "M24 16c-3-3-7-4-11-3 2 4 6 5 11 3zM24 16c3-3 7-4 11-3-2 4-6 5-11 3zM24 16V7"
    ),
    "大雪": (
        "M24 5v38M7.5 14.5l33 19M40.5 14.5l-33 19"
        "M19 9l5 5 5-5M19 39l5-5 5 5M8 22l6.5-2L13 13M35 35l-1.500-7 6.500-2"
        "M40 22l-6.500-2L35 13M13 35l1.500-7L8 26"
    ),
}


def season_picture(term: str) -> str:
    """The picture of a solar term, beside a text that names it."""
    drawn = _STROKES.get(term, "M24 9a15 15 0 1 0 0 30 15 15 0 0 0 0-30z")
    return f'<svg class="season" viewBox="0 0 48 48" aria-hidden="true"><path d="{drawn}"/></svg>'
