"""A small SVG writer: deterministic; light or dark as the reader's scheme."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

STYLE = """
svg { --paper: #fff; --ink: #232f3e; --quiet: #5f6b76; --grid: #e3e7eb; --area: #dbe7f6;
  --one: #0b5cd6; --two: #b8420a; --three: #00807f; --four: #b01fbc; --five: #8a6d00;
  --six: #7d8894; --bad: #f3c4bd; --worse: #c62840; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #11161d; --ink: #e6ebf1; --quiet: #a3afbb; --grid: #2a333d; --area: #27466e;
    --one: #6ea8ff; --two: #ff9d5c; --three: #3fc5c4; --four: #e08bea; --five: #d9bb4a;
    --six: #8d99a6; --bad: #5d2a2a; --worse: #ff7b8a; } }
.paper { fill: var(--paper); }
text { fill: var(--ink); font: 12px system-ui, "Segoe UI", "Noto Sans", sans-serif; }
.quiet { fill: var(--quiet); font-size: 11px; }
.label { fill: var(--quiet); font-size: 11px; paint-order: stroke; stroke: var(--paper);
  stroke-width: 4px; }
.bold { font-weight: 600; }
.grid { stroke: var(--grid); }
.axis { stroke: var(--quiet); }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.dashed { stroke-dasharray: 5 3; }
.box { fill: var(--paper); stroke: var(--quiet); }
.new { fill: var(--paper); stroke: var(--one); stroke-width: 2; }
.arrow { stroke: var(--quiet); stroke-width: 1.4; fill: none; marker-end: url(#head); }
"""

_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0 8 4 0 8z" fill="var(--quiet)"/></marker></defs>'
)

Point = tuple[float, float]


@dataclass
class Svg:
    """A picture of a width and a height."""

    width: int
    height: int
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        self.parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}"{_class(kind)} text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )

    def rect(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self.parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
            f'fill="var(--{color})"/>'
        )

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        self.parts.append(
            f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" '
            f'height="{_n(height)}" rx="5"/>'
        )

    def line(self, points: Iterable[Point], color: str, kind: str = "line") -> None:
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.parts.append(f'<polyline class="{kind}" stroke="var(--{color})" points="{path}"/>')

    def area(self, points: Iterable[Point], color: str) -> None:
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.parts.append(f'<polygon fill="var(--{color})" points="{path}"/>')

    def rule(self, one: Point, two: Point, kind: str) -> None:
        self.parts.append(
            f'<line class="{kind}" x1="{_n(one[0])}" y1="{_n(one[1])}" '
            f'x2="{_n(two[0])}" y2="{_n(two[1])}"/>'
        )

    def legend(self, x: float, y: float, entries: Sequence[tuple[str, str]]) -> None:
        """Colored squares with their names, in a row."""
        for color, name in entries:
            self.rect(x, y - 9, 10, 10, color)
            self.text(x + 15, y, name, "quiet")
            x += 15 + 6.3 * len(name) + 18

    def render(self, title: str, description: str) -> str:
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} height="{self.height}" '
                'role="img" aria-labelledby="title description">',
                f'<title id="title">{escape(title)}</title>',
                f'<desc id="description">{escape(description)}</desc>',
                f"<style>{STYLE}</style>",
                _HEAD,
                f'<rect class="paper" width="{self.width}" height="{self.height}"/>',
                *self.parts,
                "</svg>\n",
            ]
        )


@dataclass(frozen=True)
class Panel:
    """A part of a picture with its own axes."""

    svg: Svg
    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> Point:
        (x0, x1), (y0, y1) = self.x, self.y
        across = min(1.0, max(0.0, (x - x0) / (x1 - x0)))
        up = min(1.0, max(0.0, (y - y0) / (y1 - y0)))
        return self.left + self.width * across, self.top + self.height * (1 - up)

    def axes(self, xs: Sequence[tuple[float, str]], ys: Sequence[tuple[float, str]]) -> None:
        """Grid lines with labels: below, and on the left."""
        for value, label in ys:
            start, end = self.at(self.x[0], value), self.at(self.x[1], value)
            self.svg.rule(start, end, "grid")
            self.svg.text(start[0] - 6, start[1] + 4, label, "quiet", "end")
        for value, label in xs:
            foot = self.at(value, self.y[0])
            self.svg.rule(foot, (foot[0], foot[1] + 4), "axis")
            self.svg.text(foot[0], foot[1] + 16, label, "quiet", "middle")
        self.svg.rule(self.at(self.x[0], self.y[0]), self.at(self.x[1], self.y[0]), "axis")

    def curve(self, points: Sequence[Point], color: str, kind: str = "line") -> None:
        self.svg.line([self.at(*point) for point in points], color, kind)

    def steps(self, points: Sequence[Point], color: str, kind: str = "line") -> None:
        self.curve(stepped(points), color, kind)

    def fill(self, points: Sequence[Point], color: str) -> None:
        foot = self.y[0]
        ends = [(points[0][0], foot), *points, (points[-1][0], foot)]
        self.svg.area([self.at(*point) for point in ends], color)


def stepped(points: Sequence[Point]) -> list[Point]:
    """Hold each value until the next; points that change nothing are left out."""
    found: list[Point] = [points[0]]
    for x, y in points[1:]:
        if y != found[-1][1]:
            found += [(x, found[-1][1]), (x, y)]
    return [*found, (points[-1][0], found[-1][1])]


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
