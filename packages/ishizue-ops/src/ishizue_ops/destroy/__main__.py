"""`make destroy`: show what an environment is and costs, ask for its name, and delete all of it.

The environment is ENVIRONMENT's in REGION; its settings are those of its last deployment, and those
that are given. What has its tags is looked for in every region that the account has enabled, and in
REGIONS. A last snapshot of the database stays unless FINAL_SNAPSHOT=off. Exit codes: 0 nothing is
left but what is named; 1 something is, or nothing was deleted; 2 an invalid setting or no
credentials.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops.config import Config, ConfigError
from ishizue_ops.cost import book
from ishizue_ops.cost.charges import Month
from ishizue_ops.cost.estimate import bill, usd
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.ending import caller, ended
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.destroy.destruction import Destruction, uninterrupted
from ishizue_ops.names import SETTINGS_OUTPUT
from ishizue_ops.project import localized, read
from ishizue_ops.synth import DesignError, synthesize
from ishizue_ops.template import load
from ishizue_ops.variables import OF_PRODUCT, REMOVED
from ishizue_ops.words import Text

COPIES = "BACKUP_COPY_REGION"
PRODUCTION = "production"
"""What is typed for the environment that has no name."""


def deployed(session: boto3.Session, environ: Mapping[str, str]) -> tuple[Config, Sequence[str]]:
    """The settings of the environment, and the regions in which it may have something.

    Of a deployment that failed there are no settings but those that are given.
    """
    known = _known(environ)
    given = read(known)
    last: Mapping[str, str] = {}
    with suppress(Stopped):
        state = describe(session.client("cloudformation"), given.names.state_stack)
        last = json.loads(state.outputs.get(SETTINGS_OUTPUT, "{}"))
    fixed = {"ENVIRONMENT": given.environment or "", "REGION": given.region}
    # An earlier release had copies where none are allowed now.
    copies = {each.get(COPIES, "").strip() for each in (environ, last)} - {"", "none"}
    named = environ.get("REGIONS", "").replace(",", " ").split()
    with suppress(BotoCoreError, ClientError):  # it is no reason to leave what is known
        enabled = session.client("ec2").describe_regions()["Regions"]
        named += [region["RegionName"] for region in enabled]
    return read({**known, **_known(last), **fixed}), sorted({*copies, *named})


def _known(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings without what an earlier release had, which deploys nothing any more."""
    names = settings.keys() - REMOVED.keys() - OF_PRODUCT.keys() - {COPIES}
    return {name: settings[name] for name in names}


def monthly(config: Config) -> list[str | Text]:
    """What the design costs a month without visitors, by line; empty if it has no price."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            month = Month(load(synthesize(config, Path(folder))), traffic=Decimal(0))
        costs = bill(month, book.load(config.region))
    except (ConfigError, DesignError):
        return []
    lines = [f"  {line}: {usd(cost)}" for line, cost in costs.lines.items() if cost]
    unpriced = [f"  {each}" for each in costs.unpriced]
    return [Text("monthly", usd=usd(costs.total())), *lines, *unpriced]


def destroy(
    config: Config,
    session: boto3.Session,
    *,
    keep_snapshot: bool,
    regions: Sequence[str] = (),
    ask: Callable[[str], str] = input,
    seconds: float = 15,
) -> int:
    """Show, ask and delete; returns the exit code. `regions` are those to look into."""
    who = caller(session)
    name = config.environment or PRODUCTION
    destruction = Destruction(config, session, regions, seconds=seconds)
    stacks = destruction.existing()
    _say(Text("account", number=who["Account"], arn=who["Arn"]))
    tagged = [] if stacks else destruction.tagged()
    if not stacks and not tagged:
        project = config.names.tags["Project"]
        _say(Text("no-environment", name=name, project=project, region=config.region))
        return 1
    _say(Text("goes", name=name))
    of_stacks = (f"  {stack} in {region}: {status}" for stack, region, status in stacks)
    print(*of_stacks, *(f"  {arn}" for arn in tagged), sep="\n")
    if config.database != "none" and not keep_snapshot:
        print(f"  {localized(Text('snapshots-go'))}")
    _say(*(monthly(config) if stacks else ()), Text("stays"))
    for what in staying(config, keep_snapshot=keep_snapshot):
        print(f"  {localized(what)}")
    try:
        typed = ask(localized(Text("type-to-delete", name=name))).strip()
    except EOFError:
        typed = ""
    if typed != name:
        _say(Text("nothing-deleted", name=name))
        return 1
    with uninterrupted():
        left = destruction.run(keep_snapshot=keep_snapshot)
    _say(*destruction.waiting)
    _say(*(Text("left", what=what) for what in left) if left else [Text("nothing-else-billed")])
    return 1 if left else 0


def _say(*lines: str | Text) -> None:
    print(*map(localized, lines), sep="\n")


def staying(config: Config, *, keep_snapshot: bool) -> Iterator[Text]:
    """What is not deleted, and what it costs."""
    if config.database != "none" and keep_snapshot:
        yield Text("snapshot-stays")
    yield Text("bootstrap-stays")
    if config.hosted_zone_id:
        yield Text("zone-stays", zone=config.hosted_zone_id)
    if config.github_repository:
        yield Text("provider-stays")
    yield Text("others-stay")


def main() -> int:
    """Destroy what the environment says."""
    snapshot = os.environ.get("FINAL_SNAPSHOT", "").strip() or "on"
    if snapshot not in ("on", "off"):
        one_of = Text("one-of", words="on or off", listed="on、off")
        raise ConfigError(Text("because", what=f"FINAL_SNAPSHOT={snapshot}", why=one_of))
    session = boto3.Session(region_name=read(_known(os.environ)).region)
    caller(session)
    config, regions = deployed(session, os.environ)
    return destroy(config, session, regions=regions, keep_snapshot=snapshot == "on")


if __name__ == "__main__":
    sys.exit(ended("destroy", main))
