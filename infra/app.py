"""The design put together: two stacks from one configuration.

`KiroSampleState` holds what must not be lost; `KiroSampleService` can be replaced as a whole.
"""

import json
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_secretsmanager as secretsmanager
from cdk_nag import AwsSolutionsChecks
from constructs import Construct

from infra import handover
from infra.access_logs import AccessLogs
from infra.acknowledge import acknowledge
from infra.alarms import AlarmTopic
from infra.config import REGION, ZONES, Config
from infra.data import Database
from infra.edge import Edge
from infra.migration import Migration
from infra.network import Network
from infra.observability import Observability
from infra.pipeline import Pipeline
from infra.registry import Registry
from infra.security_groups import SecurityGroups
from infra.service import TASK_PORT, Service
from infra.zone import Zone

STATE, SERVICE = "KiroSampleState", "KiroSampleService"

_CONTEXT = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": False,
    "aws:cdk:version-reporting": False,
    "@aws-cdk/aws-iam:minimizePolicies": True,
}


class StateStack(cdk.Stack):
    """Network, registry, secrets, logs, zone and database."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(
            scope,
            construct_id,
            env=cdk.Environment(region=REGION),
            description="KiroSample: what holds state",
        )
        self.network = Network(
            self,
            "Network",
            cidr=config.vpc_cidr,
            zones=ZONES,
            public=config.public_cidrs,
            private=config.private_cidrs,
            nat_gateways=config.nat_gateways,
        )
        self.groups = SecurityGroups(
            self,
            "SecurityGroups",
            vpc=self.network.vpc,
            task_port=TASK_PORT,
            https=config.domain is not None,
            database=config.database != "none",
            keep_database=config.database_protection,
        )
        cdk.CfnOutput(
            self,
            "Settings",
            value=json.dumps(config.stated),
            description="The variables that this was deployed with",
        )
        self.registry = Registry(self, "Registry")
        self.access_logs = AccessLogs(self, "AccessLogs", days=config.log_days)
        self.alarms = AlarmTopic(self, "Alarms", email=config.alarm_email)
        self.cookie_keys = secretsmanager.Secret(
            self,
            "CookieKeys",
            description="The keys that sign visitors' cookies, comma-separated: the first signs",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        acknowledge(
            self.cookie_keys,
            "AwsSolutions-SMG4",
            "A new key verifies first and signs later, both by hand, so that no visitor is lost: "
            "docs/operations.md.",
        )
        if config.domain:
            Zone(self, "Zone", domain=config.domain)
        migration = self._database(config, self.groups.database) if self.groups.database else None
        if config.github_repository:
            Pipeline(
                self,
                "Pipeline",
                github_repository=config.github_repository,
                repository=self.registry.repository,
                stacks=[STATE, SERVICE],
                service_stack=SERVICE,
                migration=migration,
            )

    def _database(self, config: Config, security_group: ec2.ISecurityGroup) -> Migration:
        """The database, where the service finds its secret, and the migration of its schema."""
        database = Database(
            self,
            "Rds" if config.database == "rds" else "Aurora",
            config=config,
            vpc=self.network.vpc,
            subnets=self.network.private_subnets,
            security_group=security_group,
            topic=self.alarms.topic,
        )
        handover.publish(
            self,
            "DatabaseSecretArn",
            name=handover.DATABASE_SECRET,
            value=database.secret.secret_arn,
        )
        return Migration(
            self,
            "Migration",
            vpc=self.network.vpc,
            subnets=self.network.private_subnets,
            security_group=self.groups.tasks,
            repository=self.registry.repository,
            database_secret=database.secret,
            architecture=config.architecture,
            log_days=config.log_days,
        )


class ServiceStack(cdk.Stack):
    """Load balancer, tasks, dashboard and alarms."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, state: StateStack
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=cdk.Environment(region=REGION),
            description="KiroSample: what can be replaced",
        )
        network, groups = state.network, state.groups
        edge = Edge(
            self,
            "Edge",
            vpc=network.vpc,
            subnets=network.public_subnets,
            security_group=groups.load_balancer,
            access_logs=state.access_logs.bucket,
            task_port=TASK_PORT,
            domain=config.domain,
            waf=config.waf,
        )
        service = Service(
            self,
            "Service",
            config=config,
            vpc=network.vpc,
            subnets=network.private_subnets,
            security_group=groups.tasks,
            target_group=edge.target_group,
            repository=state.registry.repository,
            public_url=edge.public_url,
            cookie_keys=state.cookie_keys,
            database_secret=self._database_secret() if config.database != "none" else None,
        )
        Observability(
            self,
            "Observability",
            service=service.service,
            load_balancer=edge.load_balancer,
            target_group=edge.target_group,
            topic=state.alarms.topic,
            min_tasks=config.min_tasks,
            budget_usd=config.budget_usd,
        )

    def _database_secret(self) -> secretsmanager.ISecret:
        return secretsmanager.Secret.from_secret_complete_arn(
            self, "DatabaseSecret", handover.receive(self, handover.DATABASE_SECRET)
        )


def build(config: Config, outdir: Path | None = None) -> cdk.App:
    """The app; `synth()` on it writes the assembly, and raises where cdk-nag has a finding."""
    app = cdk.App(outdir=str(outdir) if outdir else None, context=_CONTEXT)
    state = StateStack(app, STATE, config=config)
    service = ServiceStack(app, SERVICE, config=config, state=state)
    service.add_stack_dependency(state)
    cdk.Tags.of(app).add("Project", "KiroSample")
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app
