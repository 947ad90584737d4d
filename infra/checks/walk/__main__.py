"""`make plan`: what a deployment changes and in which order, without AWS.

FROM is what is deployed: its settings, as words (`FROM="TASKS=2 DOMAIN=example.com"`) or as the
JSON of the state's output `Settings`, for the design as it is now; or a folder of the deployed
templates. The environment has the new settings, as for `make deploy`. Exit codes: 1 the deployment
would lose state or interrupt the service; 2 a setting is wrong, or cannot change.
"""

import json
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.checks.template import Design, TemplateError, load
from infra.checks.walk.plan import Plan, plan
from infra.checks.walk.rules import findings
from infra.checks.walk.states import TooManyStates
from infra.config import ConfigError, read
from infra.deploy import cdn
from infra.synth import DesignError, synthesize

_USAGE = (
    'set FROM to the deployed settings, such as FROM="TASKS=2", or to a folder of templates: '
    "docs/operations.md, Deploy a change"
)


def table(walked: Plan) -> Iterator[str]:
    """The steps, a line each: number, operation, resource, properties, and the steps before it."""
    numbers = {step.id: number for number, step in enumerate(walked.steps, 1)}
    stack = None
    for step in walked.steps:
        if step.node.stack != stack:
            stack = step.node.stack
            yield stack
        after = sorted(numbers[each] for each in walked.after(step))
        notes = [", ".join(step.why)] if step.why else []
        # What is cleaned up comes after everything else.
        notes += [f"after {', '.join(map(str, after))}"] if after and step.after else []
        old = " (replaced)" if step.superseded else ""
        line = f"{numbers[step.id]:4}  {step.kind:8}{step.node.name}{old}"
        yield f"{line:64}{'; '.join(notes)}".rstrip()


def deployed(text: str, folder: Path) -> Design:
    """The design that FROM describes. Raises ConfigError, DesignError or TemplateError."""
    if Path(text).is_dir():
        return load(Path(text))
    try:
        settings = json.loads(text) if text.startswith("{") else _words(text)
    except ValueError:
        raise ConfigError(_USAGE) from None
    return load(synthesize(read(settings), folder))


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Run the command and return its exit code."""
    text = environ.get("FROM", "").strip()
    try:
        if not text:
            raise ConfigError(_USAGE)
        with TemporaryDirectory() as folder:
            old = deployed(text, Path(folder) / "old")
            config = read(environ)
            service = old.templates.get(config.names.service_stack)
            if service:
                cdn.refuse_switch(config, service.get("Outputs", {}))
            new = load(synthesize(config, Path(folder) / "new"))
        walked, found = plan(old, new), findings(old, new)
    except ConfigError as error:
        print(f"plan: {error}", file=sys.stderr)
        return 2
    except (DesignError, TemplateError, TooManyStates) as error:
        print(f"plan: {error}", file=sys.stderr)
        return 1
    print("\n".join([*table(walked)] or ["nothing changes"]))
    for line in found:
        print(f"plan: {line}", file=sys.stderr)
    return 1 if found else 0


def _words(text: str) -> dict[str, str]:
    """`NAME=value …`. Raises ValueError."""
    return dict(word.split("=", 1) for word in shlex.split(text))


if __name__ == "__main__":
    sys.exit(main())
