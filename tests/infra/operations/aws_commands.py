"""Checks calls of the AWS CLI against botocore's models, from which the CLI makes its commands."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import botocore.session
import jmespath  # type: ignore[import-untyped]
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped]

from infra.config import REGION

UNKNOWN = "…"
"""Stands for what only the shell knows: variables and the output of commands."""

_OUTPUTS = {"json", "text", "table"}
_REGIONS = ([REGION], [UNKNOWN])
_OWN = {
    ("cloudfront", "create-invalidation"): {"distribution-id", "paths", "output", "query"},
    ("logs", "tail"): {"since", "follow"},
    ("s3", "cp"): set[str](),
    ("s3", "ls"): {"recursive"},
}
"""Commands that the CLI adds or changes, with the options that we use."""

_REDIRECTION = re.compile(r"\d*(?:<<<|>>|[<>]&?)[ ]*")
_VARIABLE = re.compile(r"\$(?:\w+|[@#*?$!]|\{(?:[^{}]|\{[^{}]*\})*\})")
_BEFORE = re.compile(r"\w+=.*|[!{]|if|then|elif|else|while|until|do", re.DOTALL)


def commands(shell: str) -> list[list[str]]:
    """The words of each call of `aws`, unquoted."""
    found: list[list[str]] = []
    _scan(shell, 0, "", found)
    calls = []
    for words in found:
        while words and _BEFORE.fullmatch(words[0]):
            words = words[1:]
        if words[:1] == ["aws"]:
            calls.append(words[1:])
    return calls


def _scan(text: str, i: int, closing: str, found: list[list[str]]) -> int:
    """Add the commands up to the `closing` bracket, inner ones first; return where it ends."""
    words: list[str] = []
    word: str | None = None
    redirected = False

    def end_word() -> None:
        nonlocal word, redirected
        if word is not None and not redirected:
            words.append(word)
        redirected = redirected and word is None
        word = None

    while i < len(text):
        if text[i] == closing:
            i += 1
            break
        if text.startswith("\\\n", i):
            i += 2
        elif text[i] == "#" and word is None:
            i = (text + "\n").index("\n", i)
        elif redirection := _REDIRECTION.match(text, i):
            end_word()
            redirected, i = True, redirection.end()
        elif text[i] in " \t":
            end_word()
            i += 1
        elif text[i] in ";|&\n()":
            end_word()
            found.append(words)
            words, i = [], i + 1
        else:
            i, part = _part(text, i, found)
            word = (word or "") + part
    end_word()
    found.append(words)
    return i


def _part(text: str, i: int, found: list[list[str]]) -> tuple[int, str]:
    """Where the next part of a word ends, and its text: a quoted string or a character."""
    if text.startswith("$((", i):
        return text.index("))", i) + 2, UNKNOWN
    if text.startswith("$(", i):
        return _scan(text, i + 2, ")", found), UNKNOWN
    if variable := _VARIABLE.match(text, i):
        return variable.end(), UNKNOWN
    if text[i] == "\\":
        return i + 2, text[i + 1]
    if text[i] == "'":
        end = text.index("'", i + 1)
        return end + 1, text[i + 1 : end]
    if text[i] != '"':
        return i + 1, text[i]
    i, quoted = i + 1, ""
    while text[i] != '"':
        if text[i] in "$\\":
            i, part = _part(text, i, found)
        else:
            i, part = i + 1, text[i]
        quoted += part
    return i + 1, quoted


def complaints(words: Sequence[str], *, whole: bool = True) -> list[str]:
    """What the AWS CLI or the service would refuse in `aws WORDS…`.

    Options that are unknown, missing, without a value or with one that the service does not know,
    and a `--query` for what the response does not have. Without `whole`, options may be missing.
    """
    given = _options(words)
    own = _OWN.get((words[0], words[1]))
    if own is not None:
        return sorted(given.keys() - own)
    waits = words[1] == "wait"
    name = words[2] if waits else words[1]
    try:
        operation = (_waiters if waits else _operations)(words[0])[name]
    except (UnknownServiceError, KeyError):
        return [" ".join(words[: 3 if waits else 2])]
    found = []
    members = {xform_name(name, "-"): shape for name, shape in _members(operation.input_shape)}
    required = {xform_name(name, "-") for name in operation.input_shape.required_members}
    flags = {f"no-{name}" for name, shape in members.items() if shape.type_name == "boolean"}
    for option, values in sorted(given.items()):
        if option == "query":
            found += _query(values, operation.output_shape)
        elif option == "output":
            found += [] if set(values) <= _OUTPUTS else [f"output {values}"]
        elif option == "region":
            found += [] if values in _REGIONS else [f"region {values}"]
        elif option in flags:
            found += [f"{option} takes no value"] if values else []
        elif option in members:
            found += _values(option, members[option], values)
        else:
            found.append(option)
    # A flag is a choice between two options.
    missing = {name for name in required - given.keys() if f"no-{name}" not in given}
    return found + (sorted(missing) if whole else [])


def _options(words: Sequence[str]) -> dict[str, list[str]]:
    """The values of each option."""
    options: dict[str, list[str]] = {}
    values: list[str] = []
    for word in words:
        if word.startswith("--"):
            name, _, value = word[2:].partition("=")
            values = options[name] = [value] if value else []
        else:
            values.append(word)
    return options


def _members(shape: Any) -> list[tuple[str, Any]]:
    return list(shape.members.items()) if shape.type_name == "structure" else []


def _values(option: str, shape: Any, values: list[str]) -> list[str]:
    """What is wrong with an option's values."""
    if shape.type_name == "boolean":
        return [f"{option} takes no value"] if values else []
    if shape.type_name != "list" and len(values) != 1:
        return [f"{option} takes one value"]
    if not values:
        return [f"{option} takes values"]
    item = shape.member if shape.type_name == "list" and not values[0].startswith("[") else shape
    return [f"{option}: {wrong}" for value in values for wrong in _value(item, value)]


def _value(shape: Any, value: str) -> Iterator[str]:
    if shape.type_name in ("structure", "list"):
        if value[:1] in "{[":
            yield from unknown_members(
                shape, json.loads(re.sub(f'(?<!"){UNKNOWN}', f'"{UNKNOWN}"', value))
            )
        elif shape.type_name == "structure":
            yield from sorted(set(re.findall(r"(\w+)=", value)) - _names(shape))
    elif UNKNOWN in value:
        return
    elif (shape.type_name == "string" and shape.enum and value not in shape.enum) or (
        shape.type_name in ("integer", "long", "float", "double")
        and not re.fullmatch(r"-?\d+(\.\d+)?", value)
    ):
        yield value


def _names(shape: Any) -> set[str]:
    """The members of a structure, and of those in it."""
    return {name for name, _ in _members(shape)}.union(
        *(_names(inner) for _, inner in _members(shape))
    )


def unknown_members(shape: Any, value: object) -> list[str]:
    """The keys of a JSON value that a shape, such as an operation's response, does not have."""
    if value == UNKNOWN:
        return []
    if isinstance(value, list) and shape.type_name == "list":
        return [wrong for item in value for wrong in unknown_members(shape.member, item)]
    if isinstance(value, dict) and shape.type_name == "structure":
        return [
            wrong
            for key, item in value.items()
            for wrong in (
                unknown_members(shape.members[key], item) if key in shape.members else [key]
            )
        ]
    nested = isinstance(value, list | dict) or shape.type_name in ("list", "structure")
    return [repr(value)] if nested and shape.type_name != "map" else []


def _query(values: list[str], shape: Any) -> list[str]:
    try:
        [query] = values
        _evaluate(jmespath.compile(query).parsed, shape)
    except (ValueError, LookupError, JMESPathError) as error:
        return [f"query: {error}"]
    return []


def _evaluate(node: Any, shape: Any) -> Any:
    """The shape of a JMESPath expression's result, None if unknown. Raises LookupError."""
    kind, children = node["type"], node["children"]
    if kind == "field":
        return _field(shape, node["value"])
    if kind in ("current", "identity"):
        return shape
    if kind in ("subexpression", "pipe", "index_expression"):
        for child in children:
            shape = _evaluate(child, shape)
        return shape
    if kind in ("index", "slice"):
        return shape if kind == "slice" else _item(shape)
    if kind == "flatten":
        listed = _evaluate(children[0], shape)
        item = _item(listed)
        return item if item is not None and item.type_name == "list" else listed
    if kind in ("projection", "filter_projection"):
        item = _item(_evaluate(children[0], shape))
        for condition in children[2:]:
            _evaluate(condition, item)
        return _List(_evaluate(children[1], item))
    if kind == "function_expression" and len(children) == 2 and children[1]["type"] == "expref":
        listed = _evaluate(children[0], shape)
        _evaluate(children[1]["children"][0], _item(listed))
        return listed
    results = [_evaluate(child, shape) for child in children]
    return results[0] if node.get("value") in ("reverse", "sort") else None


def _item(shape: Any) -> Any:
    """What a list has. Raises LookupError for another shape."""
    if shape is not None and shape.type_name != "list":
        raise LookupError(f"{shape.name} is no list")
    return shape and shape.member


class _List:
    """The result of a projection."""

    type_name, name = "list", "a projection"

    def __init__(self, member: Any) -> None:
        self.member = member


def _field(shape: Any, name: str) -> Any:
    if shape is None:
        return None
    if shape.type_name == "map":
        return shape.value
    if shape.type_name != "structure" or name not in shape.members:
        raise LookupError(f"{shape.name} has no {name}")
    return shape.members[name]


def response(service: str, name: str) -> Any:
    """The shape of an operation's response."""
    return _operations(service)[name].output_shape


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
