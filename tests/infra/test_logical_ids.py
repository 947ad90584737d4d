"""The names by which CloudFormation knows what holds state: under another it is made anew.

A change here is a replacement: an empty database, lost images, other name servers.
"""

import pytest
from tests.infra.conftest import Designs

STATE = {
    "AWS::EC2::VPC": {"NetworkVpc7FB7348F"},
    "AWS::EC2::Subnet": {
        "NetworkVpcPublicSubnet1Subnet36933139",
        "NetworkVpcPublicSubnet2SubnetC427CCE0",
        "NetworkVpcPrivateSubnet1Subnet6DD86AE6",
        "NetworkVpcPrivateSubnet2Subnet1BDBE877",
    },
    "AWS::EC2::SecurityGroup": {
        "SecurityGroupsDatabase76E6009F",
        "SecurityGroupsTasksE6A5D7E6",
        "SecurityGroupsLoadBalancer3BF03D51",
    },
    "AWS::ECR::Repository": {"RegistryRepositoryC6C96DCD"},
    "AWS::S3::Bucket": {"AccessLogsBucketCD784A59"},
    "AWS::SNS::Topic": {"AlarmsTopic3A2DFEBA"},
    "AWS::Route53::HostedZone": {"Zone2A4024A4"},
}
RDS = {
    "AWS::RDS::DBInstance": {"RdsInstance5075E838"},
    "AWS::RDS::DBSubnetGroup": {"RdsSubnetsEBBFBAC5"},
    "AWS::SecretsManager::Secret": {"CookieKeys814294E5", "RdsSecretB4544A18"},
    "AWS::SecretsManager::SecretTargetAttachment": {"RdsSecretAttachmentDB64272A"},
}
AURORA = {
    "AWS::RDS::DBCluster": {"AuroraClusterD4EFE71C"},
    "AWS::RDS::DBInstance": {"AuroraClusterWriter398336D3", "AuroraClusterReaderDE322A60"},
    "AWS::RDS::DBSubnetGroup": {"AuroraSubnetsC4DF45C9"},
    "AWS::SecretsManager::Secret": {"CookieKeys814294E5", "AuroraSecret7ACECA7F"},
    "AWS::SecretsManager::SecretTargetAttachment": {"AuroraSecretAttachmentEAAB0558"},
}
KEPT_IN_THE_SERVICE = {"AWS::Logs::LogGroup": {"ServiceLogs205D48C6"}}


@pytest.mark.parametrize(("database", "own"), [("rds", RDS), ("aurora", AURORA)])
def test_what_holds_state_keeps_its_name(
    designs: Designs, database: str, own: dict[str, set[str]]
) -> None:
    design = designs(database, "example.com")
    for type_, names in (STATE | own).items():
        found = design.of_type(type_)
        assert {resource.logical_id for resource in found} == names, type_
        assert {resource.stack for resource in found} == {"KiroSampleState"}, type_


def test_the_services_log_keeps_its_name(designs: Designs) -> None:
    kept = {
        resource.type: {resource.logical_id}
        for resource in designs("rds").resources
        if resource.stack == "KiroSampleService" and "DeletionPolicy" in resource.raw
    }
    assert kept == KEPT_IN_THE_SERVICE


@pytest.mark.parametrize("database", ["rds", "aurora", "none"])
def test_all_that_is_kept_is_in_this_list(designs: Designs, database: str) -> None:
    """Whatever is kept when it leaves the design is in one of the lists above, or beside it."""
    beside = {
        "AWS::RDS::DBParameterGroup",
        "AWS::RDS::DBClusterParameterGroup",
        "AWS::Logs::LogGroup",
    }
    listed = {*STATE, *RDS, *AURORA, *beside}
    kept = {
        resource.type
        for resource in designs(database, "example.com").resources
        if resource.raw.get("DeletionPolicy") in ("Retain", "Snapshot")
    }
    assert kept <= listed
