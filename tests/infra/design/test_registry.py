"""The image registry."""

import json

from infra.template import Design
from tests.infra.reading import only


def test_images_are_scanned_and_tags_are_immutable(design: Design) -> None:
    repository = only(design, "AWS::ECR::Repository").properties
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert repository["ImageTagMutability"] == "IMMUTABLE"
    rules = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    [by_count] = [rule for rule in rules if rule["selection"]["tagStatus"] == "any"]
    assert by_count["selection"]["countNumber"] >= 20, "enough to roll back to"
