"""The command. Exit codes: 0 done, 1 the release must not go on, 2 an argument is wrong."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from infra.cdk import cli
from infra.config import REGION
from infra.release import ReleaseError, image, migration, rollout, scan, settings, stacks
from infra.release.attempts import every
from infra.synth import OUT

MINUTE = 60

_STACKS = {"state": stacks.STATE, "service": stacks.SERVICE}

# The short failures of a network are no reason to end a release.
_CLIENTS = ClientConfig(region_name=REGION, retries={"mode": "standard", "max_attempts": 5})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the step that the arguments name."""
    given = _parser().parse_args(arguments)
    step: Callable[[argparse.Namespace], None] = given.step
    try:
        step(given)
    except (ReleaseError, cli.CdkError) as error:
        return _say(str(error))
    except (BotoCoreError, ClientError) as error:
        return _say(" ".join(str(error).split()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.release", description="A release.")
    steps = parser.add_subparsers(required=True, metavar="STEP")

    def add(step: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        name = step.__name__.removeprefix("_")
        made = steps.add_parser(name, help=text, description=text)
        made.set_defaults(step=step)
        return made

    push = add(_push, "push an image, unless its tag is there, and print digest=sha256:…")
    push.add_argument("image", help="docker's own name of it")
    push.add_argument("--tag", required=True, type=_tag, help="the commit")
    for step, text in (
        (_scan, "wait for the registry's scan and fail at serious findings"),
        (_deploy, "deploy a stack of build/cdk.out with the image"),
        (_migrate, "run the migration as a one-off task"),
        (_verify, "wait until the service runs the image, and nothing else"),
    ):
        made = add(step, text)
        if step is _deploy:
            made.add_argument("stack", choices=_STACKS)
        made.add_argument("--digest", required=True, type=_digest, help="sha256:…")
    return parser


def _push(given: argparse.Namespace) -> None:
    uri = _stack(stacks.STATE).output("RepositoryUri")
    print(f"digest={image.push(_client('ecr'), uri=uri, local=given.image, tag=given.tag)}")


def _scan(given: argparse.Namespace) -> None:
    uri = _stack(stacks.STATE).output("RepositoryUri")
    findings = scan.check(
        _client("ecr"),
        repository=uri.partition("/")[2],
        digest=given.digest,
        accepted=scan.accepted(datetime.now(UTC).date()),
        attempts=every(5, during=10 * MINUTE),
    )
    named = "; ".join(map(str, findings))
    print(f"scan: accepted with a reason: {named}" if named else "scan: nothing serious")


def _deploy(given: argparse.Namespace) -> None:
    settings.check(_stack(stacks.STATE), assembly=OUT)
    stacks.deploy(_STACKS[given.stack], digest=given.digest, assembly=OUT, cdk=cli.run)


def _migrate(given: argparse.Namespace) -> None:
    said = migration.run(
        _client("ecs"),
        _client("logs"),
        state=_stack(stacks.STATE),
        digest=given.digest,
        attempts=every(5, during=20 * MINUTE),
    )
    print(f"migrate: {said or 'there is no database'}")


def _verify(given: argparse.Namespace) -> None:
    tasks = rollout.verify(
        _client("ecs"),
        service=_stack(stacks.SERVICE),
        digest=given.digest,
        attempts=every(10, during=15 * MINUTE),
    )
    print(f"verify: {tasks} tasks run {given.digest}")


def _stack(name: str) -> stacks.Stack:
    return stacks.describe(_client("cloudformation"), name)


def _client(service: str) -> Any:
    return boto3.client(service, config=_CLIENTS)


def _digest(text: str) -> str:
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError("is not sha256: and 64 hexadecimal digits")
    return text


def _tag(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", text):
        raise argparse.ArgumentTypeError("is no tag that a registry takes")
    return text


def _say(text: str) -> int:
    print(f"release: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
