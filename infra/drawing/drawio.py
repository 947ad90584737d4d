"""The picture as a diagrams.net file: mxGraph XML with its AWS shapes.

Groups are containers with relative coordinates, and lines are attached to their shapes: in the
editor everything moves with its frame. Ids are the layout's and nothing is compressed, so the same
picture is the same bytes, and a change reads well in a diff.
"""

import html
from itertools import pairwise
from xml.etree import ElementTree as ET

from infra.drawing.aws_shapes import line_style, style
from infra.drawing.picture import PAGE, Line, Picture, Point, Rect, Shape, number


def write(picture: Picture) -> bytes:
    """The file's bytes."""
    file = ET.Element("mxfile", host="app.diagrams.net")
    diagram = ET.SubElement(file, "diagram", id="aws", name="AWS")
    model = ET.SubElement(
        diagram,
        "mxGraphModel",
        {"dx": "0", "dy": "0", "grid": "0", "page": "1"},
        pageWidth=number(picture.width),
        pageHeight=number(picture.height),
        background="#FFFFFF",
    )
    root = ET.SubElement(model, "root")
    ET.SubElement(root, "mxCell", id="0")
    ET.SubElement(root, "mxCell", {"id": PAGE, "parent": "0"})
    lines = {line.id for line in picture.lines}
    for shape in picture.shapes:
        if shape.parent not in lines:
            _inside(_cell(root, shape), picture.rect(shape.parent), shape.rect)
    # After the frames, which would cover them; a disc on a line is the line's child.
    for line in picture.lines:
        _edge(root, picture, line)
        for shape in picture.children(line.id):
            _on_line(_cell(root, shape), line, shape.rect)
    ET.indent(file, " ")
    content: bytes = ET.tostring(file, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _cell(root: ET.Element, shape: Shape) -> ET.Element:
    value = "<br>".join(map(html.escape, shape.lines))
    return ET.SubElement(
        root,
        "mxCell",
        {"id": shape.id, "parent": shape.parent, "vertex": "1"},
        value=value,
        style=style(shape),
    )


def _inside(cell: ET.Element, parent: Rect, place: Rect) -> None:
    relative = Rect(place.x - parent.x, place.y - parent.y, place.width, place.height)
    ET.SubElement(cell, "mxGeometry", {**relative.attributes, "as": "geometry"})


def _on_line(cell: ET.Element, line: Line, place: Rect) -> None:
    """On the line, which it follows; x is from -1 at the source to 1 at the target."""
    before, whole, found = 0.0, 0.0, place.center
    for start, end in pairwise(line.points):
        if _distance(start, found) + _distance(found, end) == _distance(start, end):
            before = whole + _distance(start, found)
        whole += _distance(start, end)
    where = {
        **place.attributes,
        "x": f"{2 * before / whole - 1:.4g}",
        "relative": "1",
        "as": "geometry",
    }
    del where["y"]
    geometry = ET.SubElement(cell, "mxGeometry", where)
    _point(geometry, (-place.width / 2, -place.height / 2), "offset")


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _edge(root: ET.Element, picture: Picture, line: Line) -> None:
    look, ends = line_style(line), {}
    if line.source:
        ends["source"] = line.source
        look += _anchor("exit", picture.rect(line.source), line.points[0])
    if line.target:
        ends["target"] = line.target
        look += _anchor("entry", picture.rect(line.target), line.points[-1])
    attributes = {"id": line.id, "parent": PAGE, "edge": "1", "style": look, **ends}
    cell = ET.SubElement(root, "mxCell", attributes)
    geometry = ET.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    _point(geometry, line.points[0], "sourcePoint")
    _point(geometry, line.points[-1], "targetPoint")
    if line.points[1:-1]:
        bends = ET.SubElement(geometry, "Array", {"as": "points"})
        for point in line.points[1:-1]:
            _point(bends, point)


def _anchor(end: str, rect: Rect, point: Point) -> str:
    """The style of a line's end: its point on the shape's border, as fractions of the size."""
    across, down = (point[0] - rect.x) / rect.width, (point[1] - rect.y) / rect.height
    return f";{end}X={across:.4g};{end}Y={down:.4g};{end}Dx=0;{end}Dy=0;{end}Perimeter=0"


def _point(parent: ET.Element, point: Point, role: str = "") -> None:
    where = {"x": number(point[0]), "y": number(point[1])}
    ET.SubElement(parent, "mxPoint", where | ({"as": role} if role else {}))
