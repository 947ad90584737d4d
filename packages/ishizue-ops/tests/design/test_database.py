"""The three kinds of database, and what stays when one leaves the design."""

import pytest

from ishizue_ops import app_contract
from ishizue_ops.checks.plan.changes import plan
from ishizue_ops.project import read
from ishizue_ops.template import Design, Resource
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.edit import Editor
from ishizue_ops.testing.reading import container, listed, only, statements

RDS = "AWS::RDS::DBInstance"


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


def test_it_speaks_tls_only(designs: Designs) -> None:
    for database, kind in (("rds", "DBParameterGroup"), ("aurora", "DBClusterParameterGroup")):
        group = only(designs(database), f"AWS::RDS::{kind}")
        assert group.properties["Parameters"]["rds.force_ssl"] == "1", database


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
