"""The end of an environment, as its operator sees it: what goes, what stays, what is left."""

import json
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import boto3

from ishizue_ops.config import Config
from ishizue_ops.cost import book
from ishizue_ops.cost.charge import Month
from ishizue_ops.cost.estimate import bill, usd
from ishizue_ops.deploy.deployment import caller
from ishizue_ops.deploy.destroy import Destruction
from ishizue_ops.deploy.release import ReleaseError
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.names import SETTINGS_OUTPUT
from ishizue_ops.project import read
from ishizue_ops.synth import DesignError, synthesize
from ishizue_ops.template import load

PRODUCTION = "production"
"""What is typed for the environment that has no name."""


def deployed(session: boto3.Session, environ: Mapping[str, str]) -> Config:
    """The settings of the last deployment; as far as its stack is gone, those that are given."""
    given = read(environ)
    with suppress(ReleaseError):
        state = describe(session.client("cloudformation"), given.names.state_stack)
        last = json.loads(state.outputs.get(SETTINGS_OUTPUT, "{}"))
        return read({**last, "ENVIRONMENT": given.environment or "", "REGION": given.region})
    return given


def monthly(config: Config) -> str:
    """What the design costs a month without visitors, by line; empty if it has no price."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            month = Month(load(synthesize(config, Path(folder))), traffic=Decimal(0))
        found = bill(month, book.load(config.region))
    except (book.BookError, DesignError):
        return ""
    lines = [f"  {line}: {usd(cost)}" for line, cost in found.lines.items() if cost]
    return "\n".join((f"USD a month, without visitors: {usd(found.total())}", *lines))


def destroy(
    config: Config,
    session: boto3.Session,
    *,
    keep_snapshot: bool,
    ask: Callable[[str], str] = input,
    seconds: float = 15,
) -> int:
    """Show, ask and delete; returns the exit code."""
    who, name = caller(session), config.environment or PRODUCTION
    destruction = Destruction(config, session, seconds=seconds)
    stacks = destruction.existing()
    print(f"account {who['Account']}, as {who['Arn']}")
    if not stacks:
        print(f"there is no {name} of {config.names.tags['Project']} in {config.region}")
        return 1
    print(f"{name} goes, with all that it stored:")
    print(*(f"  {stack} in {region}: {status}" for stack, region, status in stacks), sep="\n")
    print(monthly(config))
    print("What stays:")
    print(*(f"  {one}" for one in staying(config, keep_snapshot=keep_snapshot)), sep="\n")
    try:
        typed = ask(f"type {name} to delete it: ").strip()
    except EOFError:
        typed = ""
    if typed != name:
        print(f"nothing was deleted: {name} was not typed")
        return 1
    with uninterrupted():
        left = destruction.run(keep_snapshot=keep_snapshot)
    print(*destruction.waiting, sep="\n")
    print(*(f"LEFT: {one}" for one in left), sep="\n") if left else print("nothing else is billed")
    return 1 if left else 0


def staying(config: Config, *, keep_snapshot: bool) -> Iterator[str]:
    """What is not deleted, and what it costs."""
    if config.database != "none" and keep_snapshot:
        price = "about 0.10 USD a GB and month"
        yield f"the database's last snapshot, {price} (none with FINAL_SNAPSHOT=off)"
    if config.bootstrap == "shared":
        yield "the account's bootstrap of the CDK, which other environments use: cents a month"
    if config.hosted_zone_id:
        yield f"the hosted zone {config.hosted_zone_id}, which was given: 0.50 USD a month"
    if config.github_repository:
        yield "the account's identity provider of GitHub, which costs nothing"
    yield "every other environment, and what AWS deletes after some days, which is free until then"


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore signals in the block: what stays is billed."""
    numbers = signal.SIGINT, signal.SIGTERM
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
