"""The registry of the images."""

import json

from tests.infra.reading import only

from infra.report.template import Design


def test_images_are_scanned_and_a_tag_never_moves(design: Design) -> None:
    repository = only(design, "AWS::ECR::Repository").properties
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert repository["ImageTagMutability"] == "IMMUTABLE"


def test_old_images_go_and_the_newest_stay(design: Design) -> None:
    repository = only(design, "AWS::ECR::Repository").properties
    rules = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    by_age, by_count = (rule["selection"] for rule in rules)
    assert (by_age["tagStatus"], by_age["countType"]) == ("untagged", "sinceImagePushed")
    assert (by_count["tagStatus"], by_count["countType"]) == ("any", "imageCountMoreThan")
    assert by_count["countNumber"] >= 20


def test_the_images_stay_when_the_stack_goes(design: Design) -> None:
    assert only(design, "AWS::ECR::Repository").raw["DeletionPolicy"] == "Retain"


def test_the_stack_says_where_to_push(design: Design) -> None:
    assert "RepositoryUri" in design.templates["KiroSampleState"]["Outputs"]
