"""Cost allocation tags, on all that CloudFormation can tag."""

from cfnlint.schema.manager import ProviderSchemaManager

from ishizue_ops.config import REGION
from ishizue_ops.template import Design


def test_everything_that_can_be_tagged_is(design: Design) -> None:
    schemas = ProviderSchemaManager()
    tagged = set()
    for resource in design.resources:
        tagging = schemas.get_resource_schema(REGION, resource.type).schema.get("tagging", {})
        if not tagging.get("taggable"):
            continue
        key = tagging.get("tagProperty", "/properties/Tags").rpartition("/")[2]
        # Most are a list of Key and Value, some a map or of another name.
        text = str(resource.properties.get(key))
        assert "Project" in text, resource
        assert "Environment" in text, resource
        tagged.add(resource.type)
    assert "AWS::RDS::DBInstance" in tagged or "AWS::ECS::Service" in tagged
