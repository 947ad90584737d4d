"""The writer of diagrams.net's files: mxGraph XML with its AWS shapes.

The layout decides every place, bend and line break, in pixels from the top left. In the file places
are relative to the frame, lines are attached to their shapes, and a disc to its line: in the editor
everything moves with its frame. Nothing is compressed, so that a change reads well in a diff.
"""

import html
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from xml.etree import ElementTree as ET

from ishizue_ops.drawing import icons

Point = tuple[float, float]
Lines = Sequence[str]
Side = Literal["left", "right", "above", "below"]

PAGE = "page"
"""The parent of the outermost shapes and of lines."""

TEXT = 13
LINE_HEIGHT = 17
LABEL_GAP = 5
DISC = 18.0
INK = "#232F3E"
PAGES = "#0B5CD6"
DATA = "#B8420A"

_FONT = f"html=1;fontFamily=Helvetica;fontSize={TEXT};fontColor={INK}"

_GROUP = "shape=mxgraph.aws4.group;grIcon=mxgraph.aws4."
_SUBNET = f"{_GROUP}group_security_group;grStroke=0"
_FRAMES: Mapping[str, str] = {
    "cloud": f"{_GROUP}group_aws_cloud_alt;strokeColor={INK};fillColor=none;fontStyle=1",
    "region": f"{_GROUP}group_region;strokeColor=#147EBA;fillColor=none;dashed=1;dashPattern=2 3",
    "vpc": f"{_GROUP}group_vpc;strokeColor={icons.NETWORK};fillColor=none;fontStyle=1",
    "zone": "strokeColor=#147EBA;fillColor=none;dashed=1;dashPattern=6 4",
    "public": f"{_SUBNET};strokeColor=#5C7F12;fillColor=#F2F6E8",
    "private": f"{_SUBNET};strokeColor=#00807F;fillColor=#E6F6F7",
    "task": f"strokeColor={icons.COMPUTE};fillColor=#FFFFFF;dashed=1;dashPattern=5 3",
    "panel": "rounded=1;arcSize=1;strokeColor=#AEB6BF;fillColor=#FFFFFF;fontStyle=1",
    "band": "strokeColor=none;fillColor=#F1F3F5",
}
_LINES: Mapping[str, str] = {
    "page": f"strokeColor={PAGES};strokeWidth=2",
    "data": f"strokeColor={DATA};strokeWidth=2;dashed=1;dashPattern=7 4",
    "service": "strokeColor=#5F6B76;strokeWidth=1.2;dashed=1;dashPattern=2 3",
    "manages": f"strokeColor={icons.COMPUTE};strokeWidth=1.2;dashed=1;dashPattern=4 3",
    "replica": f"strokeColor={icons.DATABASE};strokeWidth=1.2;startArrow=block",
}
_DISCS = {"page": PAGES, "data": DATA}
_SIDES: Mapping[Side, str] = {
    "left": "labelPosition=left;align=right;verticalAlign=middle;spacingRight=4",
    "right": "labelPosition=right;align=left;verticalAlign=middle;spacingLeft=4",
    "above": "verticalLabelPosition=top;verticalAlign=bottom;align=center",
    "below": "verticalLabelPosition=bottom;verticalAlign=top;align=center",
}


def text_width(text: str, size: float = TEXT) -> float:
    """The width of a text, estimated on the wide side, since fonts differ between machines."""
    ems = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.58 for c in text)
    return ems * size


def shortened(text: str, room: float) -> str:
    """The text, cut with an ellipsis if it is too wide."""
    while text_width(text) > room:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def number(value: float) -> str:
    """A number in a file: at most two decimals, the same on every machine."""
    return f"{round(value, 2):g}"


class Rect(NamedTuple):
    """A rectangle by its top left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


class Drawing:
    """A file in the making, with its lines above all shapes; names are the ids of its cells."""

    def __init__(self) -> None:
        self.places = {PAGE: Rect(0, 0, 0, 0)}
        """Every shape's place on the page; a line's place is its start."""
        self._shapes: list[ET.Element] = []
        self._lines: list[ET.Element] = []

    def frame(
        self, name: str, parent: str, rect: Rect, kind: str, title: Lines = (), align: str = "left"
    ) -> None:
        """A frame that contains others, with a title along its upper edge."""
        indent = 10 if align == "right" else 30 if "grIcon" in _FRAMES[kind] else 8
        place = f"verticalAlign=top;align={align};spacing{align.capitalize()}={indent}"
        container = "container=1;collapsible=0;recursiveResize=0;pointerEvents=0"
        self._shape(name, parent, rect, f"{_FRAMES[kind]};{container};{place};{_FONT}", title)

    def icon(self, name: str, parent: str, rect: Rect, kind: str, label: Lines, side: Side) -> None:
        """A component: a square with its label on one side."""
        look = f"{icons.STYLES[kind]};aspect=fixed;outlineConnect=0;glyph={kind}"
        self._shape(name, parent, rect, f"{look};{_SIDES[side]};{_FONT}", label)

    def text(
        self, name: str, parent: str, rect: Rect, text: str, size: int = 12, bold: bool = False
    ) -> None:
        """A line of text."""
        look = "text;strokeColor=none;fillColor=none;align=left;verticalAlign=middle;spacing=0"
        font = _FONT.replace(f"={TEXT}", f"={size}") + (";fontStyle=1" if bold else "")
        self._shape(name, parent, rect, f"{look};{font}", (text,))

    def disc(self, name: str, parent: str, center: Point, style: str, step: int) -> None:
        """A step of a traffic flow, in a frame or on a line."""
        look = f"ellipse;aspect=fixed;fillColor={_DISCS[style]};strokeColor=#FFFFFF;spacing=0"
        font = "html=1;fontFamily=Helvetica;fontSize=11;fontStyle=1;fontColor=#FFFFFF"
        rect = Rect(center[0] - DISC / 2, center[1] - DISC / 2, DISC, DISC)
        self._shape(name, parent, rect, f"{look};{font}", (str(step),))

    def line(
        self, name: str, style: str, points: Sequence[Point], source: str = "", target: str = ""
    ) -> None:
        """An orthogonal line with every bend, between the borders of two shapes or free."""
        look = f"edgeStyle=orthogonalEdgeStyle;rounded=0;html=1;endArrow=block;{_LINES[style]}"
        cell = ET.Element("mxCell", {"id": name, "parent": PAGE, "edge": "1"})
        geometry = ET.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
        for role, end, shape, point in (
            ("source", "exit", source, points[0]),
            ("target", "entry", target, points[-1]),
        ):
            if shape:  # the end is fixed to its border, as fractions of the size
                cell.set(role, shape)
                rect = self.places[shape]
                across, down = (point[0] - rect.x) / rect.width, (point[1] - rect.y) / rect.height
                look += f";{end}X={across:.4g};{end}Y={down:.4g};{end}Perimeter=0"
            else:
                _point(geometry, point, f"{role}Point")
        bends = ET.SubElement(geometry, "Array", {"as": "points"})
        for point in points[1:-1]:
            _point(bends, point)
        cell.set("style", look)
        self.places[name] = Rect(*points[0], 0, 0)
        self._lines.append(cell)

    def file(self, width: float, height: float) -> ET.Element:
        """The root of the XML."""
        file = ET.Element("mxfile", host="app.diagrams.net")
        diagram = ET.SubElement(file, "diagram", id="aws", name="AWS")
        page = {"pageWidth": number(width), "pageHeight": number(height), "page": "1", "grid": "0"}
        model = ET.SubElement(diagram, "mxGraphModel", page, background="#FFFFFF")
        root = ET.SubElement(model, "root")
        ET.SubElement(root, "mxCell", id="0")
        ET.SubElement(root, "mxCell", {"id": PAGE, "parent": "0"})
        root.extend([*self._shapes, *self._lines])
        ET.indent(file, " ")
        return file

    def _shape(self, name: str, parent: str, rect: Rect, style: str, lines: Lines) -> None:
        attributes = {"id": name, "parent": parent, "vertex": "1", "style": style}
        cell = ET.Element("mxCell", attributes, value="<br>".join(map(html.escape, lines)))
        home = self.places[parent]
        self.places[name] = rect
        x, y = rect.x - home.x, rect.y - home.y
        size = {"width": number(rect.width), "height": number(rect.height), "as": "geometry"}
        if any(line.get("id") == parent for line in self._lines):
            geometry = ET.SubElement(cell, "mxGeometry", {"x": "-1", "relative": "1", **size})
            _point(geometry, (x, y), "offset")
            self._lines.append(cell)
        else:
            ET.SubElement(cell, "mxGeometry", {"x": number(x), "y": number(y), **size})
            self._shapes.append(cell)


def _point(parent: ET.Element, point: Point, role: str = "") -> None:
    where = {"x": number(point[0]), "y": number(point[1])}
    ET.SubElement(parent, "mxPoint", where | ({"as": role} if role else {}))
