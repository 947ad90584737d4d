"""The SVG for the README, made from the draw.io file, with AWS's own icons.

It has its own background, follows the reader's light or dark scheme, and has a title and a
description.
"""

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from ishizue_ops.drawing.contents import Contents

LINE_HEIGHT = 17
LABEL_GAP = 5

_STYLE = """\
<style>
text { font-family: "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo,
  sans-serif; }
@media (prefers-color-scheme: dark) {
  svg { filter: invert(0.9) hue-rotate(180deg); }
  use:not([href="#icon-users"]) { filter: invert(1) hue-rotate(180deg); }
}
</style>"""
_HEAD = (
    '<marker id="head-{id}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" '
    'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" '
    'fill="#{id}"/></marker>'
)

Style = Mapping[str, str]
"""A cell's style in the draw.io file."""

Point = tuple[float, float]

_ICON = r'<svg xmlns="[^"]+" (viewBox="[^"]+")>(?:<title>.*?</title>)?(.+)</svg>\s*'


class Rect(NamedTuple):
    """A rectangle by its top left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


def symbol(name: str) -> str:
    """A file of `icons/` as an SVG symbol of that name; AWS's terms are in THIRD-PARTY.md."""
    file = Path(__file__).with_name("icons") / f"{name}.svg"
    icon = file.read_text(encoding="utf-8")
    return re.sub(_ICON, rf'<symbol id="icon-{name}" \1>\2</symbol>', icon)


def convert(file: ET.Element, contents: Contents) -> bytes:
    """The SVG of a file."""
    [model] = file.iter("mxGraphModel")
    return "".join(f"{line}\n" for line in _lines(model, contents)).encode()


def _lines(model: ET.Element, contents: Contents) -> Iterator[str]:
    width, height = float(model.attrib["pageWidth"]), float(model.attrib["pageHeight"])
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" '
        f'aria-labelledby="title description" lang="{contents.language}">'
    )
    yield f'<title id="title">{html.escape(contents.labels["title"][0])}</title>'
    yield f'<desc id="description">{html.escape(contents.description)}</desc>'
    yield _STYLE
    page = Rect(0.5, 0.5, width - 1, height - 1)
    yield _box(page, {"fillColor": "#FFFFFF", "strokeColor": "#AEB6BF"}, 8)
    places = {"page": Rect(0, 0, width, height)}
    drawn = set[str]()
    for cell in model.iter("mxCell"):
        style = dict(part.partition("=")[::2] for part in cell.get("style", "").split(";"))
        if cell.get("vertex"):
            rect = places[cell.attrib["id"]] = _place(cell, places)
            icon = _icon(cell, style, contents.store)
            if icon and icon not in drawn:
                drawn.add(icon)
                yield symbol(icon)
            yield from _shape(cell, rect, style, icon)
        elif cell.get("edge"):
            head = style["strokeColor"][1:]
            if head not in drawn:
                drawn.add(head)
                yield _HEAD.format(id=head)
            yield _polyline(_points(cell, style, places), style, head)
    yield "</svg>"


def _icon(cell: ET.Element, style: Style, store: str) -> str:
    """The icon of a shape, which is that of its id, if it is one."""
    kind = cell.attrib["id"].partition("-")[0]
    files = {"db": store, "gate": "container", "dashboard": "metrics"}
    return files.get(kind, kind) if "outlineConnect" in style else ""


def _place(cell: ET.Element, places: Mapping[str, Rect]) -> Rect:
    """A shape's place on the page."""
    [geometry] = cell
    home = places[cell.attrib["parent"]]
    x, y, width, height = (float(geometry.attrib[key]) for key in Rect._fields)
    return Rect(home.x + x, home.y + y, width, height)


def _shape(cell: ET.Element, rect: Rect, style: Style, icon: str) -> Iterator[str]:
    if icon:
        yield f'<use href="#icon-{icon}" {_rect(rect)}/>'
    elif "text" not in style:
        yield _box(rect, style, 6 if style.get("rounded") else 2)
    lines = [line for line in cell.attrib["value"].split("<br>") if line]
    left, top, anchor = _beside(rect, style, LINE_HEIGHT * len(lines))
    size = float(style["fontSize"])
    bold = ' font-weight="700"' if "fontStyle" in style else ""
    look = f'text-anchor="{anchor}" font-size="{size:g}" fill="{style["fontColor"]}"{bold}'
    for index, line in enumerate(lines):
        y = _number(top + LINE_HEIGHT * (index + 0.5) + size * 0.36)
        yield f'<text x="{_number(left)}" y="{y}" {look}>{line}</text>'


def _beside(rect: Rect, style: Style, height: float) -> tuple[float, float, str]:
    """Where a shape's text is: its x, its upper edge, and its anchor."""
    middle, center = rect.center
    right = rect.x + rect.width
    match style:
        case {"container": _, "align": "right"}:
            return right - 10, rect.y + 5, "end"
        case {"container": _}:
            return rect.x + 10, rect.y + 5, "start"
        case {"labelPosition": "left"}:
            return rect.x - LABEL_GAP, center - height / 2, "end"
        case {"labelPosition": "right"}:
            return right + LABEL_GAP, center - height / 2, "start"
        case {"verticalLabelPosition": "top"}:
            return middle, rect.y - LABEL_GAP - height, "middle"
        case {"verticalLabelPosition": "bottom"}:
            return middle, rect.y + rect.height + LABEL_GAP, "middle"
        case _:
            return rect.x, center - height / 2, "start"


def _points(cell: ET.Element, style: Style, places: Mapping[str, Rect]) -> list[Point]:
    """A line's ends and bends; an end is on the border of its shape, or free."""
    points = [_at(point) for point in cell.iterfind("mxGeometry/Array/mxPoint")]
    free = {point.get("as"): _at(point) for point in cell.iterfind("mxGeometry/mxPoint")}
    for role, end, index in (("source", "exit", 0), ("target", "entry", len(points) + 1)):
        point = free.get(f"{role}Point")
        if point is None:
            rect = places[cell.attrib[role]]
            across, down = float(style[f"{end}X"]), float(style[f"{end}Y"])
            point = rect.x + across * rect.width, rect.y + down * rect.height
        points.insert(index, point)
    return points


def _at(point: ET.Element) -> Point:
    return float(point.attrib["x"]), float(point.attrib["y"])


def _polyline(points: list[Point], style: Style, head: str) -> str:
    both = f' marker-start="url(#head-{head})"' if "startArrow" in style else ""
    way = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    return (
        f'<polyline points="{way}" fill="none" stroke="#{head}" '
        f'stroke-width="{style["strokeWidth"]}"{_dashes(style)} '
        f'marker-end="url(#head-{head})"{both}/>'
    )


def _box(rect: Rect, style: Style, radius: int) -> str:
    color = f'fill="{style["fillColor"]}" stroke="{style["strokeColor"]}"'
    return f'<rect {_rect(rect)} rx="{radius}" {color}{_dashes(style)}/>'


def _rect(rect: Rect) -> str:
    return " ".join(f'{name}="{_number(value)}"' for name, value in rect._asdict().items())


def _dashes(style: Style) -> str:
    return f' stroke-dasharray="{style["dashPattern"]}"' if "dashPattern" in style else ""


def _number(value: float) -> str:
    """A number in a file: at most two decimals, the same on every machine."""
    return f"{round(value, 2):g}"
