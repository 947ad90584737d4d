"""A row holds only where what is deployed is what the document says."""

import boto3
import pytest

from infra.config import read
from infra.emulator import document
from infra.emulator.account import Account
from infra.emulator.comparison import compare, failures, summary, table, text
from infra.emulator.document.line import Line, Proof, not_kept


@pytest.fixture
def nowhere() -> Account:
    session = boto3.Session(
        aws_access_key_id="none", aws_secret_access_key="none", region_name="ap-northeast-1"
    )
    return Account(session, [])


def line(deployed: object) -> Line:
    return Line("Network", "VPC", "10.0.0.0/16", lambda _account: deployed)


def test_the_same_value_holds_and_another_fails(nowhere: Account) -> None:
    rows = compare([line("10.0.0.0/16"), line("10.1.0.0/16")], nowhere)
    assert [row.ok for row in rows] == [True, False]
    assert failures(rows) == [rows[1]]


def test_what_cannot_be_read_back_fails_and_says_why(nowhere: Account) -> None:
    unread = Line("Network", "VPC", "10.0.0.0/16", lambda account: account.id("AWS::EC2::VPC"))
    [row] = compare([unread], nowhere)
    assert (row.ok, row.deployed) == (False, "LookupError: 0 resources of type AWS::EC2::VPC")


def test_what_the_emulator_does_not_keep_is_in_the_table_and_counts_as_nothing(
    nowhere: Account,
) -> None:
    rows = compare([line("10.0.0.0/16"), not_kept("Network", "Weather", "fine")], nowhere)
    assert failures(rows) == []
    assert summary(rows).startswith("1 of 1 lines hold: 1 by the emulator itself, 0 by handlers")
    assert "not kept | template tests | -" in " ".join(table(rows).split())


def test_the_table_says_who_proves_a_row(nowhere: Account) -> None:
    ours = Line("Scaling", "Tasks", (2, 10), lambda _account: (2, 10), Proof.OURS)
    [_head, _rule, row] = table(compare([ours], nowhere)).splitlines()
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        "Scaling",
        "Tasks",
        "2, 10",
        "2, 10",
        "handler of ours, template tests",
        "yes",
    ]


def test_sets_are_written_in_order_and_true_as_yes() -> None:
    assert text({"b", "a"}) == "a, b"
    assert text([("x", True), ("a", 0.5)]) == "x, yes, a, 0.5"


@pytest.mark.parametrize("kind", ["rds", "aurora", "none"])
def test_every_heading_of_the_document_has_lines_and_no_line_is_there_twice(kind: str) -> None:
    lines = document.lines(read({"DATABASE": kind, "DOMAIN": "example.com"}))
    assert {one.heading for one in lines} == {
        "Network",
        "Load balancing",
        "Compute",
        "Container registry",
        "Auto scaling",
        "Monitoring and logs",
        "Database",
        "Security groups",
    }
    named = [(one.heading, one.says) for one in lines]
    assert len(named) == len(set(named))
