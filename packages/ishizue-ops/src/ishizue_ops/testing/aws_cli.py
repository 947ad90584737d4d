"""Runs shell commands with a stand-in for `aws`, and checks calls against botocore's models.

The AWS CLI makes its commands from the same models.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import botocore.session
import jmespath  # type: ignore[import-untyped]
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

_OWN = {
    ("cloudfront", "create-invalidation"): {"distribution-id", "paths"},
    ("ecr", "get-login-password"): set[str](),
    ("logs", "tail"): {"since", "follow"},
    ("s3", "cp"): set[str](),
    ("s3", "ls"): {"recursive"},
}
"""Commands that the CLI adds or changes, with the options that we use."""

_EVERYWHERE = {"query", "output", "region"}

_STAND_IN = """\
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
log = Path(os.environ["CALLS"])
calls = log.read_text().splitlines() if log.exists() else []
log.write_text("".join(f"{line}\\n" for line in [*calls, json.dumps(words)]))
if len(calls) == int(os.environ["REFUSED"]):
    sys.exit("An error occurred (AccessDenied)")
account = json.loads(os.environ["ACCOUNT"])
if account is None:
    sys.exit(print("…"))
answer = account.get(" ".join(words[:2]), {})
if isinstance(answer, list):
    answer = answer[min(sum(json.loads(c)[:2] == words[:2] for c in calls), len(answer) - 1)]
if "--query" in words:
    sys.path.append(os.environ["PACKAGES"])
    import jmespath
    answer = jmespath.search(words[words.index("--query") + 1], answer)
text = "--output" in words and words[words.index("--output") + 1] == "text"
if text and isinstance(answer, list):
    answer = "\\t".join(map(str, answer))
print(answer if text else json.dumps(answer))
"""


@dataclass
class Ran:
    """A script's exit code, its output, and the arguments of each call of `aws`."""

    code: int
    said: str
    calls: list[list[str]]

    @property
    def names(self) -> list[str]:
        """The operations of the calls."""
        return [" ".join(words[: 3 if words[1] == "wait" else 2]) for words in self.calls]

    def options(self, operation: str) -> dict[str, str]:
        """The options of the only call of an operation."""
        [words] = [words for words in self.calls if words[1] == operation]
        return {name: " ".join(values) for name, values in _options(words).items()}


def run(
    script: str,
    account: Mapping[str, Any] | None = None,
    *,
    folder: Path | None = None,
    refused: int = -1,
    others: Sequence[str] = (),
) -> Ran:
    """Run a script with bash; `aws` responds as `account` says, or `…` to all without one.

    It rejects the call with the number `refused`. `others` are programs that only succeed.
    """
    with TemporaryDirectory() as temporary:
        programs, log = Path(temporary), Path(temporary) / "calls"
        (programs / "aws.py").write_text(_STAND_IN)
        aws = f'exec {sys.executable} -ES {programs / "aws.py"} "$@"'  # starts in half the time
        for name, does in {"aws": aws, **dict.fromkeys((*others, "sleep"), "echo …")}.items():
            (programs / name).write_text(f"#!/bin/sh\n{does}\n")
            (programs / name).chmod(0o755)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder or programs,
            env={
                **os.environ,
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                "CALLS": str(log),
                "PACKAGES": str(Path(jmespath.__file__).parents[1]),
                "REFUSED": str(refused),
                "ACCOUNT": json.dumps(account),
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        lines = log.read_text().splitlines() if log.exists() else []
    return Ran(done.returncode, done.stdout + done.stderr, [json.loads(line) for line in lines])


def complaints(words: Sequence[str]) -> list[str]:
    """What the AWS CLI would refuse in `aws WORDS…`, or a `--query` for what no response has."""
    options = _options(words)
    own = _OWN.get((words[0], words[1]))
    if own is not None:
        return sorted(options.keys() - own - _EVERYWHERE)
    waits = words[1] == "wait"
    try:
        operation = (_waiters if waits else _operations)(words[0])[words[2 if waits else 1]]
    except (UnknownServiceError, KeyError):
        return [" ".join(words[: 3 if waits else 2])]
    members = {
        xform_name(name, "-"): shape for name, shape in operation.input_shape.members.items()
    }
    flags = {f"no-{name}" for name, shape in members.items() if shape.type_name == "boolean"}
    wrong = sorted(options.keys() - members.keys() - flags - _EVERYWHERE)
    for name in options.keys() & members.keys():
        shape, values = members[name], options[name]
        if bool(values) == (shape.type_name == "boolean"):
            wrong.append(f"{name} has {len(values)} values")
        if enum := getattr(shape, "enum", None):
            wrong += [value for value in values if "…" not in value and value not in enum]
    required = {xform_name(name, "-") for name in operation.input_shape.required_members}
    missing = [name for name in required if not options.keys() & {name, f"no-{name}"}]
    query = re.sub(r"'[^']*'|`[^`]*`", "", " ".join(options.get("query", ())))
    fields = set(re.findall(r"\b[A-Za-z]\w*\b(?!\()", query))
    return wrong + missing + sorted(fields - _names(operation.output_shape) - set(words))


def _names(shape: Any) -> set[str]:
    """The names of all members of a shape, at any depth."""
    found: set[str] = set()
    seen, todo = set[str](), [shape]
    while todo:
        each = todo.pop()
        if each is None or each.name in seen:
            continue
        seen.add(each.name)
        members = getattr(each, "members", {})
        found |= members.keys()
        todo += [*members.values(), getattr(each, "member", None), getattr(each, "value", None)]
    return found


def _options(words: Sequence[str]) -> dict[str, list[str]]:
    """The values of each option, without its dashes."""
    options: dict[str, list[str]] = {}
    values: list[str] = []
    for word in words:
        if word.startswith("--"):
            name, _, value = word[2:].partition("=")
            values = options[name] = [value] if value else []
        else:
            values.append(word)
    return options


@cache
def _operations(service: str) -> dict[str, Any]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


@cache
def _waiters(service: str) -> dict[str, Any]:
    model = botocore.session.get_session().get_waiter_model(service)
    operations = _operations(service)
    return {
        xform_name(name, "-"): operations[xform_name(model.get_waiter(name).operation, "-")]
        for name in model.waiter_names
    }
