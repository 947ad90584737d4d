"""What is drawn is the template's, and the .drawio is editable."""

from xml.etree import ElementTree as ET

import pytest

from infra.product import PRODUCT
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.drawing.contents import MissingComponent, read
from ishizue_ops.template import Design
from tests.infra.conftest import Designs
from tests.infra.drawing.conftest import balancer_rules
from tests.infra.edit import Edit, Editor, change, edited


def cells(content: bytes) -> dict[str, ET.Element]:
    """The cells of a .drawio file by id."""
    root = ET.fromstring(content).find("diagram/mxGraphModel/root")
    assert root is not None
    found = {cell.attrib["id"]: cell for cell in root}
    assert len(found) == len(root), "duplicate ids"
    return found


def ancestors(found: dict[str, ET.Element], name: str) -> list[str]:
    parent = found[name].get("parent", "page")
    return [] if parent == "page" else [parent, *ancestors(found, parent)]


def subnet(cidr: str, new: str) -> Edit:
    def edit(editor: Editor) -> None:
        editor.where("AWS::EC2::Subnet", CidrBlock=cidr)["CidrBlock"] = new

    return edit


def task(editor: Editor) -> None:
    [service] = editor.design.of_type("AWS::ECS::Service")
    found = editor.design.resolve(service.properties["TaskDefinition"], service.stack)
    assert found is not None
    raw = editor.templates[found.stack]["Resources"][found.logical_id]["Properties"]
    raw.update(Cpu="512", Memory="3072")
    [listening] = [one for one in raw["ContainerDefinitions"] if one.get("PortMappings")]
    listening.update(Name="another", PortMappings=[{"ContainerPort": 8080}])


def rule(editor: Editor) -> None:
    balancer_rules(editor).append(
        {"IpProtocol": "tcp", "CidrIp": "203.0.113.0/24", "FromPort": 22, "ToPort": 22}
    )


CHANGES: dict[str, tuple[Edit, list[str]]] = {
    "vpc": (change("AWS::EC2::VPC", CidrBlock="10.0.0.0/15"), ["VPC 10.0.0.0/15"]),
    "subnet": (subnet("10.0.11.0/24", "10.0.21.0/24"), ["Private Subnet 10.0.21.0/24"]),
    "certificate": (
        change("AWS::CertificateManager::Certificate", DomainName="*.example.com"),
        ["*.example.com"],
    ),
    "task": (task, ["0.5 vCPU", "3 GB", "another", PRODUCT.words.port.format(8080)]),
    "scaling": (
        change("AWS::ApplicationAutoScaling::ScalableTarget", MinCapacity=3, MaxCapacity=7),
        [PRODUCT.words.tasks.format(3, 7)],
    ),
    "database": (
        change(
            "AWS::RDS::DBInstance",
            DBInstanceClass="db.t4g.small",
            BackupRetentionPeriod=14,
            StorageEncrypted=False,
        ),
        ["db.t4g.small", PRODUCT.words.backups.format(14), PRODUCT.words.not_encrypted],
    ),
    "rule": (rule, ["from 203.0.113.0/24"]),
}


def draw(design: Design) -> dict[str, bytes]:
    return diagram.draw(design, PRODUCT)


@pytest.mark.parametrize("what", CHANGES)
def test_the_drawing_follows_the_template(documented: Design, what: str) -> None:
    edit, expected = CHANGES[what]
    before, after = draw(documented), draw(edited(documented, edit))
    for suffix in (".drawio", ".svg"):
        for text in expected:
            assert text in after[suffix].decode()
            assert text not in before[suffix].decode()


def test_components_are_in_their_frames(drawn: dict[str, bytes]) -> None:
    found = cells(drawn[".drawio"])
    cdn, region = "cloudfront" in found, ["vpc", "region", "cloud"]
    for key in ("1a", "1c"):
        zone = [f"zone-{key}", *region]
        assert ancestors(found, f"container-{key}") == [f"task-{key}", f"private-{key}", *zone]
        assert ancestors(found, f"alb-{key}") == [f"{'private' if cdn else 'public'}-{key}", *zone]
    assert ancestors(found, "nat-1a") == ["public-1a", "zone-1a", *region]
    for outside, parents in {"ecr": ["region", "cloud"], "route53": ["cloud"]}.items():
        assert outside not in found or ancestors(found, outside) == parents


def test_each_flow_goes_from_the_users_to_both_zones_in_the_steps_of_the_legend(
    drawn: dict[str, bytes],
) -> None:
    found = cells(drawn[".drawio"])
    edges = [cell for cell in found.values() if cell.get("edge")]
    for flow in ("page", "data") if "data-used" in found else ("page",):
        after: dict[str, set[str]] = {}
        for edge in edges:
            if edge.attrib["id"].startswith(flow):
                after.setdefault(edge.attrib["source"], set()).add(edge.attrib["target"])
        reached, new = {"users"}, {"users"}
        while new := set().union(*(after.get(name, set()) for name in new)):
            reached |= new
        last = {"container-1a", "container-1c", *({"db-1a"} if flow == "data" else ())}
        assert last <= reached
        numbers: dict[bool, set[str]] = {False: set(), True: set()}
        for name, cell in found.items():
            if "ellipse" in cell.get("style", "") and name.startswith((flow, f"step-{flow}")):
                numbers[name.startswith("step")].add(cell.attrib["value"])
        assert numbers[True] == numbers[False] == {str(n + 1) for n in range(len(numbers[True]))}


def test_the_drawio_file_has_containers_aws_shapes_and_attached_lines(
    drawn: dict[str, bytes],
) -> None:
    found = cells(drawn[".drawio"])
    for name, cell in found.items():
        style = cell.get("style", "")
        assert cell.get("parent", "0") in found
        assert "glyph=" not in style or "shape=mxgraph.aws4." in style
        if cell.get("edge") and not name.startswith("sample-"):
            assert {cell.attrib["source"], cell.attrib["target"]} <= found.keys()
    for cell in found.values():
        parent = found[cell.get("parent", "0")]
        if cell.get("vertex") and parent.get("vertex"):
            assert "container=1" in parent.attrib["style"]


def test_a_second_gateway_a_single_instance_and_no_scan_are_drawn_so(
    designs: Designs, documented: Design
) -> None:
    two = cells(draw(designs("rds", "example.com", NAT_GATEWAYS="2"))[".drawio"])
    assert two["nat-1c"].get("parent") == "public-1c"
    one = draw(edited(documented, change("AWS::RDS::DBInstance", MultiAZ=False)))
    assert not {"db-1c", "replica"} & cells(one[".drawio"]).keys()
    off = change("AWS::ECR::Repository", ImageScanningConfiguration={"ScanOnPush": False})
    assert PRODUCT.words.scanned not in draw(edited(documented, off))[".svg"].decode()


def test_with_cloudfront_only_cloudfront_reaches_the_balancer(designs: Designs) -> None:
    rules = read(designs("rds", "example.com", CDN="on"), PRODUCT).rules
    assert [row for row in rules if row[:2] == ("ALB", "Inbound")] == [
        ("ALB", "Inbound", "80 (HTTP)", "from CloudFront")
    ]


def test_a_missing_component_is_named(documented: Design) -> None:
    def edit(editor: Editor) -> None:
        for template in editor.templates.values():
            for name, raw in [*template["Resources"].items()]:
                if raw["Type"] == "AWS::ECR::Repository":
                    del template["Resources"][name]

    with pytest.raises(MissingComponent, match="the template has no AWS::ECR::Repository"):
        draw(edited(documented, edit))
