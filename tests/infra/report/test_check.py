"""The command that checks what was synthesized, as its user meets it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.infra.conftest import Assembly, Designs
from tests.infra.report.edit import Editor, edited

from infra.config import ZONES
from infra.report.check import main
from infra.report.reachability import ELSEWHERE, INTERNET
from infra.report.template import SUFFIX, Design

RDS = {"DATABASE": "rds", "DOMAIN": "example.com"}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Design], Path]:
    def write(design: Design) -> Path:
        for stack, template in design.templates.items():
            (tmp_path / f"{stack}{SUFFIX}").write_text(json.dumps(template))
        return tmp_path

    return write


def test_who_reaches_whom_is_printed_and_all_is_well(
    assembly: Assembly, variant: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"DATABASE": variant[0], "DOMAIN": variant[1]}
    assert main(environ, assembly(*variant)) == 0
    out, err = capsys.readouterr()
    assert "internet → alb: tcp 80, through the internet gateway\n" in out
    assert ("tasks → database: tcp 5432\n" in out) == (variant[0] != "none")
    assert err == ""


def test_two_nat_gateways_are_expected_where_they_are_set(
    assembly: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    templates = assembly("rds", NAT_GATEWAYS="2")
    assert main({"NAT_GATEWAYS": "2"}, templates) == 0
    assert main({"NAT_GATEWAYS": "1"}, templates) == 1
    err = capsys.readouterr().err
    assert "not reached, and should be: tasks in ap-northeast-1c → internet" in err
    assert "through the NAT gateway in ap-northeast-1a" in err


def test_templates_of_other_settings_are_told_way_by_way_in_order(
    assembly: Assembly, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main({**RDS, "DOMAIN": ""}, assembly("rds", "example.com")) == 1
    reached = "check: reached, and should not be: "
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith(reached)]
    by_https = [line.removeprefix(reached).partition(", tcp 443")[0] for line in said]
    assert by_https == [
        *(f"{ELSEWHERE} → alb in {zone}" for zone in ZONES),
        *(f"{INTERNET} → alb in {zone}" for zone in ZONES),
        *(f"tasks in {source} → alb in {target}" for source in ZONES for target in ZONES),
    ]


def test_a_finding_of_each_kind_is_told_in_a_line_and_fails_the_command(
    designs: Designs,
    written: Callable[[Design], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def break_it(editor: Editor) -> None:
        editor.one("AWS::RDS::DBInstance")["PubliclyAccessible"] = True
        del editor.where("AWS::ElasticLoadBalancingV2::Listener", Protocol="HTTPS")["Certificates"]

    assert main(RDS, written(edited(designs("rds", "example.com"), break_it))) == 1
    assert capsys.readouterr().err.splitlines() == [
        "check: open: database in ap-northeast-1a: a public address",
        "check: open: database in ap-northeast-1c: a public address",
        "check: database-public: Rds/Instance: PubliclyAccessible is not false",
        "check: https-without-certificate: Edge/LoadBalancer/Https: HTTPS without a certificate",
    ]


def test_a_network_that_is_not_understood_fails_the_command(
    designs: Designs, written: Callable[[Design], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def peer(editor: Editor) -> None:
        editor.add("KiroSampleState", "Peering", "AWS::EC2::VPCPeeringConnection")

    assert main(RDS, written(edited(designs("rds", "example.com"), peer))) == 1
    said = "check: Peering: AWS::EC2::VPCPeeringConnection is not understood\n"
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [({}, 1, "check: no template in"), ({"DATABASE": "oracle"}, 2, "infra: DATABASE")],
)
def test_without_templates_or_with_a_bad_setting_one_line_says_so(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    environ: dict[str, str],
    code: int,
    said: str,
) -> None:
    assert main(environ, tmp_path) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1
