"""AWS Control Tower's proactive controls, run by the cfn-guard that AWS packs with them.

Both are in the archive of the CDK's plugin `cdklabs.cdk-validator-cfnguard`. The plugin itself
would run at every synthesis, and knows no acknowledgment at a resource; npm's package of it would
install all of aws-cdk-lib beside ours. So the archive is unpacked.
"""

import json
import platform
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ishizue_ops.acknowledgments import GUARD
from ishizue_ops.template import SUFFIX, load, nodes

_PACKAGE = "cdklabs.cdk-validator-cfnguard"
_RULES = re.compile(r"package/rules/control-tower/cfn-guard/.*\.guard")
_SYSTEMS = {"linux": "ubuntu", "darwin": "macos"}
_MACHINES = {"x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
_MESSAGE = re.compile(r"\[(CT\.[A-Z0-9.-]+)\]: ([^\n;]+)")
_RESOURCE = re.compile(r"/Resources/([A-Za-z0-9]+)")
_TYPE = re.compile(r'"(AWS::[A-Za-z0-9:]+)"')

COMPLIANT, NOT_COMPLIANT = 0, 19
"""cfn-guard's exit codes when all rules could be evaluated."""


class ToolError(Exception):
    """cfn-guard failed, or did not check a template; the message is one line."""


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that a resource breaks, in the template of a file."""

    template: Path
    logical_id: str
    rule: str
    text: str = field(compare=False, default="")


def run(templates: Sequence[Path]) -> set[Finding]:
    """The findings in these templates. Raises ToolError."""
    types = set[str]()
    for file in templates:
        types.update(_TYPE.findall(file.read_text(encoding="utf-8")))
    with TemporaryDirectory() as folder:
        guard = _unpack(Path(folder))
        # Each rule of another type costs time at every template.
        rules = [
            str(file)
            for file in Path(folder).rglob("*.guard")
            if types & set(_TYPE.findall(file.read_text()))
        ]
        data = [str(file.resolve()) for file in templates]
        options = "--output-format json --structured --show-summary none"
        done = subprocess.run(  # noqa: S603
            [str(guard), "validate", *options.split(), "--rules", *rules, "--data", *data],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode not in (COMPLIANT, NOT_COMPLIANT):
        raise ToolError(f"cfn-guard ends with {done.returncode}: {done.stderr.strip()[:500]}")
    return {finding for report in json.loads(done.stdout) for finding in _findings(report)}


def check(assembly: Path, findings: Iterable[Finding]) -> list[str]:
    """What is neither mended nor acknowledged, and what is acknowledged without a finding.

    `findings` has those in all templates of the folder, and perhaps others.
    """
    lines = []
    for resource in load(assembly).resources:
        place = (assembly / f"{resource.stack}{SUFFIX}", resource.logical_id)
        here = {
            each.rule: each.text for each in findings if (each.template, each.logical_id) == place
        }
        entries = resource.raw.get("Metadata", {}).get(GUARD.key, {}).get(GUARD.entries, ())
        accepted = {entry["id"] for entry in entries}
        lines += [f"{resource.name}: {r}, {here[r]}" for r in sorted(here.keys() - accepted)]
        stale = sorted(accepted - here.keys())
        lines += [f"{resource.name}: {rule} is acknowledged, but not found" for rule in stale]
    return lines


def _unpack(folder: Path) -> Path:
    """Unpack cfn-guard and all rules into the folder, and return the program."""
    [archive] = [file for file in files(_PACKAGE) or [] if file.suffix == ".tgz"]
    system = _SYSTEMS.get(sys.platform)
    machine = _MACHINES.get(platform.machine())
    program = f"package/bin/{system}/{machine}/cfn-guard"
    with tarfile.open(archive.locate()) as packed:
        wanted = [file for file in packed if file.name == program or _RULES.fullmatch(file.name)]
        packed.extractall(folder, wanted, filter="data")
    tool = folder / program
    if not tool.exists():
        raise ToolError(f"there is no cfn-guard for {sys.platform} on {platform.machine()}")
    tool.chmod(0o700)
    return tool


def _findings(report: Any) -> Iterator[Finding]:
    """The findings in the report on one template.

    Its shape follows the rule's clauses: resources and messages are looked for at any depth.
    """
    for entry in report["not_compliant"]:
        raw = json.dumps(entry)
        messages = {
            match
            for node in nodes(entry)
            if isinstance(node.get("custom_message"), str)
            for match in _MESSAGE.findall(node["custom_message"])
        }
        resources = set(_RESOURCE.findall(raw))
        if not messages or not resources:
            raise ToolError(f"cannot read cfn-guard's finding: {raw[:500]}")
        for rule, text in messages:
            for resource in resources:
                yield Finding(Path(report["name"]), resource, rule, text.strip())
