"""The trial: what it does, step by step, and that it always ends."""

import math
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops.config import Config, ConfigError
from ishizue_ops.cost import book
from ishizue_ops.cost.charge import Month, Size
from ishizue_ops.cost.estimate import bill
from ishizue_ops.cost.usage import HOURS
from ishizue_ops.deploy import Stopped, domain
from ishizue_ops.deploy.cdk import cli
from ishizue_ops.deploy.deployment import Deployment
from ishizue_ops.deploy.ending import caller
from ishizue_ops.deploy.release import ReleaseError, every
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.destroy.destruction import Destruction, uninterrupted
from ishizue_ops.project import read
from ishizue_ops.synth import DesignError, synthesize
from ishizue_ops.template import load
from ishizue_ops.variables import REGIONS, SIZES

LONGEST = 4
"""Hours: the trial ends itself then. It takes about two, of which databases take most."""

FAILS = "/trial-without-a-page"
"""What the smoke test asks the bad release for."""

_ERRORS = (
    Stopped,
    ReleaseError,
    cli.CdkError,
    DesignError,
    BotoCoreError,
    ClientError,
    subprocess.CalledProcessError,
    OSError,
)


class TrialError(Exception):
    """A step did not end as expected; the message is one line."""


def settings(environ: Mapping[str, str]) -> tuple[Config, Config]:
    """The settings of the small environment, and of what it grows into. Raises ConfigError."""
    given = {
        name: environ[name]
        for name in ("ENVIRONMENT", "REGION", "ZONES", "ARCHITECTURE", "BACKUP_COPY_REGION")
        if environ.get(name, "").strip()
    }
    if "ENVIRONMENT" not in given:
        raise ConfigError("set ENVIRONMENT=… to a name that no environment has")
    # Not ARCHITECTURE: both have one image.
    hobby = {name: text for name, text in SIZES["hobby"].items() if name != "ARCHITECTURE"}
    ends = {"DATABASE": "rds", "DATABASE_PROTECTION": "off", "DOMAIN": "none", "LOG_DAYS": "7"}
    copies = given.pop("BACKUP_COPY_REGION", "") or next(
        region for region in REGIONS[1:] if region != given.get("REGION", REGIONS[0])
    )
    small = {**hobby, **ends, "MAX_TASKS": "2", **given}
    large = {"TASKS": "2", "NAT_GATEWAYS": "1"}
    return read(small), read({**small, **large, "BACKUP_COPY_REGION": copies})


def price(config: Config, folder: Path) -> int:
    """US dollars of the largest design for the longest time, with visitors.

    Raises BookError for what has no price.
    """
    design = load(synthesize(config, folder))
    month = bill(Month(design, Size.MOST, Size.MOST), book.load(config.region))
    if month.unpriced:
        raise book.BookError("; ".join(map(str, month.unpriced)))
    return math.ceil(month.total() * Decimal(LONGEST) / HOURS)


@dataclass
class Trial:
    """One run. `push` brings an image into a registry, and returns its digest."""

    small: Config
    large: Config
    session: boto3.Session
    folder: Path
    push: Callable[[str, Config], str]
    cdk: Callable[[list[str]], None]
    environ: Mapping[str, str]
    ask: Callable[[str], str] = input
    lookup: domain.Lookup = domain.records
    seconds: float = 15
    _digest: str = ""
    _until: float = 0

    def run(self) -> list[str]:
        """Ask, try, and end; return what failed and what is left. Raises ConfigError first."""
        self._confirm()
        failed: list[str] = []
        try:
            self._steps()
        except (TrialError, *_ERRORS) as error:
            failed.append(" ".join(str(error).split()))
            print(f"FAILED: {failed[-1]}", flush=True)
        except KeyboardInterrupt:
            failed.append("interrupted")
        finally:
            left = self._end()
        return [*failed, *left]

    def _confirm(self) -> None:
        """Ask for the cost and for the name; no other call of AWS is made before both answers."""
        who = caller(self.session)
        name = self.small.environment
        usd = price(self.large, self.folder / "priced")
        print(f"account {who['Account']}, as {who['Arn']}, in {self.small.region}")
        print(f"the trial costs at most {usd} USD, within {LONGEST} hours")
        allowed = self.environ.get("TRIAL_USD", "").strip()
        if not allowed:
            allowed = self._asked("TRIAL_USD, what it may cost: ")
        if not allowed.isdigit():
            raise ConfigError(f"TRIAL_USD={allowed}: must be a whole number of US dollars")
        if usd > int(allowed):
            raise ConfigError(f"TRIAL_USD={allowed}: the trial may cost {usd}")
        if self._asked(f"type {name} to make it and to delete all of it: ") != name:
            raise ConfigError(f"not confirmed: {name} was not typed")
        cloudformation = self.session.client("cloudformation")
        stack = self.small.names.state_stack
        try:
            describe(cloudformation, stack)
        except ReleaseError:
            return
        raise ConfigError(f"ENVIRONMENT={name}: there is a stack {stack} already")

    def _asked(self, question: str) -> str:
        try:
            return self.ask(question).strip()
        except EOFError:
            return ""

    def _steps(self) -> None:
        self._until = time.monotonic() + LONGEST * 3600
        _title("A small environment, from nothing")
        try:
            self._deploy(self.small)
        except Stopped as stopped:
            if not str(stopped).startswith("image: the registry is empty"):
                raise
        state = describe(self.session.client("cloudformation"), self.small.names.state_stack)
        self._digest = self.push(state.output("RepositoryUri"), self.small)
        self._deploy(self.small)
        _title("A command in a task")
        given = {"ENVIRONMENT": str(self.small.environment), "REGION": self.small.region}
        command = ["bash", "-c", ". infra/operations.sh && run_once migrate"]
        done = subprocess.run(  # noqa: S603
            command, env={**self.environ, **given}, capture_output=True, text=True
        )
        print(done.stdout, end="")
        if done.returncode:
            raise TrialError(f"run_once ended with code {done.returncode}: {done.stderr.strip()}")
        _title("It grows, with copies in another region")
        self._deploy(self.large)
        _title("A good release")
        memory = str(2 * self.large.task_memory)
        self._deploy(read({**self.large.explicit, "TASK_MEMORY": memory}))
        _title("A release that fails its smoke test")
        product = self.large.product
        asks = replace(product, smoke_test=(*product.smoke_test, FAILS))
        try:
            self._deploy(replace(self.large, product=asks))
        except cli.CdkError:
            cloudformation = self.session.client("cloudformation")
            status = describe(cloudformation, self.large.names.service_stack).status
            if status != "UPDATE_ROLLBACK_COMPLETE":
                raise TrialError(f"the bad release left its stack in {status}") from None
            print("taken back, as it must be")
        else:
            raise TrialError("a release that fails its smoke test was not taken back")
        _title("Drift")
        for stack in (self.large.names.state_stack, self.large.names.service_stack):
            print(*self._drift(stack), sep="\n")

    def _deploy(self, config: Config) -> None:
        if time.monotonic() > self._until:
            raise TrialError(f"it takes longer than {LONGEST} hours")
        Deployment(
            config=config,
            session=self.session,
            out=self.folder / "cdk.out",
            image_digest=self._digest or None,
            cdk=self.cdk,
            lookup=self.lookup,
        ).run()

    def _drift(self, stack: str) -> Iterator[str]:
        """What CloudFormation says of a stack's resources that differ from its template."""
        cloudformation = self.session.client("cloudformation")
        asked = cloudformation.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
        detection: Mapping[str, Any] = {}
        for _ in every(self.seconds, times=60):
            detection = cloudformation.describe_stack_drift_detection_status(
                StackDriftDetectionId=asked
            )
            if detection["DetectionStatus"] != "DETECTION_IN_PROGRESS":
                break
        yield f"{stack}: {detection.get('StackDriftStatus', detection['DetectionStatus'])}"
        drifted = cloudformation.describe_stack_resource_drifts(
            StackName=stack, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"]
        )
        for drift in drifted["StackResourceDrifts"]:
            paths = [each["PropertyPath"] for each in drift.get("PropertyDifferences", ())]
            what = ", ".join(paths) or drift["StackResourceDriftStatus"]
            yield f"  {drift['LogicalResourceId']}: {what}"

    def _end(self) -> list[str]:
        """Delete all of it. Nothing interrupts this: what stays is billed."""
        _title("The end, which nothing interrupts")
        with uninterrupted():
            copies = self.large.copies_region
            destruction = Destruction(self.large, self.session, copies, seconds=self.seconds)
            left = destruction.run(keep_snapshot=False)
        _title("What is left")
        print(*destruction.waiting, sep="\n")
        print(*(f"LEFT: {what}" for what in left) if left else ["nothing is billed"], sep="\n")
        return left


def _title(text: str) -> None:
    print(f"\n== {time.strftime('%H:%M:%S')} {text}", flush=True)
