"""What all tasks of a stack share: the cluster, the log, the image, and what they are told."""

from collections.abc import Mapping

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from ishizue_ops import app_contract
from ishizue_ops.config import Config
from ishizue_ops.design import tasks
from ishizue_ops.design.network import PrivateNetwork
from ishizue_ops.design.stack_parameters import output
from ishizue_ops.product import ScheduledJob, Worker

_CREDENTIALS = {"rds": "RdsApplication", "aurora": "AuroraApplication", "none": ""}
"""The name of the credentials that the tasks get, by kind of database."""


class Runtime:
    """Makes cluster and log in `scope`, and the stack's parameter that names the image."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: Config,
        network: PrivateNetwork,
        repository: ecr.IRepository,
        public_url: str | None = None,
        secrets: Mapping[str, ecs.Secret] | None = None,
        database_secret: secretsmanager.ISecret | None = None,
    ) -> None:
        self.config = config
        self.network = network
        self._repository = repository
        self.cluster = ecs.Cluster(
            scope, "Cluster", vpc=network.vpc, container_insights_v2=ecs.ContainerInsights.DISABLED
        )
        # Retained after a failed creation too: it says why the tasks did not become ready.
        self.log_group = tasks.log_group(scope, days=config.log_days, removal=RemovalPolicy.RETAIN)
        self.image = tasks.image(
            scope,
            repository=repository,
            description="The image to run, by its digest in the registry, sha256:...",
        )
        self.environment = app_contract.environment(
            config, public_url=public_url, database=database_secret is not None
        )
        self.secrets = dict(secrets or {})
        if database_secret:
            keys = app_contract.database_secrets(config.names)
            self.secrets |= tasks.from_secret(database_secret, keys)
        output(scope, "ClusterName", self.cluster.cluster_name)

    def task(self, scope: Construct, *, cpu: int, memory: int) -> ecs.FargateTaskDefinition:
        """A task definition without containers, whose execution role reads the secrets."""
        return tasks.task(
            scope,
            "Task",
            cpu=cpu,
            memory=memory,
            architecture=self.config.architecture,
            repository=self._repository,
            credentials=_CREDENTIALS[self.config.database],
        )

    def workload(
        self, scope: Construct, workload: Worker | ScheduledJob, **options: object
    ) -> ecs.FargateTaskDefinition:
        """The task of a worker or a job: a container of that name. It has no pages to try."""
        made = self.task(scope, cpu=workload.cpu, memory=workload.memory)
        told = {**self.environment}
        told.pop(app_contract.SMOKE_TEST, None)
        tasks.add_container(
            made,
            workload.name,
            image=self.image,
            log_group=self.log_group,
            command=list(workload.command),
            environment=told,
            secrets=self.secrets,
            **options,
        )
        return made
