"""Both files have the layout's places and texts; the .drawio is editable, the SVG readable."""

import re
from xml.etree import ElementTree as ET

import pytest

from infra.drawing import drawio, svg
from infra.drawing.picture import Group, Icon, Picture, Point
from tests.infra.drawing.reading import badges, svg_texts, words


def cells(content: bytes) -> dict[str, ET.Element]:
    root = ET.fromstring(content).find("diagram/mxGraphModel/root")
    assert root is not None
    found = {cell.attrib["id"]: cell for cell in root}
    assert len(found) == len(root), "duplicate ids"
    return found


def test_the_drawio_file_has_the_layouts_places(picture: Picture) -> None:
    found = cells(drawio.write(picture))
    assert set(found) == {"0", "page"} | {one.id for one in (*picture.shapes, *picture.lines)}
    lines = {line.id for line in picture.lines}
    for shape in picture.shapes:
        if shape.parent not in lines:
            x, y = absolute(found, shape.id)
            assert (x, y) == pytest.approx((shape.rect.x, shape.rect.y), abs=0.05), shape.id


def absolute(found: dict[str, ET.Element], cell_id: str) -> Point:
    """A cell's place on the page: the sum of the relative places."""
    x = y = 0.0
    while cell_id != "page":
        geometry = found[cell_id].find("mxGeometry")
        assert geometry is not None
        x, y = x + float(geometry.attrib["x"]), y + float(geometry.attrib["y"])
        cell_id = found[cell_id].attrib["parent"]
    return x, y


def test_the_drawio_file_has_containers_aws_shapes_and_attached_lines(picture: Picture) -> None:
    found = cells(drawio.write(picture))
    for shape in picture.shapes:
        style = found[shape.id].attrib["style"]
        assert found[shape.id].attrib["parent"] in found
        if isinstance(shape, Group):
            assert "container=1" in style
        if isinstance(shape, Icon):
            assert "shape=mxgraph.aws4." in style
    for line in picture.lines:
        edge = found[line.id].attrib
        assert edge["edge"] == "1"
        assert edge.get("source", "") == line.source
        assert edge.get("target", "") == line.target
        assert "edgeStyle=orthogonalEdgeStyle" in edge["style"]


def test_lines_are_attached_where_the_layout_has_it(picture: Picture) -> None:
    found = cells(drawio.write(picture))
    for line in picture.lines:
        if not line.source:
            continue
        anchors = dict(part.split("=") for part in found[line.id].attrib["style"].split(";"))
        ends = (("exit", line.source, line.points[0]), ("entry", line.target, line.points[-1]))
        for end, name, (x, y) in ends:
            rect = picture.rect(name)
            held = (
                rect.x + float(anchors[f"{end}X"]) * rect.width,
                rect.y + float(anchors[f"{end}Y"]) * rect.height,
            )
            assert held == pytest.approx((x, y), abs=0.2), f"{line.id} at {name}"
        bends = [
            (float(point.attrib["x"]), float(point.attrib["y"]))
            for point in found[line.id].findall("mxGeometry/Array/mxPoint")
        ]
        assert bends == [*line.points[1:-1]]


def test_the_svg_has_every_icon_disc_and_line(picture: Picture) -> None:
    root = ET.fromstring(svg.write(picture))
    space = "{http://www.w3.org/2000/svg}"
    icons = [one for one in picture.shapes if isinstance(one, Icon)]
    assert len(root.findall(f"{space}path[@class='glyph']")) == len(icons)
    assert len(root.findall(f"{space}circle")) == len(badges(picture))
    drawn = [line.attrib["points"] for line in root.findall(f"{space}polyline")]
    assert drawn == [" ".join(f"{x:g},{y:g}" for x, y in line.points) for line in picture.lines]
    heads = {marker.attrib["id"] for marker in root.iter(f"{space}marker")}
    assert {f"arrow-{line.style}" for line in picture.lines} <= heads


def test_both_files_have_every_text_of_the_layout(picture: Picture) -> None:
    values = {
        line
        for cell in cells(drawio.write(picture)).values()
        for line in cell.get("value", "").split("<br>")
    }
    assert words(picture) <= values
    assert words(picture) <= svg_texts(svg.write(picture))


def test_the_svg_has_a_title_a_description_and_a_background(picture: Picture) -> None:
    content = svg.write(picture)
    root = ET.fromstring(content)
    space = "{http://www.w3.org/2000/svg}"
    assert root.attrib["role"] == "img"
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.attrib["aria-labelledby"].split() == [*named]
    assert all(named.values())
    [first, *_] = root.findall(f"{space}rect")
    assert "fill: var(--paper)" in first.attrib["style"]
    assert float(first.attrib["width"]) >= picture.width - 1
    assert b"prefers-color-scheme: dark" in content
    assert re.findall(rb"https?://[^\"]+", content) == [b"http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_svg_has_enough_contrast_in_either_scheme(scheme: str) -> None:
    colors = dict(re.findall(r"--(\w+): (#\w+)", svg.STYLE.split("@media")[0]))
    if scheme == "dark":
        dark = svg.STYLE.split("@media")[1].split("} }")[0]
        colors |= dict(re.findall(r"--(\w+): (#\w+)", dark))
    for paper in ("paper", "publicfill", "privatefill", "band"):
        assert contrast(colors["ink"], colors[paper]) >= 7
        for line in ("page", "data"):
            assert contrast(colors[line], colors[paper]) >= 4.5
    for style in ("page", "data"):
        assert contrast(colors["disc"], colors[style]) >= 4.5
    for category in ("network", "compute", "database", "security", "management", "people"):
        assert contrast("#fff", colors[category]) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""

    def luminance(color: str) -> float:
        digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
