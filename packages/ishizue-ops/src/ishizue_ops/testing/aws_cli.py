"""Runs shell commands with a stand-in for `aws`, and checks calls against botocore's models.

The AWS CLI makes its commands from the same models.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer
from tempfile import TemporaryDirectory
from threading import Thread
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

_STAND_INS = """\
aws() ( # sends its words to the test, and says what it answers
  exec 3<>"/dev/tcp/127.0.0.1/$AWS_PORT" && printf '%s\\0' "$#" "$@" >&3 && read -r code <&3
  if test "$code" = 0; then cat <&3; else cat <&3 >&2; fi
  exit "$code"
)
sleep() { :; }
"""
"""Functions of the shell itself: starting a program for each call would take most of the time."""


class Refused(Exception):
    """AWS's command line prints this instead of a response."""


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
        return options(words)


def run(
    script: str,
    account: Mapping[str, Any] = {},
    *,
    folder: Path | None = None,
    refused: int = -1,
    others: Sequence[str] = (),
) -> Ran:
    """Run a script with bash; `aws` responds as `account` says, or with nothing.

    A list in `account` has the responses to the calls of one operation, and a function answers by
    a call's options. The call with the number `refused` is rejected. `others` are programs that
    only succeed.
    """
    calls: list[list[str]] = []

    def respond(words: list[str]) -> str:
        calls.append(words)
        if len(calls) - 1 == refused:
            raise Refused("An error occurred (AccessDenied)")
        return _printed(words, _answer(account, calls, words))

    with TemporaryDirectory() as temporary, _listening(respond) as port:
        succeeding = "".join(f"{name}() {{ echo …; }}\n" for name in others)
        done = subprocess.run(
            ["bash", "-c", f"{_STAND_INS}{succeeding}{script}"],
            cwd=folder or temporary,
            env={**os.environ, "AWS_PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    return Ran(done.returncode, done.stdout + done.stderr, calls)


def _answer(account: Mapping[str, Any], calls: list[list[str]], words: list[str]) -> Any:
    answers = account.get(" ".join(words[:2]), {})
    if callable(answers):
        return answers(options(words))
    if not isinstance(answers, list):
        return answers
    return answers[min(sum(call[:2] == words[:2] for call in calls), len(answers)) - 1]


def _printed(words: list[str], response: Any) -> str:
    """A response as the command line prints it."""
    given = options(words)
    if "query" in given:
        response = jmespath.search(given["query"], response)
    if given.get("output") != "text":
        return json.dumps(response)
    return "\t".join(map(str, response)) if isinstance(response, list) else str(response)


@contextmanager
def _listening(respond: Callable[[list[str]], str]) -> Iterator[int]:
    """Respond to each connection to this port during the block."""

    class Call(StreamRequestHandler):
        def handle(self) -> None:
            words = [self._word() for _ in range(int(self._word()))]
            try:
                code = 0
                text = respond(words)
            except Refused as error:
                code = 255
                text = str(error)
            self.wfile.write(f"{code}\n{text}\n".encode())

        def _word(self) -> str:
            return b"".join(iter(partial(self.rfile.read, 1), b"\0")).decode()

    with TCPServer(("127.0.0.1", 0), Call) as server:
        # One call after the other: the tests count them.
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def complaints(words: Sequence[str]) -> list[str]:
    """What the AWS CLI would refuse in `aws WORDS…`, or a `--query` for what no response has."""
    given = _options(words)
    own = _OWN.get((words[0], words[1]))
    if own is not None:
        return sorted(given.keys() - own - _EVERYWHERE)
    waits = words[1] == "wait"
    try:
        operation = (_waiters if waits else _operations)(words[0])[words[2 if waits else 1]]
    except (UnknownServiceError, KeyError):
        return [" ".join(words[: 3 if waits else 2])]
    members = {
        xform_name(name, "-"): shape for name, shape in operation.input_shape.members.items()
    }
    flags = {f"no-{name}" for name, shape in members.items() if shape.type_name == "boolean"}
    wrong = sorted(given.keys() - members.keys() - flags - _EVERYWHERE)
    for name in given.keys() & members.keys():
        shape = members[name]
        values = given[name]
        if bool(values) == (shape.type_name == "boolean"):
            wrong.append(f"{name} has {len(values)} values")
        if enum := getattr(shape, "enum", None):
            wrong += [value for value in values if "…" not in value and value not in enum]
    required = {xform_name(name, "-") for name in operation.input_shape.required_members}
    missing = [name for name in required if not given.keys() & {name, f"no-{name}"}]
    query = re.sub(r"'[^']*'|`[^`]*`", "", " ".join(given.get("query", ())))
    fields = set(re.findall(r"\b[A-Za-z]\w*\b(?!\()", query))
    return wrong + missing + sorted(fields - _names(operation.output_shape) - set(words))


def _names(shape: Any) -> set[str]:
    """The names of all members of a shape, at any depth."""
    names: set[str] = set()
    seen = set[str]()
    todo = [shape]
    while todo:
        each = todo.pop()
        if each is None or each.name in seen:
            continue
        seen.add(each.name)
        members = getattr(each, "members", {})
        names |= members.keys()
        todo += [*members.values(), getattr(each, "member", None), getattr(each, "value", None)]
    return names


def options(words: Sequence[str]) -> dict[str, str]:
    """The value of each option of a call, several joined by a space."""
    return {name: " ".join(values) for name, values in _options(words).items()}


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
