"""What CloudFormation asks of a resource type, in the shape that ministack registers."""

from collections.abc import Callable, Mapping
from typing import Any

Properties = Mapping[str, Any]
Created = tuple[str, dict[str, Any]]
"""The physical id, and what Fn::GetAtt finds."""

Create = Callable[[str, Properties, str], Created]
Delete = Callable[[str, Properties], None]


class Refused(ValueError):
    """The emulator's own API said no; CloudFormation shows the message as the reason."""


def replaced(create: Create, delete: Delete) -> dict[str, Any]:
    """Handlers of a type whose every change makes a new resource in place of the old one."""

    def update(identifier: str, old: Properties, new: Properties, stack: str) -> Created:
        delete(identifier, old)
        return create(identifier, new, stack)

    return {"create": create, "update": update, "delete": delete}


def body(response: tuple[int, Mapping[str, str], bytes | str]) -> str:
    """What the emulator's API answered; raises Refused for an error."""
    status, _, content = response
    text = content.decode() if isinstance(content, bytes) else content
    if status >= 400:
        raise Refused(text)
    return text
