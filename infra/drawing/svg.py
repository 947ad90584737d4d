"""The picture as an SVG for the README, with our own icons.

It has its own background, follows the reader's light or dark scheme, and has a title and a
description.
"""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from infra.drawing import words
from infra.drawing.icons import ICONS
from infra.drawing.picture import (
    LINE_HEIGHT,
    TEXT,
    TITLE_GAP,
    Badge,
    Group,
    Icon,
    Line,
    Picture,
    Point,
    Rect,
    Text,
    number,
)

STYLE = """
svg { --paper: #fff; --ink: #232f3e; --soft: #aeb6bf; --quiet: #5f6b76;
  --network: #7a3ff0; --compute: #b85600; --database: #b01fbc; --security: #c62840;
  --management: #cf1068; --people: #3b4a5c; --page: #0b5cd6; --data: #b8420a;
  --region: #147eba; --public: #5c7f12; --private: #00807f;
  --publicfill: #f2f6e8; --privatefill: #e6f6f7; --disc: #fff; --band: #f1f3f5; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #11161d; --ink: #e6ebf1; --soft: #4a5561; --quiet: #a3afbb;
    --page: #6ea8ff; --data: #ff9d5c; --region: #4fb3ea; --public: #a3c948;
    --private: #3fc5c4; --publicfill: #1a2317; --privatefill: #10262a; --disc: #11161d;
    --band: #1c232c; } }
text { fill: var(--ink); font-family: "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans",
  "Yu Gothic UI", Meiryo, sans-serif; }
.frame { fill: none; stroke: var(--ink); }
.cloud { stroke: var(--ink); }
.region { stroke: var(--region); stroke-dasharray: 2 3; }
.vpc { stroke: var(--network); }
.zone { stroke: var(--region); stroke-dasharray: 6 4; }
.public { stroke: var(--public); fill: var(--publicfill); }
.private { stroke: var(--private); fill: var(--privatefill); }
.task { stroke: var(--compute); stroke-dasharray: 5 3; fill: var(--paper); }
.panel { stroke: var(--soft); }
.band { stroke: none; fill: var(--band); }
.line { fill: none; stroke-width: 1.2; }
.page { stroke: var(--page); stroke-width: 2; }
.data { stroke: var(--data); stroke-width: 2; stroke-dasharray: 7 4; }
.service { stroke: var(--quiet); stroke-dasharray: 2 3; }
.manages { stroke: var(--compute); stroke-dasharray: 4 3; }
.replica { stroke: var(--database); }
.glyph { fill: none; stroke: #fff; stroke-width: 2; stroke-linecap: round;
  stroke-linejoin: round; }
.disc.page { fill: var(--page); stroke: none; }
.disc.data { fill: var(--data); stroke: none; }
.number { fill: var(--disc); font-size: 11px; font-weight: 700; text-anchor: middle; }
.bold { font-weight: 700; }
"""

ARROWS: Mapping[str, str] = {
    "page": "page",
    "data": "data",
    "service": "quiet",
    "manages": "compute",
    "replica": "database",
}
"""The color of each arrow head."""


def write(picture: Picture) -> bytes:
    """The file's bytes."""
    width, height = number(picture.width), number(picture.height)
    svg = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}"},
        width=width,
        height=height,
        role="img",
        **{"aria-labelledby": "title description"},
        lang=words.LANGUAGE,
    )
    ET.SubElement(svg, "title", id="title").text = picture.title
    ET.SubElement(svg, "desc", id="description").text = picture.description
    ET.SubElement(svg, "style").text = STYLE
    _arrows(svg)
    whole = Rect(0.5, 0.5, picture.width - 1, picture.height - 1)
    _box(svg, whole, rx="8", style="fill: var(--paper); stroke: var(--soft)")
    for group in picture.shapes:
        if isinstance(group, Group):
            _group(svg, group)
    for line in picture.lines:
        _line(svg, line)
    for shape in picture.shapes:
        match shape:
            case Icon():
                _icon(svg, shape)
            case Text():
                _text(svg, shape)
            case Badge():
                _badge(svg, shape)
    ET.indent(svg, " ")
    content: bytes = ET.tostring(svg, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _arrows(svg: ET.Element) -> None:
    definitions = ET.SubElement(svg, "defs")
    for name, color in ARROWS.items():
        attributes = {
            "id": f"arrow-{name}",
            "viewBox": "0 0 8 8",
            "refX": "8",
            "refY": "4",
            "markerWidth": "9",
            "markerHeight": "9",
            "markerUnits": "userSpaceOnUse",
            "orient": "auto-start-reverse",
        }
        marker = ET.SubElement(definitions, "marker", attributes)
        ET.SubElement(marker, "path", d="M0 0L8 4L0 8z", style=f"fill: var(--{color})")


def _group(svg: ET.Element, group: Group) -> None:
    radius = "6" if group.kind == "panel" else "2"
    _box(svg, group.rect, **{"class": f"frame {group.kind}"}, rx=radius)
    right = group.align == "right"
    x = group.rect.right - TITLE_GAP if right else group.rect.x + TITLE_GAP
    bold = group.kind in ("cloud", "panel", "vpc")
    _lines(svg, group.lines, (x, group.title_rect.y), "end" if right else "start", bold=bold)


def _icon(svg: ET.Element, icon: Icon) -> None:
    kind, place, label = ICONS[icon.kind], icon.rect, icon.label_rect
    _box(svg, place, rx="6", style=f"fill: var(--{kind.category})")
    move = f"translate({number(place.x)} {number(place.y)})"
    ET.SubElement(svg, "path", {"class": "glyph"}, d=kind.glyph, transform=move)
    x, anchor = {"left": (label.right, "end"), "right": (label.x, "start")}.get(
        icon.side, (label.center[0], "middle")
    )
    _lines(svg, icon.lines, (x, label.y), anchor)


def _text(svg: ET.Element, text: Text) -> None:
    top = text.rect.center[1] - LINE_HEIGHT * len(text.lines) / 2
    _lines(svg, text.lines, (text.rect.x, top), "start", size=text.size, bold=text.bold)


def _lines(
    svg: ET.Element,
    lines: tuple[str, ...],
    start: Point,
    anchor: str,
    *,
    size: float = TEXT,
    bold: bool = False,
) -> None:
    x, top = start
    for index, line in enumerate(lines):
        baseline = top + LINE_HEIGHT * (index + 0.5) + size * 0.36
        attributes = {"x": number(x), "y": number(baseline), "font-size": number(size)}
        attributes |= {"text-anchor": anchor, **({"class": "bold"} if bold else {})}
        ET.SubElement(svg, "text", attributes).text = line


def _badge(svg: ET.Element, badge: Badge) -> None:
    x, y = badge.rect.center
    place = {"cx": number(x), "cy": number(y), "r": number(badge.rect.width / 2)}
    ET.SubElement(svg, "circle", {"class": f"disc {badge.style}", **place})
    place = {"x": number(x), "y": number(y + 4)}
    ET.SubElement(svg, "text", {"class": "number", **place}).text = str(badge.number)


def _line(svg: ET.Element, line: Line) -> None:
    points = " ".join(f"{number(x)},{number(y)}" for x, y in line.points)
    head = f"url(#arrow-{line.style})"
    both = {"marker-start": head} if line.style == "replica" else {}
    attributes = {"class": f"line {line.style}", "points": points, "marker-end": head}
    ET.SubElement(svg, "polyline", attributes | both)


def _box(svg: ET.Element, rect: Rect, **attributes: str) -> None:
    ET.SubElement(svg, "rect", {**rect.attributes, **attributes})
