"""The design's whole life on an emulator, with the operator's own commands.

First deployment, a release as the pipeline does it, no `cdk diff`, another database and back in one
deployment each, and `make destroy`.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import boto3

from ishizue.testing.emulator import Emulator
from ishizue_ops import programs, template
from ishizue_ops.config import Config, most_tasks
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.cdk import cli
from ishizue_ops.deploy.deployment import Deployment
from ishizue_ops.deploy.release import migration
from ishizue_ops.deploy.release.stacks import Stack, describe
from ishizue_ops.design.pipeline import AUDIENCE, ISSUER
from ishizue_ops.destroy.destruction import Destruction
from ishizue_ops.iam import record
from ishizue_ops.product import DatabaseKind
from ishizue_ops.project import label, language, localized
from ishizue_ops.synth import OUT
from ishizue_ops.variables import VARIABLES
from ishizue_ops.words import Text

RELEASE = (["deploy", "state"], ["migrate"], ["deploy", "service"], ["verify"])
"""The pipeline's steps after the push of the image."""

RECORD = Path("build/emulator/record.jsonl")
"""What `iam` reads: every resource before the first switch, and each call of the release."""

_TAG = "rehearsal"
"""The tag of the image that is pushed."""


class RehearsalError(Exception):
    """A step did not end as expected; the message is one line."""


class Rehearsal:
    """One account of the emulator, from empty to empty. Each public method is a step."""

    def __init__(
        self, config: Config, *, folder: Path, log: Path, environ: Mapping[str, str]
    ) -> None:
        self._config = config
        self._names = config.names
        self._log = log
        self._environ = {**environ, "CDK_REQUIRE_APPROVAL": "never"}
        self._folder = folder
        self.calls = folder / "calls.jsonl"
        self._out = folder / OUT  # where a release, run in the folder, expects it
        self._session = boto3.Session(region_name=config.region)
        self._cloudformation = self._session.client("cloudformation")
        self._delegated_to: set[str] = set()

    def first_deployment(self) -> None:
        """`make deploy` stops for an image, and goes on once it is pushed."""
        title("First deployment")
        if self._config.github_repository and self._config.github_provider == "existing":
            self._session.client("iam").create_open_id_connect_provider(
                Url=f"https://{ISSUER}", ClientIDList=[AUDIENCE]
            )
        if zone := self._config.hosted_zone_id:
            response = self._session.client("route53").get_hosted_zone(Id=zone)
            self._delegated_to = set(response["DelegationSet"]["NameServers"])
        with _refused(Stopped, "did not stop without an image", "image"):
            self._deployment().run()
        self._push_image()
        if self._config.domain and not zone:
            self._delegated_to = set(self._state().output("NameServers").split(","))
            _say("registrar", Text("delegated", domain=self._config.domain))
        self._deployment().run()

    def release(self) -> None:
        """The pipeline's steps with GitHub's role; the image's tag is there already."""
        title("A release, with GitHub's role")
        sts = self._session.client("sts")
        assumed = sts.assume_role_with_web_identity(
            RoleArn=self._state().output("DeployRoleArn"),
            RoleSessionName="GitHubActions",
            WebIdentityToken="a token of GitHub's",
        )
        keys = assumed["Credentials"]
        caller = assumed["AssumedRoleUser"]["Arn"]
        design = {variable.name for variable in VARIABLES}
        environ = {
            # As in the workflow, only the assembly has the settings.
            **{name: text for name, text in self._environ.items() if name not in design},
            "ENVIRONMENT": self._config.environment or "",
            "REGION": self._config.region,
            "LANGUAGE": language(),
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
            "PYTHONPATH": str(Path.cwd()),
            "CALLS": str(self.calls),
            "CALLER": caller,
        }
        pushed = self._released(environ, ["push", self._names.slug, "--tag", _TAG])
        digest = pushed.removeprefix("digest=")
        for step in RELEASE:
            self._released(environ, [*step, "--digest", digest])
        self._released(environ, ["invalidate"])
        self._stop_migration(keys, caller, digest)

    def _released(self, environ: Mapping[str, str], arguments: list[str]) -> str:
        """Run a step and return what it printed last."""
        said = programs.run(
            [sys.executable, "-m", "ishizue_ops.emulator.released", *arguments],
            RehearsalError,
            " ".join(arguments),
            cwd=self._folder,
            env=environ,
        )
        last = (said.strip().splitlines() or ["no output"])[-1]
        _say(" ".join(arguments[:2]), last)
        return last

    def _stop_migration(self, keys: Mapping[str, str], caller: str, digest: str) -> None:
        """A migration that takes too long is stopped."""
        if "MigrationTask" not in self._state().outputs:
            return
        session = boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], self._config.region
        )
        record.listen(session, self.calls, caller)
        with _refused(Stopped, "a migration had no deadline", "migrate: timed out"):
            migration.run(
                session.client("ecs"),
                session.client("logs"),
                state=self._state(),
                digest=digest,
                attempts=(),
            )

    def no_difference(self) -> None:
        """`cdk diff` must find no difference."""
        self._cdk(["diff", "--app", str(self._out), "--fail"])
        _say("cdk diff", Text("no-differences"))

    def switch(self, config: Config) -> None:
        """Deploy once with another database; the first that it leaves is protected, and stays."""
        title(Text("switch", before=self._config.database, after=config.database))
        # Aurora's reader goes with the switch: its data is the writer's.
        design = template.load(self._out).of_type("AWS::RDS::DBInstance")
        kept = {
            resource.logical_id
            for resource in design
            if resource.raw.get("DeletionPolicy", "Delete") != "Delete"
        }
        databases = {name for name, logical_id in self._deployed().items() if logical_id in kept}
        self._config = config
        self._deployment().run()
        if lost := databases - self._databases():
            raise RehearsalError(f"a protected database is gone: {', '.join(sorted(lost))}")

    def destroy(self) -> None:
        """Run `make destroy`, also of the databases that a switch kept."""
        title("Destroy")
        copies = [region for region in [self._config.copies_region] if region]
        destruction = Destruction(self._config, self._session, copies, seconds=0.01)
        if left := destruction.run(keep_snapshot=True):
            raise RehearsalError(f"destroy left {', '.join(map(str, left))}")
        if databases := self._databases():
            raise RehearsalError(f"destroy left {', '.join(sorted(databases))}")
        print(*map(localized, destruction.waiting), sep="\n")

    def _deployed(self) -> dict[str, str]:
        """The logical ids of the state's resources by physical id, which has every database."""
        pages = self._cloudformation.get_paginator("list_stack_resources")
        return {
            row["PhysicalResourceId"]: row["LogicalResourceId"]
            for page in pages.paginate(StackName=self._names.state_stack)
            for row in page["StackResourceSummaries"]
            if row["ResourceStatus"].endswith("_COMPLETE")
        }

    def _deployment(self) -> Deployment:
        return Deployment(
            config=self._config,
            session=self._session,
            cdk=self._cdk,
            lookup=lambda _, kind: self._delegated_to if kind == "NS" else set(),
            out=self._out,
        )

    def _state(self) -> Stack:
        return describe(self._cloudformation, self._names.state_stack)

    def _databases(self) -> set[str]:
        instances = self._session.client("rds").describe_db_instances()["DBInstances"]
        return {instance["DBInstanceIdentifier"] for instance in instances}

    def _push_image(self) -> None:
        """Push an image without layers."""
        kind = "application/vnd.oci.image.{}.v1+json"
        digest = f"sha256:{hashlib.sha256(b'').hexdigest()}"
        manifest = {
            "schemaVersion": 2,
            "mediaType": kind.format("manifest"),
            "config": {"mediaType": kind.format("config"), "digest": digest, "size": 0},
            "layers": [],
        }
        name = self._state().output("RepositoryUri").partition("/")[2]
        self._session.client("ecr").put_image(
            repositoryName=name, imageManifest=json.dumps(manifest), imageTag=_TAG
        )
        _say("docker push", Text("image-without-layers"))

    def _cdk(self, arguments: list[str]) -> None:
        cli.run(arguments, environ=self._environ, log=self._log)


def rehearse(config: Config, emulator: Emulator, *, log: Path, environ: Mapping[str, str]) -> None:
    """Run every step. `RECORD` then has the deployed resources and the release's calls.

    Raises RehearsalError and what a deployment raises.
    """
    config = _with_existing(config, boto3.Session(region_name=config.region))
    rehearsal = Rehearsal(config, folder=emulator.folder, log=log, environ=environ)
    rehearsal.first_deployment()
    if config.github_repository:
        rehearsal.release()
    shutil.copy(emulator.record, RECORD)
    if rehearsal.calls.exists():
        with RECORD.open("a", encoding="utf-8") as output:
            output.write(rehearsal.calls.read_text(encoding="utf-8"))
    rehearsal.no_difference()
    other: DatabaseKind = "rds" if config.database == "none" else "none"
    # A database has fewer connections than tasks without one may be.
    tasks = min(config.max_tasks, max(config.min_tasks, most_tasks(config.product)))
    rehearsal.switch(replace(config, database=other, max_tasks=tasks))
    rehearsal.switch(config)
    rehearsal.no_difference()
    rehearsal.destroy()


def _with_existing(config: Config, session: boto3.Session) -> Config:
    """Make the zone and the certificate that the settings name; return them with the real ids."""
    ids: dict[str, str] = {}
    if config.hosted_zone_id:
        zone = {"Name": config.domain, "CallerReference": "operator"}
        made = session.client("route53").create_hosted_zone(**zone)
        ids["HOSTED_ZONE_ID"] = made["HostedZone"]["Id"].rpartition("/")[2]
    if config.certificate_arn:
        made = session.client("acm").request_certificate(DomainName=config.domain)
        ids["CERTIFICATE_ARN"] = made["CertificateArn"]
    for name, text in ids.items():
        _say("operator", f"{name}={text}")
    return replace(
        config,
        hosted_zone_id=ids.get("HOSTED_ZONE_ID"),
        certificate_arn=ids.get("CERTIFICATE_ARN"),
        explicit={**config.explicit, **ids},
    )


@contextmanager
def _refused(error: type[Exception], otherwise: str, beginning: str = "") -> Iterator[None]:
    """The block must raise this error, whose message begins so; print it."""
    try:
        yield
    except error as refused:
        _say("as intended", refused)
        if not str(refused).startswith(beginning):
            raise RehearsalError(f"{otherwise}: {refused}") from None
    else:
        raise RehearsalError(otherwise)


def _say(what: str, text: object) -> None:
    print(f"{label(what)}: {localized(text)}", flush=True)


def title(text: str | Text) -> None:
    """Begin a scene."""
    print(f"\n== {label(text) if isinstance(text, str) else localized(text)}", flush=True)
