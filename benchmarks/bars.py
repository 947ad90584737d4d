"""Bars against a baseline of 1: the picture of a document, as SVG in a light or dark scheme."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

WIDTH, ROW, MARGIN = 480, 42, 12
"""In pixels. A phone shows the picture at three quarters of its size."""

_STYLE = """<style>
text { font: 15px sans-serif; fill: #1f2328 } .title { font-weight: 700 }
.paper { fill: #ffffff } .good { fill: #3b75b0 } .bad { fill: #b5482f }
line { stroke: #1f2328; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.paper { fill: #161b22 } .good { fill: #6ca6de } .bad { fill: #e0795f }
line { stroke: #e6edf3 }
}
</style>"""


class Bar(NamedTuple):
    """A figure in units of its baseline, and its text; `good` chooses the color."""

    name: str
    value: float
    text: str
    good: bool


def picture(title: str, bars: Sequence[Bar]) -> str:
    """The SVG: each bar below its name and text, and a line at 1."""
    return "".join(f"{line}\n" for line in _lines(title, bars))


def _lines(title: str, bars: Sequence[Bar]) -> Iterator[str]:
    height = ROW * (len(bars) + 1)
    one = (WIDTH - 2 * MARGIN) / max(1, *(bar.value for bar in bars))
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-labelledby="title">'
    )
    yield f'<title id="title">{escape(title)}</title>\n{_STYLE}'
    yield f'<rect class="paper" width="{WIDTH}" height="{height}" rx="8"/>'
    yield f'<text class="title" x="{MARGIN}" y="24">{escape(title)}</text>'
    for number, bar in enumerate(bars, 1):
        top = ROW * number
        yield f'<text x="{MARGIN}" y="{top + 12}">{escape(bar.name)}</text>'
        yield f'<text x="{WIDTH - MARGIN}" y="{top + 12}" text-anchor="end">{bar.text}</text>'
        place = f'x="{MARGIN}" y="{top + 18}" width="{bar.value * one:.1f}" height="12"'
        yield f'<rect class="{"good" if bar.good else "bad"}" {place}/>'
        x = f"{MARGIN + one:.1f}"
        yield f'<line x1="{x}" y1="{top + 16}" x2="{x}" y2="{top + 32}"/>'
    yield "</svg>"
