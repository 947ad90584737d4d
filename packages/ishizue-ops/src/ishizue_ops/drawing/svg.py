"""The SVG for the README, with AWS's own icons.

It has its own background, follows the reader's light or dark scheme, and has a title and a
description.
"""

import html
from collections.abc import Iterator, Mapping

from ishizue_ops.drawing import icons
from ishizue_ops.drawing.shapes import (
    FRAMES,
    INK,
    LABEL_GAP,
    LINE_HEIGHT,
    LINES,
    Drawing,
    Line,
    Rect,
    Shape,
    number,
)

DARK: Mapping[str, str] = {
    "#FFFFFF": "#11161D",
    INK: "#E6EBF1",
    "#AEB6BF": "#4A5561",
    "#0B5CD6": "#6EA8FF",
    "#B8420A": "#FF9D5C",
    "#5F6B76": "#A3AFBB",
    "#147EBA": "#4FB3EA",
    "#5C7F12": "#A3C948",
    "#00807F": "#3FC5C4",
    "#F2F6E8": "#1A2317",
    "#E6F6F7": "#10262A",
    "#F1F3F5": "#1C232C",
    "#242f3e": "#E6EBF1",
    "#232f3d": "#E6EBF1",
}
"""The color that each one becomes in a dark scheme; icons of services keep theirs."""

_STYLE = """\
<style>
text { font-family: "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo,
  sans-serif; }
@media (prefers-color-scheme: dark) {"""
_HEAD = (
    '<marker id="head-{id}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" '
    'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" '
    'fill="{color}"/></marker>'
)


def convert(
    drawing: Drawing, width: float, height: float, title: str, description: str, language: str
) -> bytes:
    """The SVG of a drawing."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" '
        f'aria-labelledby="title description" lang="{language}">'
    )
    dark = [
        f'  [fill="{color}"] {{ fill: {other}; }} [stroke="{color}"] {{ stroke: {other}; }}'
        for color, other in DARK.items()
    ]
    kinds = dict.fromkeys(each.look for each in drawing.shapes if each.kind == "icon")
    discs = [each for each in drawing.shapes if each.kind == "disc"]
    lines = [
        head,
        f'<title id="title">{html.escape(title)}</title>',
        f'<desc id="description">{html.escape(description)}</desc>',
        _STYLE,
        *dark,
        "}\n</style>",
        *map(icons.symbol, dict.fromkeys(icons.FILES[kind] for kind in kinds)),
        *(
            _HEAD.format(id=style, color=LINES[style][0])
            for style in dict.fromkeys(line.style for line in drawing.lines)
        ),
        _box(Rect(0.5, 0.5, width - 1, height - 1), "#AEB6BF", "#FFFFFF", 8),
        *(part for each in drawing.shapes if each.kind != "disc" for part in _shape(each)),
        *map(_polyline, drawing.lines),
        *(part for each in discs for part in _shape(each)),
        "</svg>",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _shape(shape: Shape) -> Iterator[str]:
    rect = shape.rect
    x, y = map(number, rect.center)
    if shape.kind == "disc":
        color = LINES[shape.look][0]
        yield f'<circle cx="{x}" cy="{y}" r="{rect.width / 2:g}" fill="{color}"/>'
    elif shape.kind == "icon":
        yield f'<use href="#icon-{icons.FILES[shape.look]}" {_place(rect)}/>'
    elif shape.kind == "frame":
        stroke, fill, dashes, _ = FRAMES[shape.look]
        yield _box(rect, stroke, fill, 6 if shape.look == "panel" else 2, dashes)
    left, top, anchor = _beside(shape, LINE_HEIGHT * len(shape.lines))
    bold = ' font-weight="700"' if shape.bold else ""
    color = "#FFFFFF" if shape.kind == "disc" else INK
    look = f'text-anchor="{anchor}" font-size="{shape.size}" fill="{color}"{bold}'
    for index, line in enumerate(shape.lines):
        y = number(top + LINE_HEIGHT * (index + 0.5) + shape.size * 0.36)
        yield f'<text x="{number(left)}" y="{y}" {look}>{html.escape(line)}</text>'


def _beside(shape: Shape, height: float) -> tuple[float, float, str]:
    """Where a shape's text is: its x, its upper edge, and its anchor."""
    rect = shape.rect
    middle, center = rect.center
    match shape.kind, shape.side:
        case "frame", "right":
            return rect.right - 10, rect.y + 5, "end"
        case "frame", _:
            return rect.x + 10, rect.y + 5, "start"
        case "icon", "left":
            return rect.x - LABEL_GAP, center - height / 2, "end"
        case "icon", "right":
            return rect.right + LABEL_GAP, center - height / 2, "start"
        case "icon", "above":
            return middle, rect.y - LABEL_GAP - height, "middle"
        case "icon", _:
            return middle, rect.bottom + LABEL_GAP, "middle"
        case "text", _:
            return rect.x, center - height / 2, "start"
        case _:
            return middle, center - height / 2, "middle"


def _polyline(line: Line) -> str:
    color, width, dashes = LINES[line.style]
    both = f' marker-start="url(#head-{line.style})"' if line.style == "replica" else ""
    way = " ".join(f"{number(x)},{number(y)}" for x, y in line.points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<polyline points="{way}" fill="none" stroke="{color}" stroke-width="{width}"{dashed} '
        f'marker-end="url(#head-{line.style})"{both}/>'
    )


def _box(rect: Rect, stroke: str, fill: str, radius: int, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<rect {_place(rect)} rx="{radius}" fill="{fill}" stroke="{stroke}"{dashed}/>'


def _place(rect: Rect) -> str:
    return " ".join(f'{name}="{number(value)}"' for name, value in rect._asdict().items())
