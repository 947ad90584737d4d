"""A row holds only if the deployed value is the expected one."""

from pathlib import Path

import boto3
import pytest

from infra.emulator import __main__ as command
from infra.emulator.account import Account
from infra.emulator.comparison import compare, failures, summary, table, text
from infra.emulator.expected import Line
from infra.names import Names


@pytest.fixture
def account() -> Account:
    session = boto3.Session(
        aws_access_key_id="none", aws_secret_access_key="none", region_name="ap-northeast-1"
    )
    account = Account(session, Names())
    account.__dict__["_resources"] = {}  # nothing is deployed
    account.rules = {"right": {"443"}, "wrong": {"80"}}
    return account


def line(key: str) -> Line:
    return Line("a line", "rules", {"443"}, key)


def test_the_expected_value_holds_and_another_fails(account: Account) -> None:
    rows = compare([line("right"), line("wrong")], account)
    assert [row.ok for row in rows] == [True, False]
    assert failures(rows) == [rows[1]]


def test_a_line_that_cannot_be_read_fails_with_the_reason(account: Account) -> None:
    [row] = compare([Line("CIDR", "vpc", "10.0.0.0/16", key="CidrBlock")], account)
    assert (row.ok, row.deployed) == (False, "LookupError: 0 resources of type AWS::EC2::VPC")


def test_the_summary_counts_and_the_table_has_a_row_each(account: Account) -> None:
    rows = compare([line("right"), line("wrong")], account)
    assert summary(rows) == "1 lines hold, 1 failed"
    cells = [[cell.strip() for cell in row.split("|")[2:6]] for row in table(rows).splitlines()[2:]]
    assert cells == [["rules right", "443", "443", "yes"], ["rules wrong", "443", "80", "NO"]]


def test_a_value_is_written_without_quotes_and_sets_are_sorted() -> None:
    assert text({"b", "a"}) == "a, b"
    assert text([("x", True), ("a", 0.5)]) == "x, yes, a, 0.5"


def test_a_failing_comparison_ends_with_the_lines_that_do_not_hold(
    account: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = failures(compare([line("right"), line("wrong")], account))
    monkeypatch.setattr(command, "LOGS", tmp_path)
    monkeypatch.setattr(command, "_rehearse", lambda *_: rows)
    monkeypatch.setattr(command, "_permissions", lambda _: [])
    assert command.main() == 1
    assert capsys.readouterr().err.splitlines()[-1] == "- a line: 80 instead of 443"
    assert list(tmp_path.iterdir()) == []


def test_a_refused_call_fails_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "LOGS", tmp_path)
    monkeypatch.setattr(command, "_rehearse", lambda *_: [])
    monkeypatch.setattr(command, "_permissions", lambda _: ["refused: a call"])
    assert command.main() == 1
    assert capsys.readouterr().err.splitlines()[-1] == "- refused: a call"


def test_a_certificate_that_exists_is_not_rehearsed_with_cloudfront(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-90ab-cdef-1234-567890abcdef"
    for name, value in {"DOMAIN": "example.com", "CDN": "on", "CERTIFICATE_ARN": arn}.items():
        monkeypatch.setenv(name, value)
    assert command.main() == 2
    assert capsys.readouterr().err.startswith("infra: CERTIFICATE_ARN: CDN=on is rehearsed with")
