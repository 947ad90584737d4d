"""What is drawn is the template's, and the .drawio is editable."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.working import designed

from infra.product import PRODUCT
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.drawing import icons
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.drawn import unfounded
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
    assert not {"rds-1c", "replica"} & cells(single[".drawio"]).keys()
    off = change("AWS::ECR::Repository", ImageScanningConfiguration={"ScanOnPush": False})
    assert PRODUCT.words.scanned not in draw(edited(documented, off))[".svg"].decode()


VARIANTS: list[dict[str, str]] = [
    {"DOMAIN": "example.com"},
    {"DATABASE": "aurora", "NAT_GATEWAYS": "2"},
    {"DATABASE": "none", "DOMAIN": "example.com", "CDN": "on", "WAF": "on"},
    {"SIZE": "hobby"},
]


@pytest.mark.parametrize("settings", VARIANTS, ids=" ".join)
def test_each_arrow_is_a_reference_or_a_connection_of_the_template(
    designs: Designs, settings: dict[str, str]
) -> None:
    given = dict(settings)
    design = designs(given.pop("DATABASE", "rds"), given.pop("DOMAIN", ""), **given)
    assert [*unfounded(design, PRODUCT)] == []
    assert len([each for each in cells(draw(design)[".drawio"]) if each.endswith("-1a")]) > 6


def no_alias(editor: Editor) -> None:
    for record in editor.all("AWS::Route53::RecordSet"):
        record["Properties"].pop("AliasTarget", None)


def no_rule(editor: Editor) -> None:
    for group in editor.all("AWS::EC2::SecurityGroup"):
        rules = group["Properties"]["SecurityGroupEgress"]
        rules[:] = [rule for rule in rules if rule.get("ToPort") != 5432]
    for rule in editor.all("AWS::EC2::SecurityGroupEgress"):
        rule["Properties"].update(FromPort=1, ToPort=1)


def no_route(editor: Editor) -> None:
    for route in editor.all("AWS::EC2::Route"):
        route["Properties"].pop("NatGatewayId", None)


BROKEN: dict[tuple[str, str], Edit] = {
    ("users", "route53"): no_alias,
    ("container-1a", "rds-1a"): no_rule,
    ("nat-1a", "igw"): no_route,
}


@pytest.mark.parametrize("arrow", BROKEN, ids=" ".join)
def test_an_arrow_goes_with_what_it_stands_for(documented: Design, arrow: tuple[str, str]) -> None:

    def arrows(design: Design) -> set[tuple[str | None, str | None]]:
        drawn = cells(draw(design)[".drawio"]).values()
        return {(cell.get("source"), cell.get("target")) for cell in drawn if cell.get("edge")}

    assert arrow in arrows(documented)
    assert arrow not in arrows(edited(documented, BROKEN[arrow]))


def test_what_has_no_place_stands_beside_by_name() -> None:
    """A CloudFront of the service's own is not the one before the load balancer."""

    def photos(editor: Editor) -> None:
        editor.add("NotesState", "Photos", "AWS::S3::Bucket")
        editor.add("NotesState", "PhotosPolicy", "AWS::S3::BucketPolicy", Bucket={"Ref": "Photos"})
        editor.add("NotesState", "Cdn", "AWS::CloudFront::Distribution")

    _, design = designed("with", "DATABASE=none")
    svg = draw(edited(design, photos))[".svg"].decode()
    for text in ("S3 Bucket", "Photos", "CloudFront Distribution", "WorkerDeliver", "JobPurge"):
        assert f">{text}</text>" in svg
    assert ">CloudFront</text>" not in svg
    assert "PhotosPolicy" not in svg
    for product in ("alone", "after"):
        assert [*unfounded(designed(product, "DATABASE=none")[1], PRODUCT)] == []


def test_each_icon_is_awss_own_and_in_the_picture_once(documented: Design) -> None:
    svg = ET.fromstring(draw(documented)[".svg"])
    symbols = [element.attrib["id"] for element in svg.iter("{http://www.w3.org/2000/svg}symbol")]
    used = {element.attrib["href"][1:] for element in svg.iter("{http://www.w3.org/2000/svg}use")}
    assert sorted(symbols) == sorted(used)
    files = {file.stem for file in Path(icons.__file__).with_name("icons").iterdir()}
    assert files == set(icons.FILES.values())
    for name in files:
        assert icons.symbol(name).startswith(f'<symbol id="icon-{name}" viewBox="0 0 ')
