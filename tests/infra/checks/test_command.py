"""`python -m infra.checks`: exit codes, and what it prints."""

import json
from pathlib import Path

import pytest

from infra.checks.__main__ import check, main
from infra.checks.reachability import ELSEWHERE, INTERNET
from infra.checks.template import SUFFIX, Design
from infra.config import ZONES, read
from tests.infra.conftest import Assembly, Designs
from tests.infra.edit import Editor, edited

RDS = {"DATABASE": "rds", "DOMAIN": "example.com"}


def fails(folder: Path, broken: Design) -> bool:
    """Whether the command fails on the templates of this design."""
    for stack, template in broken.templates.items():
        (folder / f"{stack}{SUFFIX}").write_text(json.dumps(template))
    return check(folder, read(RDS)) == 1


def test_a_real_design_passes_and_its_flows_are_printed(
    assembly: Assembly, variant: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"DATABASE": variant[0], "DOMAIN": variant[1]}
    assert check(assembly(*variant), read(environ)) == 0
    out, err = capsys.readouterr()
    assert "internet → alb: tcp 80, through the internet gateway\n" in out
    assert ("tasks → database: tcp 5432\n" in out) == (variant[0] != "none")
    assert err == ""


def test_a_second_nat_gateway_is_expected_only_where_it_is_set(
    assembly: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    templates = assembly("rds", NAT_GATEWAYS="2")
    assert check(templates, read({"DATABASE": "rds", "NAT_GATEWAYS": "2"})) == 0
    assert check(templates, read({"DATABASE": "rds", "NAT_GATEWAYS": "1"})) == 1
    err = capsys.readouterr().err
    assert "missing: tasks in ap-northeast-1c → internet" in err
    assert "through the NAT gateway in ap-northeast-1a" in err


def test_templates_of_other_settings_fail_with_each_flow_in_order(
    assembly: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(assembly("rds", "example.com"), read({**RDS, "DOMAIN": ""})) == 1
    unexpected = "check: unexpected: "
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith(unexpected)]
    by_https = [line.removeprefix(unexpected).partition(", tcp 443")[0] for line in said]
    assert by_https == [
        *(f"{ELSEWHERE} → alb in {zone}" for zone in ZONES),
        *(f"{INTERNET} → alb in {zone}" for zone in ZONES),
        *(f"tasks in {source} → alb in {target}" for source in ZONES for target in ZONES),
    ]


def test_each_finding_is_one_line(
    designs: Designs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_it(editor: Editor) -> None:
        editor.one("AWS::RDS::DBInstance")["PubliclyAccessible"] = True
        task = editor.one("AWS::ECS::TaskDefinition", "Service/Task")
        task["ExecutionRoleArn"] = {"Fn::ImportValue": "Gone"}

    assert fails(tmp_path, edited(designs("rds", "example.com"), break_it))
    assert capsys.readouterr().err.splitlines() == [
        "check: exposed: database in ap-northeast-1a: a public address",
        "check: exposed: database in ap-northeast-1c: a public address",
        "check: Service/Task: imports Gone, which no stack exports",
    ]


def test_an_unsupported_network_fails_the_command(
    designs: Designs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def peer(editor: Editor) -> None:
        editor.add("KiroSampleState", "Peering", "AWS::EC2::VPCPeeringConnection")

    assert fails(tmp_path, edited(designs("rds", "example.com"), peer))
    said = "check: Peering: AWS::EC2::VPCPeeringConnection is not supported\n"
    assert capsys.readouterr() == ("", said)


def test_missing_templates_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, read({})) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("check: no template in")
    assert err.count("\n") == 1


def test_a_bad_setting_is_one_line_and_replaces_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main({"DATABASE": "oracle"}, tmp_path / "cdk.out") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("infra: DATABASE")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
