"""The image registry."""

import json

from infra.checks.template import Design
from tests.infra.reading import only


def test_images_are_scanned_and_tags_are_immutable(design: Design) -> None:
    repository = only(design, "AWS::ECR::Repository").properties
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert repository["ImageTagMutability"] == "IMMUTABLE"


def test_old_images_expire_and_the_newest_are_kept(design: Design) -> None:
    repository = only(design, "AWS::ECR::Repository").properties
    rules = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    by_age, by_count = (rule["selection"] for rule in rules)
    assert (by_age["tagStatus"], by_age["countType"]) == ("untagged", "sinceImagePushed")
    assert (by_count["tagStatus"], by_count["countType"]) == ("any", "imageCountMoreThan")
    assert by_count["countNumber"] >= 20


def test_the_stack_outputs_its_uri(design: Design) -> None:
    assert "RepositoryUri" in design.templates["KiroSampleState"]["Outputs"]
