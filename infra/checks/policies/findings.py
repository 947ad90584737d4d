"""Findings of any tool, compared with those that the templates acknowledge."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from infra.acknowledgments import Format, entries
from infra.checks.template import Design, load


class ToolError(Exception):
    """A tool failed, or did not check a template; the message is one line."""


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that a resource breaks, in the template of a file."""

    template: Path
    logical_id: str
    rule: str
    text: str = field(compare=False, default="")


def check(assembly: Path, found: Iterable[Finding], *tools: Format) -> list[str]:
    """What is neither mended nor acknowledged, and what is acknowledged without a finding.

    `found` has the findings of these tools in all templates of the folder, and perhaps others.
    """
    design = load(assembly)
    ours = {each for each in found if each.template.parent == assembly}
    accepted = set(_acknowledged(design, assembly, tools))
    names = {each.logical_id: each.name for each in design.resources}
    open_ = [
        f"{names[each.logical_id]}: {each.rule}, {each.text}" for each in sorted(ours - accepted)
    ]
    stale = [
        f"{names[each.logical_id]}: {each.rule} is acknowledged, but not found"
        for each in sorted(accepted - ours)
    ]
    return open_ + stale


def _acknowledged(design: Design, assembly: Path, tools: Iterable[Format]) -> Iterator[Finding]:
    for resource in design.resources:
        file = assembly / f"{resource.stack}.template.json"
        for rule, _ in entries(resource.raw.get("Metadata", {}), *tools):
            yield Finding(file, resource.logical_id, rule)
