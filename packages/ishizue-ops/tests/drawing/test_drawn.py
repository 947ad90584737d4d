"""What is drawn is the template's, and the .drawio is editable."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from infra.product import PRODUCT
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.drawing import icons
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Edit, Editor, change, edited


@pytest.fixture(scope="module")
def documented(designs: Designs) -> Design:
    return designs("rds", "example.com")


def cells(content: bytes) -> dict[str, ET.Element]:
    """The cells of a .drawio file by id."""
    root = ET.fromstring(content).find("diagram/mxGraphModel/root")
    assert root is not None
    by_id = {cell.attrib["id"]: cell for cell in root}
    assert len(by_id) == len(root), "duplicate ids"
    return by_id


def subnet(cidr: str, new: str) -> Edit:
    def edit(editor: Editor) -> None:
        editor.where("AWS::EC2::Subnet", CidrBlock=cidr)["CidrBlock"] = new

    return edit


def task(editor: Editor) -> None:
    [service] = editor.design.of_type("AWS::ECS::Service")
    definition = editor.design.resolve(service.properties["TaskDefinition"], service.stack)
    assert definition is not None
    raw = editor.templates[definition.stack]["Resources"][definition.logical_id]["Properties"]
    raw.update(Cpu="512", Memory="3072")
    [listening] = [each for each in raw["ContainerDefinitions"] if each.get("PortMappings")]
    listening.update(Name="another", PortMappings=[{"ContainerPort": 8080}])
    [gate] = [each for each in raw["ContainerDefinitions"] if not each.get("PortMappings")]
    gate["Name"] = "barrier"


def rule(editor: Editor) -> None:
    editor.one("AWS::EC2::SecurityGroup", "LoadBalancer")["SecurityGroupIngress"].append(
        {"IpProtocol": "tcp", "CidrIp": "203.0.113.0/24", "FromPort": 22, "ToPort": 22}
    )


CHANGES: dict[str, tuple[Edit, list[str]]] = {
    "vpc": (change("AWS::EC2::VPC", CidrBlock="10.0.0.0/15"), ["VPC 10.0.0.0/15"]),
    "subnet": (subnet("10.0.11.0/24", "10.0.21.0/24"), ["Private Subnet 10.0.21.0/24"]),
    "certificate": (
        change("AWS::CertificateManager::Certificate", DomainName="*.example.com"),
        ["*.example.com"],
    ),
    "task": (
        task,
        [
            "0.5 vCPU",
            "3 GB",
            "another",
            PRODUCT.words.port.format(8080),
            "barrier",
            PRODUCT.words.gate.format("another"),
        ],
    ),
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


def test_a_second_gateway_a_single_instance_and_no_scan_are_drawn_so(
    designs: Designs, documented: Design
) -> None:
    two = cells(draw(designs("rds", "example.com", NAT_GATEWAYS="2"))[".drawio"])
    assert two["nat-1c"].get("parent") == "public-1c"
    single = draw(edited(documented, change("AWS::RDS::DBInstance", MultiAZ=False)))
    assert not {"db-1c", "replica"} & cells(single[".drawio"]).keys()
    off = change("AWS::ECR::Repository", ImageScanningConfiguration={"ScanOnPush": False})
    assert PRODUCT.words.scanned not in draw(edited(documented, off))[".svg"].decode()


def test_what_a_design_does_not_have_is_not_drawn(documented: Design) -> None:
    """A network may have no endpoint."""

    def endpoint(editor: Editor) -> None:
        editor.remove(editor.one("AWS::EC2::VPCEndpoint"))

    assert "endpoint" in cells(draw(documented)[".drawio"])
    assert "endpoint" not in cells(draw(edited(documented, endpoint))[".drawio"])


def test_each_icon_is_awss_own_and_in_the_picture_once(documented: Design) -> None:
    svg = ET.fromstring(draw(documented)[".svg"])
    symbols = [element.attrib["id"] for element in svg.iter("{http://www.w3.org/2000/svg}symbol")]
    used = {element.attrib["href"][1:] for element in svg.iter("{http://www.w3.org/2000/svg}use")}
    assert sorted(symbols) == sorted(used)
    assert len(ET.tostring(svg)) < 200_000
    files = {file.stem for file in Path(icons.__file__).with_name("icons").iterdir()}
    assert files == set(icons.FILES.values())
    for name in files:
        assert icons.symbol(name).startswith(f'<symbol id="icon-{name}" viewBox="0 0 ')


def test_the_tasks_way_out_passes_the_nat_gateway(designs: Designs, documented: Design) -> None:
    def lines(content: dict[str, bytes]) -> set[tuple[str, str]]:
        edges = [cell.attrib for cell in cells(content[".drawio"]).values() if cell.get("edge")]
        return {(edge["source"], edge["target"]) for edge in edges if edge.get("source")}

    way = lines(draw(documented))
    assert {("task-1a", "nat-1a"), ("task-1c", "nat-1a"), ("nat-1a", "igw"), ("igw", "ecr")} <= way
    two = lines(draw(designs("rds", "example.com", NAT_GATEWAYS="2")))
    assert {("task-1c", "nat-1c"), ("nat-1c", "igw")} <= two
    assert ("task-1c", "nat-1a") not in two
    none = lines(draw(designs("rds", "example.com", SIZE="hobby")))
    assert ("ecs", "ecr") in none
    assert not [line for line in none if "nat-1a" in line]
