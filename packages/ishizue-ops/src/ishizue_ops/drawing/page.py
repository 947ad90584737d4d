"""The draw.io file: a page of `layout.drawio` with what the design has, and panels below it.

`layout.drawio` has a place for everything that the design may have, and is edited by hand in
diagrams.net: what the contents have no label for is taken away, and every line that they have no
arrow for. A line's id are the two shapes that it stands for.
"""

import html
import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

from ishizue_ops.drawing.contents import Contents

ROW = 25
_HEAD = 34
_COLUMNS = (14, 68, 136, 262)
"""The x of the columns of the rules: group, direction, port, peer."""

_STORAGE = 110
"""The height of the row of the database, which not every design has."""

_HIGHER = {"private-1", "private-2", "zone-1", "zone-2", "vpc", "region", "cloud"}
_BELOW = {"ecr", "secrets", "logs", "dashboard", "alarms", "acm", "waf", "endpoint"}
"""What is less high without that row, and what is below it."""

_SAMPLES = {"page": ("users route53", "step users"), "data": ("task-1 db", "step task-1 db")}
"""A line and a step of each flow in `layout.drawio`, by which the legend looks."""

_FONT = "html=1;fontFamily=Helvetica;fontColor=#232F3E"
_TEXT = f"text;strokeColor=none;fillColor=none;align=left;verticalAlign=middle;spacing=0;{_FONT}"
_PANEL = (
    "rounded=1;arcSize=1;strokeColor=#AEB6BF;fillColor=#FFFFFF;container=1;collapsible=0;"
    f"pointerEvents=0;verticalAlign=top;align=left;spacingLeft=8;{_FONT};fontSize=13;fontStyle=1"
)
_BAND = f"strokeColor=none;fillColor=#F1F3F5;{_FONT};fontSize=12"

Box = tuple[float, float, float, float]
"""A place in a frame: x, y, width, height."""


def filled(contents: Contents) -> ET.Element:
    """The file of a design."""
    file = ET.parse(Path(__file__).with_name("layout.drawio")).getroot()  # noqa: S314
    for diagram in file.findall("diagram"):
        if diagram.get("name") != contents.layout:
            file.remove(diagram)
    [model] = file.iter("mxGraphModel")
    [root] = model.iter("root")
    looks = {cell.attrib["id"]: cell.get("style", "") for cell in root}
    drawn: set[str] = set()
    for cell in root.findall("mxCell[@style]"):
        if _fill(cell, contents, drawn):
            drawn.add(cell.attrib["id"])
        else:
            root.remove(cell)
    if not contents.store:
        _close_up(root)
    [place] = root.findall("mxCell[@id='cloud']/mxGeometry")
    top = float(place.attrib["y"]) + float(place.attrib["height"]) + 16
    model.set("pageHeight", f"{_Panels(root, looks, contents, top).bottom:g}")
    ET.indent(file, " ")
    return file


def _fill(cell: ET.Element, contents: Contents, drawn: set[str]) -> bool:
    """Give a shape its label. Returns whether the design has it, or the line.

    A step is there with the line that begins at it.
    """
    name = cell.attrib["id"]
    first, _, rest = name.partition(" ")
    if cell.get("edge"):
        ends = {cell.attrib["source"], cell.attrib["target"]}
        return (first, rest) in contents.arrows and ends <= contents.labels.keys()
    label = contents.labels.get(name)
    if first == "step" and any(line == rest or line.startswith(f"{rest} ") for line in drawn):
        label = (str(contents.steps[rest.partition(" ")[0]]),)
    if label is not None:
        cell.set("value", "<br>".join(map(html.escape, label)))
        style = cell.attrib["style"]
        cell.set("style", style.replace("aws4.rds;", f"aws4.{contents.store};"))
    return label is not None


def _close_up(root: ET.Element) -> None:
    """Take away the row of the database: what is below it moves up."""
    for cell in root.findall("mxCell"):
        for place in cell.iter("mxGeometry"):
            if cell.get("id") in _HIGHER:
                place.set("height", f"{float(place.attrib['height']) - _STORAGE:g}")
            elif cell.get("id") in _BELOW and cell.get("parent") != "cloud":
                place.set("y", f"{float(place.attrib['y']) - _STORAGE:g}")
        for point in cell.iter("mxPoint") if cell.get("target") in _BELOW else ():
            point.set("y", f"{float(point.attrib['y']) - _STORAGE:g}")


class _Panels:
    """The steps of the traffic flows, the rules of the security groups, and what is beside."""

    def __init__(
        self, root: ET.Element, looks: dict[str, str], contents: Contents, top: float
    ) -> None:
        self._root = root
        self._looks = looks
        self._contents = contents
        self._top = top
        words = contents.words
        groups = [[*rows] for _, rows in groupby(contents.rules, key=lambda row: row[0])]
        rules = _HEAD + ROW * (len(contents.rules) + 1) + 4 * len(groups) + 6
        steps = max((len(each) for each in contents.flows.values()), default=0)
        height = max(rules, _HEAD + ROW * (steps + 2) + 12)
        self._shape("flows", "page", (20, top, 580, height), _PANEL, words.flows)
        self._flows(height - 6 - ROW)
        self._shape("rules", "page", (616, top, 464, height), _PANEL, "Security Groups")
        self._rules([[words.rules], *groups])
        self.bottom = top + height + 20
        if contents.beside:
            height = _HEAD + ROW * -(-len(contents.beside) // 2) + 10
            place = 20, self.bottom - 4, 1060, height
            self._shape("beside", "page", place, _PANEL, words.beside)
            for index, text in enumerate(contents.beside):
                self._text("beside", 14 + 530 * (index % 2), _HEAD + ROW * (index // 2), text)
            self.bottom += height + 16

    def _flows(self, below: float) -> None:
        """The steps in words, and the legend of the lines."""
        names = self._contents.words.names
        shared = self._contents.flows.get("page", [])
        for index, (flow, texts) in enumerate(self._contents.flows.items()):
            x = 12 + 278 * index
            self._sample(_SAMPLES[flow][0], x, _HEAD, names[flow], bold=True)
            for step, text in enumerate(texts, start=1):
                y = _HEAD + ROW * step
                # What both flows share is drawn once.
                both = text in shared and step < len(texts)
                look = self._looks[_SAMPLES["page" if both else flow][1]]
                self._shape(f"{flow}-{step}", "flows", (x + 4, y + 3.5, 18, 18), look, str(step))
                self._text("flows", x + 28, y, text)
        others = {"ecs ecr": names["service"], "ecs task-1": names["manages"]}
        if ("db-1", "db-2") in self._contents.arrows:
            others["db-1 db-2"] = self._contents.words.between_instances[self._contents.store]
        for index, (like, name) in enumerate(others.items()):
            self._sample(like, 12 + 190 * index + 30 * (index == 1), below, name)

    def _sample(self, like: str, x: float, y: float, name: str, *, bold: bool = False) -> None:
        """Draw a line of the legend with its name."""
        look = re.sub(r";(exit|entry)\w+=[^;]*", "", self._looks[like])
        attributes = {"id": f"sample-{like}", "parent": "page", "edge": "1", "style": look}
        cell = ET.SubElement(self._root, "mxCell", attributes)
        geometry = ET.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
        for end, role in ((x + 20, "source"), (x + 54, "target")):
            point = {"x": f"{end:g}", "y": f"{self._top + y + ROW / 2:g}", "as": f"{role}Point"}
            ET.SubElement(geometry, "mxPoint", point)
        self._text("flows", x + 40, y, name, bold=bold)

    def _rules(self, groups: Sequence[Sequence[tuple[str, ...]]]) -> None:
        """The table, with a band for each group after the head."""
        y = _HEAD
        for rows in groups:
            if y > _HEAD:
                band = 6, y, 452, ROW * len(rows)
                self._shape(f"band-{rows[0][0]}", "rules", band, _BAND, "")
            for index, row in enumerate(rows):
                for x, text in zip(_COLUMNS, ("", *row[1:]) if index else row, strict=True):
                    bold = y == _HEAD or x == _COLUMNS[0]
                    self._text("rules", x, y, text, bold=bold)
                y += ROW
            y += 4 if y > _HEAD + ROW else 0

    def _text(self, parent: str, x: float, y: float, text: str, *, bold: bool = False) -> None:
        if text:
            style = f"{_TEXT};fontSize=12" + (";fontStyle=1" if bold else "")
            self._shape(f"{parent}-{x:g}-{y:g}", parent, (x, y, 250, ROW), style, text)

    def _shape(self, name: str, parent: str, box: Box, style: str, text: str) -> None:
        attributes = {"id": name, "parent": parent, "vertex": "1", "style": style}
        cell = ET.SubElement(self._root, "mxCell", attributes, value=html.escape(text))
        sizes = zip(("x", "y", "width", "height"), (f"{size:g}" for size in box), strict=True)
        ET.SubElement(cell, "mxGeometry", {**dict(sizes), "as": "geometry"})
