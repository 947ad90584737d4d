"""`make synth`: the real designs pass, and what it prints of others."""

import json
from pathlib import Path

import pytest

from ishizue_ops.checks.__main__ import check, main
from ishizue_ops.deploy.ending import ended
from ishizue_ops.project import read
from ishizue_ops.template import SUFFIX
from ishizue_ops.testing.designs import Assembly, Designs
from ishizue_ops.testing.edit import Editor, edited

RDS = {"DATABASE": "rds", "DOMAIN": "example.com"}
A, C = "ap-northeast-1a", "ap-northeast-1c"


def test_it_prints_the_owner_s_ports_and_groups_and_what_follows_from_them(
    assembly: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(assembly("rds", "example.com"), read(RDS)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "alb → tasks, tcp 3000",
        "elsewhere in the VPC → alb, tcp 443",
        "elsewhere in the VPC → alb, tcp 80",
        "internet → alb, tcp 443, through the internet gateway",
        "internet → alb, tcp 80, through the internet gateway",
        "tasks → alb, tcp 443",
        "tasks → database, tcp 5432",
        "tasks → internet, tcp 443, through the NAT gateway",
        "tasks → s3, tcp 443, through the gateway endpoint",
    ]


def test_each_finding_is_one_line(
    designs: Designs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(editor: Editor) -> None:
        editor.one("AWS::RDS::DBInstance")["PubliclyAccessible"] = True

    for stack, template in edited(designs("rds", "example.com"), broken).templates.items():
        (tmp_path / f"{stack}{SUFFIX}").write_text(json.dumps(template))
    assert check(tmp_path, read({**RDS, "NAT_GATEWAYS": "2"})) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"check: unexpected: tasks in {C} → internet, tcp 443, through the NAT gateway in {A}",
        f"check: missing: tasks in {C} → internet, tcp 443, through the NAT gateway in {C}",
        f"check: exposed: database in {A}: a public address",
        f"check: exposed: database in {C}: a public address",
    ]


def test_a_bad_setting_is_one_line_and_replaces_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("synth", lambda: main({"DATABASE": "oracle"}, tmp_path / "cdk.out")) == 2
    out, err = capsys.readouterr()
    [bad] = err.splitlines()
    assert bad.startswith("synth: DATABASE")
    assert (out, list(tmp_path.iterdir())) == ("", [])
