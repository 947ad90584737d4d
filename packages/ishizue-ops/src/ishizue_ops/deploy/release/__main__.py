"""`ishizue-ops release STEP`: one step of the pipeline's release.

Exit code 1: the release must stop; 2: an invalid argument or setting, or no credentials.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import boto3
from botocore.config import Config as ClientConfig

from ishizue_ops.deploy import Stopped, cdn
from ishizue_ops.deploy.cdk import cli
from ishizue_ops.deploy.ending import ended
from ishizue_ops.deploy.release import every, image, migration, rollout, settings, stacks
from ishizue_ops.names import DIGEST_PATTERN, IMAGE_DIGEST, Names
from ishizue_ops.project import localized, read
from ishizue_ops.synth import OUT
from ishizue_ops.words import Text

# Retries keep short network failures from ending a release.
VERIFY_ATTEMPTS = 1200
"""ECS watches a rolling release for less time than these attempts take, whether or not
CloudFormation waits for its end."""

_CLIENTS = ClientConfig(retries={"mode": "standard", "max_attempts": 5})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the step that the arguments name."""
    given = _parser().parse_args(arguments)
    step: Callable[[argparse.Namespace], None] = given.step
    return ended("release", lambda: step(given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="A release.")
    steps = parser.add_subparsers(required=True, metavar="STEP")

    def add(step: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        name = step.__name__.removeprefix("_")
        text = step.__doc__
        made = steps.add_parser(name, help=text, description=text)
        made.set_defaults(step=step)
        return made

    push = add(_push)
    push.add_argument("image", help="its local name")
    push.add_argument("--tag", required=True, help="the commit")
    push.add_argument("--expect", help="the digest that another environment runs, or empty")
    for step in (_deploy, _migrate, _verify):
        made = add(step)
        if step is _deploy:
            made.add_argument("stack", choices=("state", "service"))
        made.add_argument("--digest", required=True, type=_digest, help="sha256:…")
    add(_invalidate)
    return parser


def _push(given: argparse.Namespace) -> None:
    """Push an image, unless its tag exists, and print digest=sha256:…"""
    uri = _stack(_names().state_stack).output("RepositoryUri")
    digest = image.push(_client("ecr"), uri=uri, local=given.image, tag=given.tag)
    if given.expect and digest != given.expect:
        raise Stopped(Text("two-digests", digest=digest, given=given))
    print(f"digest={digest}")


def _deploy(given: argparse.Namespace) -> None:
    """Deploy a stack of build/cdk.out with the image."""
    state = _stack(_names().state_stack)
    stacks.refuse_commands(OUT)
    cdn_on = read(settings.synthesized(OUT, state.name)).cdn
    by_hand = settings.BY_HAND | ({"WAF"} if cdn_on else set())
    changed = settings.check(state, assembly=OUT) & by_hand
    if changed:
        raise Stopped(Text("by-hand", names=", ".join(sorted(changed))))
    name = state.name if given.stack == "state" else _names().service_stack
    # CloudFormation refuses unknown parameters; without a database the state has no image.
    known = stacks.read_template(OUT, name).get("Parameters", {})
    image = {IMAGE_DIGEST: given.digest} if IMAGE_DIGEST in known else {}
    # The merge was the approval.
    options = ("--require-approval", "never", "--progress", "events")
    stacks.deploy(name, *options, assembly=OUT, cdk=cli.run, parameters=image)


def _migrate(given: argparse.Namespace) -> None:
    """Run the migration as a one-off task."""
    last_line = migration.run(
        _client("ecs"),
        _client("logs"),
        state=_stack(_names().state_stack),
        digest=given.digest,
        attempts=every(5, times=migration.ATTEMPTS),
    )
    print(f"migrate: {localized(last_line or Text('without-database'))}")


def _verify(given: argparse.Namespace) -> None:
    """Wait until the service runs this image only."""
    tasks = rollout.verify(
        _client("ecs"),
        service=_stack(_names().service_stack),
        digest=given.digest,
        attempts=every(10, times=VERIFY_ATTEMPTS),
    )
    print(localized(Text("verified", tasks=tasks, digest=given.digest)))


def _invalidate(_: argparse.Namespace) -> None:
    """Empty CloudFront's cache, if there is one."""
    done = cdn.invalidate(_client("cloudfront"), _stack(_names().service_stack))
    print(localized(Text("invalidated") if done else Text("without-cloudfront")))


def _names() -> Names:
    return read(os.environ).names


def _stack(name: str) -> stacks.Stack:
    return stacks.describe(_client("cloudformation"), name)


def _client(service: str) -> Any:
    return boto3.client(service, read(os.environ).region, config=_CLIENTS)


def _digest(text: str) -> str:
    if not re.fullmatch(DIGEST_PATTERN, text):
        raise argparse.ArgumentTypeError(localized(Text("digest")))
    return text


if __name__ == "__main__":
    sys.exit(main())
