"""The fleet's network is the template's: real connections between all of its hosts.

What builds a network runs in a sandbox, in another process; a test judges what it returns.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.checks import reachability
from infra.checks.template import load
from infra.config import ZONES
from tests.infra.checks import test_mutants as mutants
from tests.infra.conftest import Assembly
from tests.infra.edit import Edit, Editor, edited, in_words
from tools.fleet import sandbox
from tools.fleet.network import NetworkError, build
from tools.fleet.network.probes import connect
from tools.fleet.network.reach import (
    allowed,
    compare,
    differences,
    expected,
    observed,
    probed_ports,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.skipif(bool(missing := sandbox.missing()), reason=missing),
]

A, C = ZONES
TWO, EDGE = {"NAT_GATEWAYS": "2"}, {"CDN": "on"}

Templates = Callable[..., str]
"""`templates(NAT_GATEWAYS="2")` is the folder of a variant's templates."""


@pytest.fixture(scope="module")
def templates(assembly: Assembly) -> Templates:
    def folder(database: str = "rds", **variables: str) -> str:
        return str(assembly(database, "example.com", **variables))

    return folder


_INSIDE = """
import json, sys
from tools.fleet import sandbox
sandbox.enter()
from tests.tools.fleet import test_network
print(json.dumps(getattr(test_network, sys.argv[1])(*sys.argv[2:])))
"""


def inside(function: Callable[..., Any], *arguments: str, path: str = "") -> Any:
    """The result of one of the functions below, called in a sandbox."""
    done = subprocess.run(
        [sys.executable, "-c", _INSIDE, function.__name__, *arguments],
        env={**os.environ, "PATH": path + os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# Who reaches whom


def comparison(folder: str) -> tuple[int, int, list[str]]:
    found = compare(load(Path(folder)))
    return found.probes, found.open, found.differences


@pytest.mark.parametrize(
    ("database", "variables"),
    [
        ("rds", {}),
        ("rds", EDGE),
        *(
            pytest.param(database, variables, marks=pytest.mark.long)
            for database in ("rds", "aurora", "none")
            for variables in ({}, TWO, EDGE, TWO | EDGE)
            if (database, variables) not in (("rds", {}), ("rds", EDGE))
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "-".join(part),
)
def test_hosts_reach_whom_the_template_says_and_nobody_else(
    templates: Templates, database: str, variables: dict[str, str]
) -> None:
    probes, opened, found = inside(comparison, templates(database, **variables))
    assert found == []
    assert probes > 3 * opened > 300


# Mutants: each makes the network differ from what the sound template allows.


def one_zone_is_routed_to_the_other_zones_nat_gateway(editor: Editor) -> None:
    first, second = (mutants.default_route(editor, f"10.0.{n}.0/24") for n in (11, 12))
    second["NatGatewayId"] = first["NatGatewayId"]


def tasks_have_public_addresses_in_public_subnets(editor: Editor) -> None:
    network = mutants.task_network(editor)
    network["AssignPublicIp"] = "ENABLED"
    network["Subnets"] = editor.one(mutants.BALANCER)["Subnets"]


def tasks_accept_a_port_that_the_load_balancer_does_not_use(editor: Editor) -> None:
    rule = mutants.let_in(editor, "tasks")
    stack, _ = editor.id_of(rule)
    editor.add(stack, "OneMore", mutants.INGRESS, **{**rule, "FromPort": 22, "ToPort": 22})


def tasks_may_use_a_port_that_the_database_does_not_accept(editor: Editor) -> None:
    rules = mutants.group(editor, "tasks")["SecurityGroupEgress"]
    rules.append({**mutants.let_out(editor, "tasks", 5432), "FromPort": 22, "ToPort": 22})


def the_origin_accepts_everyone(editor: Editor) -> None:
    group = editor.one("AWS::EC2::SecurityGroup", "Origin/SecurityGroup")
    [rule] = group["SecurityGroupIngress"]
    del rule["SourcePrefixListId"]
    rule["CidrIp"] = "0.0.0.0/0"


def the_origin_has_another_port(editor: Editor) -> None:
    endpoint = editor.one("AWS::CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]
    endpoint["HTTPPort"] = 8080


MUTANTS: dict[Edit, str] = {
    mutants.a_public_subnet_has_no_route: (
        "clients → balancer-1c, 443: closed, not open as clients"
    ),
    mutants.a_private_subnet_has_no_route: (
        "task-1c-1 → registry, 443: closed, not open as nat-1a"
    ),
    mutants.a_private_subnet_is_routed_to_the_internet_gateway: (
        "task-1a-1 → registry, 443: closed, not open as nat-1a"
    ),
    mutants.the_nat_gateway_is_in_a_private_subnet: (
        "task-1c-1 → registry, 443: closed, not open as nat-1a"
    ),
    one_zone_is_routed_to_the_other_zones_nat_gateway: (
        "task-1c-1 → registry, 443: open as nat-1a, not open as nat-1c"
    ),
    mutants.the_endpoint_is_in_one_zones_route_table: (
        "task-1c-1 → s3, 443: open as nat-1a, not open as task-1c-1"
    ),
    mutants.the_internet_gateway_is_not_attached: (
        "clients → balancer-1a, 80: closed, not open as clients"
    ),
    mutants.the_database_accepts_the_whole_vpc: (
        "intruder-1a → database-1c, 5432: open as intruder-1a, not closed"
    ),
    mutants.the_databases_port_is_open_on_its_side_only: (
        "task-1a-1 → database-1c, 5432: closed, not open as task-1a-1"
    ),
    mutants.the_tasks_port_is_open_on_the_load_balancers_side_only: (
        "balancer-1a → task-1c-1, 3000: closed, not open as balancer-1a"
    ),
    mutants.the_database_may_go_out: "database-1a → registry, 443: open as nat-1a, not closed",
    tasks_have_public_addresses_in_public_subnets: (
        "clients → as-task-1a, 22: open as clients, not closed"
    ),
    tasks_accept_a_port_that_the_load_balancer_does_not_use: (
        "as-alb-1a → task-1c-1, 22: open as as-alb-1a, not closed"
    ),
    tasks_may_use_a_port_that_the_database_does_not_accept: (
        "task-1c-1 → as-database-1a, 22: open as task-1c-1, not closed"
    ),
    the_origin_accepts_everyone: "intruder-1a → internal-1c, 80: open as intruder-1a, not closed",
    the_origin_has_another_port: "cloudfront → internal-1a, 80: closed, not open as cloudfront",
}
"""One of the differences that each mutant must cause."""

VARIANTS: dict[Edit, dict[str, str]] = {
    one_zone_is_routed_to_the_other_zones_nat_gateway: TWO,
    the_origin_accepts_everyone: EDGE,
    the_origin_has_another_port: EDGE,
}
"""Those that are not made of the default design."""


def mutated_networks(folder: str, *names: str) -> dict[str, list[list[str]]]:
    """The differences of each mutant's network from the sound template, and from its own."""
    sound = load(Path(folder))
    found = {}
    for edit in [edit for edit in MUTANTS if edit.__name__ in names]:
        broken = edited(sound, edit)
        ports = probed_ports(sound, broken)
        seen = observed(broken, ports, tasks=1)
        wanted = [expected(design, ports, tasks=1) for design in (sound, broken)]
        found[edit.__name__] = [differences(each, seen) for each in wanted]
    return found


@pytest.fixture(scope="module")
def mutated(templates: Templates) -> dict[str, list[list[str]]]:
    variants: dict[str, list[str]] = {}
    for edit in MUTANTS:
        folder = templates(**VARIANTS.get(edit, {}))
        variants.setdefault(folder, []).append(edit.__name__)
    found: dict[str, list[list[str]]] = {}
    for folder, names in variants.items():
        found |= inside(mutated_networks, folder, *names)
    return found


@pytest.mark.parametrize("edit", MUTANTS, ids=in_words)
def test_a_mutant_is_seen_in_the_network(mutated: dict[str, list[list[str]]], edit: Edit) -> None:
    from_sound, from_own = mutated[edit.__name__]
    assert MUTANTS[edit] in from_sound
    assert from_own == []


@pytest.mark.parametrize(
    "edit",
    [
        tasks_accept_a_port_that_the_load_balancer_does_not_use,
        tasks_may_use_a_port_that_the_database_does_not_accept,
    ],
    ids=in_words,
)
def test_without_intruders_a_rule_on_one_side_goes_unseen(
    mutated: dict[str, list[list[str]]], edit: Edit
) -> None:
    from_sound, _ = mutated[edit.__name__]
    assert [line for line in from_sound if "as-" not in line and "intruder" not in line] == []


# Hosts that come, go and are lost


def comings_and_goings(folder: str) -> list[bool]:
    """Whether the balancer reaches a new task, and knows it no more when it is gone."""
    with build(load(Path(folder))) as network:
        task = network.add("tasks", C)
        hosts = [*network.of("balancer"), *network.of("database"), task]
        seen = connect(hosts, [3000, 5432])
        network.remove(task)
        rules = subprocess.run(
            network.of("balancer")[0].command(["nft", "list", "ruleset"]),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    opened = {(probe.source, probe.target, probe.port) for probe, known in seen.items() if known}
    assert opened == {
        *((balancer.name, task.name, 3000) for balancer in hosts[:2]),
        *((task.name, database.name, 5432) for database in hosts[2:4]),
    }
    return [str(host.address) in rules for host in (*network.of("tasks"), task)]


def test_the_rules_of_others_follow_a_task(templates: Templates) -> None:
    assert inside(comings_and_goings, templates()) == [True, True, False]


def lost_zone(folder: str) -> dict[str, list[str]]:
    design = load(Path(folder))
    flows = reachability.flows(design)
    found = {}
    with build(design) as network:
        network.lose_zone(A)
        without = reachability.without_zone(flows, A)
        for moment, left in (("lost", without), ("restored", flows)):
            seen = connect(network.hosts, [80, 443, 3000, 5432])
            wanted = allowed(left, network.hosts, [80, 443, 3000, 5432])
            found[moment] = differences(wanted, seen)
            network.restore_zone(A)
    return found


@pytest.mark.parametrize("variables", [{}, TWO], ids=["one NAT gateway", "two"])
def test_a_lost_zone_takes_its_flows_with_it_and_brings_them_back(
    templates: Templates, variables: dict[str, str]
) -> None:
    assert inside(lost_zone, templates(**variables)) == {"lost": [], "restored": []}


# What is left when it fails or is killed


def failure(folder: str) -> list[str]:
    """The error of building, then the namespaces and links that are left."""
    with pytest.raises(NetworkError) as caught, build(load(Path(folder))):
        pass
    links = subprocess.run(["ip", "-oneline", "link"], capture_output=True, text=True, check=True)
    names = [line.split()[1] for line in links.stdout.splitlines()]
    return [str(caught.value), *(each.name for each in Path("/run/netns").iterdir()), *names]


@pytest.mark.parametrize(
    ("program", "arguments", "step"),
    [
        ("nft", "-f -", "cannot make the internet gateway: no nft today"),
        ("ip", "-n vpc ", "cannot build the VPC's router: no ip today"),
        ("ip", "-n balancer-1c ", "cannot give balancer-1c its address: no ip today"),
    ],
)
def test_a_network_that_cannot_be_built_names_the_step_and_leaves_nothing(
    templates: Templates, tmp_path: Path, program: str, arguments: str, step: str
) -> None:
    left = inside(failure, templates(), path=failing(tmp_path, program, arguments))
    assert left == [step, "lo:"]


def failing(folder: Path, program: str, arguments: str) -> str:
    """The start of a PATH where a program fails with arguments that begin so."""
    broken = folder / program
    broken.write_text(
        "#!/bin/sh\n"
        f'case "$*" in "{arguments}"*) echo no {program} today >&2; exit 1; esac\n'
        f'exec {shutil.which(program)} "$@"\n'
    )
    broken.chmod(0o755)
    return f"{folder}:"


def forever(folder: str) -> None:
    """A network with a process in a host's namespace, until something ends it."""
    with build(load(Path(folder))) as network:
        script = "echo running; exec sleep 1000"
        subprocess.run(network.hosts[-1].command(["sh", "-c", script]), check=True)


@pytest.mark.parametrize(
    "number",
    [signal.SIGKILL, signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)],
)
def test_nothing_is_left_of_a_command_that_was_killed(
    templates: Templates, number: signal.Signals
) -> None:
    command = [sys.executable, "-c", _INSIDE, forever.__name__, templates()]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert running.stdout
        with running.stdout:
            assert running.stdout.readline() == b"running\n"
        processes = {running.pid, *_descendants(running.pid)}
        # The command's three, and one on a host.
        assert (len(processes), len(set(map(_namespace, processes)))) == (4, 2)
        running.send_signal(number)
        assert running.wait(30) != 0
        until = time.monotonic() + 30
        while time.monotonic() < until and any(map(_namespace, processes)):
            time.sleep(0.02)
        assert not any(map(_namespace, processes))
    finally:
        running.kill()
        running.wait()


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in map(int, children) for found in (child, *_descendants(child))]


def _namespace(pid: int) -> str:
    """A process's network namespace; empty if it has ended."""
    try:
        return str(Path(f"/proc/{pid}/ns/net").readlink())
    except FileNotFoundError:
        return ""


def test_what_is_missing_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    unshare = tmp_path / "unshare"
    unshare.write_text("#!/bin/sh\necho 'unshare failed: not permitted' >&2\nexit 1\n")
    unshare.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert sandbox.missing().startswith(
        "no right to make network namespaces (unshare failed: not permitted): be root"
    )
    monkeypatch.setattr(sandbox, "PROGRAMS", {"nothing-like-it": "nftables"})
    assert sandbox.missing() == "nothing-like-it is missing: apt-get install nftables"
    with pytest.raises(sandbox.Unavailable):
        sandbox.enter()
