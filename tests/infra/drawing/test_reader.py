"""Every value in the drawing is the template's, and a missing component is named."""

import pytest

from infra.checks.security_groups import TopologyError
from infra.checks.template import Design
from infra.drawing import __main__ as diagram
from infra.drawing import reader
from infra.drawing import words as written
from tests.infra.conftest import Designs
from tests.infra.drawing.reading import (
    group_of,
    picture_of,
    rules_table,
    svg_texts,
    task_of,
    two_gateways,
    words,
)
from tests.infra.edit import Edit, Editor, change, edited


def subnet(cidr: str, new: str) -> Edit:
    def edit(editor: Editor) -> None:
        editor.where("AWS::EC2::Subnet", CidrBlock=cidr)["CidrBlock"] = new

    return edit


def size(editor: Editor) -> None:
    task_of(editor).update(Cpu="512", Memory="3072")


def container(editor: Editor) -> None:
    containers = task_of(editor)["ContainerDefinitions"]
    [said] = [one for one in containers if one.get("PortMappings")]
    said["Name"] = "another"
    said["PortMappings"][0]["ContainerPort"] = 8080


CHANGES: dict[str, tuple[Edit, str]] = {
    "vpc": (change("AWS::EC2::VPC", CidrBlock="10.0.0.0/15"), "VPC 10.0.0.0/15"),
    "public subnet": (subnet("10.0.2.0/24", "10.0.3.0/24"), "Public Subnet 10.0.3.0/24"),
    "private subnet": (subnet("10.0.11.0/24", "10.0.21.0/24"), "Private Subnet 10.0.21.0/24"),
    "second gateway": (two_gateways, "0.0.0.0/0 → NAT Gateway (1c)"),
    "domain": (change("AWS::Route53::HostedZone", Name="other.example."), "other.example"),
    "certificate": (
        change("AWS::CertificateManager::Certificate", DomainName="*.example.com"),
        "*.example.com",
    ),
    "task": (size, "0.5 vCPU"),
    "port": (container, written.port(8080)),
    "name": (container, "another"),
    "scaling": (
        change("AWS::ApplicationAutoScaling::ScalableTarget", MinCapacity=3, MaxCapacity=7),
        written.scaling(3, 7, 70, 80)[0],
    ),
    "database": (
        change("AWS::RDS::DBInstance", DBInstanceClass="db.t4g.small", AllocatedStorage="50"),
        written.instance(written.ROLES["rds"][0], ("db.t4g.small", "50 GB gp3")),
    ),
    "backups": (
        change("AWS::RDS::DBInstance", BackupRetentionPeriod=14, StorageEncrypted=False),
        written.data(encrypted=False, backup_days=14),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_drawing_follows_the_template(documented: dict[str, Design], what: str) -> None:
    edit, expected = CHANGES[what]
    editor = Editor(documented["rds"])
    edit(editor)
    before, after = (diagram.draw(one, "rds") for one in (documented["rds"], editor.design))
    assert expected in svg_texts(after[".svg"])
    assert expected in after[".drawio"].decode().replace("&lt;br&gt;", "\n")
    assert expected not in svg_texts(before[".svg"])
    assert before[".drawio"] != after[".drawio"]


def test_a_second_gateway_is_drawn_in_its_zone(documented: dict[str, Design]) -> None:
    shapes = picture_of(edited(documented["rds"], two_gateways), "rds").by_id()
    assert shapes["nat-1c"].parent == "public-1c"


def test_scan_on_push_is_shown_only_if_it_is_on(documented: dict[str, Design]) -> None:
    edit = change("AWS::ECR::Repository", ImageScanningConfiguration={"ScanOnPush": False})
    picture = picture_of(edited(documented["rds"], edit), "rds")
    scanned = words(picture_of(documented["rds"], "rds")) - words(picture)
    assert scanned == {written.SCANNED}


def test_one_instance_has_no_standby(documented: dict[str, Design]) -> None:
    design = edited(documented["rds"], change("AWS::RDS::DBInstance", MultiAZ=False))
    picture = picture_of(design, "rds")
    assert "db-1c" not in picture.by_id()
    assert "replica" not in {line.style for line in picture.lines}


def test_another_rule_is_another_row(documented: dict[str, Design]) -> None:
    def edit(editor: Editor) -> None:
        group_of(editor, "AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups").append(
            {"IpProtocol": "tcp", "CidrIp": "203.0.113.0/24", "FromPort": 22, "ToPort": 22}
        )

    rows = rules_table(picture_of(edited(documented["rds"], edit), "rds"))
    assert ["ALB", "Inbound", "22", "from 203.0.113.0/24"] in rows


@pytest.mark.parametrize("kind", [*reader.REQUIRED, "AWS::RDS::DBInstance"])
def test_a_missing_component_is_named(documented: dict[str, Design], kind: str) -> None:
    def edit(editor: Editor) -> None:
        for template in editor.templates.values():
            for name in [key for key, raw in template["Resources"].items() if raw["Type"] == kind]:
                del template["Resources"][name]

    with pytest.raises(reader.MissingComponent, match=f"the template has no {kind}$"):
        diagram.draw(edited(documented["rds"], edit), "rds")


def test_a_zone_and_a_certificate_that_exist_are_drawn_as_the_domain_s(designs: Designs) -> None:
    arn = "arn:aws:acm:ap-northeast-1:111122223333:certificate/12345678-90ab-cdef-1234-567890abcdef"
    design = designs(
        "rds", "example.com", HOSTED_ZONE_ID="Z0123456789ABC", CERTIFICATE_ARN=arn, WAF="on"
    )
    facts = reader.read(design, "rds")
    assert (facts.domain, facts.certificate) == ("example.com", "example.com")


def test_a_nat_gateway_in_a_private_subnet_is_refused(documented: dict[str, Design]) -> None:
    def edit(editor: Editor) -> None:
        _, private = editor.id_of(editor.where("AWS::EC2::Subnet", CidrBlock="10.0.11.0/24"))
        editor.one("AWS::EC2::NatGateway")["SubnetId"] = {"Ref": private}

    with pytest.raises((reader.MissingComponent, TopologyError), match="NAT gateway"):
        diagram.draw(edited(documented["rds"], edit), "rds")
