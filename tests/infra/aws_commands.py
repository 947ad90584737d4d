"""AWS's command line, as far as a test can know it: botocore's models name all that it calls."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

_GLOBAL = {"output", "query"}
_OWN = {("logs", "tail"): {"since", "follow"}, ("s3", "cp"): set[str]()}
"""Commands that are the command line's own, with what we use of their options."""


def commands(shell: str) -> Iterator[list[str]]:
    """The words of each call of `aws`; what is quoted or computed is one word."""
    shell = re.sub(r"(^|\s)#.*", "", shell, flags=re.MULTILINE).replace("\\\n", " ")
    shell = re.sub(r"'[^']*'", "'…'", shell)
    parts = []
    while inner := re.search(r"\$\(([^()]*)\)", shell):
        parts.append(inner[1])
        shell = shell[: inner.start()] + "…" + shell[inner.end() :]
    for part in (*parts, shell):
        for command in re.split(r"&&|[|;\n]", re.sub(r'"(?:[^"\\]|\\.)*"', "…", part)):
            called = re.search(r"\baws +([a-z].*)", command)
            if called:
                yield called[1].split()


def complaints(words: Sequence[str], *, whole: bool = True) -> list[str]:
    """What AWS's command line would refuse in `aws WORDS…`, apart from values.

    Where it is not `whole`, options that the operation requires may be missing.
    """
    options = {word[2:].partition("=")[0] for word in words if word.startswith("--")} - _GLOBAL
    own = _OWN.get((words[0], words[1]))
    if own is not None:
        return sorted(options - own)
    waits = words[1] == "wait"
    name = words[2] if waits else words[1]
    try:
        operation = (_waiters if waits else _operations)(words[0])[name]
    except (UnknownServiceError, KeyError):
        return [" ".join(words[: 3 if waits else 2])]
    known, required = set[str](), set[str]()
    for member, shape in operation.input_shape.members.items():
        option = xform_name(member, "-")
        known.add(option)
        if shape.type_name == "boolean":
            known.add(f"no-{option}")
        elif member in operation.input_shape.required_members:
            required.add(option)
    return sorted(options - known) + sorted(required - options if whole else ())


@cache
def _operations(service: str) -> dict[str, Any]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


@cache
def _waiters(service: str) -> dict[str, Any]:
    model = botocore.session.get_session().get_waiter_model(service)
    return {
        xform_name(name, "-"): _operations(service)[
            xform_name(model.get_waiter(name).operation, "-")
        ]
        for name in model.waiter_names
    }
