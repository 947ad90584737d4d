"""A policy with one right less: without an action, on another resource, on another condition."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from ishizue_ops.iam.policies import Document, listed

_OTHER = "other"


def mutants(document: Document) -> Iterator[tuple[str, Document]]:
    """What is changed, and the document with that change.

    Such as `BookshelfState: Role/DefaultPolicy, statement 1: ecs:RunTask removed`.
    """
    for index, statement in enumerate(document.text["Statement"]):
        label = statement.get("Sid") or _principal(statement) or f"statement {index + 1}"
        for what, changed in _statements(statement):
            text = deepcopy(dict(document.text))
            if changed is None:
                del text["Statement"][index]
            else:
                text["Statement"][index] = changed
            where = f"{document.stack}: {document.name}, {label}"
            yield f"{where}: {what}", replace(document, text=text)


def _statements(statement: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    if statement["Effect"] == "Deny":
        yield "removed", None
        return
    for action in listed(statement["Action"]):
        rest = [other for other in listed(statement["Action"]) if other != action]
        yield f"{action} removed", {**statement, "Action": rest} if rest else None
    for resource in listed(statement.get("Resource", [])):
        narrowed = "arn:aws:s3:::other" if resource == "*" else f"{resource}{_OTHER}"
        others = [one for one in listed(statement["Resource"]) if one != resource]
        yield f"{resource} narrowed", {**statement, "Resource": [*others, narrowed]}
    for operator, keys in statement.get("Condition", {}).items():
        for key in keys:
            if operator == "Null":
                continue
            wrong = {**statement["Condition"], operator: {**keys, key: _OTHER}}
            yield f"{operator} {key} wrong", {**statement, "Condition": wrong}
    for kind in statement.get("Principal", {}) if statement.get("Principal") != "*" else ():
        wrong_principal = {
            "AWS": "arn:aws:iam::999999999999:root",
            "Service": "other.amazonaws.com",
            "Federated": "arn:aws:iam::999999999999:oidc-provider/other",
        }[kind]
        yield f"{kind} wrong", {**statement, "Principal": {kind: wrong_principal}}


def _principal(statement: Mapping[str, Any]) -> str:
    principal = statement.get("Principal", "")
    return str(next(iter(principal.values()))) if isinstance(principal, Mapping) else principal
