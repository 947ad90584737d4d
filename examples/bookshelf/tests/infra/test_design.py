"""The design is synthesized and passes its checks, and the service accepts what it sets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ishizue_ops import project
from ishizue_ops.checks import __main__ as check
from ishizue_ops.runbook.__main__ import OWN, render
from ishizue_ops.synth import synthesize

from bookshelf.settings import OPTIONS
from infra.product import PRODUCT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesize(project.read({}), tmp_path_factory.mktemp("cdk"))


def containers(assembly: Path) -> Iterator[dict[str, Any]]:
    """The service's own containers in all templates."""
    for template in assembly.glob("*.template.json"):
        for resource in json.loads(template.read_text())["Resources"].values():
            yield from resource["Properties"].get("ContainerDefinitions", ())


def test_the_runbook_has_the_names_and_alarms_of_this_service() -> None:
    own = OWN.read_text("utf-8") if OWN.exists() else ""
    for path, text in render(PRODUCT, own).items():
        assert path.read_text("utf-8") == text, "make runbook"


def test_every_flow_is_expected_and_the_templates_fit_together(assembly: Path) -> None:
    assert check.check(assembly, project.read({})) == 0


def test_the_service_knows_every_setting_of_its_containers(assembly: Path) -> None:
    given = {
        one["Name"]
        for container in containers(assembly)
        for kind in ("Environment", "Secrets")
        for one in container.get(kind, ())
    }
    assert given
    assert given <= {option.name for option in OPTIONS}
