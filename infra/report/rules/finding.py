"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infra.report.template import Design

Broken = tuple[str, str]
"""Where a rule does not hold, and what is wrong there."""

Rule = Callable[[Design], Iterator[Broken]]
"""A rule is a function; its name is the rule's."""


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that does not hold: its name, where, and what is wrong."""

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.message}"


def run(rules: tuple[Rule, ...], design: Design) -> list[Finding]:
    """Every finding of every rule, in order."""
    return sorted(
        Finding(rule.__name__.replace("_", "-"), where, message)
        for rule in rules
        for where, message in rule(design)
    )
