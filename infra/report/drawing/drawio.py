"""The picture as a file of diagrams.net: mxGraph XML with its AWS shapes.

Groups are containers and every place is relative to its parent's, so that moving a frame in the
editor moves what is in it; lines hang on their shapes and keep the layout's bends. Ids are the
layout's own and nothing is compressed: the same picture is the same bytes, and a change reads
well in a diff.
"""

import html
from itertools import pairwise
from xml.etree import ElementTree as ET

from infra.report.drawing.aws_shapes import line_style, style
from infra.report.drawing.picture import (
    PAGE,
    Badge,
    Group,
    Icon,
    Line,
    Picture,
    Point,
    Rect,
    Shape,
    Text,
    number,
)


def write(picture: Picture) -> bytes:
    """The file's bytes, UTF-8 with a newline at the end."""
    file = ET.Element("mxfile", {"host": "app.diagrams.net"})
    diagram = ET.SubElement(file, "diagram", {"id": "aws", "name": "AWS"})
    model = ET.SubElement(
        diagram,
        "mxGraphModel",
        {
            "dx": "0",
            "dy": "0",
            "grid": "0",
            "page": "1",
            "pageWidth": number(picture.width),
            "pageHeight": number(picture.height),
            "background": "#FFFFFF",
        },
    )
    root = ET.SubElement(model, "root")
    ET.SubElement(root, "mxCell", {"id": "0"})
    ET.SubElement(root, "mxCell", {"id": PAGE, "parent": "0"})
    lines = {line.id for line in picture.lines}
    for shape in picture.shapes:
        if shape.parent not in lines:
            _inside(_cell(root, shape), picture.rect(shape.parent), shape.rect)
    # After the frames, or they would be painted over; what lies on a line is its child.
    for line in picture.lines:
        _edge(root, picture, line)
        for shape in picture.children(line.id):
            _on_line(_cell(root, shape), line, shape.rect)
    ET.indent(file, " ")
    content: bytes = ET.tostring(file, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _cell(root: ET.Element, shape: Shape) -> ET.Element:
    return ET.SubElement(
        root,
        "mxCell",
        {
            "id": shape.id,
            "parent": shape.parent,
            "vertex": "1",
            "value": _value(shape),
            "style": style(shape),
        },
    )


def _inside(cell: ET.Element, parent: Rect, place: Rect) -> None:
    where = {
        "x": number(place.x - parent.x),
        "y": number(place.y - parent.y),
        "width": number(place.width),
        "height": number(place.height),
    }
    ET.SubElement(cell, "mxGeometry", where | {"as": "geometry"})


def _on_line(cell: ET.Element, line: Line, place: Rect) -> None:
    """On the line itself, which it then follows: from -1 at the source to 1 at the target."""
    before, whole, found = 0.0, 0.0, place.center
    for start, end in pairwise(line.points):
        if _between(start, found, end):
            before = whole + _distance(start, found)
        whole += _distance(start, end)
    where = {
        "x": f"{2 * before / whole - 1:.4g}",
        "width": number(place.width),
        "height": number(place.height),
        "relative": "1",
    }
    geometry = ET.SubElement(cell, "mxGeometry", where | {"as": "geometry"})
    _point(geometry, (-place.width / 2, -place.height / 2), "offset")


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _between(start: Point, point: Point, end: Point) -> bool:
    return _distance(start, point) + _distance(point, end) == _distance(start, end)


def _value(shape: Shape) -> str:
    match shape:
        case Group():
            lines = shape.title
        case Icon():
            lines = shape.label
        case Text():
            lines = shape.lines
        case Badge():
            lines = (str(shape.number),)
    return "<br>".join(map(html.escape, lines))


def _edge(root: ET.Element, picture: Picture, line: Line) -> None:
    look = line_style(line)
    ends: dict[str, str] = {}
    for end, shape, point in (
        ("exit", line.source, line.points[0]),
        ("entry", line.target, line.points[-1]),
    ):
        if shape:
            ends["source" if end == "exit" else "target"] = shape
            look += f";{_anchor(end, picture.rect(shape), point)}"
    cell = ET.SubElement(
        root,
        "mxCell",
        {"id": line.id, "parent": PAGE, "edge": "1", "style": look, **ends},
    )
    geometry = ET.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    _point(geometry, line.points[0], "sourcePoint")
    _point(geometry, line.points[-1], "targetPoint")
    if line.points[1:-1]:
        bends = ET.SubElement(geometry, "Array", {"as": "points"})
        for point in line.points[1:-1]:
            _point(bends, point)


def _anchor(end: str, rect: Rect, point: Point) -> str:
    """Where on the shape's border the line holds, as parts of its width and height."""
    across, down = (point[0] - rect.x) / rect.width, (point[1] - rect.y) / rect.height
    return f"{end}X={across:.4g};{end}Y={down:.4g};{end}Dx=0;{end}Dy=0;{end}Perimeter=0"


def _point(parent: ET.Element, point: Point, role: str = "") -> None:
    where = {"x": number(point[0]), "y": number(point[1])}
    ET.SubElement(parent, "mxPoint", where | ({"as": role} if role else {}))
