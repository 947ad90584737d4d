"""Findings of any tool, compared with those that the templates acknowledge."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from infra.acknowledgments import Format, entries
from infra.template import SUFFIX, load


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
    lines = []
    for resource in load(assembly).resources:
        place = (assembly / f"{resource.stack}{SUFFIX}", resource.logical_id)
        here = {each.rule: each.text for each in found if (each.template, each.logical_id) == place}
        accepted = dict(entries(resource.raw.get("Metadata", {}), *tools))
        lines += [f"{resource.name}: {r}, {here[r]}" for r in sorted(here.keys() - accepted)]
        stale = sorted(accepted.keys() - here)
        lines += [f"{resource.name}: {rule} is acknowledged, but not found" for rule in stale]
    return lines
