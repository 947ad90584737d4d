"""The styles of diagrams.net for each kind of shape and line."""

from collections.abc import Mapping

from infra.drawing.icons import COLORS, ICONS, INK
from infra.drawing.picture import TITLE_GAP, Badge, Group, Icon, Line, LineStyle, Shape, Text

GROUP = "shape=mxgraph.aws4.group;grIcon=mxgraph.aws4.{};"
FRAMES: Mapping[str, str] = {
    "cloud": GROUP.format("group_aws_cloud_alt") + "strokeColor=#232F3E;fillColor=none;dashed=0",
    "region": GROUP.format("group_region") + "strokeColor=#147EBA;fillColor=none;dashed=1",
    "vpc": GROUP.format("group_vpc") + "strokeColor=#8C4FFF;fillColor=none;dashed=0",
    "zone": "strokeColor=#147EBA;fillColor=none;dashed=1",
    "public": GROUP.format("group_security_group")
    + "grStroke=0;strokeColor=#7AA116;fillColor=#F2F6E8;dashed=0",
    "private": GROUP.format("group_security_group")
    + "grStroke=0;strokeColor=#00A4A6;fillColor=#E6F6F7;dashed=0",
    "task": "strokeColor=#ED7100;fillColor=#FFFFFF;dashed=1",
    "band": "strokeColor=none;fillColor=#F1F3F5",
    "panel": "rounded=1;arcSize=8;absoluteArcSize=1;strokeColor=#AEB6BF;fillColor=#FFFFFF;dashed=0",
}

LINES: Mapping[LineStyle, str] = {
    "page": "strokeColor=#0B5CD6;strokeWidth=2;dashed=0;endArrow=block",
    "data": "strokeColor=#B8420A;strokeWidth=2;dashed=1;dashPattern=7 4;endArrow=block",
    "service": "strokeColor=#687078;strokeWidth=1;dashed=1;dashPattern=2 3;endArrow=open",
    "manages": "strokeColor=#ED7100;strokeWidth=1;dashed=1;dashPattern=4 3;endArrow=open",
    "replica": "strokeColor=#C925D1;strokeWidth=1;dashed=0;startArrow=open;endArrow=open",
}
BADGES: Mapping[LineStyle, str] = {"page": "#0B5CD6", "data": "#B8420A"}

SIDES = {
    "below": "verticalLabelPosition=bottom;verticalAlign=top;align=center",
    "above": "verticalLabelPosition=top;verticalAlign=bottom;align=center",
    "right": "labelPosition=right;align=left;verticalAlign=middle;spacingLeft=4",
    "left": "labelPosition=left;align=right;verticalAlign=middle;spacingRight=4",
}


def style(shape: Shape) -> str:
    """A shape's style."""
    font = f"html=1;fontFamily=Helvetica;fontSize=13;fontColor={INK}"
    match shape:
        case Group():
            right = f"align=right;spacingRight={TITLE_GAP}"
            indent = shape.title_rect.x - shape.rect.x - 2
            where = right if shape.align == "right" else f"align=left;spacingLeft={indent:g}"
            container = "container=1;collapsible=0;recursiveResize=0;pointerEvents=0"
            title = f"verticalAlign=top;{where}"
            weight = ";fontStyle=1" if shape.kind == "panel" else ""
            return f"{FRAMES[shape.kind]};{container};{title};{font}{weight}"
        case Icon():
            icon = ICONS[shape.kind]
            look = f"{icon.family.format(icon.shape)};fillColor={COLORS[icon.category]}"
            look += ";aspect=fixed;outlineConnect=0"
            return f"{look};{SIDES[shape.side]};{font}"
        case Text():
            look = "text;strokeColor=none;fillColor=none;align=left;verticalAlign=middle"
            weight = ";fontStyle=1" if shape.bold else ""
            return f"{look};spacing=0;{font.replace('=13', f'={shape.size:g}')}{weight}"
        case Badge():
            look = f"ellipse;aspect=fixed;fillColor={BADGES[shape.style]};strokeColor=#FFFFFF"
            font = "html=1;fontFamily=Helvetica;fontSize=11;fontStyle=1;fontColor=#FFFFFF"
            return f"{look};spacing=0;{font}"


def line_style(line: Line) -> str:
    """A line's style, without the anchors on its shapes."""
    route = "edgeStyle=orthogonalEdgeStyle;rounded=0;html=1;endSize=5;startSize=5"
    return f"{route};{LINES[line.style]}"
