"""Until the constructs are a library: every id and name of the deployed resources stays.

`manifest.txt` was written before the first construct was moved, and goes when the last one is.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ishizue_ops.template import Design
from tests.infra.conftest import Designs

MANIFEST = Path(__file__).with_name("manifest.txt")
VARIANTS = {
    "rds": {"database": "rds", "domain": "example.com"},
    "aurora": {"database": "aurora", "domain": "example.com"},
    "none": {"database": "none", "domain": "example.com"},
    "cdn": {"domain": "example.com", "CDN": "on", "WAF": "on"},
    "canary": {"domain": "example.com", "STRATEGY": "canary"},
    "no-domain": {},
    "staging": {"domain": "staging.example.com", "ENVIRONMENT": "staging"},
}


def lines(design: Design) -> Iterator[str]:
    """The resources, outputs and parameters of each stack: ids, types and names."""
    for stack, template in sorted(design.templates.items()):
        for logical_id, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            names = {
                key: value
                for key, value in properties.items()
                if key.endswith(("Name", "Identifier")) and not isinstance(value, list)
            }
            yield f"{stack} {logical_id} {resource['Type']} {json.dumps(names, sort_keys=True)}"
        for logical_id, output in template.get("Outputs", {}).items():
            export = json.dumps(output.get("Export", {}), sort_keys=True)
            yield f"{stack} output {logical_id} {export}"
        for logical_id, parameter in template.get("Parameters", {}).items():
            yield f"{stack} parameter {logical_id} {parameter['Type']}"


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_ids_and_names_stay(designs: Designs, variant: str) -> None:
    kept = [line.partition(" ") for line in MANIFEST.read_text(encoding="utf-8").splitlines()]
    assert sorted(lines(designs(**VARIANTS[variant]))) == [
        line for name, _, line in kept if name == variant
    ]
