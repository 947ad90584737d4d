"""The three kinds of database, their log on a real server, and what stays when one leaves."""

import tomllib
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from ishizue.testing.postgres import connected, folder, running, system_programs
from ishizue_ops import app_contract
from ishizue_ops.checks.plan.changes import plan
from ishizue_ops.project import read
from ishizue_ops.template import Design, Resource, listed
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Editor
from ishizue_ops.testing.reading import container, only, statements

RDS = "AWS::RDS::DBInstance"
AURORA = "AWS::RDS::DBCluster"


@pytest.mark.parametrize(
    ("kind", "release", "family"),
    # RDS chooses the minor version, for it closes them.
    [(RDS, "15", "postgres15"), (AURORA, "15.17", "aurora-postgresql15")],
)
def test_a_database_of_release_1_1_0_keeps_its_version(
    designs: Designs, kind: str, release: str, family: str
) -> None:
    """Its stack lacks the parameter, and gets the default from CloudFormation."""
    design = designs("rds" if kind == RDS else "aurora")
    editor = Editor(design)
    editor.one(f"{kind.removesuffix('Instance')}ParameterGroup")["Family"] = family
    old = editor.one(kind)
    old["EngineVersion"] = release
    new = [] if old.pop("AllowMajorVersionUpgrade", None) is None else ["AllowMajorVersionUpgrade"]
    assert [name for each in plan(editor.design, design) for name in each.changed] == new


def test_auroras_reader_is_in_the_other_zone_and_can_take_over(designs: Designs) -> None:
    """In Aurora Serverless v2, only readers of promotion tier 0 or 1 scale with the writer."""
    instances = [instance.properties for instance in designs("aurora").of_type(RDS)]
    zones = sorted(instance["AvailabilityZone"] for instance in instances)
    assert zones == ["ap-northeast-1a", "ap-northeast-1c"]
    assert {instance["DBInstanceClass"] for instance in instances} == {"db.serverless"}
    assert {instance["PromotionTier"] for instance in instances} <= {0, 1}


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_the_service_never_reads_the_master_s_password(designs: Designs, database: str) -> None:
    design = designs(database)
    attachment = only(design, "AWS::SecretsManager::SecretTargetAttachment", "/ApplicationSecret/")
    secrets = {entry["Name"]: entry["ValueFrom"] for entry in container(design)["Secrets"]}
    for name in app_contract.database_secrets(read({}).names):
        reference, _ = secrets[name]["Fn::Join"][1]
        assert design.resolve(reference, "NotesService") == attachment
    # What may read the master's: the migration, and CloudFormation.
    reaching = {
        policy.path
        for policy, statement in statements(design)
        for resource in design.resolve_all(listed(statement.get("Resource")), policy.stack)
        if "/Secret/Attachment" in resource.path
    }
    assert [path.split("/")[1] for path in reaching] == ["Migration"]


def test_without_protection_a_database_leaves_only_a_snapshot(designs: Designs) -> None:
    design = designs("aurora", AURORA_READER="off", DATABASE_PROTECTION="off")

    def kept(of: Design) -> set[Resource]:
        return {r for r in of.resources if "Retain" in r.raw.get("DeletionPolicy", "")}

    assert {each.type for each in kept(design) - kept(designs("none"))} == {"AWS::Logs::LogGroup"}


SECRET = str(uuid4())
"""A value that must not be in the log, such as a visitor's."""


@pytest.mark.external
async def test_it_has_slow_statements_and_lock_waits_but_no_values(designs: Designs) -> None:
    programs = system_programs()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine")
    group = only(designs("rds"), "AWS::RDS::DBParameterGroup").properties["Parameters"]
    options = {name: value for name, value in group.items() if name.startswith("log_")}
    with folder() as path:
        sockets = path / "sockets"
        sockets.mkdir(0o700)
        options |= {"listen_addresses": "", "unix_socket_directories": str(sockets)}
        with running(programs, path, options, "--auth=trust"):
            await _slow_failing_and_waiting(f"postgresql://postgres@/postgres?host={sockets}")
            log = (path / "data" / "log").read_text("utf-8")
    assert "pg_sleep" in log
    assert "still waiting for" in log
    assert "duplicate key" in log
    assert "SELECT 'quick'" not in log
    assert SECRET not in log


async def _slow_failing_and_waiting(dsn: str) -> None:
    async with connected(dsn) as first, connected(dsn) as second:
        await first.execute("CREATE TABLE notes (visitor text PRIMARY KEY)")
        await first.execute("SELECT 'quick'")
        await first.fetch("SELECT pg_sleep(0.6), $1::text", SECRET)
        await first.execute("INSERT INTO notes VALUES ($1)", SECRET)
        with pytest.raises(asyncpg.UniqueViolationError, match=r"already exists"):
            await first.execute("INSERT INTO notes VALUES ($1)", SECRET)
        async with first.transaction():
            await first.execute("LOCK TABLE notes")
            with pytest.raises(asyncpg.QueryCanceledError):
                await second.execute("SET statement_timeout = '1500ms'; SELECT count(*) FROM notes")


IDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("logical_ids.toml").read_text())
DATABASES: dict[str, list[str]] = IDS["database"]


@pytest.mark.parametrize("database", DATABASES)
def test_stateful_resources_keep_their_logical_ids_and_stay_once_they_are_made(
    designs: Designs, database: str
) -> None:
    stateful = {
        resource.logical_id: resource
        for resource in designs(database, "example.com").resources
        if resource.raw.get("DeletionPolicy", "Delete") != "Delete"
        or resource.type in ("AWS::EC2::VPC", "AWS::EC2::Subnet")
    }
    assert stateful.keys() == {*IDS["state"], *DATABASES[database]}
    # The tasks' log says why the first creation failed; nothing else is left behind by it.
    logs = stateful.pop("ServiceLogs205D48C6")
    assert (logs.stack, logs.raw["DeletionPolicy"]) == ("NotesService", "Retain")
    for each in stateful.values():
        assert (each.stack, each.raw.get("DeletionPolicy") != "Retain") == ("NotesState", True)
