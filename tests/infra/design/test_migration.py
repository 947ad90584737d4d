"""The migration's task; tests/infra/test_start.py runs its command."""

import re

import pytest

from tests.infra.conftest import Designs
from tests.infra.reading import only


@pytest.mark.parametrize("database", ["rds", "aurora"])
def test_it_runs_the_release_s_image_and_none_before(designs: Designs, database: str) -> None:
    design = designs(database)
    parameter = design.templates["KiroSampleState"]["Parameters"]["ImageDigest"]
    assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])
    task = only(design, "AWS::ECS::TaskDefinition", "Migration/Task")
    [container] = task.properties["ContainerDefinitions"]
    assert container["Command"] == ["migrate"]
    *_, at, digest = container["Image"]["Fn::Join"][1]
    assert (at, digest) == ("@", {"Ref": "ImageDigest"})
