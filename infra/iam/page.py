"""docs/permissions.md: what the operator and each role may do, and need to."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from infra.iam import needs
from infra.iam.check import Result
from infra.iam.record import Record

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"

OPERATIONS: Mapping[str, str] = {
    "acm": "DescribeCertificate, ImportCertificate",
    "backup": (
        "DescribeBackupVault, DescribeCopyJob, DescribeRegionSettings, ListCopyJobs, "
        "ListRecoveryPointsByBackupVault, StartCopyJob"
    ),
    "ce": "GetCostAndUsage, UpdateCostAllocationTagsStatus",
    "cloudformation": "DeleteStack, DescribeStackResources, DescribeStacks, GetTemplate",
    "cloudfront": "CreateInvalidation, GetDistribution, GetInvalidation, ListVpcOrigins",
    "cloudwatch": "DescribeAlarms",
    "ec2": "DeleteSecurityGroup",
    "ecr": "DescribeImages",
    "ecs": "DescribeServices, DescribeTasks, ListTasks, RunTask, UpdateService",
    "iam": "GetRole, PassRole",
    "logs": "FilterLogEvents, GetLogEvents, GetQueryResults, StartQuery",
    "rds": (
        "CreateDBInstance, DeleteDBCluster, DeleteDBClusterParameterGroup, DeleteDBInstance, "
        "DeleteDBParameterGroup, DeleteDBSubnetGroup, DescribeDBClusterSnapshots, "
        "DescribeDBClusters, DescribeDBInstances, DescribeDBMajorEngineVersions, "
        "DescribeDBSnapshots, DescribeEvents, ModifyDBCluster, ModifyDBInstance, "
        "RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime, "
        "RestoreDBInstanceFromDBSnapshot, RestoreDBInstanceToPointInTime"
    ),
    "route53": "GetHealthCheckLastFailureReason, ListHealthChecks",
    "s3": "ListBucket, PutObject",
    "secretsmanager": "DeleteSecret, GetSecretValue, ListSecrets, PutSecretValue",
    "sts": "GetCallerIdentity",
}
"""The actions of the commands in docs/operations.md; a test compares them."""

_INTRODUCTION = """\
# Permissions

Written by `make deploy-emulated PERMISSIONS=--write`. It records every call of a first deployment,
of the pipeline's steps and of the migration against the emulator, and asks an independent
[simulator of IAM](https://github.com/cloud-copilot/iam-simulate) whether the caller's role allows
it. The calls that ECS, docker and other services make by themselves are a table with AWS's
documents, `infra/iam/services.py`. Every call is allowed, and each right of our roles is needed by
one: without it the simulator refuses a call. `infra/iam/unused.toml` has the exceptions.

## Your own rights

`make deploy` needs the first list: the CDK deploys with roles of its own. The commands of
[operations.md](operations.md) need the second. Pushing an image needs ECR's actions in
[the pipeline's list](#our-roles).
"""

_CLOUDFORMATION = """\
## CloudFormation's role

The bootstrap, once per account and region, uses your own rights to create the CDK's roles, with
CloudFormation: IAM, S3, ECR and SSM. It gives CloudFormation's role `AdministratorAccess`. To give
it less, list policies in `cdk bootstrap --cloudformation-execution-policies`. CloudFormation's
registry lists what each type of resource needs, for all of its settings:

```sh
aws cloudformation describe-type --type RESOURCE --type-name AWS::ECS::Service \\
  --query Schema --output text | python3 -c \\
  "import json, sys; print(json.dumps(json.load(sys.stdin)['handlers'], indent=2))"
```

With `CDN=on`, it leaves out two: an account's first VPC origin makes CloudFront's service-linked
role (`iam:CreateServiceLinkedRole`, `AWSServiceRoleForCloudFrontVPCOrigin`), and the delivery of
the access log needs `cloudfront:AllowVendedLogDeliveryForResource` on the distribution.
"""

_ROLES = """\
## Our roles

What each does, and where that is known from. With `CDN=on` the pipeline's role may also empty the
cache of its environment's distribution (`cloudfront:CreateInvalidation`).

| who | does | source |
| --- | --- | --- |
"""


def write(result: Result, record: Record) -> None:
    """Write the page."""
    PAGE.write_text(text(result, record), encoding="utf-8")


def text(result: Result, record: Record) -> str:
    """The page."""
    roles = "".join(f"{row}\n" for row in _roles(result))
    parts = [
        _INTRODUCTION,
        _table("make deploy", _by_service(needs.make_deploy(record))),
        _table("operations.md", OPERATIONS),
        _CLOUDFORMATION,
        _ROLES + roles,
    ]
    return "\n".join(parts)


def _table(title: str, actions: Mapping[str, str]) -> str:
    rows = [f"| {service} | {names} |" for service, names in actions.items()]
    return "\n".join((f"| {title} | actions |", "| --- | --- |", *rows)) + "\n"


def _by_service(actions: Iterable[str]) -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    for action in sorted(actions):
        service, _, name = action.partition(":")
        found[service].append(name)
    return {service: ", ".join(names) for service, names in found.items()}


def _roles(result: Result) -> Iterator[str]:
    does: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in result.cases:
        if case.allowed and not case.request.action.endswith("WithWebIdentity"):
            source = re.sub(r"(https://.+/)(.+)\.html", r"[\2](\1\2.html)", case.source)
            does[case.who, source].add(case.request.action)
    for (who, source), names in sorted(does.items()):
        yield f"| {who} | {', '.join(sorted(names))} | {source} |"
