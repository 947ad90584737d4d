"""The fleet's network is the template's: real connections between all of its hosts.

What builds a network runs in namespaces of its own; a test judges what it returns.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.checks import test_mutants as mutants

from ishizue.testing.postgres import folder
from ishizue_ops.fleet import namespaces, reach
from ishizue_ops.fleet.network import build
from ishizue_ops.template import load
from ishizue_ops.testing.designs import Assembly
from ishizue_ops.testing.edit import Edit, Editor, edited, in_words

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.skipif(bool(namespaces.missing()), reason=namespaces.missing()),
]

TWO, EDGE, CANARY = {"NAT_GATEWAYS": "2"}, {"CDN": "on"}, {"DEPLOYMENT": "canary"}

_INSIDE = """
import json, sys
from tests.fleet import test_reach
print(json.dumps(getattr(test_reach, sys.argv[1])(*sys.argv[2:])))
"""


def inside(function: Callable[..., Any], *arguments: str) -> Any:
    """The result of one of the functions below, called in namespaces of its own."""
    with folder() as path:
        command = [sys.executable, "-c", _INSIDE, function.__name__, *arguments]
        done = subprocess.run(
            namespaces.isolated(path, command),
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=150,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def compared(templates: str) -> tuple[str, list[str]]:
    return reach.compare(load(Path(templates)))


@pytest.mark.parametrize(
    ("database", "variables"),
    [("rds", CANARY), ("rds", EDGE), pytest.param("aurora", TWO | EDGE, marks=pytest.mark.long)],
)
def test_hosts_reach_whom_the_template_says_and_nobody_else(
    assembly: Assembly, database: str, variables: dict[str, str]
) -> None:
    summary, differences = inside(compared, str(assembly(database, "example.com", **variables)))
    assert not differences, summary


def the_origin_accepts_everyone(editor: Editor) -> None:
    group = editor.one("AWS::EC2::SecurityGroup", "Origin/SecurityGroup")
    [rule] = group["SecurityGroupIngress"]
    del rule["SourcePrefixListId"]
    rule["CidrIp"] = "0.0.0.0/0"


MUTANTS: dict[Edit, str] = {
    mutants.a_private_subnet_has_no_route: "task-1c-1 → registry, 443: closed, not open as nat-1a",
    mutants.a_private_subnet_is_routed_to_the_internet_gateway: (
        "task-1a-1 → registry, 443: closed, not open as nat-1a"
    ),
    mutants.the_nat_gateway_is_in_a_private_subnet: (
        "task-1c-1 → registry, 443: closed, not open as nat-1a"
    ),
    mutants.the_internet_gateway_is_not_attached: ("users → alb-1a, 80: closed, not open as users"),
    mutants.the_database_accepts_the_whole_vpc: (
        "intruder-1a → database-1c, 5432: open as intruder-1a, not closed"
    ),
    mutants.the_tasks_port_is_open_on_the_load_balancers_side_only: (
        "alb-1a → task-1c-1, 3000: closed, not open as alb-1a"
    ),
    the_origin_accepts_everyone: "intruder-1a → internal-1c, 80: open as intruder-1a, not closed",
}
"""Templates with a fault, and one of the connections in which it shows."""


def broken(sound: str, edge: str) -> dict[str, list[list[str]]]:
    """The differences of each network from the sound template, and from its own."""
    found = {}
    for edit in MUTANTS:
        design = load(Path(edge if edit is the_origin_accepts_everyone else sound))
        mutant = edited(design, edit)
        with build(mutant, tasks=2, intruder=True) as network:
            seen = reach.connect(network)
        wanted = [reach.expected(each) for each in (design, mutant)]
        found[edit.__name__] = [reach.differences(each, seen) for each in wanted]
    return found


@pytest.fixture(scope="module")
def differences(assembly: Assembly) -> Any:
    sound, edge = assembly("rds", "example.com"), assembly("rds", "example.com", **EDGE)
    return inside(broken, str(sound), str(edge))


@pytest.mark.parametrize("edit", MUTANTS, ids=in_words)
def test_a_fault_of_the_template_is_seen_in_the_network(differences: Any, edit: Edit) -> None:
    from_sound, from_own = differences[edit.__name__]
    assert MUTANTS[edit] in from_sound
    assert from_own == []
