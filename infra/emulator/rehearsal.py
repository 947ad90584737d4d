"""The whole life of the design, rehearsed on an emulator with the commands an operator uses.

First deployment with its stops, the comparison with the document, no difference, settings that are
left out, another database and back in one deployment each, and the end.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import boto3

from infra.cdk import cli
from infra.config import REGION, Config
from infra.deploy import Deployment, Stopped
from infra.emulator import document, kept_database
from infra.emulator.account import Account
from infra.emulator.comparison import Row, compare, failures, summary, table
from infra.emulator.leftovers import Left, Watch
from infra.release import ReleaseError
from infra.release.stacks import SERVICE, STATE, describe

STACKS = (STATE, SERVICE)


class RehearsalError(Exception):
    """A step went otherwise than it must; the message is one line."""


class Rehearsal:
    """One account of the emulator, from empty to empty. Each method is a step, and prints it."""

    def __init__(
        self, config: Config, *, folder: Path, log: Path, environ: Mapping[str, str]
    ) -> None:
        self._config = config
        self._log = log
        self._environ = {**environ, "CDK_REQUIRE_APPROVAL": "never"}
        self._out = folder / "cdk.out"
        self._session = boto3.Session(region_name=REGION)
        self._delegated_to: set[str] = set()
        self._kept: list[Left] = []
        self.failed: list[Row] = []

    def first_deployment(self) -> None:
        """`make deploy` into an empty account, which stops twice for what the operator does."""
        _title("First deployment")
        self._must_stop("image")
        self._push_image()
        if self._config.domain:
            self._must_stop("delegation")
            self._delegated_to = set(self._state("NameServers").split(","))
            print("registrar: the domain is delegated")
        self._deploy()

    def compare(self) -> None:
        """Print the document's lines beside what is deployed, and remember what fails."""
        _title(f"The document beside what is deployed: database {self._config.database}")
        account = Account(self._session, STACKS)
        rows = compare(document.lines(self._config), account)
        print(table(rows))
        print(f"{account.count} resources; {summary(rows)}")
        self.failed += failures(rows)

    def no_difference(self) -> None:
        """`cdk diff` must find nothing."""
        self._cdk(["diff", *STACKS, "--app", str(self._out), "--fail"])
        print("cdk diff: no differences")

    def forget(self) -> None:
        """`make deploy` without the variables of the last deployment must change nothing."""
        _title("Settings left out")
        try:
            replace(self._deployment(), config=replace(self._config, stated={})).run()
        except ReleaseError as refused:
            print(refused)
        else:
            raise RehearsalError("deployed although settings were left out")

    def switch(self, config: Config) -> None:
        """Deploy once with another configuration; whatever that leaves behind is listed."""
        _title(f"From {self._config.database} to {config.database}, in one deployment")
        watch = Watch(self._session, STACKS)
        databases = Account(self._session, STACKS).ids("AWS::RDS::DBInstance")
        self._config = config
        self._deploy()
        left = watch.left()
        _list(left)
        lost = set(databases) - self._databases()
        if lost:
            raise RehearsalError(f"a protected database is gone: {', '.join(sorted(lost))}")
        # Only a database that goes can be kept; one that comes finds the old one still there.
        self._kept = self._kept or left

    def unprotect(self) -> None:
        """Take the protection off the database, as before it is to go."""
        _title("Protection off")
        self._config = replace(self._config, database_protection=False)
        self._deploy()

    def destroy(self) -> None:
        """`cdk destroy`, which stops at a database that was kept, until that is gone too."""
        _title("Destroy")
        watch = Watch(self._session, STACKS)
        self._must_not_destroy()
        for name in kept_database.remove(self._session, self._kept):
            print(f"deleted by hand: {name}")
        self._destroy()
        left = Account(self._session, STACKS).count
        if left:
            raise RehearsalError(f"destroy left {left} resources in their stacks")
        print("cdk destroy: done")
        _list(watch.left())

    def _must_not_destroy(self) -> None:
        try:
            self._destroy()
        except cli.CdkError:
            [stuck] = self._session.client("cloudformation").describe_stacks(StackName=STATE)[
                "Stacks"
            ]
        else:
            raise RehearsalError("destroy took the network from a database that was kept")
        if stuck["StackStatus"] != "DELETE_FAILED":
            raise RehearsalError(f"destroy failed before the network: {stuck['StackStatus']}")
        print("cdk destroy: refused, since the database that was kept is in the network")

    def _destroy(self) -> None:
        self._cdk(["destroy", *STACKS, "--app", str(self._out), "--force"])

    def _deployment(self) -> Deployment:
        return Deployment(
            config=self._config,
            session=self._session,
            cdk=self._cdk,
            name_servers=lambda _domain: self._delegated_to,
            out=self._out,
        )

    def _deploy(self) -> None:
        self._deployment().run()

    def _state(self, output: str) -> str:
        return describe(self._session.client("cloudformation"), STATE).output(output)

    def _databases(self) -> set[str]:
        found = self._session.client("rds").describe_db_instances()["DBInstances"]
        return {instance["DBInstanceIdentifier"] for instance in found}

    def _must_stop(self, step: str) -> None:
        try:
            self._deploy()
        except Stopped as stopped:
            print(stopped)
            if not str(stopped).startswith(step):
                raise RehearsalError(f"stopped for another reason than {step}") from None
        else:
            raise RehearsalError(f"did not stop for the {step}")

    def _push_image(self) -> None:
        name = self._state("RepositoryUri").partition("/")[2]
        empty = hashlib.sha256(b"").hexdigest()
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": f"sha256:{empty}",
                "size": 0,
            },
            "layers": [],
        }
        self._session.client("ecr").put_image(
            repositoryName=name, imageManifest=json.dumps(manifest), imageTag="rehearsal"
        )
        print("docker push: an image of no layers")

    def _cdk(self, arguments: list[str]) -> None:
        cli.run(arguments, environ=self._environ, log=self._log)


def rehearse(config: Config, *, folder: Path, log: Path, environ: Mapping[str, str]) -> list[Row]:
    """All steps; the rows that failed. Raises RehearsalError, and what a deployment raises.

    The assembly goes into `folder`, what the CDK CLI prints into `log`.
    """
    other = replace(config, database="rds" if config.database == "none" else "none")
    rehearsal = Rehearsal(config, folder=folder, log=log, environ=environ)
    rehearsal.first_deployment()
    rehearsal.compare()
    rehearsal.no_difference()
    if config.domain:
        rehearsal.forget()
    rehearsal.switch(other)
    rehearsal.compare()
    rehearsal.switch(config)
    rehearsal.compare()
    rehearsal.no_difference()
    rehearsal.unprotect()
    rehearsal.destroy()
    return rehearsal.failed


def _title(text: str) -> None:
    print(f"\n== {text}", flush=True)


def _list(left: list[Left]) -> None:
    print(f"left behind: {len(left) or 'nothing'}")
    for one in left:
        print(f"  {one.kind} {one.name}: {one.why}")
