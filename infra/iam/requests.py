"""The operation and parameters of a recorded HTTP request, by its AWS protocol."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.session

from infra.config import REGION

_BOTOCORE = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}
"""botocore's names of services that sign with another name."""


def region(entry: Mapping[str, Any]) -> str:
    """The region that the request was signed for, or ours."""
    scope = _scope(entry)
    return scope[1] if scope and scope[1].count("-") > 1 else REGION


class UnknownRequest(Exception):
    """No operation of the service has this form; the message is one line."""


def parse(entry: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """The service's signing name, the operation and its parameters. Raises UnknownRequest.

    Only parameters that may name a resource: scalars and lists of them.
    """
    scope = _scope(entry)
    service = scope[2] if scope else "sts"  # with a web identity a request has no signature
    target = entry["headers"].get("x-amz-target")
    if target:
        return service, target.rpartition(".")[2], json.loads(entry["body"] or "{}")
    form = {name: values[0] for name, values in parse_qs(entry["body"]).items()}
    if "Action" in form:
        return service, form.pop("Action"), _unflattened(form)
    called = re.fullmatch(r"/service/\w+/operation/(\w+)", entry["path"])
    if called:  # its body is CBOR
        return service, called[1], {}
    return service, *_rest(service, entry)


def _scope(entry: Mapping[str, Any]) -> re.Match[str] | None:
    """The region and the service of the signature."""
    authorization = entry["headers"].get("authorization", "")
    return re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", authorization)


def _unflattened(form: Mapping[str, str]) -> dict[str, Any]:
    """`Names.member.1` and so on as the list `Names`."""
    found: dict[str, Any] = {}
    for name, value in form.items():
        listed = re.fullmatch(r"(\w+)\.(?:\w+\.)?\d+", name)
        if listed:
            found.setdefault(listed[1], []).append(value)
        else:
            found[name] = value
    return found


def _rest(service: str, entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The most specific operation whose URI fits."""
    path, query = entry["path"], entry["query"]
    best: tuple[int, str, dict[str, Any]] | None = None
    for name, method, pattern, fixed, weight in _operations(_BOTOCORE.get(service, service)):
        found = re.fullmatch(pattern, path) if method == entry["method"] else None
        if found and all(
            key in query and value in ("", query[key][0]) for key, value in fixed.items()
        ):
            score = 100 * len(fixed) + weight
            if best is None or score > best[0]:
                best = score, name, {key: unquote(text) for key, text in found.groupdict().items()}
    if best is None:
        raise UnknownRequest(f"{service}: {entry['method']} {path} is no known operation")
    return best[1], best[2]


@cache
def _operations(service: str) -> list[tuple[str, str, str, dict[str, str], int]]:
    """Name, method, pattern of the path, fixed query and the path's literal length."""
    return list(_uris(botocore.session.get_session().get_service_model(service)))


def _uris(model: Any) -> Iterator[tuple[str, str, str, dict[str, str], int]]:
    for name in model.operation_names:
        http = model.operation_model(name).http
        if _needs_header(model.operation_model(name).input_shape):  # CopyObject, beside PutObject
            continue
        path, _, query = http["requestUri"].partition("?")
        fixed = {key: values[0] for key, values in parse_qs(query, True).items()}
        pattern = re.sub(r"\\{(\w+)(\\\+)?\\}", _placeholder, re.escape(path.rstrip("/")))
        yield name, http["method"], f"{pattern}/?", fixed, len(re.sub(r"{.*?}", "/", path))


def _needs_header(shape: Any) -> bool:
    """Whether a header that the record leaves out tells the operation from another."""
    required = shape.required_members if shape else ()
    return any(shape.members[name].serialization.get("location") == "header" for name in required)


def _placeholder(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})"
