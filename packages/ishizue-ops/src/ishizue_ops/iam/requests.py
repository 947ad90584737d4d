"""The operation and parameters of a recorded HTTP request, by its AWS protocol."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.session

from ishizue_ops.config import OUTSIDE_REGION


class UnknownRequest(Exception):
    """No operation of the service has this form; the message is one line."""


def region(entry: Mapping[str, Any]) -> str:
    """The region that the request was signed for; a global endpoint is in us-east-1."""
    signed = _scope(entry)[0]
    return signed if signed.count("-") > 1 else OUTSIDE_REGION  # not `aws-global`


def parse(entry: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """The service's signing name, the operation and its parameters. Raises UnknownRequest.

    Only parameters that may name a resource: scalars and lists of them.
    """
    service = _scope(entry)[1]
    target = entry["headers"].get("x-amz-target")
    if target:
        return service, target.rpartition(".")[2], json.loads(entry["body"] or "{}")
    form = {name: values[0] for name, values in parse_qs(entry["body"]).items()}
    if "Action" in form:
        return service, form.pop("Action"), _unflattened(form)
    called = re.fullmatch(r"/service/\w+/operation/(\w+)", entry["path"])
    if called:  # its body is CBOR
        return service, called[1], {}
    for name, method, pattern in _uris(service):
        found = re.fullmatch(pattern, entry["path"])
        if found and method == entry["method"]:
            return service, name, {key: unquote(text) for key, text in found.groupdict().items()}
    raise UnknownRequest(f"{service}: {entry['method']} {entry['path']} is no known operation")


def _scope(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The region and the service of the signature."""
    authorization = entry["headers"].get("authorization", "")
    found = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", authorization)
    return (found[1], found[2]) if found else ("", "")


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


@cache
def _uris(service: str) -> list[tuple[str, str, str]]:
    """Each operation's name, method and pattern of its path, the longest path first."""

    def listed() -> Iterator[tuple[str, str, str]]:
        model = botocore.session.get_session().get_service_model(service)
        for name in model.operation_names:
            http = model.operation_model(name).http
            path = re.escape(http["requestUri"].partition("?")[0].rstrip("/") or "/")
            yield name, http["method"], re.sub(r"\\{(\w+)(?:\\\+)?\\}", r"(?P<\1>[^/]+)", path)

    return sorted(listed(), key=lambda uri: -len(uri[2]))
