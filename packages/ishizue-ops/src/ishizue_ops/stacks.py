"""The stacks of the usual design, which a service's `infra/app.py` composes.

The state's stack holds what must not be lost; the service's stack can be replaced as a whole. In
other regions, one stack has the key of the backups' copies, one what CloudFront uses, and one the
external check and CloudFront's alarms.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_secretsmanager as secretsmanager
from cdk_nag import AwsSolutionsChecks
from constructs import Construct, IConstruct

from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.design import stack_parameters, tasks
from ishizue_ops.design.alarms import AlarmTopic, tell_of_health
from ishizue_ops.design.database.backup_copy import BackupQuestion, CopyKey
from ishizue_ops.design.database.database import Database
from ishizue_ops.design.database.monitoring import DatabaseOutage
from ishizue_ops.design.edge.balancer import AccessLogs, Surroundings
from ishizue_ops.design.edge.distribution import CdnParts
from ishizue_ops.design.edge.edge import Edge, Zone
from ishizue_ops.design.events import Events
from ishizue_ops.design.external_check import ExternalCheck
from ishizue_ops.design.migration import Migration
from ishizue_ops.design.network import Network
from ishizue_ops.design.observability import Observability
from ishizue_ops.design.pipeline import Pipeline
from ishizue_ops.design.security_groups import SecurityGroups, WorkerGroup
from ishizue_ops.design.service import FargateService, ReleaseAlarms
from ishizue_ops.design.workloads import JobSchedule, Runtime, WorkerService
from ishizue_ops.names import (
    ACCESS_LOGS,
    NETWORKS_OUTPUT,
    OWN,
    SETTINGS_OUTPUT,
    WORKER_SERVICES,
    WORKER_TASKS,
)

_CONTEXT = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": False,
    "aws:cdk:version-reporting": False,
    "@aws-cdk/aws-iam:minimizePolicies": True,
}


class StateStack(cdk.Stack):
    """Network, registry, secrets, logs, zone and database.

    What a service builds on is `vpc`, `alarms` and `database_secret`, that of the tasks' role.
    """

    def __init__(self, scope: Construct, *, config: Config) -> None:
        super().__init__(
            scope,
            config.names.state_stack,
            env=cdk.Environment(region=config.region),
            description=f"{config.product.name}: what holds state",
        )
        self.network = Network(self, "Network", config=config)
        self.vpc = self.network.vpc
        self.groups = SecurityGroups(self, "SecurityGroups", config=config, vpc=self.network.vpc)
        _output_settings(self, config)
        stack_parameters.output(self, NETWORKS_OUTPUT, str(config.product.networks))
        self.registry = tasks.Registry(self, "Registry")
        self.access_logs = None
        if config.product.web:
            self.access_logs = AccessLogs(self, "AccessLogs", days=config.log_days)
            bucket = self.access_logs.bucket.bucket_name
            if not config.access_logs:
                # The load balancer may still import it, and is updated after this stack.
                self.export_value(bucket)
            elif config.cdn:
                stack_parameters.output(self, ACCESS_LOGS, bucket)
        events = ["events.rds"] if config.database != "none" else []
        budgets = ["budgets"] if config.speaks_for_account and not config.budget_outside else []
        publishers = ["cloudwatch", *budgets, "events", *events]
        self.alarms = AlarmTopic(self, "Alarms", config=config, publishers=publishers)
        if config.speaks_for_account:
            tell_of_health(self, config, self.alarms.topic, config.region)
        self.network.watch(self.alarms)
        self.secrets = {
            secret.setting: tasks.injected(self, secret, config.copies_region)
            for secret in config.product.secrets
        }
        if config.domain:
            Zone(self, "Zone", config=config, domain=config.domain)
        self.database_secret: secretsmanager.ISecret | None = None
        migration = self._database(config, self.groups.database) if self.groups.database else None
        if config.github_repository:
            Pipeline(
                self,
                "Pipeline",
                config=config,
                repository=self.registry.repository,
                migration=migration,
            )
        self.add_metadata(OWN, [child.node.id for child in self.node.children])

    def _database(self, config: Config, security_group: ec2.ISecurityGroup) -> Migration:
        """The database, its secrets, and the migration of its schema.

        The service's stack receives the secret of the tasks' role; the outputs are the operator's.
        """
        database = Database(
            self,
            "Rds" if config.database == "rds" else "Aurora",
            config=config,
            network=self.network,
            security_group=security_group,
            alarms=self.alarms,
        )
        self.database_secret = database.secret
        name = config.names.parameter(stack_parameters.DATABASE_SECRET)
        stack_parameters.publish(self, "DatabaseSecretArn", name, database.secret.secret_arn)
        name = config.names.parameter(stack_parameters.DATABASE)
        stack_parameters.publish(self, "DatabaseId", name, database.identifier)
        if config.product.workloads:
            name = config.names.parameter(stack_parameters.DATABASE_GROUP)
            group = security_group.security_group_id
            stack_parameters.publish(self, "DatabaseGroupId", name, group)
        for name, secret in (
            ("DatabaseSecret", database.secret),
            ("DatabaseMasterSecret", database.master_secret),
        ):
            stack_parameters.output(self, name, secret.secret_arn)
        if config.copies_region:
            BackupQuestion(
                self,
                "BackupQuestion",
                config=config,
                region=config.copies_region,
                identifier=database.identifier,
                alarms=self.alarms,
            )
        return Migration(
            self,
            "Migration",
            config=config,
            network=self.network,
            security_group=self.groups.tasks,
            repository=self.registry.repository,
            database_secret=database.secret,
            master_secret=database.master_secret,
        )


class ServiceStack(cdk.Stack):
    """Load balancer, tasks, workers and jobs, dashboard and alarms.

    A release replaces workers and jobs once the tasks that serve are stable. `tasks` has what
    serves (`app`), each worker and each job, by their names. `metrics` are those of `MetricAlarm`
    and `Worker` that are not the service's own, by the name there; another raises ValueError.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        config: Config,
        state: StateStack,
        metrics: Mapping[str, cloudwatch.IMetric] | None = None,
    ) -> None:
        named: set[object] = {each.metric for each in config.product.alarms}
        named |= {each.metric for each in config.product.workers}
        if unknown := (metrics or {}).keys() - named:
            raise ValueError(f"metrics={unknown}: no alarm and no worker names them")
        super().__init__(
            scope,
            config.names.service_stack,
            env=cdk.Environment(region=config.region),
            description=f"{config.product.name}: what can be replaced",
        )
        self.add_stack_dependency(state)
        edge = None
        if state.access_logs:
            surroundings = Surroundings(
                config=config,
                network=state.network,
                groups=state.groups,
                access_logs=state.access_logs.bucket,
            )
            edge = Edge(self, "Edge", surroundings)
        self.database_secret: secretsmanager.ISecret | None = None
        if config.database != "none":
            name = config.names.parameter(stack_parameters.DATABASE_SECRET)
            arn = stack_parameters.receive(self, name)
            self.database_secret = secretsmanager.Secret.from_secret_complete_arn(
                self, "DatabaseSecret", arn
            )
        entrance = edge.entrance if edge else None
        alarms = None
        if entrance:
            balancer = entrance.load_balancer
            alarms = ReleaseAlarms(self, "ReleaseAlarms", config=config, load_balancer=balancer)
        # The operator's commands find cluster and log under its name, whatever runs in it.
        runtime = Runtime(
            self,
            "Service",
            config=config,
            network=state.network,
            repository=state.registry.repository,
            public_url=entrance.public_url if entrance else None,
            secrets=state.secrets,
            database_secret=self.database_secret,
            metrics=metrics,
        )
        self.cluster = runtime.cluster
        self.tasks = runtime.tasks
        service = None
        if edge:
            group = state.groups.tasks
            service = FargateService(
                runtime, security_group=group, entrance=entrance, alarms=alarms
            )
            edge.order_around(service.service)
        after = service.service.node.default_child if service else None
        workers = self._workloads(config, state, runtime, after)
        Observability(
            self,
            "Observability",
            config=config,
            alarms=state.alarms,
            service=service.service if service else None,
            entrance=entrance,
            workers=workers,
            metrics=metrics or {},
        )
        services = [service.service] if service else []
        services += [worker.service for worker in workers]
        if services:
            Events(self, "Events", config=config, services=services, topic=state.alarms.topic)
        if services and config.database != "none":
            DatabaseOutage(
                self,
                "DatabaseOutage",
                config=config,
                service=services[0],
                alarms=state.alarms,
            )
        self.add_metadata(OWN, [child.node.id for child in self.node.children])

    def _workloads(
        self, config: Config, state: StateStack, runtime: Runtime, after: IConstruct | None
    ) -> list[WorkerService]:
        """The workers and jobs of the product, `after` what serves."""
        product = config.product
        if not product.workloads:
            return []
        database_group_id = None
        if config.database != "none":
            name = config.names.parameter(stack_parameters.DATABASE_GROUP)
            database_group_id = stack_parameters.receive(self, name)
        vpc = state.network.vpc
        group = WorkerGroup(
            self, "Workers", config=config, vpc=vpc, database_group_id=database_group_id
        ).group
        for job in product.jobs:
            JobSchedule(
                self,
                f"Job{_camel(job.name)}",
                job=job,
                runtime=runtime,
                security_group=group,
                after=after,
                alarms=state.alarms,
            )
        made = [
            WorkerService(
                self,
                f"Worker{_camel(worker.name)}",
                worker=worker,
                runtime=runtime,
                security_group=group,
                after=after,
            )
            for worker in product.workers
        ]
        if made:
            names = [worker.service.service_name for worker in made]
            definitions = [worker.task_definition.task_definition_arn for worker in made]
            stack_parameters.output(self, WORKER_SERVICES, ",".join(names))
            stack_parameters.output(self, WORKER_TASKS, ",".join(definitions))
        return made


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def new_app(outdir: Path | None) -> cdk.App:
    """A CDK app without stacks; its `synth()` writes to this folder."""
    return cdk.App(outdir=str(outdir) if outdir else None, context=_CONTEXT)


def add_regional_stacks(app: cdk.App, config: Config) -> None:
    """Add the stacks that these settings need in other regions."""
    if config.copies_region:
        copies = _stack(
            app, config, config.names.copies_stack, config.copies_region, "copies of the backups"
        )
        CopyKey(copies, "Copies")
        _output_settings(copies, config)
    if config.has_cdn_stack:
        name = config.names.cdn_stack
        text = "what CloudFront uses"
        CdnParts(_stack(app, config, name, OUTSIDE_REGION, text), "Cdn", config=config)
    if config.has_external_check_stack:
        name = config.names.external_check_stack
        text = "the check from outside"
        external = _stack(app, config, name, OUTSIDE_REGION, text)
        # The construct's id is part of its resources' logical ids.
        ExternalCheck(external, "Outside", config=config)


def _output_settings(stack: cdk.Stack, config: Config) -> None:
    explicit = json.dumps(config.explicit)
    text = "The variables of the last deployment"
    stack_parameters.output(stack, SETTINGS_OUTPUT, explicit, text)


def _stack(app: cdk.App, config: Config, name: str, region: str, description: str) -> cdk.Stack:
    env = cdk.Environment(region=region)
    text = f"{config.product.name}: {description}"
    stack = cdk.Stack(app, name, env=env, description=text)
    stack.add_metadata(OWN, ["*"])
    return stack


def finished(app: cdk.App, config: Config) -> cdk.App:
    """Tag and check everything: `synth()` raises RuntimeError on cdk-nag findings."""
    for tag, value in config.names.tags.items():
        cdk.Tags.of(app).add(tag, value)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app
