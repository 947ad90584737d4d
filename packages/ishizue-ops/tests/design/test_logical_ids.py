"""Logical ids of stateful resources: a new id replaces the resource, with its data."""

import pytest

from ishizue_ops.testing.designs import Designs

STATE = {
    "NetworkVpc7FB7348F",
    "NetworkVpcPublicSubnet1Subnet36933139",
    "NetworkVpcPublicSubnet2SubnetC427CCE0",
    "NetworkVpcPrivateSubnet1Subnet6DD86AE6",
    "NetworkVpcPrivateSubnet2Subnet1BDBE877",
    "RegistryRepositoryC6C96DCD",
    "AccessLogsBucketCD784A59",
    "CookieKeys814294E5",
    "Zone2A4024A4",
    "ServiceLogs205D48C6",
}
DATABASES = {
    "rds": {
        "RdsInstance5075E838",
        "RdsSubnetsEBBFBAC5",
        "RdsParametersBDABD852",
        "RdsSecretB4544A18",
        "RdsSecretAttachmentDB64272A",
        "RdsApplicationSecret469CB222",
        "RdsApplicationSecretAttachmentDAB61520",
        "SecurityGroupsDatabase76E6009F",
        "MigrationLogsAD1DB442",
    },
    "aurora": {
        "AuroraClusterD4EFE71C",
        "AuroraClusterWriter398336D3",
        "AuroraSubnetsC4DF45C9",
        "AuroraParameters4224950D",
        "AuroraSecret7ACECA7F",
        "AuroraSecretAttachmentEAAB0558",
        "AuroraApplicationSecretE0DBB40B",
        "AuroraApplicationSecretAttachmentFABEA047",
        "SecurityGroupsDatabase76E6009F",
        "MigrationLogsAD1DB442",
    },
    "none": set(),
}


@pytest.mark.parametrize("database", DATABASES)
def test_stateful_resources_keep_their_logical_ids(designs: Designs, database: str) -> None:
    stateful = {
        resource.logical_id: resource.stack
        for resource in designs(database, "example.com").resources
        if resource.raw.get("DeletionPolicy", "Delete") != "Delete"
        or resource.type in ("AWS::EC2::VPC", "AWS::EC2::Subnet")
    }
    assert stateful.keys() == STATE | DATABASES[database]
    in_service = {name for name, stack in stateful.items() if stack == "NotesService"}
    assert in_service == {"ServiceLogs205D48C6"}


@pytest.mark.parametrize("database", DATABASES)
def test_what_is_retained_is_not_left_behind_by_a_failed_creation(
    designs: Designs, database: str
) -> None:
    kept = {
        resource.logical_id: (resource.raw["DeletionPolicy"], resource.raw["UpdateReplacePolicy"])
        for resource in designs(database, "example.com").resources
        if "Retain" in resource.raw.get("DeletionPolicy", "")
    }
    # The tasks' log says why the first creation failed.
    assert kept.pop("ServiceLogs205D48C6") == ("Retain", "Retain")
    assert set(kept.values()) == {("RetainExceptOnCreate", "Retain")}
