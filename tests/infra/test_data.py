"""The database in its three modes, and what becomes of it when it leaves the design."""

import pytest
from tests.infra.conftest import Designs
from tests.infra.reading import container, environment, only

from infra.report.template import Design, Resource
from kirosample import limits

RDS, AURORA = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"


def private_subnets(design: Design) -> list[str]:
    group = only(design, "AWS::RDS::DBSubnetGroup")
    subnets = design.resolve_all(group.properties["SubnetIds"], group.stack)
    return [subnet.properties["CidrBlock"] for subnet in subnets]


@pytest.fixture(scope="module")
def rds(designs: Designs) -> Resource:
    return only(designs("rds"), RDS)


@pytest.fixture(scope="module")
def aurora(designs: Designs) -> Resource:
    return only(designs("aurora"), AURORA)


def test_rds_is_the_documents_instance_in_two_zones(rds: Resource) -> None:
    properties = rds.properties
    assert properties["Engine"] == "postgres"
    assert properties["EngineVersion"].startswith("15.")
    assert properties["DBInstanceClass"] == "db.t3.micro"
    assert properties["MultiAZ"] is True
    assert (properties["AllocatedStorage"], properties["StorageType"]) == ("20", "gp3")


def test_aurora_is_serverless_from_half_a_unit_to_two(aurora: Resource) -> None:
    assert aurora.properties["Engine"] == "aurora-postgresql"
    assert aurora.properties["EngineVersion"].startswith("15.")
    capacity = aurora.properties["ServerlessV2ScalingConfiguration"]
    assert capacity == {"MinCapacity": 0.5, "MaxCapacity": 2}


def test_auroras_reader_stands_in_the_other_zone(designs: Designs) -> None:
    instances = designs("aurora").of_type(RDS)
    zones = sorted(found.properties["AvailabilityZone"] for found in instances)
    assert zones == ["ap-northeast-1a", "ap-northeast-1c"]
    assert {found.properties["DBInstanceClass"] for found in instances} == {"db.serverless"}


def test_auroras_reader_scales_with_the_writer_so_that_it_can_take_over(designs: Designs) -> None:
    """Of Aurora Serverless v2, only readers of promotion tier 0 or 1 do."""
    tiers = [found.properties["PromotionTier"] for found in designs("aurora").of_type(RDS)]
    assert len(tiers) == 2
    assert set(tiers) <= {0, 1}


def test_auroras_reader_is_an_option(designs: Designs) -> None:
    assert len(designs("aurora", AURORA_READER="off").of_type(RDS)) == 1


def test_none_has_no_database_and_tells_the_application(designs: Designs) -> None:
    design = designs("none")
    assert [found for found in design.resources if found.type.startswith("AWS::RDS::")] == []
    assert environment(design)["DATABASE_URL"] == "none"
    assert [s["Name"] for s in container(design)["Secrets"]] == ["KIROSAMPLE_COOKIE_KEYS"]
    assert only(design, "AWS::ECS::TaskDefinition")


@pytest.mark.parametrize(("database", "type_"), [("rds", RDS), ("aurora", AURORA)])
def test_it_is_encrypted_private_backed_up_and_protected(
    designs: Designs, database: str, type_: str
) -> None:
    design = designs(database)
    found = only(design, type_)
    assert found.properties["StorageEncrypted"] is True
    assert found.properties["BackupRetentionPeriod"] == 7
    assert found.properties["DeletionProtection"] is True
    assert found.raw["DeletionPolicy"] == found.raw["UpdateReplacePolicy"] == "Snapshot"
    assert private_subnets(design) == ["10.0.11.0/24", "10.0.12.0/24"]
    public = [instance.properties["PubliclyAccessible"] for instance in design.of_type(RDS)]
    assert set(public) == {False}


@pytest.mark.parametrize(
    ("database", "parameters"),
    [("rds", "AWS::RDS::DBParameterGroup"), ("aurora", "AWS::RDS::DBClusterParameterGroup")],
)
def test_it_speaks_tls_only(designs: Designs, database: str, parameters: str) -> None:
    group = only(designs(database), parameters)
    assert group.properties["Parameters"]["rds.force_ssl"] == "1"
    assert group.properties["Family"].endswith("postgresql15" if database == "aurora" else "15")


def test_rds_accepts_as_many_connections_as_the_application_counts_on(designs: Designs) -> None:
    group = only(designs("rds"), "AWS::RDS::DBParameterGroup")
    accepted = int(group.properties["Parameters"]["max_connections"])
    a_task = limits.POOL_CONNECTIONS + limits.WRITER_CONNECTIONS
    taken = limits.MOST_TASKS * a_task + limits.MIGRATION_AND_RESERVED_CONNECTIONS
    assert taken <= accepted == limits.DATABASE_CONNECTIONS


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_its_password_is_made_by_secrets_manager_and_stands_nowhere(
    designs: Designs, database: str
) -> None:
    design = designs(database)
    found = only(design, RDS if database == "rds" else AURORA)
    secret = only(design, "AWS::SecretsManager::Secret", "/Secret/")
    _, reference, key = found.properties["MasterUserPassword"]["Fn::Join"][1]
    assert design.resolve(reference, found.stack) == secret
    assert key == ":SecretString:password::}}"
    assert secret.properties["GenerateSecretString"]["GenerateStringKey"] == "password"


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_the_tasks_get_it_in_parts_out_of_that_secret(designs: Designs, database: str) -> None:
    design = designs(database)
    attachment = only(design, "AWS::SecretsManager::SecretTargetAttachment")
    parts = {}
    for entry in container(design)["Secrets"]:
        if entry["Name"].startswith("KIROSAMPLE_DB_"):
            reference, key = entry["ValueFrom"]["Fn::Join"][1]
            assert design.resolve(reference, "KiroSampleService") == attachment
            parts[entry["Name"].removeprefix("KIROSAMPLE_DB_")] = key
    assert parts == {
        "HOST": ":host::",
        "PORT": ":port::",
        "NAME": ":dbname::",
        "USER": ":username::",
        "PASSWORD": ":password::",
    }


def beside(design: Design) -> dict[str, str]:
    """The deletion policy of everything that a database cannot do without."""
    kept = (
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBSubnetGroup",
        "AWS::RDS::DBParameterGroup",
        "AWS::RDS::DBClusterParameterGroup",
        "AWS::SecretsManager::SecretTargetAttachment",
    )
    found = design.of_type(*kept)
    found += [only(design, "AWS::SecretsManager::Secret", "/Secret/")]
    found += [only(design, "AWS::EC2::SecurityGroup", "SecurityGroups/Database")]
    return {one.path: one.raw.get("DeletionPolicy", "Delete") for one in found}


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_a_protected_database_keeps_all_that_it_needs(designs: Designs, database: str) -> None:
    policies = beside(designs(database))
    assert set(policies.values()) <= {"Retain", "Snapshot"}
    assert [p for p in policies.values() if p == "Snapshot"] == ["Snapshot"] * (database == "rds")


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_without_protection_only_a_snapshot_stays(designs: Designs, database: str) -> None:
    design = designs(database, DATABASE_PROTECTION="off")
    found = only(design, RDS if database == "rds" else AURORA)
    assert found.properties["DeletionProtection"] is False
    assert found.raw["DeletionPolicy"] == "Snapshot"
    policies = beside(design)
    assert [p for p in policies.values() if p == "Retain"] == []


def test_no_export_comes_or_goes_with_a_setting(designs: Designs, design: Design) -> None:
    """Else CloudFormation would refuse the state's update while the service imports it."""

    def exported(looked_at: Design) -> set[str]:
        outputs = looked_at.templates["KiroSampleState"]["Outputs"]
        return {name for name, output in outputs.items() if "Export" in output}

    options = designs(
        NAT_GATEWAYS="2",
        WAF="on",
        ALARM_EMAIL="operator@example.com",
        GITHUB_REPOSITORY="owner/name",
        DATABASE_PROTECTION="off",
    )
    assert exported(design) == exported(designs("rds")) == exported(options)
    for name in exported(design):
        value = design.templates["KiroSampleState"]["Outputs"][name]["Value"]
        resource = design.resolve(value, "KiroSampleState")
        assert resource is not None
        assert not resource.path.startswith(("KiroSampleState/Rds", "KiroSampleState/Aurora"))
        assert "SecurityGroups/Database" not in resource.path


@pytest.mark.parametrize("other", ["aurora", "none"])
def test_no_resource_changes_its_type_or_its_name_when_the_database_does(
    designs: Designs, other: str
) -> None:
    """CloudFormation refuses the first, and makes the new before it removes the old."""
    before, after = designs("rds"), designs(other)
    types = {(r.stack, r.logical_id): r.type for r in before.resources}
    for resource in after.resources:
        assert types.get((resource.stack, resource.logical_id), resource.type) == resource.type

    def named(design: Design) -> dict[object, str]:
        return {r.properties["Name"]: r.logical_id for r in design.of_type("AWS::SSM::Parameter")}

    assert all(named(before)[name] == logical_id for name, logical_id in named(after).items())


def test_another_database_has_another_secret_so_that_tasks_are_replaced(designs: Designs) -> None:
    secrets = {
        only(designs(database), "AWS::SecretsManager::Secret", "/Secret/").logical_id
        for database in ("rds", "aurora")
    }
    assert len(secrets) == 2
