"""`make trial`: an environment's whole life in a real account, which no simulation knows.

ENVIRONMENT names it, in an account that has no other; TRIAL_USD is what it may cost. The commands
run in their order: deploy, a release as the pipeline does it, a smoke test, a release that cannot
start, and destroy, on Ctrl-C and after a failure too. build/trial/trial.log, which ends with what
AWS did, is there to be attached to an issue. Exit codes: 1 a step failed or something is left;
2 nothing was done.
"""

import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.request import urlopen

import boto3

from ishizue_ops.app_contract import READINESS_PATH
from ishizue_ops.checks import __main__ as synth
from ishizue_ops.config import Config, ConfigError
from ishizue_ops.cost import book
from ishizue_ops.cost.charges import HOURS, Month, Size
from ishizue_ops.cost.estimate import bill
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy import __main__ as deploy
from ishizue_ops.deploy.ending import caller, ended
from ishizue_ops.deploy.release import __main__ as release
from ishizue_ops.deploy.release import image
from ishizue_ops.deploy.release.stacks import Stack, describe
from ishizue_ops.destroy.__main__ import destroy
from ishizue_ops.destroy.destruction import uninterrupted
from ishizue_ops.emulator.rehearsal import RELEASE
from ishizue_ops.project import read
from ishizue_ops.synth import synthesize
from ishizue_ops.template import load
from ishizue_ops.variables import VARIABLES

OUT = Path("build/trial")

LONGEST = 4
"""Hours: no step begins later. It takes one or two, of which the database takes most."""


def settings(environ: Mapping[str, str]) -> Config:
    """The settings of a small environment of its own. Raises ConfigError."""
    given = {
        name: environ[name]
        for name in ("ENVIRONMENT", "REGION", "ZONES", "ARCHITECTURE")
        if environ.get(name, "").strip()
    }
    if "ENVIRONMENT" not in given:
        raise ConfigError("set ENVIRONMENT=… to a name that no environment has")
    # Most machines build for x86_64.
    small = {"SIZE": "hobby", "ARCHITECTURE": "x86_64"}
    ends = {"DATABASE": "rds", "DATABASE_PROTECTION": "off", "DOMAIN": "none", "LOG_DAYS": "7"}
    return read({**small, **ends, **given})


def price(config: Config) -> int:
    """US dollars for the longest time at the largest size, with visitors.

    Raises ConfigError for what has no price.
    """
    design = load(synthesize(config, OUT / "priced"))
    month = bill(Month(design, Size.MOST, Size.MOST), book.load(config.region))
    if month.unpriced:
        raise ConfigError("; ".join(map(str, month.unpriced)))
    return math.ceil(month.total() * Decimal(LONGEST) / HOURS)


def confirm(config: Config, session: boto3.Session, allowed: str) -> None:
    """Ask for the cost and for the name; no other call of AWS is made before both answers.

    Raises ConfigError, also for an account that has an environment.
    """
    who = caller(session)
    usd = price(config)
    print(f"account {who['Account']}, as {who['Arn']}, in {config.region}")
    print(f"the trial costs at most {usd} USD, within {LONGEST} hours")
    allowed = allowed or _asked("TRIAL_USD, what it may cost: ")
    if not allowed.isdigit():
        raise ConfigError(f"TRIAL_USD={allowed}: must be a whole number of US dollars")
    if usd > int(allowed):
        raise ConfigError(f"TRIAL_USD={allowed}: the trial may cost {usd}")
    name = config.environment
    if _asked(f"type {name} to make it and to delete all of it: ") != name:
        raise ConfigError(f"not confirmed: {name} was not typed")
    production = read({"REGION": config.region})
    for other in (config, production):
        try:
            described = _state(other, session)
        except Stopped:
            continue
        raise ConfigError(f"account {who['Account']}: there is a stack {described.name} already")


def _asked(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        return ""


def _state(config: Config, session: boto3.Session) -> Stack:
    return describe(session.client("cloudformation"), config.names.state_stack)


def push(config: Config, session: boto3.Session, tag: str, dockerfile: str = "") -> str:
    """Build this folder's image, push it with a tag of its own, and return its digest.

    A Dockerfile's text is built instead.
    """
    platform = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}[config.architecture]
    local = f"{config.names.service}:{tag}"
    options = ["--platform", platform, "--provenance=false", "--build-arg", f"REVISION={tag}"]
    command = ["docker", "build", *options, "--tag", local, "-" if dockerfile else "."]
    if subprocess.run(command, input=dockerfile.encode()).returncode:
        raise Stopped("docker build failed")
    uri = _state(config, session).output("RepositoryUri")
    return image.push(session.client("ecr"), uri=uri, local=local, tag=tag)


def smoke_test(config: Config, session: boto3.Session) -> None:
    """Ask the service for its pages. Raises Stopped for an answer that is an error."""
    stack = describe(session.client("cloudformation"), config.names.service_stack)
    for path in (READINESS_PATH, *config.product.smoke_test):
        try:
            with urlopen(stack.output("PublicUrl") + path, timeout=30) as response:
                print(f"{path}: {response.status}")
        except OSError as error:
            raise Stopped(f"{path}: {error}") from None


def life(config: Config, session: boto3.Session) -> None:
    """All that is made. Raises Stopped, ConfigError and what boto3 raises."""
    until = time.monotonic() + LONGEST * 3600

    def step(title: str) -> None:
        _title(title)
        if time.monotonic() > until:
            raise Stopped(f"it takes longer than {LONGEST} hours")

    step("deploy, which stops where the registry is empty")
    ended("deploy", deploy.main)
    push(config, session, "trial-1")
    step("deploy")
    deploy.main()
    step("synth")
    if synth.main():
        raise Stopped("synth has findings")
    digest = push(config, session, "trial-2")
    for words in RELEASE:
        step(f"release {' '.join(words)}")
        if release.main([*words, "--digest", digest]):
            raise Stopped("the release stopped")
    if config.product.web:
        step("smoke test")
        smoke_test(config, session)
    step("a release that cannot start, and what runs after it")
    cannot_start = f'FROM {config.names.service}:trial-2\nENTRYPOINT ["false"]'
    broken = push(config, session, "trial-3", cannot_start)
    print(f"exit code {release.main([*RELEASE[2], '--digest', broken])}", flush=True)
    if release.main([*RELEASE[3], "--digest", digest]):
        raise Stopped("what ran before does not run")
    step("how tasks ended")
    say_tasks(config, session)


def say_tasks(config: Config, session: boto3.Session) -> None:
    """Print how the tasks of the last hour ended: the jobs', and those that could not start."""
    ecs = session.client("ecs")
    stack = describe(session.client("cloudformation"), config.names.service_stack)
    cluster = stack.output("ClusterName")
    arns = ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED")["taskArns"]
    for task in ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else ():
        codes = [container.get("exitCode") for container in task["containers"]]
        print(task["createdAt"], task["taskDefinitionArn"], task.get("stoppedReason"), codes)


def say_events(config: Config, session: boto3.Session, since: datetime) -> None:
    """Print what CloudFormation did in each stack that this trial made, the latest first."""
    names = (config.names.state_stack, config.names.service_stack)
    stacks = session.client("cloudformation").get_paginator("list_stacks").paginate()
    for stack in stacks.search("StackSummaries[]"):
        if stack["StackName"] in names and stack["CreationTime"] > since:
            for event in session.resource("cloudformation").Stack(stack["StackId"]).events.all():
                what = f"{event.resource_status} {event.logical_resource_id}"
                print(event.timestamp, what, event.resource_status_reason or "")


def run(config: Config, session: boto3.Session) -> int:
    """Try, and delete all of it, which nothing interrupts: what stays is billed."""
    # The commands read their settings there.
    for variable in VARIABLES:
        os.environ.pop(variable.name, None)
    os.environ |= {**config.explicit, "CDK_REQUIRE_APPROVAL": "never"}
    code = 1
    since = datetime.now(UTC)
    try:
        code = ended("trial", lambda: life(config, session))
    except KeyboardInterrupt:
        print("trial: interrupted", flush=True)
    finally:
        _title("destroy")
        with uninterrupted():
            typed = str(config.environment)
            left = destroy(config, session, keep_snapshot=False, ask=lambda _: typed)
        _title("what CloudFormation did, the latest first")
        say_events(config, session, since)
    return 1 if code or left else 0


def _title(text: str) -> None:
    print(f"\n== {time.strftime('%H:%M:%S')} {text}", flush=True)


@contextmanager
def _logged(file: Path) -> Iterator[None]:
    """Copy what this process and its programs print into a file."""
    saved = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
    with subprocess.Popen(["tee", "-i", str(file)], stdin=subprocess.PIPE) as tee:
        assert tee.stdin
        for descriptor in saved:
            os.dup2(tee.stdin.fileno(), descriptor)
        try:
            yield
        finally:
            sys.stdout.flush()
            for descriptor, before in saved.items():
                os.dup2(before, descriptor)


def main() -> int:
    """Ask, and run it with a log."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = settings(os.environ)
    if not shutil.which("docker"):
        raise ConfigError("docker is not installed")
    session = boto3.Session(region_name=config.region)
    try:
        confirm(config, session, os.environ.get("TRIAL_USD", "").strip())
    except KeyboardInterrupt:
        raise ConfigError("stopped before anything was made") from None
    with _logged(OUT / "trial.log"):
        code = run(config, session)
    print(f"the log is {OUT / 'trial.log'}")
    return code


if __name__ == "__main__":
    sys.exit(ended("trial", main))
