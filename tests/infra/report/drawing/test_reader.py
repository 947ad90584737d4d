"""Every word of the drawing comes from the template, and what the template lacks is named."""

import pytest
from tests.infra.report.drawing.reading import (
    group_of,
    picture_of,
    rules_table,
    svg_texts,
    task_of,
    two_gateways,
    words,
)
from tests.infra.report.edit import Edit, Editor, edited

from infra.report import diagram
from infra.report.drawing import reader
from infra.report.security_groups import TopologyError
from infra.report.template import Design


def change(kind: str, path: str = "", **properties: object) -> Edit:
    """Other properties of the only resource of a type."""
    return lambda editor: editor.one(kind, path).update(properties)


def subnet(cidr: str, new: str) -> Edit:
    def edit(editor: Editor) -> None:
        editor.where("AWS::EC2::Subnet", CidrBlock=cidr)["CidrBlock"] = new

    return edit


def size(editor: Editor) -> None:
    task_of(editor).update(Cpu="512", Memory="3072")


def container(editor: Editor) -> None:
    containers = task_of(editor)["ContainerDefinitions"]
    [said] = [one for one in containers if one.get("PortMappings")]
    said["Name"] = "portal"
    said["PortMappings"][0]["ContainerPort"] = 8080


CHANGES: dict[str, tuple[Edit, str]] = {
    "vpc": (change("AWS::EC2::VPC", CidrBlock="10.0.0.0/15"), "VPC 10.0.0.0/15"),
    "public subnet": (subnet("10.0.2.0/24", "10.0.3.0/24"), "Public Subnet 10.0.3.0/24"),
    "private subnet": (
        subnet("10.0.11.0/24", "10.0.21.0/24"),
        "Private Subnet 10.0.21.0/24",
    ),
    "second gateway": (two_gateways, "0.0.0.0/0 → NAT Gateway (1c)"),
    "domain": (change("AWS::Route53::HostedZone", Name="kiro.example."), "kiro.example"),
    "certificate": (
        change("AWS::CertificateManager::Certificate", DomainName="*.example.com"),
        "*.example.com",
    ),
    "task": (
        size,
        "0.5 vCPU",
    ),
    "port": (container, "ポート 8080"),
    "name": (container, "portal"),
    "scaling": (
        change("AWS::ApplicationAutoScaling::ScalableTarget", MinCapacity=3, MaxCapacity=7),
        "Auto Scaling 3-7 タスク",
    ),
    "database": (
        change("AWS::RDS::DBInstance", DBInstanceClass="db.t4g.small", AllocatedStorage="50"),
        "プライマリ・db.t4g.small・50 GB gp3",
    ),
    "backups": (
        change("AWS::RDS::DBInstance", BackupRetentionPeriod=14, StorageEncrypted=False),
        "暗号化なし・自動バックアップ 14 日",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_template_is_another_drawing(documented: dict[str, Design], what: str) -> None:
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


def test_a_registry_that_does_not_scan_is_not_said_to(documented: dict[str, Design]) -> None:
    edit = change("AWS::ECR::Repository", ImageScanningConfiguration={"ScanOnPush": False})
    picture = picture_of(edited(documented["rds"], edit), "rds")
    scanned = words(picture_of(documented["rds"], "rds")) - words(picture)
    assert scanned == {"プッシュ時スキャン"}


def test_one_instance_has_no_standby(documented: dict[str, Design]) -> None:
    design = edited(documented["rds"], change("AWS::RDS::DBInstance", MultiAZ=False))
    picture = picture_of(design, "rds")
    assert "db-1c" not in picture.by_id()
    assert "replica" not in {line.style for line in picture.lines}


def test_one_more_rule_is_one_more_row(documented: dict[str, Design]) -> None:
    def edit(editor: Editor) -> None:
        group_of(editor, "AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups").append(
            {"IpProtocol": "tcp", "CidrIp": "203.0.113.0/24", "FromPort": 22, "ToPort": 22}
        )

    rows = rules_table(picture_of(edited(documented["rds"], edit), "rds"))
    assert ["ALB", "Inbound", "22", "from 203.0.113.0/24"] in rows


@pytest.mark.parametrize("kind", [*reader.REQUIRED, "AWS::RDS::DBInstance"])
def test_what_is_missing_is_named(documented: dict[str, Design], kind: str) -> None:
    def edit(editor: Editor) -> None:
        for template in editor.templates.values():
            for name in [key for key, raw in template["Resources"].items() if raw["Type"] == kind]:
                del template["Resources"][name]

    with pytest.raises(reader.MissingComponent, match=f"the template has no {kind}$"):
        diagram.draw(edited(documented["rds"], edit), "rds")


def test_a_gateway_in_a_private_subnet_is_not_drawn_as_a_public_one(
    documented: dict[str, Design],
) -> None:
    def edit(editor: Editor) -> None:
        _, private = editor.id_of(editor.where("AWS::EC2::Subnet", CidrBlock="10.0.11.0/24"))
        editor.one("AWS::EC2::NatGateway")["SubnetId"] = {"Ref": private}

    with pytest.raises((reader.MissingComponent, TopologyError), match="NAT gateway"):
        diagram.draw(edited(documented["rds"], edit), "rds")


def test_a_dashboard_without_a_metric_of_the_document_is_refused(
    documented: dict[str, Design],
) -> None:
    def edit(editor: Editor) -> None:
        editor.one("AWS::CloudWatch::Dashboard")["DashboardBody"] = "CPUUtilization RequestCount"

    with pytest.raises(reader.MissingComponent, match="no metric MemoryUtilization"):
        diagram.draw(edited(documented["rds"], edit), "rds")
