"""CloudFormation handlers in the form that ministack registers."""

from collections.abc import Callable, Mapping
from typing import Any

Properties = Mapping[str, Any]
Created = tuple[str, dict[str, Any]]
"""The physical id and the attributes for Fn::GetAtt."""

Create = Callable[[str, Properties, str], Created]
Delete = Callable[[str, Properties], None]


class Refused(ValueError):
    """The emulator's API refused; CloudFormation shows the message as the reason."""


def replaced(create: Create, delete: Delete) -> dict[str, Any]:
    """Handlers of a type that every change replaces."""

    def update(identifier: str, old: Properties, new: Properties, stack: str) -> Created:
        delete(identifier, old)
        return create(identifier, new, stack)

    return {"create": create, "update": update, "delete": delete}


def body(response: tuple[int, Mapping[str, str], bytes | str]) -> str:
    """The body of a response of the emulator's API. Raises Refused for an error."""
    status, _, content = response
    text = content.decode() if isinstance(content, bytes) else content
    if status >= 400:
        raise Refused(text)
    return text
