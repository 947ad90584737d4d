"""The writer of diagrams.net's files: mxGraph XML with its AWS shapes.

In the file places are relative to the frame, and lines are attached to their shapes: in the editor
they move with their frame. Nothing is compressed, so that a change reads well in a diff.
"""

import html
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from ishizue_ops.drawing import icons
from ishizue_ops.drawing.shapes import (
    FRAMES,
    INK,
    LINES,
    PAGE,
    Drawing,
    Line,
    Point,
    Rect,
    Shape,
    Side,
    number,
)

_SIDES: Mapping[Side, str] = {
    "left": "labelPosition=left;align=right;verticalAlign=middle;spacingRight=4",
    "right": "labelPosition=right;align=left;verticalAlign=middle;spacingLeft=4",
    "above": "verticalLabelPosition=top;verticalAlign=bottom;align=center",
    "below": "verticalLabelPosition=bottom;verticalAlign=top;align=center",
}


def convert(drawing: Drawing, width: float, height: float) -> bytes:
    """The file of a drawing, with its lines above all frames."""
    file = ET.Element("mxfile", host="app.diagrams.net")
    diagram = ET.SubElement(file, "diagram", id="aws", name="AWS")
    page = {"pageWidth": number(width), "pageHeight": number(height), "page": "1", "grid": "0"}
    model = ET.SubElement(diagram, "mxGraphModel", page, background="#FFFFFF")
    root = ET.SubElement(model, "root")
    ET.SubElement(root, "mxCell", id="0")
    ET.SubElement(root, "mxCell", {"id": PAGE, "parent": "0"})
    for shape in (each for each in drawing.shapes if each.kind != "disc"):
        _shape(root, shape, drawing.places[shape.parent])
    for line in drawing.lines:
        _line(root, line, drawing.places)
    for shape in (each for each in drawing.shapes if each.kind == "disc"):
        _shape(root, shape, drawing.places[shape.parent])
    ET.indent(file, " ")
    text: bytes = ET.tostring(file, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _style(shape: Shape) -> str:
    """A shape's look in diagrams.net."""
    match shape.kind:
        case "frame":
            stroke, fill, dashes, icon = FRAMES[shape.look]
            group = f"shape=mxgraph.aws4.group;grIcon=mxgraph.aws4.{icon};" if icon else ""
            group += "grStroke=0;" if shape.look in ("public", "private") else ""
            dashed = f"dashed=1;dashPattern={dashes};" if dashes else ""
            indent = 10 if shape.side == "right" else 30 if icon else 8
            return (
                f"{group}strokeColor={stroke};fillColor={fill};{dashed}container=1;collapsible=0;"
                f"recursiveResize=0;pointerEvents=0;verticalAlign=top;align={shape.side};"
                f"spacing{shape.side.capitalize()}={indent};"
            )
        case "icon":
            look = "aspect=fixed;outlineConnect=0"
            return f"{icons.STYLES[shape.look]};{look};{_SIDES[shape.side]};"
        case "disc":
            color = LINES[shape.look][0]
            return f"ellipse;aspect=fixed;fillColor={color};strokeColor=#FFFFFF;spacing=0;"
        case _:
            return "text;strokeColor=none;fillColor=none;align=left;verticalAlign=middle;spacing=0;"


def _shape(root: ET.Element, shape: Shape, home: Rect) -> None:
    color = "#FFFFFF" if shape.kind == "disc" else INK
    font = f"html=1;fontFamily=Helvetica;fontSize={shape.size};fontColor={color}"
    style = _style(shape) + font + (";fontStyle=1" if shape.bold else "")
    attributes = {"id": shape.name, "parent": shape.parent, "vertex": "1", "style": style}
    value = "<br>".join(map(html.escape, shape.lines))
    cell = ET.SubElement(root, "mxCell", attributes, value=value)
    x, y, width, height = shape.rect
    place = {"x": x - home.x, "y": y - home.y, "width": width, "height": height}
    texts = {name: number(value) for name, value in place.items()}
    ET.SubElement(cell, "mxGeometry", {**texts, "as": "geometry"})


def _line(root: ET.Element, line: Line, places: Mapping[str, Rect]) -> None:
    color, width, dashes = LINES[line.style]
    look = f"edgeStyle=orthogonalEdgeStyle;rounded=0;html=1;endArrow=block;strokeColor={color}"
    look += f";strokeWidth={width}" + (f";dashed=1;dashPattern={dashes}" if dashes else "")
    look += ";startArrow=block" if line.style == "replica" else ""
    cell = ET.SubElement(root, "mxCell", {"id": line.name, "parent": PAGE, "edge": "1"})
    geometry = ET.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    for role, end, shape, point in (
        ("source", "exit", line.source, line.points[0]),
        ("target", "entry", line.target, line.points[-1]),
    ):
        if shape:  # the end is fixed to its border, as fractions of the size
            cell.set(role, shape)
            rect = places[shape]
            across, down = (point[0] - rect.x) / rect.width, (point[1] - rect.y) / rect.height
            look += f";{end}X={across:.4g};{end}Y={down:.4g};{end}Perimeter=0"
        else:
            _point(geometry, point, f"{role}Point")
    bends = ET.SubElement(geometry, "Array", {"as": "points"})
    for point in line.points[1:-1]:
        _point(bends, point)
    cell.set("style", look)


def _point(parent: ET.Element, point: Point, role: str = "") -> None:
    where = {"x": number(point[0]), "y": number(point[1])}
    ET.SubElement(parent, "mxPoint", where | ({"as": role} if role else {}))
