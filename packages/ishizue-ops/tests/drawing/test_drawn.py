"""What is drawn is the template's, and the .drawio is editable."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.working import designed

from infra.product import PRODUCT
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.drawing import svg
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
    assert {"nat-2", "task-2 nat-2", "nat-2 igw"} <= two.keys()
    assert "task-2 nat-1" not in two
    single = draw(edited(documented, change("AWS::RDS::DBInstance", MultiAZ=False)))
    assert not {"db-2", "db-1 db-2"} & cells(single[".drawio"]).keys()
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
    drawn = cells(draw(design)[".drawio"])
    assert {"alb-1", "task-1", "ecs ecr", "alb-1 task-1", "step alb-1 task-1"} <= drawn.keys()


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


BROKEN: dict[str, Edit] = {
    "users route53": no_alias,
    "task-1 db": no_rule,
    "nat-1 igw": no_route,
}


@pytest.mark.parametrize("arrow", BROKEN)
def test_an_arrow_goes_with_what_it_stands_for(documented: Design, arrow: str) -> None:
    assert arrow in cells(draw(documented)[".drawio"])
    assert arrow not in cells(draw(edited(documented, BROKEN[arrow]))[".drawio"])


def test_what_has_no_place_stands_beside_by_name() -> None:
    """A CloudFront of the service's own is not the one before the load balancer."""

    def photos(editor: Editor) -> None:
        editor.add("NotesState", "Photos", "AWS::S3::Bucket")
        editor.add("NotesState", "PhotosPolicy", "AWS::S3::BucketPolicy", Bucket={"Ref": "Photos"})
        editor.add("NotesState", "Cdn", "AWS::CloudFront::Distribution", From={"Ref": "Photos"})

    _, design = designed("with", "DATABASE=none")
    picture = draw(edited(design, photos))[".svg"].decode()
    for text in (
        "S3 Bucket Photos",
        "CloudFront Distribution Cdn → Photos",
        "ECS Service WorkerMailOut",
        "Scheduler Schedule JobPurge: cron(30 3 * * ? *)",
    ):
        assert f">{text}</text>" in picture
    assert ">CloudFront</text>" not in picture
    assert "PhotosPolicy" not in picture
    for product in ("alone", "after"):
        assert [*unfounded(designed(product, "DATABASE=none")[1], PRODUCT)] == []


def test_each_icon_is_awss_own_and_in_the_picture_once(designs: Designs) -> None:
    seen = set()
    for settings in VARIANTS:
        given = dict(settings)
        design = designs(given.pop("DATABASE", "rds"), given.pop("DOMAIN", ""), **given)
        root = ET.fromstring(draw(design)[".svg"])
        symbols = [each.attrib["id"] for each in root.iter("{http://www.w3.org/2000/svg}symbol")]
        used = {each.attrib["href"][1:] for each in root.iter("{http://www.w3.org/2000/svg}use")}
        assert sorted(symbols) == sorted(used)
        seen |= used
    files = Path(svg.__file__).with_name("icons").iterdir()
    assert seen == {f"icon-{file.stem}" for file in files}
