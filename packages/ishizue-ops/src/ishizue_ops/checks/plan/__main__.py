"""`make plan`: what a deployment changes and what it would lose, without AWS.

FROM is what is deployed: its settings, as words (`FROM="TASKS=2 DOMAIN=example.com"`) or as the
JSON of the state's output `Settings`, for the design as it is now; or a folder of the deployed
templates. The environment has the new settings, as for `make deploy`. Exit codes: 1 the deployment
would lose state or interrupt the service; 2 a setting is wrong, or cannot change.
"""

import json
import os
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from ishizue_ops.checks.plan.changes import Change, findings, plan
from ishizue_ops.config import DEFAULT_REGION, ConfigError
from ishizue_ops.deploy import cdn
from ishizue_ops.deploy.ending import ended
from ishizue_ops.names import SETTINGS_OUTPUT
from ishizue_ops.project import label, localized, read
from ishizue_ops.synth import synthesize
from ishizue_ops.template import Design, load
from ishizue_ops.words import Text


def table(changes: Iterable[Change]) -> Iterator[str | Text]:
    """The changes by stack, a line each: operation, resource, and the properties that change."""
    for stack, of_stack in groupby(changes, key=lambda change: change.resource.stack):
        yield stack
        for change in of_stack:
            what = f"{change.resource.name:54}{', '.join(change.changed)}".rstrip()
            yield Text("change", kind=label(change.kind), what=what)


def deployed(text: str, folder: Path) -> Design:
    """The design that FROM describes. Raises ConfigError or DesignError."""
    if Path(text).is_dir():
        return load(Path(text))
    try:
        words = (word.split("=", 1) for word in shlex.split(text))
        settings = json.loads(text) if text.startswith("{") else dict(words)
    except ValueError:
        raise ConfigError(Text("set-from")) from None
    return load(synthesize(read(settings), folder))


def as_returned(design: Design) -> Design:
    """The design as GetTemplate returns it: a `?` for each character that is not ASCII.

    CloudFormation deploys what it was given (cloudformation-coverage-roadmap, issue 1220).
    """
    text = json.dumps(dict(design.templates), ensure_ascii=False)
    return Design(json.loads(re.sub(r"[^\x00-\x7f]", "?", text)))


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Print the changes, and what would be lost: 0 or 1. Raises what `deployed` raises."""
    text = environ.get("FROM", "").strip()
    if not text:
        raise ConfigError(Text("set-from"))
    config = read(environ)
    with TemporaryDirectory() as folder:
        old = deployed(text, Path(folder, "old"))
        outputs = {name: output["Value"] for _, name, output in old.outputs}
        there = json.loads(outputs.get(SETTINGS_OUTPUT, "{}")).get("REGION", DEFAULT_REGION)
        if there != config.region:
            raise ConfigError(Text("plan-region", config=config, there=there))
        if config.names.service_stack in old.templates:
            cdn.refuse_switch(config, outputs)
        new = load(synthesize(config, Path(folder, "new")))
    if Path(text).is_dir():
        old = as_returned(old)
        new = as_returned(new)
    lines = findings(old, new)
    for line in lines:
        print(f"plan: {localized(line)}", file=sys.stderr, flush=True)
    changes = [*table(plan(old, new))] or [Text("nothing-changes")]
    print(*map(localized, changes), sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(ended("plan", main))
