"""`make health`: what an environment's owner has to know, in one table. Nothing is changed.

The environment is ENVIRONMENT's in REGION. `--dates` prints the dates that are near, as a
workflow's warnings, and needs no credentials. Exit codes: 1 there is no such environment, or AWS
does not answer; 2 an invalid setting, or no credentials.
"""

import os
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import boto3

from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.cost.estimate import table
from ishizue_ops.deploy.ending import caller, ended
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.design.database.versions import VERSIONS
from ishizue_ops.destroy.__main__ import deployed
from ishizue_ops.names import WORKER_SERVICES
from ishizue_ops.project import language, localized, read
from ishizue_ops.words import Text

DATES = Path("infra/dates.toml")
"""The service's own dates; PostgreSQL's are in `design/database/versions.toml`."""

SOON_DAYS = 120
"""So long before a date the weekly workflow warns."""

_CERTIFICATE = "AWS::CertificateManager::Certificate"

Row = tuple[Text | str, Text | str]


def dates(majors: Collection[str] = VERSIONS) -> list[tuple[date, Text | str]]:
    """The dates to come, the nearest first: the service's, and those of these PostgreSQL versions.

    Raises TOMLDecodeError.
    """
    own = tomllib.loads(DATES.read_text("utf-8"))["dates"] if DATES.exists() else []
    ends = {major: each["support_ends"] for major, each in VERSIONS.items() if major in majors}
    of_database = [(on, Text("postgresql-ends", major=major)) for major, on in ends.items()]
    return sorted(
        [*of_database, *((each["on"], each[language()]) for each in own)], key=itemgetter(0)
    )


def near(today: date) -> list[str]:
    """GitHub's annotations of the dates in the next `SOON_DAYS` days, and of those that passed."""
    return [
        f"::warning::{localized(what)}: {localized(_until(on, today))}"
        for on, what in dates()
        if (on - today).days <= SOON_DAYS
    ]


def rows(session: boto3.Session, environ: Mapping[str, str], now: datetime) -> Iterator[Row]:
    """The table's rows. Raises Stopped if there is no environment, ConfigError, and boto3's."""
    caller(session)
    config, _ = deployed(session, environ)
    names = config.names
    outputs = describe(session.client("cloudformation"), names.service_stack).outputs
    wanted = (outputs.get("ServiceName"), *outputs.get(WORKER_SERVICES, "").split(","))
    services = session.client("ecs").describe_services(
        cluster=outputs["ClusterName"], services=[*filter(None, wanted)]
    )["services"]
    started = (deployment["createdAt"] for each in services for deployment in each["deployments"])
    yield Text("last-deployment"), _age(max(started), now)
    counts = (sum(each[count] for each in services) for count in ("runningCount", "desiredCount"))
    yield Text("running-tasks"), " / ".join(map(str, counts))
    yield Text("ringing"), ", ".join(_ringing(session, config)) or Text("nothing-there")
    majors = set[str]()
    if database := _database(session, config):
        majors = {database["EngineVersion"].partition(".")[0]}
        newest = database.get("LatestRestorableTime")  # none before the first backup
        yield Text("restorable"), _age(newest, now) if newest else Text("nothing-there")
    if config.domain:
        region = OUTSIDE_REGION if config.cdn else config.region
        stack = names.cdn_stack if config.cdn else names.service_stack
        arn = config.certificate_arn or _resources(session, stack, region)[_CERTIFICATE]
        acm = session.client("acm", region_name=region)
        ends = acm.describe_certificate(CertificateArn=arn)["Certificate"]["NotAfter"]
        yield Text("certificate-ends"), _until(ends.date(), now.date())
    yield from ((what, _until(on, now.date())) for on, what in dates(majors))


def _ringing(session: boto3.Session, config: Config) -> Iterator[str]:
    prefix = config.names.alarm(config.names.state_stack, "")
    outside = {OUTSIDE_REGION} if config.has_external_check_stack else set()
    for region in sorted({config.region, *outside}):
        client = session.client("cloudwatch", region_name=region)
        found = client.describe_alarms(StateValue="ALARM", AlarmNamePrefix=prefix)
        yield from (alarm["AlarmName"] for alarm in found["MetricAlarms"])


def _database(session: boto3.Session, config: Config) -> Mapping[str, Any] | None:
    """RDS's description of the cluster, or of the instance without one."""
    made = _resources(session, config.names.state_stack, config.region)
    rds = session.client("rds")
    found: list[Mapping[str, Any]] = []
    if cluster := made.get("AWS::RDS::DBCluster"):
        found = rds.describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"]
    elif instance := made.get("AWS::RDS::DBInstance"):
        found = rds.describe_db_instances(DBInstanceIdentifier=instance)["DBInstances"]
    return next(iter(found), None)


def _resources(session: boto3.Session, stack: str, region: str) -> dict[str, str]:
    """The physical id of a resource of each type in the stack."""
    client = session.client("cloudformation", region_name=region)
    found = client.describe_stack_resources(StackName=stack)["StackResources"]
    return {each["ResourceType"]: each["PhysicalResourceId"] for each in found}


def _age(at: datetime, now: datetime) -> Text:
    return Text("age", days=(now - at).days, hours=(now - at).seconds // 3600)


def _until(on: date, today: date) -> Text:
    return Text("days-left", days=(on - today).days, on=on)


def main() -> None:
    """Print the table, or what is near."""
    now = datetime.now(UTC)
    if sys.argv[1:] == ["--dates"]:
        print(*near(now.date()) or [localized(Text("no-date-near", days=SOON_DAYS))], sep="\n")
        return
    session = boto3.Session(region_name=read(os.environ).region)
    said = [[localized(cell) for cell in row] for row in rows(session, os.environ, now)]
    print(table(["", ""], said), end="")


if __name__ == "__main__":
    sys.exit(ended("health", main))
