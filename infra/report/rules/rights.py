"""Policies and logs: nothing allowed to all, nothing kept for ever."""

from collections.abc import Iterator

from infra.report.rules.finding import Broken
from infra.report.template import Design, nodes


def any_action(design: Design) -> Iterator[Broken]:
    """A policy that allows all of a service, or all of AWS."""
    for resource in design.resources:
        for statement in nodes(resource.properties):
            if statement.get("Effect") != "Allow":
                continue
            actions = statement.get("Action", "*")
            for action in [actions] if isinstance(actions, str) else actions:
                if action == "*" or action.endswith(":*"):
                    yield resource.name, f"allows {action}"


def anybody(design: Design) -> Iterator[Broken]:
    """A policy that allows it to everybody."""
    for resource in design.resources:
        for statement in nodes(resource.properties):
            principal = statement.get("Principal")
            if statement.get("Effect") == "Allow" and principal in ("*", {"AWS": "*"}):
                yield resource.name, "allows anybody"


def logs_kept_for_ever(design: Design) -> Iterator[Broken]:
    """A log group whose price only grows."""
    for group in design.of_type("AWS::Logs::LogGroup"):
        if "RetentionInDays" not in group.properties:
            yield group.name, "no retention"
