"""The draw.io file: a page of `layout.drawio` with what the design has.

`layout.drawio` has a place for everything that the design may have, and is edited by hand in
diagrams.net: what the contents have no label for is taken away, and every line that they have no
arrow for. A line's id are the two shapes that it stands for; the legend's begin with `sample-`.
"""

import html
from pathlib import Path
from xml.etree import ElementTree as ET

from ishizue_ops.drawing.contents import Contents
from ishizue_ops.drawing.svg import LINE_HEIGHT

_MARGIN = 16


def filled(contents: Contents) -> ET.Element:
    """The file of a design."""
    file = ET.parse(Path(__file__).with_name("layout.drawio")).getroot()  # noqa: S314
    for diagram in file.findall("diagram"):
        if diagram.get("name") != contents.layout:
            file.remove(diagram)
    [model] = file.iter("mxGraphModel")
    [root] = model.iter("root")
    bottom = 0.0
    for cell in root.findall("mxCell[@style]"):
        if not _fill(cell, contents):
            root.remove(cell)
        elif cell.get("vertex") and cell.get("parent") == "page":
            [place] = cell
            bottom = max(bottom, float(place.attrib["y"]) + float(place.attrib["height"]))
    model.set("pageHeight", f"{bottom + _MARGIN:g}")
    ET.indent(file, " ")
    return file


def _fill(cell: ET.Element, contents: Contents) -> bool:
    """Give a shape its label. Returns whether the design has it, or the line."""
    name = cell.attrib["id"]
    if name.startswith("sample-"):
        return name.replace("sample", "legend") in contents.labels
    if cell.get("edge"):
        source, target = name.split()
        ends = {cell.attrib["source"], cell.attrib["target"]}
        return (source, target) in contents.arrows and ends <= contents.labels.keys()
    label = contents.labels.get(name)
    if label is None:
        return False
    cell.set("value", "<br>".join(map(html.escape, label)))
    cell.set("style", cell.attrib["style"].replace("aws4.rds;", f"aws4.{contents.store};"))
    if name == "beside":
        [place] = cell
        place.set("height", f"{LINE_HEIGHT * len(label) + 10:g}")
    return True
